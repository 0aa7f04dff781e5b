import { JackfieldError } from '@jackfield/contract';

/** What can go wrong in either database, as far as callers can tell the cases apart. */
export type DatabaseProblem =
  | 'duplicate'
  | 'missing-reference'
  | 'invalid-text'
  | 'too-long'
  | 'unavailable'
  | 'closed'
  | 'other';

/** The error that the stores throw for a problem. The driver's error is its cause. */
export function databaseError(problem: DatabaseProblem, cause: unknown): JackfieldError {
  switch (problem) {
    case 'duplicate':
      return new JackfieldError('CONFLICT', {
        message: 'A row with the same unique value exists already.',
        fix: 'Use another id or name, or update the existing one.',
        cause,
      });
    case 'missing-reference':
      return new JackfieldError('CONFLICT', {
        message: 'Something that this belongs to does not exist (any more) in the project.',
        fix: 'Check the ids in the request.',
        cause,
      });
    case 'invalid-text':
      return new JackfieldError('INVALID_REQUEST', {
        message: 'A text holds the character U+0000, which cannot be stored.',
        fix: 'Remove the character from ids, names and texts.',
        cause,
      });
    case 'too-long':
      return new JackfieldError('INVALID_REQUEST', {
        message: 'An id or name is too long to be stored.',
        fix: 'Shorten ids and names to at most 1,000 characters.',
        cause,
      });
    case 'unavailable':
      return new JackfieldError('UNAVAILABLE', {
        message: 'The database cannot be reached or is busy.',
        fix: 'Try again; if it goes on, check that the database runs and that nothing holds its locks.',
        cause,
      });
    case 'closed':
      return new JackfieldError('UNAVAILABLE', {
        message: 'The store was closed.',
        fix: 'Finish what uses it before closing it, or open it again.',
        retryable: false,
        cause,
      });
    case 'other':
      return new JackfieldError('INTERNAL', {
        message: 'The database refused a query.',
        fix: 'Look at the cause in the log of the server.',
        cause,
      });
  }
}
