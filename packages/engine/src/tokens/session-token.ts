import { hash, randomBytes } from 'node:crypto';

/** Tells a session's token from an API key. */
const prefix = 'jfs_';

/** A new token: the prefix and 256 random bits. Shown once; only its hash is kept. */
export function generateSessionToken(): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** Whether a credential looks like the token of a session. */
export function isSessionToken(credential: string): boolean {
  return credential.startsWith(prefix);
}

/** SHA-256 in hexadecimal. The token is 256 random bits: a slow hash would add nothing. */
export function hashSessionToken(token: string): string {
  return hash('sha256', token, 'hex');
}
