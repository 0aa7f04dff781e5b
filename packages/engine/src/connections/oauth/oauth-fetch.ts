import type { Egress } from '../../egress/egress.ts';

/** What oauth4webapi calls to send a request. */
export type OAuthFetch = (url: string, request: OAuthFetchRequest) => Promise<Response>;

interface OAuthFetchRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Shorter than the lease under which a token is renewed. */
export const oauthTimeoutMs = 10_000;
const maxResponseBytes = 1_000_000;

/**
 * Sends the requests of the OAuth library out through the egress. Redirects are not followed: one would take the code,
 * or the client's secret, to where nobody configured it to go.
 */
export function createOAuthFetch(egress: Egress): OAuthFetch {
  return async (url, { method, headers, body, signal }) => {
    const response = await egress.fetch({
      url,
      method,
      headers,
      ...(body === undefined || body === null ? {} : { body: String(body) }),
      idempotent: method === 'GET',
      followRedirects: false,
      signal,
      timeoutMs: oauthTimeoutMs,
      maxResponseBytes,
    });
    const { 'content-encoding': _decoded, 'content-length': _length, ...rest } = response.headers;
    const isEmpty = response.status === 204 || response.status === 205 || response.status === 304;
    return new Response(isEmpty ? null : new Uint8Array(response.bytes()), { status: response.status, headers: rest });
  };
}
