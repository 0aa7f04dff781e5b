import { JackfieldError } from '@jackfield/core';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/**
 * Says what went wrong and how to mend it; the stack only with `debug`.
 * @returns The exit code: 2 for a command line that cannot be understood, else 1.
 */
export function printError(error: unknown, terminal: Pick<Terminal, 'stderr'>, debug: boolean): 1 | 2 {
  const message = error instanceof Error ? error.message : String(error);
  const fix = JackfieldError.isInstance(error) || error instanceof UsageError ? error.fix : undefined;
  const code = JackfieldError.isInstance(error) ? ` (${error.code})` : '';
  terminal.stderr.write(`error: ${message}${code}\n`);
  if (fix !== undefined) terminal.stderr.write(`fix:   ${fix}\n`);
  if (debug && error instanceof Error) terminal.stderr.write(`${describe(error)}\n`);
  return error instanceof UsageError ? 2 : 1;
}

function describe(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by: ${describe(error.cause)}` : stack;
}
