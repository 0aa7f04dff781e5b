import { expect, test } from 'vitest';
import { createId } from './create-id.ts';

test('an id has its prefix, and 26 characters that cannot be confused', () => {
  expect(createId('ses')).toMatch(/^ses_[0-9a-hjkmnp-tv-z]{26}$/);
});

test('ids of different milliseconds sort by time', () => {
  const times = [0, 1, 31, 32, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1];
  const ids = times.map((time) => createId('log', time));
  expect(ids.toSorted()).toEqual(ids);
});

test('ids of the same millisecond differ in 80 random bits', () => {
  const count = 10_000;
  const ids = Array.from({ length: count }, () => createId('log', 0));
  expect(new Set(ids).size).toBe(count);
  // Each of the 16 random characters takes all of its 32 values.
  for (let position = 14; position < 30; position++) {
    expect(new Set(ids.map((id) => id[position])).size).toBe(32);
  }
});
