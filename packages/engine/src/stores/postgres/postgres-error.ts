import { JackfieldError } from '@jackfield/contract';
import { type DatabaseProblem, databaseError } from '../database-error.ts';

/** SQLSTATE codes (PostgreSQL, appendix A) and what they mean to callers. */
const problems: Readonly<Record<string, DatabaseProblem>> = {
  '23505': 'duplicate',
  '23503': 'missing-reference',
  '22021': 'invalid-text',
  // An index entry that does not fit a page.
  '54000': 'too-long',
  '40001': 'unavailable',
  '40P01': 'unavailable',
  '53300': 'unavailable',
  '55P03': 'unavailable',
  '57014': 'unavailable',
  '57P01': 'unavailable',
  '57P02': 'unavailable',
  '57P03': 'unavailable',
};

export function mapPostgresError(error: unknown): JackfieldError {
  if (JackfieldError.isInstance(error)) return error;
  const code = sqlState(error);
  // Without a SQLSTATE it did not come from the server: the connection is gone.
  return databaseError(code === undefined ? 'unavailable' : (problems[code] ?? 'other'), error);
}

/** For an error while connecting to `address` (host and port). */
export function postgresConnectError(error: unknown, address: string): JackfieldError {
  if (JackfieldError.isInstance(error)) return error;
  switch (sqlState(error)) {
    case '28P01':
    case '28000':
      return new JackfieldError('INVALID_CONFIGURATION', {
        message: `PostgreSQL at ${address} refused the user name or password.`,
        fix: 'Check user and password in the database URL (special characters percent-encoded) and pg_hba.conf of the server.',
        cause: error,
      });
    case '3D000':
      return new JackfieldError('INVALID_CONFIGURATION', {
        message: `PostgreSQL at ${address} has no database of the name in the database URL.`,
        fix: 'Create it (`createdb`), or correct the name.',
        cause: error,
      });
    default:
      return new JackfieldError('UNAVAILABLE', {
        message: `PostgreSQL at ${address} cannot be reached${reason(error)}.`,
        fix: 'Check that it runs and accepts connections from here, and the host and port in the database URL.',
        cause: error,
      });
  }
}

/** The SQLSTATE of an error that the server sent; `undefined` for other errors. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[\dA-Z]{5}$/.test(error.code)
    ? error.code
    : undefined;
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const [first] = error instanceof AggregateError ? error.errors : [];
  const { message } = first instanceof Error ? first : error;
  return message === '' ? '' : `: ${message}`;
}
