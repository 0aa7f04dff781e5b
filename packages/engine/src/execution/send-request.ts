import type { Authorization } from '../connections/account-credentials.ts';
import type { Egress, EgressResponse } from '../egress/egress.ts';
import type { HttpRequest } from './http-request.ts';
import type { EngineLimits } from './limits.ts';

export interface SendOptions {
  readonly egress: Egress;
  readonly limits: EngineLimits;
  readonly authorization: Authorization;
  readonly idempotent: boolean;
  readonly allowedHosts: readonly string[];
  readonly signal: AbortSignal;
}

/** Sends a request with the credentials on it, which nothing that the caller gave can replace. */
export function sendRequest(request: HttpRequest, options: SendOptions): Promise<EgressResponse> {
  const { authorization, limits } = options;
  const headers: Record<string, string> = { ...request.headers, ...authorization.headers };
  if (authorization.cookies.length > 0) {
    const cookies = authorization.cookies.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    headers.cookie = [...(request.headers.cookie === undefined ? [] : [request.headers.cookie]), ...cookies].join('; ');
  }
  return options.egress.fetch({
    url: withQuery(request.url, authorization.query),
    method: request.method,
    headers,
    body: request.body,
    idempotent: options.idempotent,
    allowedHosts: options.allowedHosts,
    credentialHeaders: Object.keys(authorization.headers),
    signal: options.signal,
    timeoutMs: limits.toolTimeoutMs,
    maxResponseBytes: limits.maxResponseBytes,
  });
}

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
