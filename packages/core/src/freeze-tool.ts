import type { ToolItem } from '@jackfield/contract';
import { deepFreeze } from './deep-freeze.ts';
import type { SessionTool } from './provider.ts';

/**
 * Freezes a tool; its output schema only when somebody reads it. Output schemas are most of what a list of tools is
 * made of (of 500 tools of GitHub's, two thirds), and few frameworks have a use for them.
 */
export function freezeTool({ outputParameters, ...tool }: ToolItem): SessionTool {
  deepFreeze(tool);
  if (outputParameters === undefined) return tool;
  return Object.freeze({
    ...tool,
    get outputParameters() {
      return Object.isFrozen(outputParameters) ? outputParameters : deepFreeze(outputParameters);
    },
  });
}
