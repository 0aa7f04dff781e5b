import { hash } from 'node:crypto';

/** 22 characters that depend on the JSON of a value alone. Key order counts. */
export function contentHash(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64url').slice(0, 22);
}
