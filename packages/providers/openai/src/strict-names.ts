import { JackfieldError } from '@jackfield/core';

/**
 * The names of the strict ones among the functions that the model was given.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` when strict mode is on and they are not given: a strict tool's call has
 *   null for what is left out, and nothing in the call says that its tool is strict.
 */
export function strictNames(
  isStrictMode: boolean,
  functions: readonly ({ readonly name: string; readonly strict?: boolean | null } | undefined)[] | undefined,
): ReadonlySet<string> {
  if (isStrictMode && functions === undefined) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: 'In strict mode, calls cannot be run without their tools.',
      fix: 'Pass the tools that the model was given: handleToolCalls(session, answer, { tools }).',
    });
  }
  return new Set(functions?.flatMap((tool) => (tool?.strict ? [tool.name] : [])));
}
