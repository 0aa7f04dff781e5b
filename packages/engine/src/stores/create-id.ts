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
  let random = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) random += alphabet.charAt(byte & 31);
  return `${prefix}_${time}${random}`;
}
