import type { ExecuteTool, Provider, SessionTool } from '@jackfield/core';
import type {
  ChatCompletion,
  ChatCompletionTool,
  ChatCompletionToolMessageParam,
} from 'openai/resources/chat/completions';
import { answerCall, type HandleToolCallsOptions, type ToolExecutor } from './answer-call.ts';
import { strictNames } from './strict-names.ts';
import { strictParametersOnce } from './strict-parameters.ts';

export interface OpenAIProviderOptions {
  /**
   * Whether tools are sent in strict mode, in which the model's arguments always have the shape of the schema. A tool
   * whose schema the mode cannot say is sent without it. Default: false.
   */
  readonly strict?: boolean | undefined;
}

/** Makes function tools for chat completions (`openai` 6 and 7) of a session's tools, and runs the model's calls. */
export class OpenAIProvider implements Provider<ChatCompletionTool[], ChatCompletionTool> {
  readonly name = 'openai';
  readonly #strict: boolean;
  readonly #strictParameters = strictParametersOnce();

  constructor(options: OpenAIProviderOptions = {}) {
    this.#strict = options.strict ?? false;
  }

  wrapTool(tool: SessionTool): ChatCompletionTool {
    const { slug: name, description, inputParameters } = tool;
    const strict = this.#strict ? this.#strictParameters(inputParameters) : undefined;
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
    const strict = strictNames(this.#strict, options.tools?.map(functionOf));
    const execute = session.executor(options);
    const calls = completion.choices[0]?.message.tool_calls ?? [];
    const answers = calls.map(async (call): Promise<ChatCompletionToolMessageParam[]> => {
      if (call.type !== 'function' || options.except?.includes(call.function.name)) return [];
      const { name, arguments: json } = call.function;
      const content = await answerCall(execute, { id: call.id, name, json }, strict.has(name), options.signal);
      return [{ role: 'tool', tool_call_id: call.id, content }];
    });
    return (await Promise.all(answers)).flat();
  }
}

function functionOf(tool: ChatCompletionTool) {
  return tool.type === 'function' ? tool.function : undefined;
}
