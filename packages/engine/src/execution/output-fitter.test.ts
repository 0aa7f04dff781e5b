import { expect, test } from 'vitest';
import { OutputFitter } from './output-fitter.ts';

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    owner: { anyOf: [{ type: 'string' }, { $ref: '#/$defs/owner' }] },
    tags: { type: 'array', items: { type: 'object', properties: { label: { enum: ['a', 'b'] } } } },
    closed: { type: 'object', properties: { id: { type: 'integer' } }, additionalProperties: false },
  },
  required: ['name'],
  $defs: { owner: { type: 'object', properties: { login: { type: 'string' } }, required: ['login'] } },
};

const fitter = new OutputFitter();

test('leaves data that fit as they are', () => {
  const data = { name: 'x', owner: { login: 'ada' }, more: 1 };
  const output = fitter.fit(schema, data);
  expect(output).toEqual({ kind: 'fits', value: data });
  expect(output.kind === 'fits' && output.value).toBe(data);
});

test.each([
  ['null for what is optional', { name: 'x', owner: null }, { name: 'x' }],
  [
    'null deep inside',
    { name: 'x', tags: [{ label: 'a' }, { label: null }] },
    { name: 'x', tags: [{ label: 'a' }, {}] },
  ],
  ['what a closed object does not name', { name: 'x', closed: { id: 1, etag: 2 } }, { name: 'x', closed: { id: 1 } }],
  ['both', { name: 'x', closed: { id: null, etag: null } }, { name: 'x', closed: {} }],
])('takes away %s', (_, data, value) => {
  const before = structuredClone(data);
  expect(fitter.fit(schema, data)).toEqual({ kind: 'fits', value });
  expect(data).toEqual(before);
});

test.each([
  ['a missing value', {}, /the result must have required property 'name'/],
  ['null for what is required', { name: null }, /required property 'name'/],
  ['another type', { name: 'x', tags: 'a' }, /\/tags must be array/],
  ['null as an item', { name: 'x', tags: [null] }, /\/tags\/0 must be object/],
])('says where data differ: %s', (_, data, issue) => {
  expect(fitter.fit(schema, data)).toEqual({ kind: 'differs', issue: expect.stringMatching(issue) });
});

test('expects nothing of a tool without a schema, or with one that cannot be compiled', () => {
  expect(fitter.fit(undefined, { a: 1 })).toEqual({ kind: 'unspecified' });
  expect(fitter.fit({ type: 'object', properties: { a: { $ref: '#/nowhere' } } }, { a: 1 }).kind).toBe('fits');
});
