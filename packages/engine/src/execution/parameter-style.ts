import { isJsonObject } from '@jackfield/json-schema';

export type ParameterStyle = 'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject';

type Encode = (text: string) => string;

/** A value as text: objects and arrays, where a style has no place for them, as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function presentItems(value: readonly unknown[]): readonly unknown[] {
  return value.filter(isPresent);
}

function presentEntries(value: { readonly [key: string]: unknown }): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, item]) => isPresent(item));
}

/**
 * A path parameter: `simple`, `label` or `matrix` (OpenAPI 3.1 section 4.8.12.3, which is RFC 6570 sections 3.2.2, 3.2.5
 * and 3.2.7).
 */
export function pathValue(
  name: string,
  value: unknown,
  style: ParameterStyle,
  explode: boolean,
  encode: Encode,
): string {
  const parts = partsOf(value, explode, encode);
  switch (style) {
    case 'label':
      return parts.map((part) => `.${part}`).join('');
    case 'matrix': {
      const wireName = encode(name);
      if (isJsonObject(value) && explode) return parts.map((part) => `;${part}`).join('');
      return parts.map((part) => (part === '' ? `;${wireName}` : `;${wireName}=${part}`)).join('');
    }
    default:
      return parts.join(',');
  }
}

/** A header parameter; header values are not percent-encoded. */
export function headerValue(value: unknown, explode: boolean): string {
  return partsOf(value, explode, (text) => text).join(',');
}

/** What stands between the separators of an expansion; one part, comma-separated, when it does not explode. */
function partsOf(value: unknown, explode: boolean, encode: Encode): readonly string[] {
  if (Array.isArray(value)) {
    const items = presentItems(value).map((item) => encode(textOf(item)));
    return explode || items.length === 0 ? items : [items.join(',')];
  }
  if (isJsonObject(value)) {
    const entries = presentEntries(value).map(([key, item]) => [encode(key), encode(textOf(item))] as const);
    if (explode) return entries.map(([key, item]) => `${key}=${item}`);
    return entries.length === 0 ? [] : [entries.flat().join(',')];
  }
  return [encode(textOf(value))];
}

/**
 * A query, cookie or form parameter as encoded `name=value` pairs: `form`, `spaceDelimited`, `pipeDelimited` or
 * `deepObject`. Nothing for null, an empty array or an empty object.
 */
export function queryPairs(
  name: string,
  value: unknown,
  style: ParameterStyle,
  explode: boolean,
  encodeName: Encode,
  encodeValue: Encode,
): readonly string[] {
  if (!isPresent(value)) return [];
  const pair = (key: string, item: string) => `${encodeName(key)}=${item}`;
  if (Array.isArray(value)) {
    const items = presentItems(value);
    if (items.length === 0) return [];
    if (style === 'deepObject')
      return items.flatMap((item, index) => bracketPairs(`${name}[${index}]`, item, pair, encodeValue));
    if (explode) return items.map((item) => pair(name, encodeValue(textOf(item))));
    return [pair(name, items.map((item) => encodeValue(textOf(item))).join(separatorOf(style)))];
  }
  if (isJsonObject(value)) {
    const entries = presentEntries(value);
    if (entries.length === 0) return [];
    if (style === 'deepObject')
      return entries.flatMap(([key, item]) => bracketPairs(`${name}[${key}]`, item, pair, encodeValue));
    if (explode) return entries.map(([key, item]) => pair(key, encodeValue(textOf(item))));
    return [
      pair(
        name,
        entries.flatMap(([key, item]) => [encodeValue(key), encodeValue(textOf(item))]).join(separatorOf(style)),
      ),
    ];
  }
  return [pair(name, encodeValue(textOf(value)))];
}

/**
 * Nested values below a `deepObject`, which OpenAPI leaves open: brackets all the way down, with indexes in arrays
 * (`items[0][price]=…`), as Stripe, Rails and PHP read them.
 */
function bracketPairs(
  name: string,
  value: unknown,
  pair: (key: string, item: string) => string,
  encodeValue: Encode,
): readonly string[] {
  if (!isPresent(value)) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => bracketPairs(`${name}[${index}]`, item, pair, encodeValue));
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([key, item]) => bracketPairs(`${name}[${key}]`, item, pair, encodeValue));
  }
  return [pair(name, encodeValue(textOf(value)))];
}

function separatorOf(style: ParameterStyle): string {
  switch (style) {
    case 'spaceDelimited':
      return '%20';
    case 'pipeDelimited':
      return '%7C';
    default:
      return ',';
  }
}
