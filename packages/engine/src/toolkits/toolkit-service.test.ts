import { expect, test } from 'vitest';
import { petsUpstream, testContext, testEngine, testUpstream } from '../create-engine.fixture.ts';
import { openStore } from '../stores/open-store.ts';

const document = (url: string, overrides: Record<string, unknown> = {}) => ({
  openapi: '3.1.0',
  info: { title: 'Acme Pet Store REST API', version: '2' },
  servers: [{ url }],
  paths: {
    '/pets': { get: { operationId: 'listPets', summary: 'List pets' } },
    '/toys': { post: { operationId: 'buyToy', summary: 'Buy a toy' } },
  },
  components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  security: [{ token: [] }],
  ...overrides,
});

test('what one server adds, another uses with its next call, and drops with the next after it is gone', async () => {
  const store = await openStore({ kind: 'sqlite', file: ':memory:' });
  const { upstream } = await petsUpstream();
  const [one, two] = [await testEngine({ store }), await testEngine({ store })];
  const { context } = one;
  const session = await two.operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const params = { sessionId: session.sessionId };
  const search = async () => {
    const found = await two.operations['sessions.search'](
      { params, body: { queries: [{ useCase: 'buy a toy' }] } },
      context,
    );
    return found.results[0]?.primaryToolSlugs ?? [];
  };
  expect(await search()).toEqual([]);
  await one.operations['toolkits.create']({ body: { document: document(upstream.url) } }, context);
  expect(await search()).toEqual(['ACME_PET_STORE_BUY_TOY']);
  const narrow = await two.operations['sessions.create'](
    { body: { userId: 'ada', toolkits: { enable: ['acme_pet_store'] } } },
    context,
  );
  await two.operations['connectedAccounts.create'](
    {
      body: {
        userId: 'ada',
        toolkit: 'acme_pet_store',
        credential: { mode: 'BEARER_TOKEN', token: 'secret-token-of-ada' },
      },
    },
    context,
  );
  const execute = () =>
    two.operations['sessions.execute'](
      { params: { sessionId: narrow.sessionId }, body: { toolSlug: 'ACME_PET_STORE_LIST_PETS', arguments: {} } },
      context,
    );
  expect(await execute()).toMatchObject({ successful: true });

  const removed = await one.operations['toolkits.delete']({ params: { slug: 'acme_pet_store' } }, context);
  expect(removed).toEqual({ success: true, deletedAccounts: 1 });
  expect(await search()).toEqual([]);
  await expect(execute()).rejects.toMatchObject({
    code: 'UNKNOWN_TOOL',
    message: expect.stringContaining('the toolkit acme_pet_store, which this session names, was removed'),
  });
  const shown = await two.operations['sessions.get']({ params: { sessionId: narrow.sessionId } }, context);
  expect(shown.warnings).toMatchObject([{ code: 'TOOLKIT_REMOVED' }]);
  await store.close();
});

test('nobody outside the project knows of it', async () => {
  const { operations, store, context } = await testEngine();
  const other = testContext((await store.projects.ensure('other')).id);
  await operations['toolkits.create']({ body: { document: document('https://api.example.com') } }, context);
  expect((await operations['toolkits.list']({ query: {} }, other)).items).toEqual([]);
  await expect(operations['toolkits.get']({ params: { slug: 'acme_pet_store' } }, other)).rejects.toMatchObject({
    code: 'UNKNOWN_TOOLKIT',
  });
  await expect(operations['toolkits.delete']({ params: { slug: 'acme_pet_store' } }, other)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('the same again changes nothing, another needs to be said to replace it', async () => {
  const { operations, store, context } = await testEngine();
  const create = (body: Parameters<(typeof operations)['toolkits.create']>[0]['body']) =>
    operations['toolkits.create']({ body }, context);
  const first = await create({ document: document('https://api.example.com'), slug: 'acme' });
  expect(await create({ document: JSON.stringify(document('https://api.example.com')), slug: 'acme' })).toEqual(first);
  expect(await store.toolkits.version(context.projectId)).toBe(1);
  const next = document('https://api.example.com', { info: { title: 'Acme', version: '3' } });
  await expect(create({ document: next, slug: 'acme' })).rejects.toMatchObject({
    code: 'CONFLICT',
    fix: expect.stringContaining('--replace'),
  });
  const replaced = await create({ document: next, slug: 'acme', replace: true });
  expect(replaced).toMatchObject({ version: '3', origin: 'project', added: { createdAt: first.added?.createdAt } });
  expect(replaced.added?.hash).not.toBe(first.added?.hash);
});

test('credentials of a toolkit never come to go to another place', async () => {
  const { operations, context } = await testEngine();
  const create = (url: string, replace: boolean) =>
    operations['toolkits.create']({ body: { document: document(url), slug: 'acme', replace } }, context);
  await create('https://api.example.com', false);
  await create('https://api2.example.com', true);
  await operations['connectedAccounts.create'](
    { body: { userId: 'ada', toolkit: 'acme', credential: { mode: 'BEARER_TOKEN', token: 'secret' } } },
    context,
  );
  await create('https://api2.example.com/v2', true);
  await expect(create('https://thief.example.com', true)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('would go to https://thief.example.com and not only to https://api2.example.com'),
    details: { accounts: 1, origins: ['https://thief.example.com'] },
  });
});

test('slugs of the server, of tools and of meta tools are refused', async () => {
  const { toolkit } = await petsUpstream();
  const { operations, context } = await testEngine({ toolkits: [toolkit] });
  const create = (slug: string, paths: Record<string, unknown> = document('').paths) =>
    operations['toolkits.create'](
      { body: { slug, document: document('https://api.example.com', { paths }) } },
      context,
    );
  await expect(create('pets')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'The server has a toolkit pets already: Pets.',
    fix: expect.stringContaining('--slug'),
  });
  await expect(create('jackfield')).rejects.toMatchObject({ code: 'INVALID_TOOLKIT' });
  const listPets = { '/': { get: { operationId: 'list_pets' } } };
  await operations['toolkits.create'](
    {
      body: {
        slug: 'shop',
        document: document('https://api.example.com', { paths: { '/': { get: { operationId: 'old_list_pets' } } } }),
      },
    },
    context,
  );
  await expect(create('shop_old', listPets)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'The toolkit shop has a tool SHOP_OLD_LIST_PETS, too.',
  });
});

test.each([
  ['{"openapi": "3.1.0",\n "info" {}}', /line 2, column 9/, { line: 2, column: 9 }],
  ['{"openapi": "3.1.0"', /line 1, column 20/, { line: 1, column: 20 }],
  ['openapi: 3.1.0\ninfo:\n  title: "a\npaths: {}', /line \d, column \d/, { line: expect.any(Number) }],
  ['"text"', /is not an OpenAPI document/, undefined],
  ['{"openapi":"3.1.0","info":{"title":"A"}}', /no operations/, { pointer: '/paths' }],
  ['{"openapi":"3.0.0","info":{"title":"A"}}', /no "paths"/, { pointer: '/paths' }],
  ['{"swagger":"2.0","info":{"title":"A"}}', /Swagger 2.0/, { pointer: '/swagger' }],
  ['{"openapi":"4.0","info":{"title":"A"}}', /OpenAPI 4.0/, { pointer: '/openapi' }],
  ['{"openapi":"3.0.0","info":{},"paths":{}}', /has no title/, { pointer: '/info/title' }],
  [
    '{"openapi":"3.0.0","info":{"title":"A"},"paths":{"/":{"get":{}}}}',
    /names no server/,
    { pointer: '/servers', servers: [] },
  ],
  [
    '{"openapi":"3.0.0","info":{"title":"A"},"paths":{"/a":{"get":{"$ref":"#/nowhere"}}}}',
    /GET \/a: /,
    { pointer: '/paths' },
  ],
])('a bad document is refused with what is wrong and where: %s', async (text, message, details) => {
  const { operations, context } = await testEngine();
  const refused = operations['toolkits.create']({ body: { document: text } }, context);
  await expect(refused).rejects.toMatchObject({
    code: 'INVALID_TOOLKIT',
    message: expect.stringMatching(message),
    fix: expect.any(String),
    ...(details === undefined ? {} : { details }),
  });
});

test('documents are fetched by the rules for calling out, and not without end', async () => {
  const upstream = await testUpstream((_request, _incoming, response) => {
    response.end(JSON.stringify(document('./v2', { 'x-padding': 'x'.repeat(2_000) })));
  });
  const url = `${upstream.url}/docs/openapi.json`;
  const guarded = await testEngine({ egressOptions: { allowPrivateNetwork: false } });
  await expect(guarded.operations['toolkits.create']({ body: { url } }, guarded.context)).rejects.toMatchObject({
    code: 'EGRESS_DENIED',
  });
  expect(upstream.requests).toEqual([]);
  const small = await testEngine({ limits: { maxDocumentLength: 1_000 } });
  await expect(small.operations['toolkits.create']({ body: { url } }, small.context)).rejects.toMatchObject({
    code: 'UPSTREAM_RESPONSE_TOO_LARGE',
    message: `The document at ${url} is larger than 1000 bytes.`,
    fix: expect.stringContaining('Check the URL'),
  });
  await expect(
    small.operations['toolkits.create']({ body: { document: 'x'.repeat(1_001) } }, small.context),
  ).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
  const { operations, context } = await testEngine();
  expect(await operations['toolkits.create']({ body: { url } }, context)).toMatchObject({
    slug: 'acme_pet_store',
    name: 'Acme Pet Store REST API',
    baseUrl: `${upstream.url}/docs/v2`,
    meta: { toolsCount: 2 },
    authSchemes: ['BEARER_TOKEN'],
    authSchemeDetails: [{ id: 'token', mode: 'BEARER_TOKEN', fields: [{ name: 'token', secret: true }] }],
    added: { url, lost: [], unresolvedReferences: [] },
  });
});

test('a document that does not come is given up before the caller gives up', async () => {
  const upstream = await testUpstream(() => {});
  const { operations, context } = await testEngine({ limits: { toolTimeoutMs: 50 } });
  await expect(operations['toolkits.create']({ body: { url: upstream.url } }, context)).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringContaining('127.0.0.1'),
  });
});

test('toolkits and tools are listed, found and shown', async () => {
  const { toolkit } = await petsUpstream();
  const { operations, context } = await testEngine({ toolkits: [toolkit] });
  await operations['toolkits.create']({ body: { document: document('https://api.example.com') } }, context);
  const slugs = async (query: Parameters<(typeof operations)['toolkits.list']>[0]['query']) =>
    (await operations['toolkits.list']({ query }, context)).items.map(({ slug }) => slug);
  expect(await slugs({})).toEqual(['acme_pet_store', 'pets']);
  expect(await slugs({ origin: 'server' })).toEqual(['pets']);
  expect(await slugs({ search: 'store' })).toEqual(['acme_pet_store']);
  expect(await slugs({ search: 'nothing' })).toEqual([]);
  const tools = async (query: Parameters<(typeof operations)['tools.list']>[0]['query']) =>
    (await operations['tools.list']({ query }, context)).items.map(({ slug }) => slug);
  expect(await tools({ toolkit: 'pets', limit: 2 })).toEqual(['PETS_LIST_PETS', 'PETS_GET_PET']);
  expect((await tools({ search: 'buy a toy' }))[0]).toBe('ACME_PET_STORE_BUY_TOY');
  expect((await tools({ search: 'list pets', toolkit: 'pets' }))[0]).toBe('PETS_LIST_PETS');
  await expect(tools({})).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  await expect(tools({ search: '  ' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  await expect(tools({ toolkit: 'pest' })).rejects.toMatchObject({ code: 'UNKNOWN_TOOLKIT' });
  expect(await operations['tools.get']({ params: { slug: 'PETS_CREATE_PET' } }, context)).toMatchObject({
    slug: 'PETS_CREATE_PET',
    auth: [[{ id: 'token', mode: 'BEARER_TOKEN' }]],
    exampleArguments: { name: '<name>', kind: 'dog' },
  });
  await expect(operations['tools.get']({ params: { slug: 'PETS_REMOVE' } }, context)).rejects.toMatchObject({
    code: 'UNKNOWN_TOOL',
    fix: expect.stringMatching(/Of similar words: PETS_\w+/),
    details: { similar: expect.arrayContaining(['PETS_DELETE_PET']) },
  });
});
