import type { JsonObject, ToolItem } from '@jackfield/contract';

/** A tool of a session, shared between calls and frozen: change a copy. */
export type SessionTool = DeepReadonly<ToolItem>;

type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** What a tool call came to. A tool that failed says so in `error`, written for a model. */
export interface ToolResult {
  readonly data: JsonObject;
  readonly error: string | null;
  readonly successful: boolean;
  /** Names the record of the call; absent for a custom tool, which runs in this process. */
  readonly logId?: string | undefined;
}

export interface ToolCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** The framework's id of the call: a repeated call with the same id is not run again. */
  readonly toolCallId?: string | undefined;
}

/**
 * Runs a tool of the session, with its modifiers. A failure of the tool, also one that the server refuses, is a
 * result; what is thrown is only the abort reason of `signal`.
 */
export type ExecuteTool = (slug: string, args: JsonObject, options?: ToolCallOptions) => Promise<ToolResult>;

/** Makes a framework's own tools of a session's tools. */
export interface Provider<TToolCollection, TTool> {
  /** The framework, in lower case: `vercel`. Sent with each request for the server's logs. */
  readonly name: string;
  wrapTool(tool: SessionTool, execute: ExecuteTool): TTool;
  /** What `session.tools()` resolves to. */
  wrapTools(tools: readonly SessionTool[], execute: ExecuteTool): TToolCollection;
}
