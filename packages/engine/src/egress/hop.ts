import { JackfieldError } from '@jackfield/contract';

/** One request on its way; a redirect makes another one of it. */
export interface Hop {
  readonly url: URL;
  /** Upper case. */
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

export interface RedirectRules {
  readonly isAllowedHost: (url: URL) => boolean;
  /** Names in lower case. */
  readonly credentialHeaders: ReadonlySet<string>;
}

/**
 * The request that a redirect asks for (RFC 9110 section 15.4), or `undefined` if the response is not a redirect.
 *
 * Credentials do not follow to another origin. Another host than those that are allowed is asked only by GET or HEAD.
 *
 * @throws JackfieldError `UPSTREAM_INVALID_RESPONSE` for a location that is no URL; `EGRESS_DENIED` for one that may
 * not be followed.
 */
export function redirected(
  hop: Hop,
  status: number,
  location: string | undefined,
  { isAllowedHost, credentialHeaders }: RedirectRules,
): Hop | undefined {
  if (
    location === undefined ||
    !(status === 301 || status === 302 || status === 303 || status === 307 || status === 308)
  ) {
    return undefined;
  }
  if (!URL.canParse(location, hop.url)) {
    throw new JackfieldError('UPSTREAM_INVALID_RESPONSE', {
      message: `${hop.url.host} redirected to something that is not a URL.`,
      fix: 'Report this to the maintainers of the service.',
    });
  }
  const url = new URL(location, hop.url);
  checkUrl(url);
  // Sections 15.4.2 and 15.4.3 allow this for POST, which all browsers do; 15.4.4 asks for it for all but HEAD.
  const becomesGet = status === 303 ? hop.method !== 'HEAD' : status < 303 && hop.method === 'POST';
  const method = becomesGet ? 'GET' : hop.method;
  if (!isAllowedHost(url) && method !== 'GET' && method !== 'HEAD') {
    throw new JackfieldError('EGRESS_DENIED', {
      message: `${hop.url.host} redirected a ${method} request to ${url.host}, which does not belong to the toolkit.`,
      fix: 'Correct the base URL of the toolkit, or add the host to it.',
    });
  }
  const crossOrigin = url.origin !== hop.url.origin;
  const headers = Object.fromEntries(
    Object.entries(hop.headers).filter(
      ([name]) => !(crossOrigin && credentialHeaders.has(name)) && !(becomesGet && name.startsWith('content-')),
    ),
  );
  return { url, method, headers, body: becomesGet ? null : hop.body };
}

/**
 * @throws JackfieldError `EGRESS_DENIED` unless it is an `http` or `https` URL without user name and password.
 */
export function checkUrl(url: URL): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new JackfieldError('EGRESS_DENIED', {
      message: `Tools may not call ${url.protocol} URLs.`,
      fix: 'Use an https: or http: URL.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new JackfieldError('EGRESS_DENIED', {
      message: `A URL of ${url.host} holds a user name or password.`,
      fix: 'Take them out of the URL and connect an account with them instead.',
    });
  }
}
