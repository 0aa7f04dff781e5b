import { expect, test } from 'vitest';
import type { BehaviourHints } from '../toolkit.ts';
import { ToolFilter } from './tool-filter.ts';

const none: BehaviourHints = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: false,
};
const reads = { slug: 'A_READ', toolkit: 'a', hints: { ...none, readOnlyHint: true, openWorldHint: true } };
const deletes = { slug: 'A_DELETE', toolkit: 'a', hints: { ...none, destructiveHint: true, openWorldHint: true } };
const plain = { slug: 'B_PLAIN', toolkit: 'b', hints: none };
const all = [reads, deletes, plain];

function allowed(filters: ConstructorParameters<typeof ToolFilter>[0]): string[] {
  const filter = new ToolFilter(filters);
  return all.filter((tool) => filter.allows(tool)).map(({ slug }) => slug);
}

test('without filters everything is allowed', () => {
  expect(allowed({})).toEqual(['A_READ', 'A_DELETE', 'B_PLAIN']);
});

test('toolkits are enabled or disabled; an empty list enables none', () => {
  expect(allowed({ toolkits: { enable: ['b'] } })).toEqual(['B_PLAIN']);
  expect(allowed({ toolkits: { disable: ['b'] } })).toEqual(['A_READ', 'A_DELETE']);
  expect(allowed({ toolkits: { enable: [] } })).toEqual([]);
});

test('toolkits come before tools', () => {
  expect(allowed({ toolkits: { disable: ['a'] }, tools: { a: { enable: ['A_READ'] } } })).toEqual(['B_PLAIN']);
});

test('tools of a toolkit are enabled or disabled; other toolkits are not touched', () => {
  expect(allowed({ tools: { a: { enable: ['A_READ'] } } })).toEqual(['A_READ', 'B_PLAIN']);
  expect(allowed({ tools: { a: { disable: ['A_READ'] } } })).toEqual(['A_DELETE', 'B_PLAIN']);
});

test('a tag filter needs one of the enabled tags and none of the disabled', () => {
  expect(allowed({ tags: { enable: ['readOnlyHint', 'destructiveHint'] } })).toEqual(['A_READ', 'A_DELETE']);
  expect(allowed({ tags: { enable: ['openWorldHint'], disable: ['destructiveHint'] } })).toEqual(['A_READ']);
  expect(allowed({ tags: { disable: ['openWorldHint'] } })).toEqual(['B_PLAIN']);
  expect(allowed({ tags: { enable: [] } })).toEqual([]);
});

test("a toolkit's list of tools beats the tags, its own tags replace them", () => {
  expect(allowed({ tags: { enable: ['readOnlyHint'] }, tools: { a: { enable: ['A_DELETE'] } } })).toEqual(['A_DELETE']);
  expect(
    allowed({ tags: { enable: ['readOnlyHint'] }, tools: { a: { tags: { enable: ['destructiveHint'] } } } }),
  ).toEqual(['A_DELETE']);
  expect(allowed({ tags: { enable: ['readOnlyHint'] }, tools: { b: { tags: {} } } })).toEqual(['A_READ', 'B_PLAIN']);
});
