import { isSecure } from './browser-cookie.ts';

/** What the page at the end names. Neither a secret nor proof of anything. */
export interface ConnectedResult {
  /** Name of the toolkit. */
  readonly toolkit: string;
  readonly account: string | undefined;
}

const name = 'jackfield_connected';
const secondsKept = 10 * 60;
const longest = 200;

/**
 * Tells the next page what was connected. A cookie, for whoever makes up a URL must not make our page say something.
 *
 * @param address What browsers reach this server at
 */
export function keepResult(headers: Headers, { toolkit, account }: ConnectedResult, address: string): void {
  const parts = [toolkit, account ?? ''].map((text) => [...text].slice(0, longest).join(''));
  const value = Buffer.from(JSON.stringify(parts)).toString('base64url');
  const secure = isSecure(address) ? '; Secure' : '';
  headers.append(
    'set-cookie',
    `${cookieName(address)}=${value}; Path=/; Max-Age=${secondsKept}; HttpOnly; SameSite=Lax${secure}`,
  );
}

/** Undefined when there is none, or one that is not ours. */
export function readResult(headers: Headers, address: string): ConnectedResult | undefined {
  const start = `${cookieName(address)}=`;
  const cookie = (headers.get('cookie') ?? '').split(/;\s*/).find((each) => each.startsWith(start));
  try {
    const parts: unknown = JSON.parse(Buffer.from(cookie?.slice(start.length) ?? '', 'base64url').toString());
    if (!Array.isArray(parts) || parts.length !== 2) return undefined;
    const [toolkit, account] = parts as unknown[];
    if (typeof toolkit !== 'string' || typeof account !== 'string' || toolkit === '') return undefined;
    return { toolkit, account: account === '' ? undefined : account };
  } catch {
    return undefined;
  }
}

function cookieName(address: string): string {
  return isSecure(address) ? `__Host-${name}` : name;
}
