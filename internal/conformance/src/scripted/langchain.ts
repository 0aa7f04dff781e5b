import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { FakeBuiltModel } from '@langchain/core/testing';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import { parseResultText, Script, type ScriptedConversation, type ScriptedStep, type ScriptedTool } from './script.ts';

export type {
  ScriptedConversation,
  ScriptedStep,
  ScriptedTool,
  ScriptedToolCall,
  ScriptedToolResult,
  ScriptedTurn,
} from './script.ts';

/**
 * A chat model of LangChain's test kit that plays steps. Tools reach it by `bindTools`, as with a real model; a turn's
 * arguments have to be an object, because LangChain hands a model's malformed JSON to nobody.
 */
export class ScriptedChatModel extends FakeBuiltModel {
  readonly #script: Script;
  #boundTools: readonly ScriptedTool[] = [];

  constructor(steps: readonly ScriptedStep[]) {
    super();
    this.#script = new Script(steps);
    // One more than there are steps, so that a loop that runs on meets the script's own message.
    for (let index = 0; index <= steps.length; index += 1) this.respond((messages) => this.#answer(messages));
  }

  /** What the model was shown, one entry a turn. */
  get conversations(): readonly ScriptedConversation[] {
    return this.#script.conversations;
  }

  override bindTools(tools: Parameters<FakeBuiltModel['bindTools']>[0]): ReturnType<FakeBuiltModel['bindTools']> {
    this.#boundTools = tools.map((tool) => {
      const { name, description, parameters } = convertToOpenAITool(tool).function;
      return { name, description, schema: parameters, strict: undefined };
    });
    return super.bindTools(tools);
  }

  #answer(messages: readonly BaseMessage[]): BaseMessage {
    const turn = this.#script.next(readConversation(messages, this.#boundTools));
    return new AIMessage({
      content: turn.text,
      tool_calls: turn.toolCalls.map((call) => ({
        type: 'tool_call',
        id: call.id,
        name: call.name,
        args: JSON.parse(call.json),
      })),
    });
  }
}

/** A chat model that plays `steps`, for `createAgent({ model })` or `model.bindTools(tools).invoke(messages)`. */
export function scriptedChatModel(steps: readonly ScriptedStep[]): ScriptedChatModel {
  return new ScriptedChatModel(steps);
}

function readConversation(messages: readonly BaseMessage[], tools: readonly ScriptedTool[]): ScriptedConversation {
  const names = new Map<string, string>();
  for (const message of messages) {
    if (!AIMessage.isInstance(message)) continue;
    for (const call of message.tool_calls ?? []) names.set(call.id ?? '', call.name);
  }
  const prompt = messages.filter((message) => HumanMessage.isInstance(message)).map((message) => message.text);
  const results = messages
    .filter((message) => ToolMessage.isInstance(message))
    .map((message) => ({
      toolCallId: message.tool_call_id,
      toolName: names.get(message.tool_call_id) ?? '',
      text: message.text,
      value: parseResultText(message.text),
      failed: message.status === 'error',
    }));
  return { prompt: prompt.join('\n'), tools, results };
}
