import { JackfieldError } from '@jackfield/contract';

/** The lists that are read in pages. A cursor belongs to exactly one of them. */
export type ListName =
  | 'sessions'
  | 'config_history'
  | 'auth_configs'
  | 'connected_accounts'
  | 'tool_calls'
  | 'session_tokens'
  | 'webhooks'
  | 'files'
  | 'session_tools'
  | 'session_toolkits'
  | 'toolkits'
  | 'tools';

/** The cursor after the row at `position` of `list`. Opaque to whoever holds it. */
export function encodeCursor(list: ListName, position: number): string {
  return Buffer.from(`${list}:${position}`).toString('base64url');
}

/**
 * @throws JackfieldError `INVALID_CURSOR` for anything that {@link encodeCursor} did not make for this list.
 */
export function decodeCursor(list: ListName, cursor: string): number {
  const match = /^([a-z_]+):(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (match === null || match[1] !== list || encodeCursor(list, Number(match[2])) !== cursor) {
    throw new JackfieldError('INVALID_CURSOR', {
      message: `The cursor ${JSON.stringify(cursor.slice(0, 100))} was not issued for this list.`,
      fix: 'Pass `nextCursor` of the previous page unchanged, to the list that it came from; leave it out for the first page.',
    });
  }
  return Number(match[2]);
}
