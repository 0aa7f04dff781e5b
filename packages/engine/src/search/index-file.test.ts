import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { encodeIndex, IndexFile, type RandomAccess } from './index-file.ts';
import { indexTool } from './indexed-tool.ts';
import { parseQuery } from './parse-query.ts';
import { rank } from './rank.ts';
import type { SearchableTool } from './searchable-tool.ts';
import { buildSegment, type Segment } from './segment.ts';

function tool(slug: string, name: string, path: string, extra: Partial<SearchableTool> = {}): SearchableTool {
  return {
    slug,
    name,
    description: `${name}. What it says.`,
    tags: ['Tag'],
    parameters: ['id'],
    method: 'GET',
    path,
    ...extra,
  };
}

const mail = { slug: 'mail', name: 'Mail API', aliases: ['post'] };
const shop = { slug: 'shop', name: 'Shop' };
const indexed = [
  {
    toolkit: mail,
    tools: [tool('MAIL_LIST', 'List messages', '/messages'), tool('OTHER_SLUG', 'Größe lesen', '/größe')],
  },
  {
    toolkit: shop,
    tools: [
      tool('SHOP_ORDERS', 'List orders', '/customers/{id}/orders', { phrases: ['who bought something'] }),
      tool('SHOP_REFUND', 'Refund an order', '/orders/{id}/refund', { method: 'POST', deprecated: true }),
    ],
  },
].map(({ toolkit, tools }) => ({ toolkit, tools: tools.map((each) => indexTool(each, toolkit)) }));

function inMemory(bytes: Uint8Array): RandomAccess & { readonly reads: number[] } {
  const reads: number[] = [];
  return {
    size: bytes.length,
    reads,
    read(position, length) {
      reads.push(length);
      return Promise.resolve(bytes.slice(position, position + length));
    },
  };
}

function ranking(segment: Segment, query: string) {
  const view = { segment, count: segment.size, totalLength: segment.totalLength };
  return rank([view], parseQuery(query), { limit: 10 }).map(({ slug, toolkit, score }) => [
    slug,
    toolkit,
    score.toFixed(4),
  ]);
}

const queries = [
  'list messages',
  'who bought something?',
  'größe',
  'refund an order in the shop',
  'SHOP_ORDERS',
  'post',
];

test('an index that was written and read ranks as the one in memory does', async () => {
  const file = await IndexFile.open(inMemory(encodeIndex(indexed, { revision: 'a.b', texts: 'c' })));
  expect([file.revision, file.texts, file.size, file.rangeOf('shop')]).toEqual(['a.b', 'c', 4, { first: 2, count: 2 }]);
  const whole = await file.whole();
  for (const query of queries) expect(ranking(whole, query)).toEqual(ranking(buildSegment(indexed), query));
  expect(whole.toolkits.map(({ slug, first, count }) => [slug, first, count])).toEqual([
    ['mail', 0, 2],
    ['shop', 2, 2],
  ]);
});

test('one toolkit is read without the others', async () => {
  const bytes = inMemory(encodeIndex(indexed, { revision: 'a.b', texts: 'c' }));
  const file = await IndexFile.open(bytes);
  bytes.reads.length = 0;
  const segment = await file.segment('shop');
  if (segment === undefined) throw new Error('There is a shop.');
  for (const query of queries) expect(ranking(segment, query)).toEqual(ranking(buildSegment(indexed.slice(1)), query));
  expect(bytes.reads).toHaveLength(1);
  expect(bytes.reads[0]).toBeLessThan(bytes.size / 2);
  expect(await file.segment('none')).toBeUndefined();
});

test('what is no index, or one of another version, is refused', async () => {
  const bytes = encodeIndex(indexed, { revision: 'a.b', texts: 'c' });
  const older = bytes.slice();
  older.set(new TextEncoder().encode('{"format":0'), 4);
  await expect(IndexFile.open(inMemory(older))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(IndexFile.open(inMemory(new Uint8Array(64)))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('of the file nothing stays in memory that has been turned into a segment', async () => {
  const bytes = encodeIndex(indexed, { revision: 'a.b', texts: 'c' });
  const read: WeakRef<Uint8Array>[] = [];
  const file = await IndexFile.open({
    size: bytes.length,
    read(position, length) {
      const part = bytes.slice(position, position + length);
      read.push(new WeakRef(part));
      return Promise.resolve(part);
    },
  });
  const [opened, segment] = [read.length, await file.whole()];
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  // What was just referred to lives until the end of the turn.
  await setImmediate();
  collectGarbage();
  expect(read.slice(opened).map((part) => part.deref())).toEqual([undefined]);
  expect(segment.slugOf(3)).toBe('SHOP_REFUND');
});

test('one that is not whole is refused, wherever it ends', async () => {
  const bytes = encodeIndex(indexed, { revision: 'a.b', texts: 'c' });
  for (const length of [4, 40, bytes.length >> 1, bytes.length - 1]) {
    const opening = IndexFile.open(inMemory(bytes.slice(0, length)));
    await expect(opening).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: false });
  }
});
