/** What an id names. The prefix stands in front of every id of that kind. */
export type IdPrefix = 'prj' | 'key' | 'ses' | 'tok' | 'ac' | 'ca' | 'log' | 'wh';

/** Crockford's base32 in lower case: sorts like the number it encodes and has no look-alikes. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id such as `ses_01k5x2m8qwnd7v3h0zr4t9c6bp`: 48 bits of time in milliseconds, then 80 random bits, so that ids
 * sort by age (to the millisecond) and cannot be guessed. The layout is that of a ULID.
 */
export function createId(prefix: IdPrefix, now: number = Date.now()): string {
  let time = '';
  for (let rest = now, digit = 0; digit < 10; digit++) {
    time = alphabet.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  // The first 32 and the last 48 bits of a UUID are random (RFC 9562 section 5.4), and runtimes keep a stock of those.
  const uuid = crypto.randomUUID();
  const digits = uuid.slice(0, 8) + uuid.slice(24);
  let random = '';
  for (let at = 0; at < digits.length; at += 5) {
    const bits = Number.parseInt(digits.slice(at, at + 5), 16);
    for (let shift = 15; shift >= 0; shift -= 5) random += alphabet.charAt((bits >> shift) & 31);
  }
  return `${prefix}_${time}${random}`;
}
