import { isJsonObject } from './json-schema.ts';

/**
 * The tokens of a JSON pointer in its URI fragment form (RFC 6901 section 6): `#/a~1b/c%20d` is `['a/b', 'c d']`, `#` is
 * `[]`. Undefined when the reference is not a fragment with a JSON pointer.
 */
export function parsePointer(reference: string): readonly string[] | undefined {
  if (reference === '#' || reference === '#/') return [];
  if (!reference.startsWith('#/')) return undefined;
  return reference.slice(2).split('/').map(unescapeToken);
}

function unescapeToken(token: string): string {
  let decoded = token;
  if (token.includes('%')) {
    try {
      decoded = decodeURIComponent(token);
    } catch {
      // Real documents write a bare `%` in names; then the token stands for itself.
    }
  }
  return decoded.includes('~') ? decoded.replaceAll('~1', '/').replaceAll('~0', '~') : decoded;
}

/** A token as it is written within a JSON pointer: `~` and `/` escaped. */
export function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * What a fragment reference points at within a document. A step onto an object that is itself a `$ref` goes on at its
 * target, as documents rely on (`#/components/parameters/id/schema`, where `id` is a reference). Undefined when there is
 * nothing.
 */
export function resolvePointer(document: unknown, reference: string): unknown {
  return resolveWithin(document, reference, 0);
}

const maxHops = 32;

function resolveWithin(document: unknown, reference: string, hops: number): unknown {
  const tokens = parsePointer(reference);
  if (tokens === undefined || hops > maxHops) return undefined;
  let current = document;
  for (const token of tokens) {
    if (isJsonObject(current) && !Object.hasOwn(current, token) && typeof current.$ref === 'string') {
      current = resolveWithin(document, current.$ref, hops + 1);
    }
    if (Array.isArray(current)) {
      current = /^\d+$/.test(token) ? current[Number(token)] : undefined;
    } else if (isJsonObject(current) && Object.hasOwn(current, token)) {
      current = current[token];
    } else {
      return undefined;
    }
  }
  return current;
}
