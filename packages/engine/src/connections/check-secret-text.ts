/** In characters. */
export const longestSecret = 8192;

/**
 * What keeps a text from being sent as a credential; undefined when nothing does. Printable ASCII and Latin-1 only: a
 * line break would begin another header (RFC 9110 section 5.5).
 */
export function checkSecretText(text: string): string | undefined {
  if (text.length > longestSecret) return `is longer than ${longestSecret} characters`;
  if (/[^\x20-\x7e\xa0-\xff]/.test(text)) {
    return 'contains a line break, a control character or another one that a request cannot carry';
  }
  return undefined;
}
