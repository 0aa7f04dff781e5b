import { expect, test } from 'vitest';
import { groupDocuments, outline } from './group-documents.ts';

function document(name: string, operations: readonly string[], { version = '1', server = 'https://api.test' } = {}) {
  const paths = Object.fromEntries(operations.map((path) => [path, { get: { summary: `Get ${path}` } }]));
  return outline(name, { openapi: '3.0.0', info: { title: name, version }, servers: [{ url: server }], paths });
}

/** By the newest one's name: the names of all versions, and of those that it replaces. */
function grouped(...outlines: readonly ReturnType<typeof document>[]) {
  return Object.fromEntries(
    groupDocuments(outlines).map(({ versions, replaces }) => [
      versions[0]?.name ?? '',
      [versions.map(({ name }) => name), replaces.map(({ name }) => name)],
    ]),
  );
}

test('an outline has every operation once, whatever version stands in its path', () => {
  const { provider, version, operations, servers } = outline('example.com/shop-v2', {
    info: { version: 2 },
    servers: [{ url: 'https://a.test' }, {}],
    paths: {
      '/v2/pets': { get: { summary: 'List' }, parameters: [], post: { operationId: 'create' } },
      '/v1/pets': { get: { summary: 'List' } },
      '/odd': 'nothing',
    },
  });
  expect({ provider, version, servers }).toEqual({
    provider: 'example.com',
    version: '2',
    servers: ['https://a.test'],
  });
  expect([...operations]).toEqual(['get /pets List', 'post /pets create']);
});

test('names that differ in a version are versions of one toolkit, the newest stable one first', () => {
  const paths = ['/a', '/b', '/c'];
  expect(
    grouped(
      document('example.com/shop-v9', paths),
      document('example.com/shop-v10', [...paths, '/d']),
      document('example.com/shop-beta', [...paths, '/e']),
    ),
  ).toEqual({
    'example.com/shop-v10': [['example.com/shop-v10', 'example.com/shop-v9', 'example.com/shop-beta'], []],
  });
});

test('a version that has hardly anything of another is a toolkit of its own', () => {
  const groups = grouped(
    document('example.com/shop-v1', ['/a', '/b', '/c', '/d']),
    document('example.com/shop-v2', ['/w', '/x', '/y', '/a']),
  );
  expect(Object.keys(groups)).toHaveLength(2);
});

test("a vendor's own document replaces another's copy of it", () => {
  const paths = ['/pages', '/blocks'];
  const vendor = 'npm:@notionhq/notion-mcp-server/scripts/notion-openapi.json';
  expect(grouped(document('notion.com', paths), document(vendor, [...paths, '/comments']))).toEqual({
    [vendor]: [[vendor], ['notion.com']],
  });
});

test('a document all of whose operations another one of the service has is replaced by it', () => {
  const all = document('example.com/everything', ['/a', '/b', '/c']);
  const part = document('example.com/billing', ['/a', '/b']);
  const elsewhere = document('example.com/reports', ['/a', '/b'], { server: 'https://reports.test' });
  const more = document('example.com/extras', ['/a', '/z']);
  const groups = grouped(part, all, elsewhere, more);
  expect(groups['example.com/everything']).toEqual([['example.com/everything'], ['example.com/billing']]);
  expect(Object.keys(groups).sort()).toEqual(['example.com/everything', 'example.com/extras', 'example.com/reports']);
});

test('documents of different providers, and those without operations, stay apart', () => {
  const groups = grouped(
    document('one.com', ['/a']),
    document('other.com', ['/a']),
    document('one.com/empty', []),
    document('one.com/void', []),
  );
  expect(Object.keys(groups)).toHaveLength(4);
});
