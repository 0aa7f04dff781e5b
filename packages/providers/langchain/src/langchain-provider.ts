import type { ExecuteTool, JsonObject, Provider, SessionTool, ToolResult } from '@jackfield/core';
import { ToolMessage } from '@langchain/core/messages';
import { DynamicStructuredTool, type ToolRunnableConfig } from '@langchain/core/tools';

/**
 * Makes LangChain tools (`@langchain/core` 1) of a session's tools, for `createAgent`, LangGraph's `ToolNode` and
 * `model.bindTools`.
 *
 * A tool answers a tool call with a `ToolMessage`: its content is what the model reads, its artifact the whole
 * {@link ToolResult}, its status `error` for a call that failed.
 */
export class LangChainProvider implements Provider<DynamicStructuredTool[], DynamicStructuredTool> {
  readonly name = 'langchain';

  wrapTool(tool: SessionTool, execute: ExecuteTool): DynamicStructuredTool {
    return new SessionStructuredTool({
      name: tool.slug,
      description: tool.description,
      schema: tool.inputParameters,
      responseFormat: 'content_and_artifact',
      func: (args, _runManager, config) => run(tool.slug, execute, args as JsonObject, config),
    });
  }

  wrapTools(tools: readonly SessionTool[], execute: ExecuteTool): DynamicStructuredTool[] {
    return tools.map((tool) => this.wrapTool(tool, execute));
  }
}

/**
 * A tool that leaves the check of its arguments to the place where it runs. LangChain's own check says neither which
 * argument was wrong nor how, raises instead of answering, and writes into the schema, which is shared and frozen.
 */
class SessionStructuredTool extends DynamicStructuredTool {
  override call(...args: Parameters<DynamicStructuredTool['call']>): ReturnType<DynamicStructuredTool['call']> {
    const unchecked: DynamicStructuredTool = Object.create(this, { schema: { value: {} } });
    return super.call.apply(unchecked, args);
  }
}

async function run(
  slug: string,
  execute: ExecuteTool,
  args: JsonObject,
  config: ToolRunnableConfig | undefined,
): Promise<[content: string | ToolMessage, artifact: ToolResult]> {
  const toolCallId = config?.toolCall?.id;
  const result = await settle(execute(slug, args, { toolCallId, signal: config?.signal }), config?.signal);
  const content = textOf(result);
  if (result.successful || toolCallId === undefined) return [content, result];
  const message = new ToolMessage({ content, artifact: result, status: 'error', name: slug, tool_call_id: toolCallId });
  return [message, result];
}

/** An error of a tool ends the agent when middleware stands around its tools, so that only an abort may be thrown. */
async function settle(call: Promise<ToolResult>, signal: AbortSignal | undefined): Promise<ToolResult> {
  try {
    return await call;
  } catch (error) {
    signal?.throwIfAborted();
    return { data: {}, error: error instanceof Error ? error.message : String(error), successful: false };
  }
}

function textOf({ successful, data, error }: ToolResult): string {
  if (successful) return JSON.stringify(data);
  const text = error ?? 'The tool failed and did not say why.';
  return Object.keys(data).length === 0 ? text : JSON.stringify({ error: text, data });
}
