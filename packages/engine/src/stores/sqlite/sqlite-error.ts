import { JackfieldError } from '@jackfield/contract';
import { type DatabaseProblem, databaseError } from '../database-error.ts';
import { NulCharacterError } from './sqlite-driver.ts';

/** Result codes of SQLite (https://www.sqlite.org/rescode.html); the low byte of an extended code is the primary one. */
const busy = 5;
const locked = 6;
const full = 13;
const constraintForeignKey = 787;
const constraintPrimaryKey = 1555;
const constraintUnique = 2067;

export function mapSqliteError(error: unknown): JackfieldError {
  return JackfieldError.isInstance(error) ? error : databaseError(problemOf(error), error);
}

function problemOf(error: unknown): DatabaseProblem {
  if (error instanceof NulCharacterError) return 'invalid-text';
  const code = sqliteCode(error);
  if (code === undefined) return 'other';
  if (code === constraintUnique || code === constraintPrimaryKey) return 'duplicate';
  if (code === constraintForeignKey) return 'missing-reference';
  const primary = code & 0xff;
  return primary === busy || primary === locked || primary === full ? 'unavailable' : 'other';
}

/** The extended result code of an error of `node:sqlite`; `undefined` for other errors. */
export function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
}
