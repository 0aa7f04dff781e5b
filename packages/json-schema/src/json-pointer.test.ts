import { expect, it } from 'vitest';
import { escapeToken, parsePointer, resolvePointer } from './json-pointer.ts';

it('reads fragments with escaped and encoded tokens', () => {
  expect(parsePointer('#/a~1b/c%20d/e~01/%7Bid%7D')).toStrictEqual(['a/b', 'c d', 'e~1', '{id}']);
  expect(parsePointer('#')).toStrictEqual([]);
  expect(parsePointer('#/100%')).toStrictEqual(['100%']);
  expect(parsePointer('other.json#/a')).toBeUndefined();
  expect(parsePointer('#anchor')).toBeUndefined();
});

it('escapes tokens so that they read back', () => {
  const token = 'a/b~c~1';
  expect(parsePointer(`#/${escapeToken(token)}`)).toStrictEqual([token]);
});

it('resolves through arrays and references, and to nothing without throwing', () => {
  const document = { a: [{ b: 1 }], c: { $ref: '#/a/0' }, loop: { $ref: '#/loop' } };
  expect(resolvePointer(document, '#/a/0/b')).toBe(1);
  expect(resolvePointer(document, '#/c/b')).toBe(1);
  expect(resolvePointer(document, '#/loop/x')).toBeUndefined();
  expect(resolvePointer(document, '#/a/-1')).toBeUndefined();
  expect(resolvePointer(document, '#/toString')).toBeUndefined();
  expect(resolvePointer(document, '#')).toBe(document);
});
