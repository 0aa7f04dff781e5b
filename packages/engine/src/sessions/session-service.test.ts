import type { CreateSessionBody, SessionConfig, UpdateSessionBody } from '@jackfield/contract';
import { expect, test } from 'vitest';
import { httpTool, petsToolkit, testContext, testEngine, testToolkit } from '../create-engine.fixture.ts';

const url = 'https://api.example.com';

async function sessions(now?: () => Date) {
  const toolkits = [petsToolkit(url), testToolkit('cats', [httpTool('cats', 'LIST', url)])];
  const setup = await testEngine({ toolkits, now });
  const { operations, context } = setup;
  return {
    ...setup,
    create: (body: Partial<CreateSessionBody> = {}) =>
      operations['sessions.create']({ body: { userId: 'ada', ...body } }, context),
    update: (sessionId: string, body: UpdateSessionBody) =>
      operations['sessions.update']({ params: { sessionId }, body }, context),
    get: (sessionId: string) => operations['sessions.get']({ params: { sessionId } }, context),
    connect: (userId: string, toolkit = 'pets') =>
      operations['connectedAccounts.create'](
        { body: { userId, toolkit, credential: { mode: 'BEARER_TOKEN', token: 'a-secret-token' } } },
        context,
      ),
  };
}

test('a session without a config has every default', async () => {
  const { create } = await sessions();
  expect(await create()).toMatchObject({
    sessionId: expect.stringMatching(/^ses_/),
    mcp: { type: 'http', url: expect.stringMatching(/^https:\/\/tools\.example\.com\/mcp\/ses_/) },
    config: {
      userId: 'ada',
      manageConnections: { enable: true, enableWaitForConnections: false },
      workbench: { enable: false },
      multiAccount: { enable: false },
      preload: { tools: [] },
      search: { enable: true },
      execute: { enableMultiExecute: true },
    },
    configVersion: 1,
    expiresAt: null,
    experimental: { assistivePrompt: expect.stringContaining('JACKFIELD_SEARCH_TOOLS') },
  });
});

test('a server without an address has no MCP address', async () => {
  const { operations, project } = await sessions();
  const session = await operations['sessions.create'](
    { body: { userId: 'ada' } },
    testContext(project.id, { publicUrl: undefined }),
  );
  expect(session).not.toHaveProperty('mcp');
});

const wrong: [string, SessionConfig, string, string][] = [
  ['an unknown toolkit', { toolkits: { enable: ['pet'] } }, 'UNKNOWN_TOOLKIT', '"pet" (did you mean "pets"?)'],
  ['an unknown disabled toolkit', { toolkits: { disable: ['dogs'] } }, 'UNKNOWN_TOOLKIT', '"dogs"'],
  ['tools of an unknown toolkit', { tools: { dogs: { enable: [] } } }, 'UNKNOWN_TOOLKIT', '"dogs"'],
  [
    'an unknown tool',
    { tools: { pets: { enable: ['PETS_GET_PETS'] } } },
    'UNKNOWN_TOOL',
    '"PETS_GET_PETS" (did you mean "PETS_GET_PET"?) in the toolkit pets',
  ],
  ['a tool of another toolkit', { tools: { pets: { enable: ['CATS_LIST'] } } }, 'UNKNOWN_TOOL', '"CATS_LIST"'],
  ['an unknown preloaded tool', { preload: { tools: ['PETS_LIST'] } }, 'UNKNOWN_TOOL', '"PETS_LIST"'],
  ['all tools without a filter', { preload: { tools: 'all' } }, 'INVALID_SESSION_CONFIG', 'All tools'],
  [
    'all tools but some',
    { preload: { tools: 'all' }, toolkits: { disable: ['cats'] }, tags: { disable: ['readOnlyHint'] } },
    'INVALID_SESSION_CONFIG',
    'All tools',
  ],
  ['an unknown auth config', { authConfigs: { pets: 'ac_x' } }, 'INVALID_SESSION_CONFIG', 'no auth config ac_x'],
  [
    'an unknown account',
    { connectedAccounts: { pets: ['ca_x'] } },
    'INVALID_SESSION_CONFIG',
    'no connected account ca_x',
  ],
];

test.each(wrong)('%s is refused by name', async (_name, config, code, message) => {
  const { create } = await sessions();
  await expect(create(config)).rejects.toMatchObject({ code, status: 400, message: expect.stringContaining(message) });
});

test("accounts and auth configs must be the user's and the toolkit's", async () => {
  const { create, connect, store, project } = await sessions();
  const bobs = await connect('bob');
  const cats = await connect('ada', 'cats');
  const refused = (config: SessionConfig, message: string) =>
    expect(create(config)).rejects.toMatchObject({
      code: 'INVALID_SESSION_CONFIG',
      message: expect.stringContaining(message),
    });
  await refused({ connectedAccounts: { pets: [bobs.id] } }, 'belongs to another user');
  await refused({ connectedAccounts: { pets: [cats.id] } }, 'one of cats, not of pets');
  await refused({ authConfigs: { pets: cats.authConfig.id } }, 'one of cats, not of pets');
  await store.authConfigs.update({ projectId: project.id, id: cats.authConfig.id, enabled: false });
  await refused({ authConfigs: { cats: cats.authConfig.id } }, 'disabled');
  expect(await create({ connectedAccounts: { cats: [cats.id] } })).toMatchObject({
    config: { connectedAccounts: { cats: [cats.id] } },
  });
});

test('an expiry is given once and in the future', async () => {
  const { create } = await sessions(() => new Date('2030-01-01T00:00:00Z'));
  expect((await create({ ttl: 60 })).expiresAt).toBe('2030-01-01T00:01:00.000Z');
  expect((await create({ expiresAt: '2030-01-01T02:00:00+01:00' })).expiresAt).toBe('2030-01-01T01:00:00.000Z');
  await expect(create({ ttl: 60, expiresAt: '2031-01-01T00:00:00Z' })).rejects.toMatchObject({
    code: 'INVALID_SESSION_CONFIG',
  });
  await expect(create({ expiresAt: '2029-01-01T00:00:00Z' })).rejects.toMatchObject({
    code: 'INVALID_SESSION_CONFIG',
    message: expect.stringContaining('past'),
  });
});

test('an expired session can be seen and deleted, and nothing else', async () => {
  let now = new Date('2030-01-01T00:00:00Z');
  const { create, get, update, operations, context } = await sessions(() => now);
  const { sessionId } = await create({ ttl: 60 });
  const params = { sessionId };
  now = new Date('2030-01-01T00:02:00Z');
  expect(await get(sessionId)).toMatchObject({ sessionId, expiresAt: '2030-01-01T00:01:00.000Z' });
  expect((await operations['sessions.list']({ query: { status: 'expired' } }, context)).items).toMatchObject([
    { sessionId, status: 'expired' },
  ]);
  const expired = { code: 'SESSION_EXPIRED', status: 410 };
  await expect(update(sessionId, { expiresAt: null, widen: true })).rejects.toMatchObject(expired);
  await expect(operations['sessions.tools']({ params, query: {} }, context)).rejects.toMatchObject(expired);
  await expect(operations['sessions.toolkits']({ params, query: {} }, context)).rejects.toMatchObject(expired);
  await expect(operations['sessions.attach']({ params, body: {} }, context)).rejects.toMatchObject(expired);
  await expect(operations['sessions.configHistory']({ params, query: {} }, context)).rejects.toMatchObject(expired);
  await expect(operations['sessions.link']({ params, body: { toolkit: 'pets' } }, context)).rejects.toMatchObject(
    expired,
  );
  await expect(
    operations['sessions.search']({ params, body: { queries: [{ useCase: 'x' }] } }, context),
  ).rejects.toMatchObject(expired);
  expect(await operations['sessions.delete']({ params }, context)).toEqual({ sessionId, deleted: true });
  await expect(get(sessionId)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
});

test('sessions are listed newest first, in pages, by user', async () => {
  const { create, operations, context, store } = await sessions();
  const first = await create();
  await create({ userId: 'bob' });
  const third = await create();
  const page = await operations['sessions.list']({ query: { userId: 'ada', limit: 1 } }, context);
  expect(page).toMatchObject({
    items: [{ sessionId: third.sessionId, status: 'active' }],
    nextCursor: expect.any(String),
  });
  const next = await operations['sessions.list'](
    { query: { userId: 'ada', limit: 1, cursor: page.nextCursor ?? undefined } },
    context,
  );
  expect(next).toMatchObject({ items: [{ sessionId: first.sessionId }], nextCursor: null });
  const other = await store.projects.ensure('other');
  expect((await operations['sessions.list']({ query: {} }, testContext(other.id))).items).toEqual([]);
});

test('blocks are replaced, switches merged, null removes', async () => {
  const { create, update } = await sessions();
  const { sessionId } = await create({
    toolkits: { enable: ['pets', 'cats'] },
    tags: { disable: ['destructiveHint'] },
    manageConnections: { callbackUrl: 'http://localhost:3000', enableWaitForConnections: true },
    multiAccount: { enable: true, maxAccountsPerToolkit: 3 },
  });
  const updated = await update(sessionId, {
    toolkits: { enable: ['pets'] },
    manageConnections: { callbackUrl: null },
    multiAccount: { requireExplicitSelection: true, maxAccountsPerToolkit: null },
  });
  expect(updated).toMatchObject({
    configVersion: 2,
    config: {
      toolkits: { enable: ['pets'] },
      tags: { disable: ['destructiveHint'] },
      manageConnections: { enable: true, enableWaitForConnections: true },
      multiAccount: { enable: true, requireExplicitSelection: true },
    },
  });
  expect(updated.config.manageConnections).not.toHaveProperty('callbackUrl');
  expect(updated.config.multiAccount).not.toHaveProperty('maxAccountsPerToolkit');
  const widened = await update(sessionId, { tags: null, manageConnections: null, widen: true });
  expect(widened.config).not.toHaveProperty('tags');
  expect(widened.config.manageConnections).toEqual({ enable: true, enableWaitForConnections: false });
});

test('an update is checked like a new config', async () => {
  const { create, update } = await sessions();
  const { sessionId } = await create();
  await expect(update(sessionId, { toolkits: { enable: ['pet'] } })).rejects.toMatchObject({ code: 'UNKNOWN_TOOLKIT' });
  await expect(update(sessionId, { preload: { tools: 'all' } })).rejects.toMatchObject({
    code: 'INVALID_SESSION_CONFIG',
  });
});

test('an update for another version than the stored one is refused', async () => {
  const { create, update } = await sessions();
  const { sessionId } = await create();
  await update(sessionId, { search: { enable: false }, expectedConfigVersion: 1 });
  await expect(
    update(sessionId, { execute: { enableMultiExecute: false }, expectedConfigVersion: 1 }),
  ).rejects.toMatchObject({ code: 'CONFIG_VERSION_CONFLICT', status: 409, details: { configVersion: 2 } });
});

test('updates at the same time are all applied', async () => {
  const { create, update, get } = await sessions();
  const { sessionId } = await create();
  await Promise.all([
    update(sessionId, { search: { enable: false } }),
    update(sessionId, { execute: { enableMultiExecute: false } }),
    update(sessionId, { tags: { enable: ['readOnlyHint'] } }),
  ]);
  expect(await get(sessionId)).toMatchObject({
    configVersion: 4,
    config: { search: { enable: false }, execute: { enableMultiExecute: false }, tags: { enable: ['readOnlyHint'] } },
  });
});

const narrow: SessionConfig = {
  toolkits: { enable: ['pets'] },
  tools: { pets: { enable: ['PETS_GET_PET'] } },
  search: { enable: false },
  execute: { enableMultiExecute: false },
  manageConnections: { enable: false },
};

test.each<[string, UpdateSessionBody, string]>([
  ['a toolkit', { toolkits: { enable: ['pets', 'cats'] } }, 'CATS_LIST'],
  ['a tool', { tools: { pets: { enable: ['PETS_GET_PET', 'PETS_DELETE_PET'] } } }, 'PETS_DELETE_PET'],
  ['all but one tool', { tools: { pets: { disable: ['PETS_GET_PET'] } } }, 'PETS_LIST_PETS'],
  ['every tool', { tools: null }, 'PETS_CREATE_PET'],
  ['every toolkit', { toolkits: null }, 'CATS_LIST'],
  ['toolkits that come later', { toolkits: { disable: ['cats'] } }, 'toolkits added later'],
  ['search', { search: { enable: true } }, 'JACKFIELD_SEARCH_TOOLS'],
  ['batches', { execute: null }, 'JACKFIELD_MULTI_EXECUTE_TOOL'],
  ['connecting', { manageConnections: { enable: true } }, 'JACKFIELD_MANAGE_CONNECTIONS'],
  ['time', { expiresAt: '2031-01-01T00:00:00Z' }, '2031'],
  ['time without end', { expiresAt: null }, 'no expiry'],
])('an update that adds %s must say so', async (_name, body, added) => {
  const { create, update, get } = await sessions(() => new Date('2030-01-01T00:00:00Z'));
  const { sessionId } = await create({ ...narrow, ttl: 3600 });
  await expect(update(sessionId, body)).rejects.toMatchObject({
    code: 'WIDENING_NOT_ALLOWED',
    status: 409,
    message: expect.stringContaining(added),
  });
  expect((await get(sessionId)).configVersion).toBe(1);
  expect(await update(sessionId, { ...body, widen: true })).toMatchObject({ configVersion: 2 });
});

test('an update that lets in other accounts must say so', async () => {
  const { create, update, connect } = await sessions();
  const [first, second] = [await connect('ada'), await connect('ada')];
  const { sessionId } = await create({
    connectedAccounts: { pets: [first.id] },
    authConfigs: { pets: first.authConfig.id },
  });
  const refused = { code: 'WIDENING_NOT_ALLOWED' };
  await expect(update(sessionId, { connectedAccounts: { pets: [first.id, second.id] } })).rejects.toMatchObject(
    refused,
  );
  await expect(update(sessionId, { connectedAccounts: null })).rejects.toMatchObject(refused);
  await expect(update(sessionId, { authConfigs: null })).rejects.toMatchObject(refused);
  expect(await update(sessionId, { connectedAccounts: { pets: [] } })).toMatchObject({ configVersion: 2 });
});

test('narrowing needs no permission', async () => {
  const { create, update } = await sessions(() => new Date('2030-01-01T00:00:00Z'));
  const { sessionId } = await create({ tags: { enable: ['readOnlyHint', 'destructiveHint'] } });
  await update(sessionId, { tags: { enable: ['readOnlyHint'] } });
  await update(sessionId, { toolkits: { disable: ['cats'] } });
  await update(sessionId, { toolkits: { enable: ['pets'] }, preload: { tools: 'all' } });
  await update(sessionId, { toolkits: { enable: [] }, expiresAt: '2030-06-01T00:00:00Z' });
  expect(await update(sessionId, { search: { enable: false }, expiresAt: '2030-05-01T00:00:00Z' })).toMatchObject({
    configVersion: 6,
    toolRouterTools: ['JACKFIELD_MULTI_EXECUTE_TOOL', 'JACKFIELD_MANAGE_CONNECTIONS'],
    expiresAt: '2030-05-01T00:00:00.000Z',
  });
});

test('the history has every config, newest first', async () => {
  const { create, update, operations, context } = await sessions();
  const { sessionId } = await create();
  await update(sessionId, { search: { enable: false } });
  await update(sessionId, { search: { enable: false }, tags: { enable: ['readOnlyHint'] } });
  const history = (query: object) => operations['sessions.configHistory']({ params: { sessionId }, query }, context);
  const page = await history({ limit: 2 });
  expect(page).toMatchObject({
    items: [
      { version: 3, isCurrent: true, config: { tags: { enable: ['readOnlyHint'] } } },
      { version: 2, isCurrent: false },
    ],
    totalItems: 3,
    totalPages: 2,
    currentPage: 1,
  });
  expect(await history({ limit: 2, cursor: page.nextCursor })).toMatchObject({
    items: [{ version: 1, config: {} }],
    nextCursor: null,
    currentPage: 2,
  });
});

test('custom tools are echoed under the slugs that agents use', async () => {
  const { create, operations, context } = await sessions();
  const tool = (slug: string, more = {}) => ({
    slug,
    name: slug,
    description: 'Does it.',
    inputSchema: { type: 'object' },
    ...more,
  });
  const experimental = {
    customTools: [tool('take_note'), tool('groom', { extendsToolkit: 'pets' })],
    customToolkits: [{ slug: 'Crm', name: 'CRM', description: 'Ours.', tools: [tool('find')] }],
  };
  const echoes = {
    customTools: [
      { slug: 'LOCAL_TAKE_NOTE', originalSlug: 'take_note' },
      { slug: 'LOCAL_PETS_GROOM', originalSlug: 'groom', extendsToolkit: 'pets' },
    ],
    customToolkits: [{ slug: 'Crm', tools: [{ slug: 'LOCAL_CRM_FIND', originalSlug: 'find' }] }],
  };
  const session = await create({ experimental });
  expect(session.experimental).toMatchObject(echoes);
  const attached = await operations['sessions.attach'](
    { params: { sessionId: session.sessionId }, body: { experimental } },
    context,
  );
  expect(attached.experimental).toEqual(echoes);

  const refused = (customTools: unknown[], code = 'INVALID_CUSTOM_TOOL') =>
    expect(create({ experimental: { customTools: customTools as never } })).rejects.toMatchObject({ code });
  await refused([tool('local_x')]);
  await refused([tool('jackfield_x')]);
  await refused([tool('no spaces')]);
  await refused([tool('x'.repeat(55))]);
  await refused([tool('a'), tool('A')]);
  await refused([tool('a', { inputSchema: { type: 'string' } })]);
  await refused([tool('a', { extendsToolkit: 'dogs' })], 'UNKNOWN_TOOLKIT');
  await expect(
    create({ experimental: { customToolkits: [{ slug: 'PETS', name: 'x', description: 'x', tools: [] }] } }),
  ).rejects.toMatchObject({ code: 'INVALID_CUSTOM_TOOL' });
});

test('the prompt speaks of what the session has, and of the time where the user is', async () => {
  const { create } = await sessions(() => new Date('2030-01-01T23:30:00Z'));
  const session = await create({
    search: { enable: false },
    manageConnections: { enable: false },
    experimental: { assistivePromptConfig: { userTimezone: 'Asia/Tokyo' } },
  });
  const prompt = session.experimental?.assistivePrompt ?? '';
  expect(prompt).toContain('JACKFIELD_MULTI_EXECUTE_TOOL');
  expect(prompt).not.toMatch(/SEARCH_TOOLS|MANAGE_CONNECTIONS/);
  expect(prompt).toContain('2 January 2030');
  await expect(
    create({ experimental: { assistivePromptConfig: { userTimezone: 'Mars/Base' } } }),
  ).rejects.toMatchObject({ code: 'INVALID_SESSION_CONFIG' });
});

test('what is allowed and probably not meant is a warning', async () => {
  const { create } = await sessions();
  const session = await create({
    toolkits: { enable: ['pets'] },
    tools: { cats: { enable: ['CATS_LIST'] }, pets: { enable: ['PETS_GET_PET'] } },
    preload: { tools: ['PETS_GET_PET', 'PETS_DELETE_PET'] },
  });
  expect(session.warnings).toMatchObject([
    { code: 'TOOLKIT_NOT_ALLOWED', message: expect.stringContaining('cats') },
    { code: 'PRELOADED_TOOL_NOT_ALLOWED', message: expect.stringContaining('PETS_DELETE_PET') },
  ]);
  expect(session.toolRouterTools).toContain('PETS_GET_PET');
  expect(session.toolRouterTools).not.toContain('PETS_DELETE_PET');
});
