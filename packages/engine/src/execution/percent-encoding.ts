/**
 * Percent-encoding of everything but the unreserved characters of RFC 3986 section 2.3. `encodeURIComponent` also leaves
 * `!'()*`, which are reserved. Lone surrogates become U+FFFD.
 */
export function encodeStrict(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Leaves the reserved characters that have no meaning within a query (RFC 3986 section 3.4) and cannot end the parameter:
 * all but `#`, `[`, `]`, `&`, `+` and, in names, `=`.
 */
export function encodeReservedQuery(text: string): string {
  return encodeStrict(text).replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B|3D)/g, decodeURIComponent);
}

/** Leaves slashes and the other characters that a path may contain (`pchar` in RFC 3986 section 3.3). */
export function encodeReservedPath(text: string): string {
  return encodeStrict(text).replace(/%(?:2F|3A|40|21|24|26|27|28|29|2A|2B|2C|3B|3D)/g, decodeURIComponent);
}

/** Text of a URL template that is written out: encodes only what a URL cannot contain; `%41` stays. */
export function encodeLiteral(text: string): string {
  return text.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?@!$&'()*+,;=%]+/g, (part) =>
    encodeURIComponent(part.toWellFormed()),
  );
}

/** `application/x-www-form-urlencoded` (WHATWG URL section 5.2): a space is `+`. */
export function encodeForm(text: string): string {
  return encodeStrict(text).replaceAll('%20', '+');
}
