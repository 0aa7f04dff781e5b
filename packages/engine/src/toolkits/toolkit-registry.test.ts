import { JackfieldError } from '@jackfield/contract';
import { expect, test } from 'vitest';
import { httpTool, petsToolkit, testEngine, testToolkit } from '../create-engine.fixture.ts';
import type { ToolkitSource } from '../sources/toolkit-source.ts';
import type { Toolkit } from '../toolkit.ts';
import type { ToolkitCatalog } from './toolkit-catalog.ts';
import { ToolkitRegistry } from './toolkit-registry.ts';

const url = 'https://api.example.com';
const cats = testToolkit('cats', [httpTool('cats', 'LIST', url)]);
const options = {
  logger: { debug() {}, info() {}, warn() {}, error() {} },
  now: () => new Date(),
  fetch: () => Promise.reject(new Error('nothing is fetched here')),
};

function source(load: () => Promise<Toolkit>): ToolkitSource & { loads: number } {
  return {
    loads: 0,
    load() {
      this.loads += 1;
      return load();
    },
  };
}

const unreadable = () =>
  Promise.reject(new JackfieldError('UPSTREAM_UNREACHABLE', { message: 'api.example.com refused the connection.' }));

test('sources are loaded once, when the first call comes, and keep their order', async () => {
  const slow = source(() => new Promise((resolve) => setTimeout(() => resolve(petsToolkit(url)), 20)));
  const fast = source(async () => cats);
  const registry = new ToolkitRegistry({
    toolkits: [slow, fast],
    ...options,
  });
  expect([slow.loads, fast.loads]).toEqual([0, 0]);
  const [first, second] = await Promise.all([registry.catalog(), registry.catalog()]);
  expect(second).toBe(first);
  expect([...first.toolkits.keys()]).toEqual(['pets', 'cats']);
  expect([slow.loads, fast.loads]).toEqual([1, 1]);
});

test('a failing source leaves the others alone and is tried again', async () => {
  let now = 0;
  let isBroken = true;
  const failing = source(() => (isBroken ? unreadable() : Promise.resolve(cats)));
  const { operations, context, log } = await testEngine({
    toolkits: [failing, petsToolkit(url)],
    now: () => new Date(1_893_456_000_000 + now),
  });
  const create = (toolkit: string) =>
    operations['sessions.create']({ body: { userId: 'ada', toolkits: { enable: [toolkit] } } }, context);
  await expect(create('pets')).resolves.toMatchObject({ configVersion: 1 });
  await expect(create('cats')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    status: 503,
    message: expect.stringContaining('refused the connection'),
  });
  expect(failing.loads).toBe(1);
  expect(log.join()).toContain('toolkit not loaded');
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  isBroken = false;
  now = 1_000;
  await expect(
    operations['sessions.execute']({ params: { sessionId }, body: { toolSlug: 'CATS_LIST' } }, context),
  ).resolves.toMatchObject({ failure: { code: 'CONNECTION_REQUIRED' } });
  await expect(create('cats')).resolves.toMatchObject({ configVersion: 1 });
  expect(failing.loads).toBe(2);
  now = 1_000_000;
  await create('cats');
  expect(failing.loads).toBe(2);
});

test('a source that keeps failing is tried at growing intervals', async () => {
  let now = 0;
  const failing = source(unreadable);
  const registry = new ToolkitRegistry({
    toolkits: [failing],
    ...options,
    now: () => new Date(now),
  });
  await registry.catalog();
  for (now = 0; now < 10_000; now += 100) await registry.freshCatalog();
  // After 1, 2 and 4 seconds.
  expect(failing.loads).toBe(4);
});

test('what throws something else, and what is named like another, is refused by itself', async () => {
  const toolkits = [
    cats,
    testToolkit('cats', []),
    testToolkit('jackfield', []),
    testToolkit('other', [{ ...httpTool('cats', 'LIST', url) }]),
    source(() => Promise.reject(new TypeError('x is not a function'))),
    petsToolkit(url),
  ];
  const registry = new ToolkitRegistry({ ...options, toolkits });
  const { toolkits: loaded, failures } = await registry.catalog();
  expect([...loaded.keys()]).toEqual(['cats', 'pets']);
  expect(loaded.get('cats')?.tools.size).toBe(1);
  expect(failures.map(({ code, message }) => [code, message])).toEqual([
    ['INVALID_TOOLKIT', 'There are two toolkits named cats.'],
    ['INVALID_TOOLKIT', expect.stringContaining('cannot be named jackfield')],
    ['INVALID_TOOLKIT', 'The toolkits cats and other both have a tool CATS_LIST.'],
    ['INVALID_TOOLKIT', expect.stringContaining('x is not a function')],
  ]);
});

test('a catalogue is listed at once and each of its toolkits read when it is first used', async () => {
  const reads: string[] = [];
  const summary = (slug: string) => ({
    slug,
    name: slug,
    description: '',
    version: '1',
    toolCount: 1,
    noAuth: false,
    authModes: ['BEARER_TOKEN' as const],
  });
  const catalogue: ToolkitCatalog = {
    list: async () => ['cats', 'cats_and_dogs', 'pets'].map(summary),
    load(slug) {
      reads.push(slug);
      return testToolkit(slug, [httpTool(slug, 'LIST', url)]);
    },
  };
  const warnings: unknown[] = [];
  const registry = new ToolkitRegistry({
    ...options,
    logger: { ...options.logger, warn: (fields) => warnings.push(fields) },
    toolkits: [catalogue, petsToolkit(url)],
  });
  const catalog = await registry.catalog();
  expect([...catalog.toolkits.keys()]).toEqual(['cats', 'cats_and_dogs', 'pets']);
  expect(catalog.toolkits.get('pets')?.toolkit.name).toBe(petsToolkit(url).name);
  expect(warnings).toEqual([{ toolkit: 'pets' }]);
  expect(reads).toEqual([]);

  expect(catalog.findTool('CATS_AND_DOGS_LIST')?.toolkit.slug).toBe('cats_and_dogs');
  expect(reads).toEqual(['cats_and_dogs']);
  expect(catalog.findTool('CATS_NOTHING')).toBeUndefined();
  expect(catalog.findTool('BIRDS_LIST')).toBeUndefined();
  expect(catalog.findTool('CATS_LIST')?.slug).toBe('CATS_LIST');
  expect(reads).toEqual(['cats_and_dogs', 'cats']);
});

test('sessions are narrowed and listed without reading a catalogue', async () => {
  const reads: string[] = [];
  const slugs = Array.from({ length: 300 }, (_, index) => `service${index}`);
  const catalogue: ToolkitCatalog = {
    list: async () =>
      slugs.map((slug) => ({
        ...{ slug, name: `Service ${slug}`, description: 'Serves.', version: '1' },
        ...{ toolCount: 1, noAuth: false, authModes: ['API_KEY' as const] },
      })),
    load(slug) {
      reads.push(slug);
      return testToolkit(slug, [httpTool(slug, 'LIST', url)]);
    },
  };
  const { operations, context } = await testEngine({ toolkits: [catalogue] });
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const params = { sessionId };
  const listed = await operations['sessions.toolkits']({ params, query: { search: 'service299' } }, context);
  expect(listed.items).toMatchObject([{ slug: 'service299', name: 'Service service299', isNoAuth: false }]);
  await operations['sessions.tools']({ params, query: {} }, context);
  const narrowed = { params, body: { toolkits: { enable: ['service7'] } } };
  await operations['sessions.update'](narrowed, context);
  expect(reads).toEqual(['service7']);
  await expect(operations['sessions.update']({ params, body: { toolkits: null } }, context)).rejects.toMatchObject({
    code: 'WIDENING_NOT_ALLOWED',
    message: expect.stringContaining('tools of service0'),
  });
  await expect(
    operations['sessions.create'](
      { body: { userId: 'ada', tags: { enable: ['readOnlyHint'] }, preload: { tools: 'all' } } },
      context,
    ),
  ).rejects.toMatchObject({ code: 'INVALID_SESSION_CONFIG', message: expect.stringContaining('300') });
  expect(reads).toEqual(['service7']);
});
