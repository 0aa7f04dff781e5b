import { expect, test } from 'vitest';
import { isFromHere } from './is-from-here.ts';

const address = 'https://tools.example.com/connect/abc';

test.each([
  [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, true],
  [{ 'sec-fetch-site': 'none' }, true],
  [{ 'sec-fetch-site': 'cross-site', origin: 'https://tools.example.com' }, false],
  [{ 'sec-fetch-site': 'same-site', origin: 'null' }, false],
  [{ origin: 'https://tools.example.com' }, true],
  [{ origin: 'http://tools.example.com' }, true],
  [{ origin: 'https://evil.example' }, false],
  [{ origin: 'https://tools.example.com.evil.example' }, false],
  [{ origin: 'https://tools.example.com:8443' }, false],
  [{ origin: 'null' }, true],
  [{}, true],
])('a form with %j is from here: %s', (headers, expected) => {
  expect(isFromHere(new Headers(headers as Record<string, string>), address)).toBe(expected);
});
