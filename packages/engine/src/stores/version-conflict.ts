import { JackfieldError } from '@jackfield/contract';

/** For an update that expected another version than the stored one. */
export function versionConflict(what: string, stored: number, expected: number | undefined): JackfieldError {
  return new JackfieldError('CONFLICT', {
    message: `${what} has version ${stored}, not ${expected}: it was changed in between.`,
    fix: 'Read it again and apply the change to what it is now.',
    details: { version: stored },
  });
}

/** Why the update of a thing of this kind (such as `webhook`) changed nothing; `stored` is what there is of it. */
export function notUpdated(
  kind: string,
  id: string,
  stored: { readonly version: number } | undefined,
  expected: number | undefined,
): JackfieldError {
  if (stored !== undefined) return versionConflict(`The ${kind} ${id}`, stored.version, expected);
  return new JackfieldError('NOT_FOUND', {
    message: `There is no ${kind} ${id}.`,
    fix: `Check the id, or list the ${kind}s.`,
  });
}
