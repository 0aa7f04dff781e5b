/** A tool call that a scripted model makes. */
export interface ScriptedToolCall {
  readonly name: string;
  /** A string is sent as it stands, to play a model that writes malformed JSON. */
  readonly arguments: Readonly<Record<string, unknown>> | string;
  /** Default: `call_<step>_<position>`, both from 1. */
  readonly id?: string;
}

/** What a scripted model answers: text, tool calls, or text with tool calls. A turn without calls ends the loop. */
export interface ScriptedTurn {
  readonly text?: string;
  readonly toolCalls?: readonly ScriptedToolCall[];
}

/** A tool as the model was told of it. */
export interface ScriptedTool {
  readonly name: string;
  readonly description: string | undefined;
  readonly schema: unknown;
  readonly strict: boolean | undefined;
}

/** A tool result as the model was told of it. */
export interface ScriptedToolResult {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly text: string;
  /** The parsed JSON of `text`, or `text` itself where that is not JSON. */
  readonly value: unknown;
  /** `undefined` where the protocol has no mark for a failure (OpenAI). */
  readonly failed: boolean | undefined;
}

/** All that the model knows when its turn comes. */
export interface ScriptedConversation {
  /** The user's messages, joined by line breaks. */
  readonly prompt: string;
  readonly tools: readonly ScriptedTool[];
  /** Every result so far, oldest first. */
  readonly results: readonly ScriptedToolResult[];
}

/** One step of a script: an answer, or a function that decides on it from the conversation so far. */
export type ScriptedStep = ScriptedTurn | ((conversation: ScriptedConversation) => ScriptedTurn);

interface NumberedToolCall extends ScriptedToolCall {
  readonly id: string;
  /** The arguments as the model writes them. */
  readonly json: string;
}

export interface NumberedTurn {
  readonly text: string;
  readonly toolCalls: readonly NumberedToolCall[];
}

/** Plays steps one by one and remembers what the model was shown at each. */
export class Script {
  /** What the model was shown, one entry a turn. */
  readonly conversations: ScriptedConversation[] = [];
  readonly #steps: readonly ScriptedStep[];

  constructor(steps: readonly ScriptedStep[]) {
    this.#steps = steps;
  }

  /** @throws Error when the loop asks for more turns than the script has. */
  next(conversation: ScriptedConversation): NumberedTurn {
    this.conversations.push(conversation);
    const number = this.conversations.length;
    const step = this.#steps[number - 1];
    if (step === undefined) {
      throw new Error(`The script has ${this.#steps.length} steps, and the loop asked for step ${number}.`);
    }
    const turn = typeof step === 'function' ? step(conversation) : step;
    const toolCalls = (turn.toolCalls ?? []).map((call, index) => ({
      ...call,
      id: call.id ?? `call_${number}_${index + 1}`,
      json: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
    }));
    return { text: turn.text ?? '', toolCalls };
  }
}

/** Reads the text of a tool result as JSON where it is JSON. */
export function parseResultText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
