import { expect, it } from 'vitest';
import { deepFreeze } from './deep-freeze.ts';
import { shortHash } from './short-hash.ts';
import { collectReferences, walkSchema } from './walk-schema.ts';

it('walks every schema, with its pointer', () => {
  const pointers: string[] = [];
  const schema = {
    properties: { 'a/b': { items: false }, not: { type: 'string' } },
    anyOf: [{}, { not: {} }],
    $defs: { A: {} },
    default: { properties: { no: {} } },
  };
  walkSchema(schema, (_child, pointer) => pointers.push(pointer));
  expect(pointers).toStrictEqual([
    '#',
    '#/anyOf/0',
    '#/anyOf/1',
    '#/anyOf/1/not',
    '#/$defs/A',
    '#/properties/a~1b',
    '#/properties/a~1b/items',
    '#/properties/not',
  ]);
});

it('collects references', () => {
  expect([
    ...collectReferences({ items: { $ref: '#/$defs/A' }, properties: { $ref: { $ref: '#/$defs/B' } } }),
  ]).toStrictEqual(['#/$defs/A', '#/$defs/B']);
});

it('freezes everything, once', () => {
  const shared = { a: [1] };
  const value = deepFreeze({ one: shared, other: shared, none: null });
  expect(Object.isFrozen(value.one.a)).toBe(true);
});

it('hashes to six characters that depend on the text alone', () => {
  expect(shortHash('users/list')).toBe(shortHash('users/list'));
  const hashes = new Set(Array.from({ length: 20_000 }, (_, index) => shortHash(`operation ${index}`)));
  expect(hashes.size).toBeGreaterThan(19_990);
  for (const hash of hashes) expect(hash).toMatch(/^[a-z0-9]{6}$/);
});
