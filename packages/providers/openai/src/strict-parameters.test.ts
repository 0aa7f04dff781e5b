import { checkTools } from '@jackfield-internal/conformance/openai-rules';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { strict } from './strict.ts';
import { toStrictParameters } from './strict-parameters.ts';

type Schema = Parameters<typeof toStrictParameters>[0];

/** Adapts, and has the rules of the API checked. */
function adapt(schema: Schema) {
  const parameters = toStrictParameters(schema);
  if (parameters !== undefined) checkTools([{ name: 'tool', description: '', schema: parameters, strict: true }]);
  return parameters;
}

const property = (schema: unknown, required = true) =>
  adapt({ type: 'object', properties: { a: schema }, required: required ? ['a'] : [] });

describe('what strict mode can say', () => {
  test('objects are closed and require all; what was optional may be null', () => {
    expect(
      adapt({
        type: 'object',
        properties: {
          name: { type: 'string', description: 'The name.' },
          age: { type: 'integer', minimum: 0 },
          kind: { type: 'string', enum: ['cat', 'dog'] },
          owner: {
            type: 'object',
            properties: { id: { type: 'integer' }, mail: { type: 'string', format: 'email' } },
            required: ['id'],
          },
          tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
        },
        required: ['name'],
      }),
    ).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string', description: 'The name.' },
        age: { type: ['integer', 'null'], minimum: 0 },
        kind: { anyOf: [{ type: 'string', enum: ['cat', 'dog'] }, { type: 'null' }] },
        owner: {
          type: ['object', 'null'],
          properties: { id: { type: 'integer' }, mail: { type: ['string', 'null'], description: '(format: "email")' } },
          required: ['id', 'mail'],
          additionalProperties: false,
        },
        tags: { type: ['array', 'null'], items: { type: 'string' }, maxItems: 3 },
      },
      required: ['name', 'age', 'kind', 'owner', 'tags'],
      additionalProperties: false,
    });
  });

  test('a tool without parameters', () => {
    const empty = { type: 'object', properties: {}, required: [], additionalProperties: false };
    expect(adapt({ type: 'object', properties: {} })).toEqual(empty);
    expect(adapt({ type: 'object' })).toEqual(empty);
  });

  test('what the mode has no keyword for moves into the description', () => {
    expect(property({ type: 'string', minLength: 1, pattern: '^a', format: 'uri', title: 'Link' })).toMatchObject({
      properties: { a: { type: 'string', description: 'Link (minLength: 1) (pattern: "^a") (format: "uri")' } },
    });
    expect(property({ type: 'boolean', description: 'Sure?', default: false, 'x-order': 1 }, false)).toMatchObject({
      properties: { a: { type: ['boolean', 'null'], description: 'Sure? (default: false)' } },
    });
  });

  test('references, also recursive ones; one with a description of its own stands in a union', () => {
    const node = {
      type: 'object',
      properties: {
        value: { type: 'string' },
        next: { $ref: '#/$defs/node' },
        root: { $ref: '#', description: 'Back to the start.' },
      },
      required: ['value'],
    };
    expect(adapt({ type: 'object', properties: { list: { $ref: '#/$defs/node' } }, $defs: { node } })).toEqual({
      type: 'object',
      properties: { list: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
      required: ['list'],
      additionalProperties: false,
      $defs: {
        node: {
          type: 'object',
          properties: {
            value: { type: 'string' },
            next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
            root: { anyOf: [{ $ref: '#' }, { type: 'null' }], description: 'Back to the start.' },
          },
          required: ['value', 'next', 'root'],
          additionalProperties: false,
        },
      },
    });
  });

  test('definitions under their old name', () => {
    const schema = { type: 'object', properties: { a: { $ref: '#/definitions/text' } }, required: ['a'] };
    expect(adapt({ ...schema, definitions: { text: { type: 'string' } } })).toEqual({
      ...schema,
      additionalProperties: false,
      definitions: { text: { type: 'string' } },
    });
  });

  test('unions, and values without a type', () => {
    expect(property({ oneOf: [{ const: 'all' }, { type: 'array', items: { type: 'integer' } }] }, false)).toMatchObject(
      {
        properties: {
          a: {
            anyOf: [{ type: 'string', const: 'all' }, { type: 'array', items: { type: 'integer' } }, { type: 'null' }],
          },
        },
      },
    );
    expect(property({ enum: [1, 2] })).toMatchObject({ properties: { a: { type: 'number', enum: [1, 2] } } });
  });
});

test.each<[string, unknown]>([
  ['null as a value', { type: ['string', 'null'] }],
  ['null among values', { type: 'string', enum: ['a', null] }],
  ['null in a union', { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  ['null as the only value', { const: null }],
  ['any value', {}],
  ['any value, described', { description: 'Anything.' }],
  ['a boolean schema', true],
  ['free keys', { type: 'object' }],
  ['typed free keys', { type: 'object', additionalProperties: { type: 'string' } }],
  [
    'free keys beside known ones',
    { type: 'object', properties: { b: { type: 'string' } }, additionalProperties: true },
  ],
  ['keys by pattern', { type: 'object', properties: {}, patternProperties: { '^a': {} } }],
  ['an array of anything', { type: 'array' }],
  ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }] }],
  ['schemas to combine', { allOf: [{ type: 'string' }] }],
  ['a condition', { type: 'string', if: {}, else: {} }],
  ['a required key without a schema', { type: 'object', properties: {}, required: ['b'] }],
  ['values of several types without a type', { enum: [1, 'a'] }],
  ['values that are objects', { enum: [{ a: 1 }] }],
  ['a remote reference', { $ref: 'https://example.com/schema' }],
  ['a reference to a place in the schema', { $ref: '#/properties/a' }],
  ['a reference with constraints', { $ref: '#/$defs/a', maxItems: 1 }],
  [
    'objects with the same first key in a union',
    {
      anyOf: [
        { type: 'object', properties: { id: { type: 'string' } } },
        { type: 'object', properties: { id: { type: 'integer' } } },
      ],
    },
  ],
  ['references in a union, which may be to such objects', { anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/b' }] }],
  [
    'more levels than the mode takes',
    Array.from({ length: 11 }).reduce<object>(
      (inner) => ({ type: 'object', properties: { a: inner }, required: ['a'] }),
      { type: 'string' },
    ),
  ],
  ['more values than the mode takes', { type: 'integer', enum: Array.from({ length: 1001 }, (_, index) => index) }],
  ['more characters than the mode takes', { type: 'string', description: 'x'.repeat(120_000) }],
])('cannot be said in strict mode: %s', (_name, schema) => {
  expect(property(schema)).toBeUndefined();
  expect(adapt({ type: 'object', properties: {}, $defs: { a: schema } })).toBeUndefined();
});

test('a root that is not a plain object cannot be said in strict mode', () => {
  expect(adapt({ type: 'array', items: { type: 'string' } })).toBeUndefined();
  expect(adapt({ anyOf: [{ type: 'object', properties: {} }] })).toBeUndefined();
  expect(adapt({ type: 'object', properties: {}, anyOf: [{ required: ['a'] }] })).toBeUndefined();
  expect(adapt({ type: 'object', properties: {}, $defs: true })).toBeUndefined();
});

test('the schema is not written into', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  const before = structuredClone(schema);
  adapt(schema);
  expect(schema).toEqual(before);
});

test('what a model writes for the strict schema is, without nulls, right for the original', () => {
  const original = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      owner: { type: 'object', properties: { id: { type: 'integer' } } },
      visits: { type: 'array', items: { type: 'object', properties: { at: { type: 'string' } } } },
    },
    required: ['name'],
  };
  const written = { name: 'Tama', owner: { id: null }, visits: [{ at: null }, { at: 'noon' }] };
  const ajv = new Ajv2020();
  expect(ajv.validate(adapt(original) ?? {}, written)).toBe(true);
  expect(ajv.validate(original, written)).toBe(false);
  const args = strict.readerOf([{ name: 'tool', strict: true }])('tool', written);
  expect(args).toEqual({ name: 'Tama', owner: {}, visits: [{}, { at: 'noon' }] });
  expect(ajv.validate(original, args)).toBe(true);
});
