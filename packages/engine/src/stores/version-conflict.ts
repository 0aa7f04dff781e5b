import { JackfieldError } from '@jackfield/contract';

/** For an update that expected another version than the stored one. */
export function versionConflict(what: string, stored: number, expected: number | undefined): JackfieldError {
  return new JackfieldError('CONFLICT', {
    message: `${what} has version ${stored}, not ${expected}: it was changed in between.`,
    fix: 'Read it again and apply the change to what it is now.',
    details: { version: stored },
  });
}
