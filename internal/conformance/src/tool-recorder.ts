import type { ExecuteTool, JsonObject, ToolCallOptions, ToolResult } from '@jackfield/core';

export interface RecordedCall {
  readonly slug: string;
  readonly args: JsonObject;
  readonly options: ToolCallOptions | undefined;
}

/** Runs one tool for a {@link ToolRecorder}. */
export type ToolBehaviour = (
  args: JsonObject,
  options: ToolCallOptions | undefined,
) => ToolResult | Promise<ToolResult>;

/** Stands for a session's way to run tools, and remembers what it was asked for. */
export class ToolRecorder {
  readonly calls: RecordedCall[] = [];
  readonly #behaviours: Readonly<Record<string, ToolBehaviour>>;

  constructor(behaviours: Readonly<Record<string, ToolBehaviour>>) {
    this.#behaviours = behaviours;
  }

  readonly execute: ExecuteTool = async (slug, args, options) => {
    this.calls.push({ slug, args, options });
    const behaviour = this.#behaviours[slug];
    return behaviour === undefined ? failed(`There is no tool ${slug} in this session.`) : behaviour(args, options);
  };
}

export function succeeded(data: JsonObject): ToolResult {
  return { data, error: null, successful: true, logId: 'log_1' };
}

export function failed(error: string, data: JsonObject = {}): ToolResult {
  return { data, error, successful: false, logId: 'log_1' };
}
