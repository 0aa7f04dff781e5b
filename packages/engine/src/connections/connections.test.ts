import type { SessionConfig } from '@jackfield/contract';
import { expect, test } from 'vitest';
import { httpTool, petsUpstream, testContext, testEngine, testToolkit } from '../create-engine.fixture.ts';
import type { ConnectField, ConnectStep } from '../engine.ts';
import type { Toolkit } from '../toolkit.ts';

const url = 'https://api.example.com';
const credential = { mode: 'BEARER_TOKEN', token: 'secret-token-of-ada' } as const;

function fieldsOf(step: ConnectStep): readonly ConnectField[] | undefined {
  return step.kind === 'form' ? step.fields : undefined;
}

async function connecting(toolkits: readonly Toolkit[], config: SessionConfig = {}, now?: () => Date) {
  const setup = await testEngine({ toolkits, now, allowedCallbackUrls: ['https://app.example'] });
  const { operations, context } = setup;
  const session = async (more: SessionConfig = {}, userId = 'ada') => {
    const { sessionId } = await operations['sessions.create']({ body: { userId, ...config, ...more } }, context);
    return sessionId;
  };
  return {
    ...setup,
    session,
    link: (sessionId: string, body: { toolkit: string; alias?: string; callbackUrl?: string }) =>
      operations['sessions.link']({ params: { sessionId }, body }, context),
    account: (connectedAccountId: string) =>
      operations['connectedAccounts.get']({ params: { connectedAccountId } }, context),
    create: (toolkit: string, more = {}) =>
      operations['connectedAccounts.create']({ body: { userId: 'ada', toolkit, credential, ...more } }, context),
  };
}

test('a link begins an account, and its form finishes it once', async () => {
  const { toolkit } = await petsUpstream();
  const { engine, session, link, account, store } = await connecting([toolkit]);
  const started = await link(await session(), { toolkit: 'pets', callbackUrl: 'https://app.example/done?x=1' });
  expect(started.linkToken).toMatch(/^[\w-]{43}$/);
  expect(await account(started.connectedAccountId)).toMatchObject({
    status: 'INITIATED',
    statusReason: null,
    userId: 'ada',
    toolkit: { slug: 'pets' },
    authConfig: { authScheme: 'BEARER_TOKEN', isDisabled: false },
    alias: null,
  });
  expect(await store.connectLinks.findByHash(started.linkToken)).toBeUndefined();
  expect(await engine.connect.open(started.linkToken, undefined)).toMatchObject({
    callbackUrl: 'https://app.example/done?x=1',
  });

  await expect(engine.connect.submit(started.linkToken, { token: ' ' }, 'browser-of-ada')).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    details: { issues: [{ path: 'token', message: 'is required', reason: 'required' }] },
  });
  const result = await engine.connect.submit(started.linkToken, { token: ' secret-token-of-ada\n' }, 'browser-of-ada');
  expect(result).toEqual({
    status: 'success',
    identity: null,
    connectedAccountId: started.connectedAccountId,
    toolkit: { slug: 'pets', name: 'Pets' },
    redirectUrl: `https://app.example/done?x=1&status=success&connected_account_id=${started.connectedAccountId}`,
  });
  const finished = await account(started.connectedAccountId);
  expect(finished.status).toBe('ACTIVE');
  expect(JSON.stringify(finished)).not.toContain('secret');
  const over = (reason: string) => ({ code: 'LINK_EXPIRED', status: 410, details: { reason } });
  await expect(
    engine.connect.submit(started.linkToken, { token: 'other-token' }, 'browser-of-ada'),
  ).rejects.toMatchObject(over('used'));
  await expect(engine.connect.open(started.linkToken, undefined)).rejects.toMatchObject(over('used'));
  await expect(engine.connect.open('unknown', undefined)).rejects.toMatchObject(over('unknown'));
});

test('a form sent twice at once is taken once', async () => {
  const { toolkit } = await petsUpstream();
  const { engine, session, link } = await connecting([toolkit]);
  const { linkToken } = await link(await session(), { toolkit: 'pets' });
  const outcomes = await Promise.allSettled([
    engine.connect.submit(linkToken, { token: 'one-token' }, 'browser-of-ada'),
    engine.connect.submit(linkToken, { token: 'two-token' }, 'browser-of-ada'),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a link ends after ten minutes', async () => {
  let now = new Date('2030-01-01T00:00:00Z');
  const { toolkit } = await petsUpstream();
  const { engine, session, link } = await connecting([toolkit], {}, () => now);
  const { linkToken, expiresAt } = await link(await session(), { toolkit: 'pets' });
  expect(expiresAt).toBe('2030-01-01T00:10:00.000Z');
  now = new Date('2030-01-01T00:10:00Z');
  await expect(engine.connect.submit(linkToken, { token: 'some-token' }, 'browser-of-ada')).rejects.toMatchObject({
    code: 'LINK_EXPIRED',
    details: { reason: 'expired' },
  });
});

test.each([
  ['a line break', 'abc\r\nx-admin: 1', 'line break'],
  ['a control character', 'abc\u0007', 'control character'],
  ['a character beyond Latin-1', 'abc\u{1f600}', 'cannot carry'],
  ['8193 characters', 'x'.repeat(8193), 'longer than 8192'],
])('a credential with %s is refused', async (_name, token, message) => {
  const { toolkit } = await petsUpstream();
  const { engine, session, link, create } = await connecting([toolkit]);
  const { linkToken } = await link(await session(), { toolkit: 'pets' });
  await expect(engine.connect.submit(linkToken, { token }, 'browser-of-ada')).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining(message),
  });
  await expect(create('pets', { credential: { mode: 'BEARER_TOKEN', token } })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  });
});

test('schemes that are needed together have a field each, and are sent together', async () => {
  const { toolkit: pets, upstream } = await petsUpstream();
  const toolkit = testToolkit(
    'pair',
    [
      httpTool('pair', 'CALL', upstream.url, { security: [['app', 'user']] }),
      httpTool('pair', 'OTHER', upstream.url, { security: [['app', 'user']] }),
    ],
    {
      authSchemes: [
        { id: 'app', mode: 'API_KEY', in: 'header', name: 'X-App-Key', description: 'Of the application.' },
        { id: 'user', mode: 'API_KEY', in: 'header', name: 'X-User-Key' },
      ],
    },
  );
  const { engine, session, link, operations, context, create } = await connecting([pets, toolkit]);
  const sessionId = await session();
  const { linkToken } = await link(sessionId, { toolkit: 'pair' });
  expect(fieldsOf(await engine.connect.open(linkToken, undefined))).toEqual([
    { name: 'app.api_key', label: 'API key (X-App-Key)', hint: 'Of the application.', secret: true, required: true },
    { name: 'user.api_key', label: 'API key (X-User-Key)', secret: true, required: true },
  ]);
  await expect(
    engine.connect.submit(linkToken, { 'app.api_key': 'the-app-key' }, 'browser-of-ada'),
  ).rejects.toMatchObject({
    details: { issues: [{ path: 'user.api_key' }] },
  });
  await engine.connect.submit(
    linkToken,
    { 'app.api_key': 'the-app-key', 'user.api_key': 'the-user-key' },
    'browser-of-ada',
  );
  await operations['sessions.execute']({ params: { sessionId }, body: { toolSlug: 'PAIR_CALL' } }, context);
  expect(upstream.requests[0]?.headers).toMatchObject({ 'x-app-key': 'the-app-key', 'x-user-key': 'the-user-key' });
  // One key alone is another way to connect, under an auth config of its own.
  expect(await create('pair', { credential: { mode: 'API_KEY', apiKey: 'one-key-only' } })).toMatchObject({
    status: 'ACTIVE',
  });
});

test('user name and password need one of the two, and no colon in the name', async () => {
  const toolkit = testToolkit('basic', [httpTool('basic', 'CALL', url, { security: [['password']] })], {
    authSchemes: [{ id: 'password', mode: 'BASIC' }],
  });
  const { engine, session, link } = await connecting([toolkit]);
  const { linkToken } = await link(await session(), { toolkit: 'basic' });
  expect(fieldsOf(await engine.connect.open(linkToken, undefined))).toMatchObject([
    { name: 'username', secret: false, required: false },
    { name: 'password', secret: true, required: false },
  ]);
  const refused = (fields: Record<string, string>) =>
    expect(engine.connect.submit(linkToken, fields, 'browser-of-ada')).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  await refused({});
  await refused({ username: 'a:b', password: 'c' });
  expect(await engine.connect.submit(linkToken, { username: 'the-key' }, 'browser-of-ada')).toMatchObject({
    toolkit: { slug: 'basic' },
  });
});

test('the scheme that serves most tools is the default; of equals the one that is easiest to come by', async () => {
  const toolkit = (slug: string, tools: readonly (readonly (readonly string[])[])[]) =>
    testToolkit(
      slug,
      tools.map((security, index) => httpTool(slug, `T${index}`, url, { security })),
      {
        authSchemes: [
          { id: 'oauth', mode: 'OAUTH2', scopes: {} },
          { id: 'basic', mode: 'BASIC' },
          { id: 'key', mode: 'API_KEY', in: 'query', name: 'k' },
          { id: 'digest', mode: 'UNSUPPORTED', kind: 'digest' },
        ],
      },
    );
  const { operations, session, link, context } = await connecting([
    toolkit('most', [[['oauth']], [['oauth'], ['key']], [['digest']]]),
    toolkit('easy', [[['oauth'], ['basic'], ['key']]]),
    testToolkit('digest', [httpTool('digest', 'CALL', url, { security: [['digest']] })], {
      authSchemes: [{ id: 'digest', mode: 'UNSUPPORTED', kind: 'digest' }],
    }),
  ]);
  const sessionId = await session();
  await link(sessionId, { toolkit: 'most' });
  await link(sessionId, { toolkit: 'easy' });
  const { items } = await operations['authConfigs.list']({ query: {} }, context);
  expect(items.map(({ toolkit, authScheme }) => [toolkit.slug, authScheme])).toEqual([
    ['easy', 'API_KEY'],
    // Where nobody has set up a client for it, a token that the user has is taken.
    ['most', 'BEARER_TOKEN'],
  ]);
  await expect(link(sessionId, { toolkit: 'digest' })).rejects.toMatchObject({
    code: 'UNSUPPORTED_AUTH_SCHEME',
    message: expect.stringContaining('digest'),
  });
});

test('the default auth config is made once, however many ask', async () => {
  const { toolkit } = await petsUpstream();
  const { operations, context, create } = await connecting([toolkit]);
  const accounts = await Promise.all(Array.from({ length: 5 }, () => create('pets')));
  expect(new Set(accounts.map(({ authConfig }) => authConfig.id)).size).toBe(1);
  const { items } = await operations['authConfigs.list']({ query: { toolkitSlug: 'pets' } }, context);
  expect(items).toMatchObject([{ isDefault: true, status: 'ENABLED', name: 'Pets', toolkit: { slug: 'pets' } }]);
  expect(await operations['authConfigs.get']({ params: { authConfigId: items[0]?.id ?? '' } }, context)).toEqual(
    items[0],
  );
  await expect(operations['authConfigs.get']({ params: { authConfigId: 'ac_x' } }, context)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(operations['authConfigs.list']({ query: { toolkitSlug: 'x' } }, context)).rejects.toMatchObject({
    code: 'UNKNOWN_TOOLKIT',
  });
});

test('without multiAccount a new account takes the place of the one in use', async () => {
  const { toolkit } = await petsUpstream();
  const { engine, session, link, create, account, operations, context } = await connecting([toolkit]);
  const old = await create('pets', { alias: 'mine' });
  const sessionId = await session();
  const started = await link(sessionId, { toolkit: 'pets' });
  expect(await account(old.id)).toMatchObject({ status: 'ACTIVE', alias: 'mine' });
  await engine.connect.submit(started.linkToken, { token: 'secret-token-of-ada' }, 'browser-of-ada');
  expect(await account(old.id)).toMatchObject({
    status: 'INACTIVE',
    statusReason: `Replaced by ${started.connectedAccountId}.`,
    alias: null,
  });
  expect(await account(started.connectedAccountId)).toMatchObject({ status: 'ACTIVE', alias: 'mine' });
  expect(
    await operations['sessions.execute'](
      { params: { sessionId }, body: { toolSlug: 'PETS_LIST_PETS', account: 'mine' } },
      context,
    ),
  ).toMatchObject({ successful: true });
});

test('with multiAccount accounts are added, up to the limit', async () => {
  const { toolkit } = await petsUpstream();
  const { engine, session, link, create, account } = await connecting([toolkit], {
    multiAccount: { enable: true, maxAccountsPerToolkit: 2 },
  });
  const first = await create('pets');
  const sessionId = await session();
  const second = await link(sessionId, { toolkit: 'pets' });
  await engine.connect.submit(second.linkToken, { token: 'another-token' }, 'browser-of-ada');
  expect(await account(first.id)).toMatchObject({ status: 'ACTIVE' });
  await expect(link(sessionId, { toolkit: 'pets' })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining(first.id),
  });
});

test('an alias names one account of a user and toolkit', async () => {
  const { toolkit } = await petsUpstream();
  const { session, link, create, operations, context } = await connecting([toolkit], {
    multiAccount: { enable: true },
  });
  const holder = await create('pets', { alias: 'work' });
  const conflict = { code: 'CONFLICT', status: 409, details: { connectedAccountId: holder.id, alias: 'work' } };
  await expect(create('pets', { alias: 'work' })).rejects.toMatchObject(conflict);
  await expect(link(await session(), { toolkit: 'pets', alias: 'work' })).rejects.toMatchObject(conflict);
  await expect(create('pets', { alias: 'work', userId: 'bob' })).resolves.toMatchObject({ alias: 'work' });
  await operations['connectedAccounts.delete']({ params: { connectedAccountId: holder.id } }, context);
  await expect(create('pets', { alias: 'work' })).resolves.toMatchObject({ alias: 'work' });
});

test('a session that is limited to certain accounts connects no other', async () => {
  const { toolkit } = await petsUpstream();
  const { session, link, create } = await connecting([toolkit]);
  const { id } = await create('pets');
  await expect(link(await session({ connectedAccounts: { pets: [id] } }), { toolkit: 'pets' })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
});

test('a link needs a toolkit of the session and an address of the server', async () => {
  const { toolkit } = await petsUpstream();
  const { session, link, operations, project } = await connecting([toolkit, testToolkit('cats', [])]);
  const sessionId = await session({ toolkits: { enable: ['pets'] } });
  await expect(link(sessionId, { toolkit: 'cats' })).rejects.toMatchObject({ code: 'TOOL_NOT_ALLOWED' });
  await expect(link(sessionId, { toolkit: 'pet' })).rejects.toMatchObject({ code: 'UNKNOWN_TOOLKIT' });
  await expect(
    operations['sessions.link'](
      { params: { sessionId }, body: { toolkit: 'pets' } },
      testContext(project.id, { publicUrl: undefined }),
    ),
  ).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION', fix: expect.stringContaining('publicUrl') });
});

test('an account is made from a credential that fits the toolkit', async () => {
  const { toolkit } = await petsUpstream();
  const { create, operations, context } = await connecting([toolkit]);
  await expect(create('pets', { credential: { mode: 'API_KEY', apiKey: 'x' } })).rejects.toMatchObject({
    code: 'UNSUPPORTED_AUTH_SCHEME',
    fix: 'Send one of mode BEARER_TOKEN.',
  });
  await expect(create('pet')).rejects.toMatchObject({ code: 'UNKNOWN_TOOLKIT' });
  const { authConfig } = await create('pets');
  const byConfig = { userId: 'eve', authConfigId: authConfig.id, credential };
  expect(await operations['connectedAccounts.create']({ body: byConfig }, context)).toMatchObject({ userId: 'eve' });
  await expect(
    operations['connectedAccounts.create']({ body: { ...byConfig, authConfigId: 'ac_x' } }, context),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(
    operations['connectedAccounts.create']({ body: { userId: 'eve', credential } }, context),
  ).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

test('accounts are listed by what is asked for, and only those of the project', async () => {
  const { toolkit } = await petsUpstream();
  const { create, operations, context, store } = await connecting([toolkit]);
  const ada = await create('pets');
  const bob = await create('pets', { userId: 'bob' });
  const list = async (query = {}, caller = context) =>
    (await operations['connectedAccounts.list']({ query }, caller)).items.map(({ id }) => id);
  expect(await list()).toEqual([bob.id, ada.id]);
  expect(await list({ userIds: ['ada'] })).toEqual([ada.id]);
  expect(await list({ statuses: ['FAILED'] })).toEqual([]);
  expect(await list({ toolkitSlugs: ['pets'], authConfigIds: [ada.authConfig.id] })).toHaveLength(2);
  const other = testContext((await store.projects.ensure('other')).id);
  expect(await list({}, other)).toEqual([]);
  const notFound = { code: 'CONNECTED_ACCOUNT_NOT_FOUND', status: 404 };
  const params = { connectedAccountId: ada.id };
  await expect(operations['connectedAccounts.get']({ params }, other)).rejects.toMatchObject(notFound);
  await expect(operations['connectedAccounts.delete']({ params }, other)).rejects.toMatchObject(notFound);
  expect(await operations['connectedAccounts.delete']({ params }, context)).toEqual({ success: true });
  await expect(operations['connectedAccounts.get']({ params }, context)).rejects.toMatchObject(notFound);
});

test('what is stored of a credential is encrypted', async () => {
  const { toolkit } = await petsUpstream();
  const { create, store, project } = await connecting([toolkit]);
  const { id } = await create('pets');
  const stored = await store.connectedAccounts.get(project.id, id);
  expect(Buffer.from(stored?.credential ?? []).toString('latin1')).not.toContain('secret');
  expect(stored?.credential?.length).toBeGreaterThan(50);
});

test('links that nobody followed do not make the error of a call longer', async () => {
  const { toolkit } = await petsUpstream();
  const { session, link, operations, context } = await connecting([toolkit]);
  const sessionId = await session();
  for (let count = 0; count < 3; count += 1) await link(sessionId, { toolkit: 'pets' });
  const { failure } = await operations['sessions.execute'](
    { params: { sessionId }, body: { toolSlug: 'PETS_LIST_PETS', arguments: {} } },
    context,
  );
  expect(failure).toMatchObject({
    code: 'CONNECTION_NOT_ACTIVE',
    message: 'The user has begun to connect Pets (pets) and not finished.',
  });
});
