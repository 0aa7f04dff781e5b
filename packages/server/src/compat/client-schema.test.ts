import { expect, test } from 'vitest';
import { toClientSchema } from './client-schema.ts';

const ofProperty = (schema: unknown, more: object = {}) =>
  (toClientSchema({ type: 'object', properties: { x: schema }, ...more }).properties as { x: unknown }).x;

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['an empty schema', {}],
  ['a root of two types', { type: ['object', 'null'] }],
  ['a root without type', { properties: {} }],
  ['a root that is a reference', { $ref: '#/$defs/A', $defs: { A: { type: 'object' } } }],
])('%s has an object root with properties', (_, schema) => {
  expect(toClientSchema(schema)).toEqual({ type: 'object', properties: {} });
});

test.each<[string, unknown, unknown]>([
  ['true', true, {}],
  ['null alternatives', { anyOf: [{ type: 'string' }, { type: 'null' }] }, { type: ['string', 'null'] }],
  ['values and null', { anyOf: [{ enum: ['a'] }, { type: 'null' }] }, { enum: ['a', null] }],
  ['two types', { oneOf: [{ type: 'string', minLength: 1 }, { type: 'number' }] }, { type: ['string', 'number'] }],
  [
    'values of both',
    {
      anyOf: [
        { type: 'string', enum: ['a'] },
        { type: 'string', enum: ['b'] },
      ],
    },
    { type: 'string', enum: ['a', 'b'] },
  ],
  [
    'two objects',
    {
      oneOf: [
        { type: 'object', properties: { a: { type: 'string' }, k: {} }, required: ['a', 'k'] },
        { type: 'object', properties: { b: { type: 'number' }, k: {} }, required: ['k'] },
      ],
    },
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'number' }, k: {} },
      required: ['k'],
      description: 'One of: { a, k } or { b, k }.',
    },
  ],
  [
    'parts that all hold',
    {
      allOf: [
        { type: 'object', properties: { a: {} }, required: ['a'] },
        { properties: { b: {} }, required: ['b'] },
      ],
    },
    { type: 'object', properties: { a: {}, b: {} }, required: ['a', 'b'] },
  ],
  [
    'a flag that excludes',
    { type: 'number', minimum: 1, exclusiveMinimum: true },
    { type: 'number', exclusiveMinimum: 1 },
  ],
  ['required that is a flag', { type: 'string', required: true }, { type: 'string' }],
  [
    'what is required and not described',
    { type: 'object', required: ['a'] },
    { type: 'object', properties: { a: {} }, required: ['a'] },
  ],
  [
    'what is required and has a default',
    { type: 'object', properties: { a: { type: 'string', default: 'b' } }, required: ['a'] },
    { type: 'object', properties: { a: { type: 'string', examples: ['b'] } }, required: ['a'] },
  ],
  ['a description that is null', { type: 'string', description: null, examples: 'a' }, { type: 'string' }],
  ['a type that there is none of', { type: 'file' }, {}],
  ['a pattern that is none', { type: 'string', pattern: '(?P<a>' }, { type: 'string' }],
  [
    'a tuple',
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
    { type: 'array', items: { type: ['string', 'number'] } },
  ],
  ['a list without items', { type: 'array', uniqueItems: true }, { type: 'array', items: {} }],
  ['a constant', { const: 1 }, { enum: [1] }],
  ['bounds of size', { type: 'object', minProperties: 1, maxProperties: 2 }, { type: 'object' }],
  ['conditions', { type: 'string', not: { const: 'a' }, if: {}, else: false }, { type: 'string' }],
])('%s', (_, schema, expected) => {
  expect(ofProperty(schema)).toEqual(expected);
});

test('references are put in, those without end once', () => {
  const node = { type: 'object', properties: { next: { $ref: '#/$defs/a~1b%20c' }, value: { type: 'string' } } };
  expect(ofProperty({ $ref: '#/$defs/a~1b%20c', description: 'A node.' }, { $defs: { 'a/b c': node } })).toEqual({
    type: 'object',
    description: 'A node.',
    properties: { next: {}, value: { type: 'string' } },
  });
  expect(ofProperty({ $ref: 'https://example.com/schema' })).toEqual({});
});

test('a schema that grows with each reference ends', () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [
      `D${index}`,
      { type: 'object', properties: { a: { $ref: `#/$defs/D${index + 1}` }, b: { $ref: `#/$defs/D${index + 1}` } } },
    ]),
  );
  expect(JSON.stringify(toClientSchema({ $ref: '#/$defs/D0', $defs })).length).toBeLessThan(500_000);
});
