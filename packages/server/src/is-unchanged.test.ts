import { expect, test } from 'vitest';
import { isUnchanged } from './is-unchanged.ts';

test.each([
  [undefined, '"a"', false],
  ['"a"', '"a"', true],
  ['"b"', '"a"', false],
  ['"b", "a"', '"a"', true],
  ['W/"a"', '"a"', true],
  ['"a"', 'W/"a"', true],
  ['"x, y"', '"x, y"', true],
  ['"x", "y"', '"x, y"', false],
  ['*', '"a"', true],
  ['a', '"a"', false],
  ['', '"a"', false],
])('If-None-Match %s against %s: %s', (condition, etag, expected) => {
  const headers = new Headers(condition === undefined ? {} : { 'if-none-match': condition });
  expect(isUnchanged(headers, etag)).toBe(expected);
});
