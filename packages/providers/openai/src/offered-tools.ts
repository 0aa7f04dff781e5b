import { JackfieldError } from '@jackfield/core';
import type { OfferedTools } from './answer-call.ts';

/**
 * @param functions - The functions among the tools that the model was given.
 * @throws JackfieldError `INVALID_CONFIGURATION` when strict mode is on and the tools are not given: a strict tool's call has
 *   null where an argument is left out, and nothing in the call says that it is strict.
 */
export function offeredTools(
  isStrict: boolean,
  functions: readonly ({ readonly name: string; readonly strict?: boolean | null } | undefined)[] | undefined,
): OfferedTools {
  if (functions === undefined) {
    if (!isStrict) return undefined;
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: 'A provider in strict mode cannot run calls of tools that it does not see',
      fix: 'Pass the tools that the model was given: handleToolCalls(session, answer, { tools })',
    });
  }
  const offered = new Map<string, boolean>();
  for (const tool of functions) if (tool !== undefined) offered.set(tool.name, tool.strict === true);
  return offered;
}
