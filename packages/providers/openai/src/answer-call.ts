import type { CallModifiers, ExecuteTool, JsonObject } from '@jackfield/core';
import type { ReadArguments } from './strict.ts';

/** What a session has for a provider that runs tool calls itself. */
export interface ToolExecutor {
  /** Runs tools of the session, with `modifiers` around each call. */
  executor(modifiers?: CallModifiers): ExecuteTool;
}

/** A function call of either API. */
export interface FunctionCall {
  readonly id: string;
  readonly name: string;
  /** As the model wrote it: not always JSON. */
  readonly json: string;
}

export interface HandleToolCallsOptions<TTool> extends CallModifiers {
  /** The tools that the model was given. Needed in strict mode only. */
  readonly tools?: readonly TTool[] | undefined;
  /** Names of the caller's own tools: calls to these are left to the caller. */
  readonly except?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs one function call.
 *
 * @param read - Gives a call the arguments that its tool is for. Default: those that the model wrote.
 * @returns JSON for the model: the data of the result, or `{ error }` with what data there is.
 * @throws the reason of `signal` when it is aborted, and nothing else.
 */
export async function answerCall(
  execute: ExecuteTool,
  call: FunctionCall,
  read: ReadArguments | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const args = parseArguments(call);
  if (typeof args === 'string') return failure(args);
  try {
    const sent = read?.(call.name, args) ?? args;
    const { successful, data, error } = await execute(call.name, sent, { toolCallId: call.id, signal });
    if (successful) return JSON.stringify(data);
    return failure(error ?? 'The tool failed and did not say why.', data);
  } catch (error) {
    signal?.throwIfAborted();
    return failure(error instanceof Error ? error.message : String(error));
  }
}

function failure(error: string, data: JsonObject = {}): string {
  return JSON.stringify(Object.keys(data).length === 0 ? { error } : { error, data });
}

/** @returns The arguments, or what is wrong with them, for the model. */
function parseArguments({ name, json }: FunctionCall): JsonObject | string {
  // Some models write nothing at all for a tool without parameters.
  if (json.trim() === '') return {};
  const again = `Call ${name} again with one JSON object.`;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    return `The arguments are not a JSON object. ${again}`;
  } catch (error) {
    return `The arguments are not valid JSON: ${error instanceof Error ? error.message : error}. ${again}`;
  }
}
