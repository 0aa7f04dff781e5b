import { expect, test } from 'vitest';
import { compileCasing, toCamelCase, toSnakeCase } from './casing.ts';

const casing = ['arguments', 'tools{}', 'items.*.schema', 'by_slug{}', 'by_slug.*.args'];
const wire = {
  user_id: 'u',
  arguments: { keep_me: { and_me: 1 } },
  tools: { git_hub: { only_these: ['A_B'] } },
  items: [{ tool_slug: 'A_B', schema: { max_length: 1 } }, null, 'text_value'],
  by_slug: { some_key: { tool_slug: 'x', args: { tool_slugs: [] } } },
};
const typescript = {
  userId: 'u',
  arguments: { keep_me: { and_me: 1 } },
  tools: { git_hub: { onlyThese: ['A_B'] } },
  items: [{ toolSlug: 'A_B', schema: { max_length: 1 } }, null, 'text_value'],
  bySlug: { some_key: { toolSlug: 'x', args: { tool_slugs: [] } } },
};

test('renames declared keys and leaves those of the user', () => {
  expect(compileCasing(casing, 'camel')(wire)).toEqual(typescript);
  expect(compileCasing(casing, 'snake')(typescript)).toEqual(wire);
});

test('passes free-form values on by reference', () => {
  const recased = compileCasing(casing, 'camel')(wire) as { arguments: unknown };
  expect(recased.arguments).toBe(wire.arguments);
});

test('takes a key named __proto__ as data', () => {
  const message: unknown = JSON.parse('{"tools":{"__proto__":{"only_these":[]}},"__proto__":{"a":1}}');
  const recased = compileCasing(casing, 'camel')(message) as { tools: object; a?: unknown };
  expect(Object.keys(recased.tools)).toEqual(['__proto__']);
  expect(recased.a).toBeUndefined();
  expect(({} as { a?: unknown }).a).toBeUndefined();
});

test('names go both ways', () => {
  for (const name of ['session_id', 'a', 'current_time_utc_epoch_seconds']) {
    expect(toSnakeCase(toCamelCase(name))).toBe(name);
  }
});
