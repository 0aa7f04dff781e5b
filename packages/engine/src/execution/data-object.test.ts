import { expect, it } from 'vitest';
import { toDataObject } from './data-object.ts';

it.each([
  [{ a: 1 }, { a: 1 }],
  [[1, 2], { items: [1, 2] }],
  [[], { items: [] }],
  [null, {}],
  [undefined, {}],
  ['text', { value: 'text' }],
  [0, { value: 0 }],
  [false, { value: false }],
])('%j becomes %j', (value, expected) => {
  expect(toDataObject(value)).toStrictEqual(expected);
});

it('hands an object on as it is', () => {
  const value = { a: 1 };
  expect(toDataObject(value)).toBe(value);
});
