import { randomUUID } from 'node:crypto';

/** The caller's `x-request-id` if it is harmless in logs and headers, otherwise a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id');
  return given !== null && /^[\w.:-]{1,128}$/.test(given) ? given : `req_${randomUUID().replaceAll('-', '')}`;
}
