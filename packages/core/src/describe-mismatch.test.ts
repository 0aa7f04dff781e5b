import { expect, test } from 'vitest';
import { describeMismatch } from './describe-mismatch.ts';

const schema = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    count: { type: 'integer' },
    note: { type: ['string', 'null'] },
    state: { type: 'string', enum: ['open', 'closed'] },
    labels: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
    any: true,
  },
  required: ['title'],
  additionalProperties: false,
};

test.each([
  [{ title: 'a' }],
  [{ title: 'a', count: 1, note: null, state: 'open', labels: [{ name: 'x', more: 1 }], any: [] }],
  [{ title: 'a', count: undefined }],
])('%j fits', (value) => {
  expect(describeMismatch(value, schema)).toEqual([]);
});

test.each([
  [{}, 'title', 'is required'],
  [{ title: 1 }, 'title', 'must be string'],
  [{ title: 'a', count: 1.5 }, 'count', 'must be integer'],
  [{ title: 'a', note: 1 }, 'note', 'must be string or null'],
  [{ title: 'a', state: 'new' }, 'state', 'must be one of ["open","closed"]'],
  [{ title: 'a', labels: {} }, 'labels', 'must be array'],
  [{ title: 'a', labels: [{ name: 'x' }, {}] }, 'labels[1].name', 'is required'],
  [{ title: 'a', labels: [1] }, 'labels[0]', 'must be object'],
  [{ title: 'a', extra: 1 }, 'extra', 'is not known; known are title, count, note, state, labels, any'],
  [[], '', 'must be object'],
  [null, '', 'must be object'],
])('%j does not: %s %s', (value, path, message) => {
  expect(describeMismatch(value, schema)).toEqual([{ path, message }]);
});

test('what it cannot judge it lets pass', () => {
  expect(describeMismatch({ a: 1 }, { type: 'object', anyOf: [{ required: ['b'] }] })).toEqual([]);
  expect(describeMismatch({ xa: 1 }, { additionalProperties: false, patternProperties: { '^x': {} } })).toEqual([]);
  expect(describeMismatch({ constructor: 1 }, { type: 'object', properties: {} })).toEqual([]);
});
