import type { Authorization } from '../connections/account-credentials.ts';
import type { Egress, EgressResponse } from '../egress/egress.ts';
import type { Reauthorization } from './action.ts';
import type { HttpRequest } from './http-request.ts';
import type { EngineLimits } from './limits.ts';
import { signAws } from './sign-aws.ts';

export interface SendOptions {
  readonly egress: Egress;
  readonly limits: EngineLimits;
  readonly authorization: Authorization;
  /** Default: an answer 401 stands. */
  readonly reauthorization?: Reauthorization | undefined;
  readonly idempotent: boolean;
  readonly allowedHosts: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Sends a request with the credentials on it, which nothing that the caller gave can replace. One that the service
 * refused to look at (401) was not carried out: with a better credential, if there is one, it is sent once more.
 */
export async function sendRequest(request: HttpRequest, options: SendOptions): Promise<EgressResponse> {
  const { authorization, reauthorization } = options;
  const response = await send(request, authorization, options);
  if (response.status !== 401 || reauthorization === undefined) return response;
  // RFC 6750 section 3.1
  const isInvalid = /\berror\s*=\s*"?invalid_token\b/i.test(response.headers['www-authenticate'] ?? '');
  const better = await reauthorization.authorize(isInvalid);
  if (better === undefined) return response;
  const second = await send(request, better, options);
  if (second.status === 401) reauthorization.wasInVain();
  return second;
}

async function send(request: HttpRequest, authorization: Authorization, options: SendOptions): Promise<EgressResponse> {
  const { limits } = options;
  const headers: Record<string, string> = { ...request.headers, ...authorization.headers };
  if (authorization.cookies.length > 0) {
    const cookies = authorization.cookies.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    headers.cookie = [...(request.headers.cookie === undefined ? [] : [request.headers.cookie]), ...cookies].join('; ');
  }
  const authorized = { ...request, url: withQuery(request.url, authorization.query), headers };
  const { signature } = authorization;
  const sent = signature === undefined ? authorized : await signAws(authorized, signature);
  const { host } = new URL(authorized.url);
  return options.egress.fetch({
    url: sent.url,
    method: sent.method,
    headers: sent.headers,
    body: sent.body,
    idempotent: options.idempotent,
    // The toolkit's own host in the account's region.
    allowedHosts: options.allowedHosts.map((allowed) => (allowed === host ? new URL(sent.url).host : allowed)),
    credentialHeaders: [...Object.keys(authorization.headers), ...(signature === undefined ? [] : signatureHeaders)],
    signal: options.signal,
    timeoutMs: limits.toolTimeoutMs,
    maxResponseBytes: limits.maxResponseBytes,
  });
}

/** What a signature puts on a request. */
const signatureHeaders = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];

function withQuery(url: string, pairs: Authorization['query']): string {
  if (pairs.length === 0) return url;
  const names = new Set(pairs.map(([name]) => name));
  const separator = url.indexOf('?');
  const base = separator === -1 ? url : url.slice(0, separator);
  const given = separator === -1 ? [] : url.slice(separator + 1).split('&');
  const kept = given.filter((pair) => pair !== '' && !names.has(nameOf(pair)));
  const added = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `${base}?${[...kept, ...added].join('&')}`;
}

/** As the service will read it, whatever way it is encoded. */
function nameOf(pair: string): string {
  const [name = ''] = new URLSearchParams(pair).keys();
  return name;
}
