import type { ExecuteTool, JsonObject, Provider, SessionTool, ToolResult } from '@jackfield/core';
import { dynamicTool, type JSONValue, jsonSchema, type Tool, type ToolSet } from 'ai';

export interface VercelProviderOptions {
  /**
   * Whether a person has to approve each call of the tool, by the AI SDK's own approval flow. Default: no tool asks.
   *
   * @example needsApproval: (tool) => tool.annotations.destructiveHint
   */
  readonly needsApproval?: ((tool: SessionTool) => boolean) | undefined;
}

/**
 * Makes AI SDK tools (`ai` 6 and 7) of a session's tools, for `generateText`, `streamText` and agents.
 *
 * A tool's output is a {@link ToolResult}. The model is shown its `data` or, of a call that failed, the error.
 */
export class VercelProvider implements Provider<ToolSet, Tool> {
  readonly name = 'vercel';
  readonly #needsApproval: VercelProviderOptions['needsApproval'];

  constructor(options: VercelProviderOptions = {}) {
    this.#needsApproval = options.needsApproval;
  }

  wrapTool(tool: SessionTool, execute: ExecuteTool): Tool {
    return dynamicTool({
      description: tool.description,
      title: tool.name,
      metadata: { toolkit: tool.toolkit.slug },
      inputSchema: asSchema(tool.inputParameters),
      ...(tool.outputParameters && { outputSchema: asSchema(resultSchema(tool.slug, tool.outputParameters)) }),
      ...(this.#needsApproval?.(tool) && { needsApproval: true }),
      // The AI SDK hands over what the model wrote, parsed; that it fits the schema is checked where the tool runs.
      execute: (input, { toolCallId, abortSignal }) =>
        execute(tool.slug, input as JsonObject, { toolCallId, signal: abortSignal }),
      toModelOutput: ({ output }) => modelOutput(output),
    });
  }

  wrapTools(tools: readonly SessionTool[], execute: ExecuteTool): ToolSet {
    return Object.fromEntries(tools.map((tool) => [tool.slug, this.wrapTool(tool, execute)]));
  }
}

function asSchema(schema: { readonly [keyword: string]: unknown }) {
  // The AI SDK's type is draft 7's; what it does with a schema is to hand it on.
  return jsonSchema(schema as Parameters<typeof jsonSchema>[0]);
}

/** The schema of a {@link ToolResult} whose `data` has the schema `data`. */
function resultSchema(slug: string, data: NonNullable<SessionTool['outputParameters']>) {
  return {
    type: 'object',
    properties: {
      // An `$id` of its own keeps `#/$defs/...` inside of it resolving (JSON Schema 2020-12, section 8.2.1).
      data: { $id: `${slug}.data`, ...data },
      error: { type: ['string', 'null'] },
      successful: { type: 'boolean' },
      logId: { type: 'string' },
    },
    required: ['data', 'error', 'successful'],
  };
}

/** @param output - A {@link ToolResult}, fresh or read back from stored messages; anything else passes as JSON. */
function modelOutput(output: unknown) {
  if (!isToolResult(output)) return { type: 'json' as const, value: output as JSONValue };
  const data = output.data as JSONValue & JsonObject;
  if (output.successful) return { type: 'json' as const, value: data };
  const error = output.error ?? 'The tool failed and did not say why.';
  if (Object.keys(data).length === 0) return { type: 'error-text' as const, value: error };
  return { type: 'error-json' as const, value: { error, data } };
}

function isToolResult(output: unknown): output is ToolResult {
  return (
    typeof output === 'object' &&
    output !== null &&
    'successful' in output &&
    'data' in output &&
    typeof output.data === 'object' &&
    output.data !== null
  );
}
