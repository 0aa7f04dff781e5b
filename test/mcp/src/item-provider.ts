import type { ExecuteTool, Provider, SessionTool } from '@jackfield/core';

/** Leaves tools as the session lists them. */
export class ItemProvider implements Provider<readonly SessionTool[], SessionTool> {
  readonly name = 'items';

  wrapTool(tool: SessionTool): SessionTool {
    return tool;
  }

  wrapTools(tools: readonly SessionTool[], _execute: ExecuteTool): readonly SessionTool[] {
    return tools;
  }
}
