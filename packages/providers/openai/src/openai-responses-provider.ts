import type { ExecuteTool, Provider, SessionTool } from '@jackfield/core';
import type { FunctionTool, Response, ResponseInputItem } from 'openai/resources/responses/responses';
import { answerCall, type HandleToolCallsOptions, type ToolExecutor } from './answer-call.ts';
import type { OpenAIProviderOptions } from './openai-provider.ts';
import type { StrictMode } from './strict.ts';

/** Makes function tools for the Responses API (`openai` 6 and 7) of a session's tools, and runs the model's calls. */
export class OpenAIResponsesProvider implements Provider<FunctionTool[], FunctionTool> {
  readonly name = 'openai-responses';
  readonly #strict: StrictMode | undefined;

  constructor(options: OpenAIProviderOptions = {}) {
    this.#strict = options.strict;
  }

  wrapTool(tool: SessionTool): FunctionTool {
    const { slug: name, description, inputParameters } = tool;
    const strict = this.#strict?.parametersOf(inputParameters);
    return { type: 'function', name, description, parameters: strict ?? inputParameters, strict: strict !== undefined };
  }

  wrapTools(tools: readonly SessionTool[], _execute?: ExecuteTool): FunctionTool[] {
    return tools.map((tool) => this.wrapTool(tool));
  }

  /**
   * Runs the function calls of a response, all at once.
   *
   * @returns One output item a call, in the order of the calls, for the `input` of the next request; none for a text or
   *   a refusal. A call that failed is answered with `{ "error": ... }`.
   * @throws the reason of `signal` when it is aborted.
   */
  async handleToolCalls(
    session: ToolExecutor,
    response: Pick<Response, 'output'>,
    options: HandleToolCallsOptions<FunctionTool> = {},
  ): Promise<ResponseInputItem.FunctionCallOutput[]> {
    const read = this.#strict?.readerOf(options.tools);
    const execute = session.executor(options);
    const answers = response.output.map(async (item): Promise<ResponseInputItem.FunctionCallOutput[]> => {
      if (item.type !== 'function_call' || options.except?.includes(item.name)) return [];
      const call = { id: item.call_id, name: item.name, json: item.arguments };
      const output = await answerCall(execute, call, read, options.signal);
      return [{ type: 'function_call_output', call_id: item.call_id, output }];
    });
    return (await Promise.all(answers)).flat();
  }
}
