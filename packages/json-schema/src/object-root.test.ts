import { expect, it } from 'vitest';
import { toObjectRoot } from './object-root.ts';

it.each([
  [{}, { type: 'object', properties: {} }],
  [
    { type: ['object', 'null'], properties: { a: {} } },
    { type: 'object', properties: { a: {} } },
  ],
  [
    { type: 'object', required: ['a'] },
    { type: 'object', properties: {}, required: ['a'] },
  ],
  [
    { $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/B' }, B: { properties: { b: { $ref: '#/$defs/B' } } } } },
    {
      type: 'object',
      properties: { b: { $ref: '#/$defs/B' } },
      $defs: { A: { $ref: '#/$defs/B' }, B: { properties: { b: { $ref: '#/$defs/B' } } } },
    },
  ],
])('%o has an object root', (schema, expected) => {
  expect(toObjectRoot(schema)).toStrictEqual(expected);
});

it.each([
  [{ type: 'string' }],
  [{ type: ['array', 'null'] }],
  [{ $ref: '#/$defs/missing' }],
  [{ $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/A' } } }],
])('%o cannot have one', (schema) => {
  expect(toObjectRoot(schema)).toBeUndefined();
});
