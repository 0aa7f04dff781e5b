/**
 * How long a response asks to wait, in milliseconds, from `Retry-After` (RFC 9110 section 10.2.3: seconds or a date);
 * `undefined` when it does not say.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // Every form of an HTTP date starts with the name of a day (section 5.6.7).
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
