import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { JsonSchema } from '../toolkit.ts';
import { ArgumentValidator } from './argument-validator.ts';

function issues(schema: JsonSchema, input: unknown): string[] {
  const error = new ArgumentValidator().check('A_TOOL', schema, input);
  if (error === undefined) return [];
  expect(error.code).toBe('INVALID_ARGUMENTS');
  const found = error.details?.issues as { path: string; message: string }[];
  return found.map(({ path, message }) => `${path}: ${message}`);
}

const tree: JsonSchema = {
  type: 'object',
  properties: { root: { $ref: '#/$defs/node' }, label: { $ref: '#/$defs/label', description: 'Of the tree' } },
  required: ['root'],
  $defs: {
    node: {
      type: 'object',
      properties: {
        name: { $ref: '#/$defs/label' },
        children: { type: 'array', items: { $ref: '#/$defs/node' } },
        'a/b': { $ref: '#/$defs/node/properties/name' },
      },
      required: ['name'],
      additionalProperties: false,
    },
    label: { type: 'string', minLength: 1 },
    open: { type: 'object', properties: { a: { type: 'string' } } },
  },
};

test('definitions that refer to themselves are followed as deep as the value goes', () => {
  expect(issues(tree, { root: { name: 'a', children: [{ name: 'b', children: [] }] }, label: 'x' })).toEqual([]);
  expect(issues(tree, { root: { name: 'a', children: [{ name: 'b', children: [{ nam: 'c' }] }] } })).toEqual([
    'root.children[0].children[0].name: is required (string); you gave `nam`',
    'root.children[0].children[0].nam: is not accepted; did you mean `name`? accepted: name, children, a/b',
  ]);
  expect(issues(tree, { root: { name: 'a', 'a/b': 3 }, label: '' })).toEqual([
    'root.a/b: must be string, not the number 3',
    'label: must NOT have fewer than 1 characters, not the string ""',
  ]);
});

test('what definitions evaluate counts for unevaluatedProperties', () => {
  const schema = {
    ...tree,
    properties: {},
    required: [],
    allOf: [{ $ref: '#/$defs/open' }],
    unevaluatedProperties: false,
  };
  expect(issues(schema, { a: 'x' })).toEqual([]);
  expect(issues(schema, { a: 'x', b: 1 })).toEqual(['b: is not accepted; there are no arguments here']);
});

const alternatives: JsonSchema = {
  type: 'object',
  properties: {
    target: {
      anyOf: [
        { type: 'string', format: 'uuid' },
        { type: 'object', properties: { email: { type: 'string', format: 'email' } }, required: ['email'] },
        { type: 'null' },
      ],
    },
    kind: { oneOf: [{ const: 'a' }, { const: 'b' }] },
    shape: { anyOf: [{ $ref: '#/$defs/circle' }, { $ref: '#/$defs/square' }] },
  },
  $defs: {
    circle: { type: 'object', properties: { radius: { type: 'number' } }, required: ['radius'] },
    square: { type: 'object', properties: { side: { type: 'number' } }, required: ['side'] },
  },
};

test('of several accepted forms the one that was meant is described', () => {
  expect(issues(alternatives, { target: 7 })).toEqual([
    'target: must be string or object with email or null, not the number 7',
  ]);
  expect(issues(alternatives, { target: { email: 'x' } })).toEqual([
    'target.email: must be a valid email address, not the string "x"',
  ]);
  expect(issues(alternatives, { kind: 'c' })).toEqual(['kind: must be "a" or "b", not the string "c"']);
  expect(issues(alternatives, { shape: { radius: 'x' } })).toContain(
    'shape.radius: must be number, not the string "x"',
  );
});

test('no more than ten faults are named, and values are shown short', () => {
  const schema = { type: 'object', additionalProperties: { type: 'integer' } };
  const input = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${index}`, 'x'.repeat(500)]));
  const found = issues(schema, input);
  expect(found).toHaveLength(10);
  expect(Math.max(...found.map(({ length }) => length))).toBeLessThan(150);
});

test('nothing is coerced or filled in', () => {
  const input = { a: '1' };
  const schema = { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string', default: 'x' } } };
  expect(issues(schema, input)).toHaveLength(1);
  expect(input).toEqual({ a: '1' });
});

test('a frozen schema, one with an id that others have, and an unknown format are fine', () => {
  const validator = new ArgumentValidator();
  for (const property of ['a', 'b']) {
    const schema = Object.freeze({
      $id: 'https://example.com/same',
      type: 'object',
      properties: { [property]: { type: 'string', format: 'nobody-knows-it' } },
      required: [property],
    });
    expect(validator.check('A_TOOL', schema, { [property]: 'x' })).toBeUndefined();
    expect(validator.check('A_TOOL', schema, {})).toMatchObject({ code: 'INVALID_ARGUMENTS' });
  }
});

test('a schema that cannot be compiled is told from wrong arguments', () => {
  const schema = { type: 'object', properties: { a: { $ref: '#/$defs/missing' } } };
  expect(() => new ArgumentValidator().check('A_TOOL', schema, { a: 1 })).toThrow(
    expect.objectContaining({ code: 'INVALID_TOOLKIT', message: expect.stringContaining('#/$defs/missing') }),
  );
});

test('the verdict is that of ajv with its own references', () => {
  const stock = new Ajv2020({ strict: false, logger: false, formats: { uuid: true, email: true } });
  const values: unknown[] = ['', 'x', 1, null, [], {}, { name: 'a' }, { name: '' }, { radius: 1 }, { side: 'x' }];
  const inputs = values.flatMap((value) => [
    { root: value },
    { root: { name: 'a', children: [value] } },
    { label: value, root: { name: 'b' } },
    { shape: value },
    { kind: value },
  ]);
  const validator = new ArgumentValidator();
  for (const schema of [tree, alternatives]) {
    const verdict = stock.compile(schema);
    for (const input of inputs) {
      expect([input, validator.check('A_TOOL', schema, input) === undefined]).toEqual([input, verdict(input)]);
    }
  }
});
