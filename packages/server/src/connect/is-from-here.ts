/**
 * Whether a form was sent from a page of ours. A page with `Referrer-Policy: no-referrer` sends `Origin: null` (Fetch
 * Standard, "append a request `Origin` header"), so that only `Sec-Fetch-Site` tells; browsers leave that one out on
 * plain http outside of localhost.
 *
 * @param address URL under which the browser reaches the page
 */
export function isFromHere(headers: Headers, address: string): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  const origin = headers.get('origin');
  // The host alone: behind a proxy that ends TLS the scheme of the request is not the browser's.
  return origin === null || origin === 'null' || hostOf(origin) === hostOf(address);
}

function hostOf(url: string): string | undefined {
  return URL.parse(url)?.host;
}
