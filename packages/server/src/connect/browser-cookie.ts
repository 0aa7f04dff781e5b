import { randomBytes } from 'node:crypto';

const name = 'jackfield_browser';
const secondsKept = 24 * 60 * 60;

/** A secret by which a browser is known again. */
export function newBrowser(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The secret of the browser that sent a request, if it has one.
 *
 * @param address What browsers reach this server at
 */
export function readBrowser(headers: Headers, address: string): string | undefined {
  const start = `${cookieName(address)}=`;
  const cookie = (headers.get('cookie') ?? '').split(/;\s*/).find((each) => each.startsWith(start));
  const value = cookie?.slice(start.length);
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/**
 * Has a browser keep its secret. `Lax`, so that it comes along when a service sends the browser back.
 *
 * @param address What browsers reach this server at
 */
export function keepBrowser(headers: Headers, browser: string, address: string): void {
  const secure = isSecure(address) ? '; Secure' : '';
  const attributes = `Path=/; Max-Age=${secondsKept}; HttpOnly; SameSite=Lax${secure}`;
  headers.append('set-cookie', `${cookieName(address)}=${browser}; ${attributes}`);
}

/** With the prefix no other host, and no page that came without TLS, can set it (RFC 6265bis section 4.1.3.2). */
function cookieName(address: string): string {
  return isSecure(address) ? `__Host-${name}` : name;
}

/** Whether browsers reach an address over TLS. */
export function isSecure(address: string): boolean {
  return address.startsWith('https:');
}
