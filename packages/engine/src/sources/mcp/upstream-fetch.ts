import { isJsonObject } from '@jackfield/json-schema';
import type { FetchLike } from '@modelcontextprotocol/client';
import type { Authorization } from '../../connections/account-credentials.ts';
import type { Egress } from '../../egress/egress.ts';
import type { EngineLimits } from '../../execution/limits.ts';
import type { McpHttpUpstream } from '../../toolkit.ts';
import { ChallengeError, challengeOf } from './challenge-error.ts';

export interface UpstreamFetchOptions {
  readonly egress: Egress;
  readonly limits: EngineLimits;
  readonly authorization: Authorization;
  /** Of the connection: gives up all of its requests. */
  readonly signal: AbortSignal;
}

/**
 * `fetch` for the SDK's transports: through the egress, to the server's own host, with the credentials on it. Throws
 * {@link ChallengeError} for an answer that asks for another credential.
 */
export function upstreamFetch(upstream: McpHttpUpstream, options: UpstreamFetchOptions): FetchLike {
  const { egress, limits, authorization, signal } = options;
  const { host } = new URL(upstream.url);
  return async (input, init = {}) => {
    const url = new URL(input);
    for (const [name, value] of authorization.query) url.searchParams.set(name, value);
    const credentials = { ...lowerCase(upstream.headers), ...authorization.headers };
    const method = init.method ?? 'GET';
    const body = init.body === undefined || init.body === null ? undefined : String(init.body);
    const response = await egress.stream({
      url,
      method,
      headers: { ...Object.fromEntries(new Headers(init.headers)), ...credentials },
      ...(body === undefined ? {} : { body }),
      idempotent: method === 'POST' && isHarmless(body),
      allowedHosts: [host],
      // The credential is for this server; a redirect is told to whoever configured the URL.
      followRedirects: false,
      credentialHeaders: Object.keys(credentials),
      signal: init.signal ? AbortSignal.any([signal, init.signal]) : signal,
      timeoutMs: limits.toolTimeoutMs,
      maxResponseBytes: limits.maxResponseBytes,
    });
    const { status, headers } = response;
    const challenge = challengeOf(status, headers['www-authenticate']);
    if (challenge !== undefined) {
      await response.body.cancel();
      throw new ChallengeError(challenge);
    }
    const isEmpty = status === 204 || status === 205 || status === 304;
    if (isEmpty) await response.body.cancel();
    return new Response(isEmpty ? null : response.body, { status, headers });
  };
}

/** Whether a message may reach the server twice: all but the call of a tool. */
function isHarmless(body: string | undefined): boolean {
  if (body === undefined) return false;
  const message: unknown = JSON.parse(body);
  return isJsonObject(message) && message.method !== 'tools/call';
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
