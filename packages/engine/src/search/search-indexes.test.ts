import type { SessionConfig } from '@jackfield/contract';
import { expect, test, vi } from 'vitest';
import { httpTool, testEngine, testToolkit } from '../create-engine.fixture.ts';
import { SessionScope } from '../sessions/session-scope.ts';
import type { Toolkit } from '../toolkit.ts';
import type { CatalogSearchIndex, ToolkitCatalog } from '../toolkits/toolkit-catalog.ts';
import { encodeIndex } from './index-file.ts';
import { indexTool } from './indexed-tool.ts';
import { toSearchable } from './searchable-tool.ts';
import { encodeVectors } from './vector-file.ts';
import { type Embedder, quantise } from './vectors.ts';

const url = 'https://api.example.com';
const [shop, mail] = [
  testToolkit('shop', [
    httpTool('shop', 'PURCHASES_CREATE', url, { method: 'POST', name: 'Purchase an article' }),
    httpTool('shop', 'PURCHASES_LIST', url, { name: 'List purchases' }),
  ]),
  testToolkit('mail', [httpTool('mail', 'MESSAGES_LIST', url, { name: 'List messages' })]),
];

/** Knows two meanings. */
const fakeModel: Embedder = {
  id: 'fake',
  dimensions: 96,
  embed: (texts) => Promise.resolve(texts.map(meaningOf)),
};

function meaningOf(text: string): Float32Array {
  const vector = new Float32Array(96);
  vector[0] = 0.1;
  if (/purchase|buy/i.test(text)) vector[1] = 1;
  if (/message|letter/i.test(text)) vector[2] = 1;
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function access(bytes: Uint8Array): CatalogSearchIndex['index'] {
  return { size: bytes.length, read: (at, length) => Promise.resolve(bytes.slice(at, at + length)) };
}

function catalogOf(
  toolkits: readonly Toolkit[],
  {
    revision = 'one',
    texts = 'texts',
    model = fakeModel.id,
    hasVectors = true,
    vectorsEnd = undefined as number | undefined,
    indexEnd = undefined as number | undefined,
  } = {},
): ToolkitCatalog & { readonly loaded: string[] } {
  const indexed = toolkits.map((toolkit) => ({
    toolkit,
    tools: toolkit.tools.map((tool) => indexTool(toSearchable(tool), toolkit)),
  }));
  const loaded: string[] = [];
  const vectors = encodeVectors({
    model,
    dimensions: 96,
    texts: 'texts',
    vectors: toolkits.flatMap(({ tools }) => tools.map(({ name }) => quantise(meaningOf(name)))),
    extra: [],
  });
  return {
    loaded,
    list: () =>
      Promise.resolve(
        toolkits.map(({ tools, ...rest }) => ({ ...rest, toolCount: tools.length, noAuth: true, authModes: [] })),
      ),
    load(slug) {
      loaded.push(slug);
      const toolkit = toolkits.find((each) => each.slug === slug);
      if (toolkit === undefined) throw new Error(`There is no ${slug}.`);
      return toolkit;
    },
    searchIndex: () =>
      Promise.resolve({
        revision: 'one',
        index: access(encodeIndex(indexed, { revision: `${revision}.code`, texts }).slice(0, indexEnd)),
        ...(hasVectors ? { vectors: access(vectors.slice(0, vectorsEnd)) } : {}),
      }),
  };
}

async function searching(options: Parameters<typeof testEngine>[0], config: SessionConfig = {}) {
  const setup = await testEngine(options);
  const { operations, context } = setup;
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada', ...config } }, context);
  return {
    ...setup,
    found: async (useCase: string, toolkits?: readonly string[]) => {
      const body = { queries: [{ useCase }], ...(toolkits === undefined ? {} : { toolkits: [...toolkits] }) };
      const { results } = await operations['sessions.search']({ params: { sessionId }, body }, context);
      return results.flatMap(({ primaryToolSlugs, relatedToolSlugs }) => [...primaryToolSlugs, ...relatedToolSlugs]);
    },
  };
}

const search = { embedder: fakeModel };

test('tools are found by what they mean, whether they are in memory or in an index', async () => {
  for (const toolkits of [[shop, mail], [catalogOf([shop, mail])]]) {
    const { found } = await searching({ toolkits, search });
    expect((await found('buy something'))[0]).toBe('SHOP_PURCHASES_CREATE');
    expect((await found('letters'))[0]).toBe('MAIL_MESSAGES_LIST');
  }
});

test('only toolkits of which something is found are read', async () => {
  const catalog = catalogOf([shop, mail]);
  const { found } = await searching({ toolkits: [catalog] });
  expect(await found('messages')).toEqual(['MAIL_MESSAGES_LIST']);
  expect(catalog.loaded).toEqual(['mail']);
});

test('what a session may use of a large catalogue is worked out once, also beside toolkits of its own', async () => {
  const { searchIndex: _, ...catalog } = catalogOf([shop]);
  const [purchase, list] = shop.tools.map((tool) => indexTool(toSearchable(tool), shop));
  if (purchase === undefined || list === undefined) throw new Error('There are two.');
  const others = Array.from({ length: 40_000 }, (_, number) => ({ ...list, slug: `SHOP_OTHER_${number}` }));
  const index = encodeIndex([{ toolkit: shop, tools: [purchase, ...others] }], { revision: 'one.code', texts: '' });
  const large = { ...catalog, searchIndex: () => Promise.resolve({ revision: 'one', index: access(index) }) };
  const { found } = await searching(
    { toolkits: [mail, large] },
    { tools: { mail: { enable: ['MAIL_MESSAGES_LIST'] } } },
  );
  const asked = vi.spyOn(SessionScope.prototype, 'allowsCandidate');
  expect(await found('purchase an article')).toContain('SHOP_PURCHASES_CREATE');
  expect(asked.mock.calls.length).toBeGreaterThan(40_000);
  asked.mockClear();
  expect(await found('purchase an article')).toContain('SHOP_PURCHASES_CREATE');
  expect(await found('messages')).toContain('MAIL_MESSAGES_LIST');
  expect(asked.mock.calls.length).toBeLessThan(100);
  asked.mockClear();
  expect(await found('purchase an article', ['mail'])).not.toContain('SHOP_PURCHASES_CREATE');
  expect(await found('purchase an article', ['shop'])).toContain('SHOP_PURCHASES_CREATE');
});

test('filters of the session hold inside an index', async () => {
  const catalog = catalogOf([shop, mail]);
  const config: SessionConfig = { tags: { enable: ['readOnlyHint'] }, toolkits: { disable: ['mail'] } };
  const { found } = await searching({ toolkits: [catalog], search }, config);
  expect(await found('buy an article or list messages')).toEqual(['SHOP_PURCHASES_LIST']);
  expect(catalog.loaded).toEqual(['shop']);
  const one = await searching({ toolkits: [catalog] }, { tools: { shop: { enable: ['SHOP_PURCHASES_CREATE'] } } });
  expect(await one.found('list purchases')).not.toContain('SHOP_PURCHASES_LIST');
});

test.each([
  ['of another catalogue', { revision: 'two' }],
  ['that is not whole', { indexEnd: -1 }],
])('an index %s is not used: the toolkits are indexed as they are searched', async (_, changed) => {
  const { found, log } = await searching({ toolkits: [catalogOf([shop, mail], changed)], search });
  expect((await found('list messages'))[0]).toBe('MAIL_MESSAGES_LIST');
  expect(log.join()).toContain('the catalogue has no search index');
});

test.each([
  ['of other texts', { texts: 'others' }, 'of other tools or of another model'],
  ['of another model', { model: 'other' }, 'of other tools or of another model'],
  ['missing', { hasVectors: false }, 'there are no vectors of the catalogue'],
  ['not whole', { vectorsEnd: -1 }, 'the vectors of the catalogue cannot be read'],
  ['not whole, even the head', { vectorsEnd: 20 }, 'the vectors of the catalogue cannot be read'],
])('without vectors (%s) a catalogue is searched by words, and the log says so', async (_, changed, message) => {
  const { found, log } = await searching({ toolkits: [catalogOf([shop, mail], changed)], search });
  expect((await found('list messages'))[0]).toBe('MAIL_MESSAGES_LIST');
  expect(await found('letters')).toEqual([]);
  expect(log.join()).toContain(message);
  expect(log.join()).not.toContain('the catalogue has no search index');
});

test('a model that cannot run leaves the search by words', async () => {
  const broken = { ...fakeModel, embed: () => Promise.reject(new Error('no such processor')) };
  const { found, log } = await searching({ toolkits: [shop, mail], search: { embedder: broken } });
  expect((await found('list messages'))[0]).toBe('MAIL_MESSAGES_LIST');
  await found('again');
  expect(log.filter((line) => line.includes('the language model cannot run'))).toHaveLength(1);
});

test('a large toolkit is searched by words until its vectors are there', async () => {
  const many = Array.from({ length: 120 }, (_, index) =>
    httpTool('big', `THING_${index}`, url, { name: index === 7 ? 'Purchase an article' : `Do thing ${index}` }),
  );
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const slow: Embedder = { ...fakeModel, embed: (texts) => held.then(() => fakeModel.embed(texts)) };
  const { found, log } = await searching({ toolkits: [testToolkit('big', many)], search: { embedder: slow } });
  expect((await found('purchase'))[0]).toBe('BIG_THING_7');
  expect(await found('buy')).toEqual([]);
  go();
  await expect.poll(() => found('buy')).toContain('BIG_THING_7');
  expect(log.join()).toContain('embedding tools for the search');
});

test('custom tools are found by what they mean', async () => {
  const { operations, context } = await testEngine({ toolkits: [mail], search });
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const definition = { slug: 'ORDER', name: 'Purchase', description: 'Purchases.', inputSchema: { type: 'object' } };
  const { results } = await operations['sessions.search'](
    {
      params: { sessionId },
      body: { queries: [{ useCase: 'buy' }], experimental: { customTools: [definition] } },
    },
    context,
  );
  expect(results[0]?.primaryToolSlugs).toEqual(['LOCAL_ORDER']);
});

test('an index that could not be read once is read again', async () => {
  const catalog = catalogOf([shop, mail]);
  const index = await catalog.searchIndex?.();
  if (index === undefined) throw new Error('There is an index.');
  let reads = 0;
  const busy: typeof index.index = {
    ...index.index,
    // After the head, its length and the terms.
    read: (at, length) => (++reads === 4 ? Promise.reject(new Error('too many files')) : index.index.read(at, length)),
  };
  const { found } = await searching({
    toolkits: [{ ...catalog, searchIndex: () => Promise.resolve({ ...index, index: busy }) }],
    search,
  });
  await expect(found('list messages')).rejects.toThrow();
  expect(await found('list messages')).toContain('MAIL_MESSAGES_LIST');
});

/** Toolkits `many0`, `many1`, … of so many tools; the first tool of the first one purchases. */
function manyToolkits(count: number, tools: number): Toolkit[] {
  return Array.from({ length: count }, (_, toolkit) =>
    testToolkit(
      `many${toolkit}`,
      Array.from({ length: tools }, (_, tool) =>
        httpTool(`many${toolkit}`, `THING_${tool}`, url, {
          name: toolkit + tool === 0 ? 'Purchase an article' : `Do thing ${tool} of ${toolkit}`,
        }),
      ),
    ),
  );
}

test('many toolkits together are searched by words until their vectors are there', async () => {
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const slow: Embedder = { ...fakeModel, embed: (texts) => held.then(() => fakeModel.embed(texts)) };
  const { found, log } = await searching({ toolkits: manyToolkits(20, 60), search: { embedder: slow } });
  expect((await found('purchase'))[0]).toBe('MANY0_THING_0');
  go();
  await expect.poll(() => found('buy')).toContain('MANY0_THING_0');
  expect(log.join()).toContain('embedding tools for the search');
});

test('a large catalogue without an index is indexed by words alone, with its progress in the log', async () => {
  let embedded = 0;
  const counting: Embedder = {
    ...fakeModel,
    embed(texts) {
      embedded += texts.length;
      return fakeModel.embed(texts);
    },
  };
  const catalog = catalogOf(manyToolkits(101, 100), { revision: 'two' });
  const { found, log } = await searching({ toolkits: [catalog], search: { embedder: counting } });
  expect((await found('purchase an article'))[0]).toBe('MANY0_THING_0');
  expect(embedded).toBe(0);
  expect(log.filter((line) => line.includes('indexing tools for the search'))).toHaveLength(2);
  expect(log.join()).toContain('too many tools to embed');
});
