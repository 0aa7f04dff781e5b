import type { ExecuteTool, Provider, SessionTool } from '@jackfield/core';
import type {
  ChatCompletion,
  ChatCompletionTool,
  ChatCompletionToolMessageParam,
} from 'openai/resources/chat/completions';
import { answerCall, type HandleToolCallsOptions, type ToolExecutor } from './answer-call.ts';
import type { StrictMode } from './strict.ts';

export interface OpenAIProviderOptions {
  /**
   * Sends tools in strict mode, in which a model's arguments always have the shape of the schema; a tool whose schema the
   * mode cannot say is sent without it. Give it the `strict` that this package exports. Default: no tool is strict.
   */
  readonly strict?: StrictMode | undefined;
}

/** Makes function tools for chat completions (`openai` 6 and 7) of a session's tools, and runs the model's calls. */
export class OpenAIProvider implements Provider<ChatCompletionTool[], ChatCompletionTool> {
  readonly name = 'openai';
  readonly #strict: StrictMode | undefined;

  constructor(options: OpenAIProviderOptions = {}) {
    this.#strict = options.strict;
  }

  wrapTool(tool: SessionTool): ChatCompletionTool {
    const { slug: name, description, inputParameters } = tool;
    const strict = this.#strict?.parametersOf(inputParameters);
    if (strict !== undefined) {
      return { type: 'function', function: { name, description, parameters: strict, strict: true } };
    }
    return { type: 'function', function: { name, description, parameters: inputParameters } };
  }

  wrapTools(tools: readonly SessionTool[], _execute?: ExecuteTool): ChatCompletionTool[] {
    return tools.map((tool) => this.wrapTool(tool));
  }

  /**
   * Runs the function calls of a completion's first choice, all at once.
   *
   * @returns One tool message a call, in the order of the calls; none for a text or a refusal. A call that failed is
   *   answered with `{ "error": ... }`.
   * @throws the reason of `signal` when it is aborted.
   */
  async handleToolCalls(
    session: ToolExecutor,
    completion: ChatCompletion,
    options: HandleToolCallsOptions<ChatCompletionTool> = {},
  ): Promise<ChatCompletionToolMessageParam[]> {
    const read = this.#strict?.readerOf(options.tools?.flatMap(functionOf));
    const execute = session.executor(options);
    const calls = completion.choices[0]?.message.tool_calls ?? [];
    const answers = calls.map(async (call): Promise<ChatCompletionToolMessageParam[]> => {
      if (call.type !== 'function' || options.except?.includes(call.function.name)) return [];
      const { name, arguments: json } = call.function;
      const content = await answerCall(execute, { id: call.id, name, json }, read, options.signal);
      return [{ role: 'tool', tool_call_id: call.id, content }];
    });
    return (await Promise.all(answers)).flat();
  }
}

function functionOf(tool: ChatCompletionTool) {
  return tool.type === 'function' ? [tool.function] : [];
}
