import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = Date.parse('2030-01-01T00:00:00.000Z');

test.each([
  ['0', 0],
  ['120', 120_000],
  ['Tue, 01 Jan 2030 00:00:05 GMT', 5000],
  ['Mon, 31 Dec 2029 00:00:00 GMT', 0],
  ['Tuesday, 01-Jan-30 00:00:05 GMT', 5000],
  ['Tue Jan  1 00:00:05 2030 GMT', 5000],
  ['soon', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['', undefined],
  ['2030', 2_030_000],
  [undefined, undefined],
])('%j means %j ms', (value, expected) => {
  expect(retryAfterMs(value, now)).toBe(expected);
});
