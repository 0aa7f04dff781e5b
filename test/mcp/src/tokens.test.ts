import { setTimeout as delay } from 'node:timers/promises';
import { Jackfield, SessionPreset } from '@jackfield/core';
import { createTestDatabase } from '@jackfield-internal/fakes/test-database';
import { expect, onTestFinished, test } from 'vitest';
import { createDesk } from './desk-toolkit.ts';
import { ItemProvider } from './item-provider.ts';
import { sdkClients } from './sdk-clients.ts';
import { initialize, message, send } from './send.ts';
import { startServer } from './start-server.ts';
import { until } from './until.ts';

const direct = { sessionPreset: SessionPreset.DIRECT_TOOLS, toolkits: ['desk'], mcp: true } as const;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test("each `Session` gets a token of its own, never the project's key", async () => {
  const { jackfield, apiKey } = await startServer({ toolkits: [createDesk().toolkit] });
  const created = await jackfield.create('ada', direct);
  const used = await jackfield.use(created.sessionId, { mcp: true });
  const [first, second] = [created, used].map(({ mcp }) => mcp.headers.Authorization);
  expect(first).toMatch(/^Bearer jfs_[\w-]{43}$/);
  expect(second).toMatch(/^Bearer jfs_[\w-]{43}$/);
  expect(second).not.toBe(first);
  expect(JSON.stringify([created.mcp, used.mcp])).not.toContain(apiKey);
  const listed = [];
  for await (const token of await created.tokens.list()) listed.push(token);
  expect(listed.map(({ name, hint }) => [name, hint])).toEqual([
    ['mcp', second?.slice(-4)],
    ['mcp', first?.slice(-4)],
  ]);
  const day = 86_400_000;
  for (const { createdAt, expiresAt } of listed) {
    expect(Date.parse(expiresAt ?? '') - Date.parse(createdAt)).toBeCloseTo(day, -4);
  }
  expect(JSON.stringify(listed)).not.toContain(first?.slice(-20));
});

test("a token opens its session's tools, search and execution over HTTP, and nothing else", async () => {
  const desk = createDesk();
  const { jackfield, server } = await startServer({ toolkits: [desk.toolkit] });
  const session = await jackfield.create('ada', { toolkits: ['desk'], preload: { tools: 'all' } });
  const other = await jackfield.create('ada', { toolkits: ['desk'] });
  const { token, id } = await session.tokens.create({ tools: ['DESK_LIST_NOTES', 'DESK_PHOTO'] });
  const headers = bearer(token);
  const base = `${server.url}/v1/tool_router/session`;
  const own = `${base}/${session.sessionId}`;
  const ask = (method: string, url: string, body?: object) => send(url, { method, headers, body });

  const tools = await ask('GET', `${own}/tools`);
  const slugs = tools.body.items.map(({ slug }: { slug: string }) => slug);
  expect(slugs.filter((slug: string) => slug.startsWith('DESK_'))).toEqual(['DESK_LIST_NOTES', 'DESK_PHOTO']);
  const found = await ask('POST', `${own}/search`, { queries: [{ use_case: 'add a note to the desk' }] });
  expect(found.status).toBe(200);
  expect(Object.keys(found.body.tool_schemas)).not.toContain('DESK_ADD_NOTE');
  const run = (tool_slug: string, args = {}) => ask('POST', `${own}/execute`, { tool_slug, arguments: args });
  expect((await run('DESK_LIST_NOTES')).body).toMatchObject({ successful: true, data: { notes: [] } });
  expect(await run('DESK_ADD_NOTE', { text: 'x' })).toMatchObject({
    status: 403,
    body: { error: { code: 'TOOL_NOT_ALLOWED', message: 'The token of this call does not allow DESK_ADD_NOTE.' } },
  });
  const batch = await run('JACKFIELD_MULTI_EXECUTE_TOOL', {
    tools: [
      { tool_slug: 'DESK_ADD_NOTE', arguments: { text: 'x' } },
      { tool_slug: 'DESK_LIST_NOTES', arguments: {} },
    ],
  });
  expect(batch.body.data).toMatchObject({ success_count: 1, error_count: 1 });
  expect(desk.notes).toEqual([]);

  for (const [method, url, body] of [
    ['GET', base],
    ['POST', base, { user_id: 'eve' }],
    ['GET', own],
    ['PATCH', own, { widen: true }],
    ['DELETE', own],
    ['GET', `${own}/config_history`],
    ['GET', `${own}/toolkits`],
    ['POST', `${own}/attach`, {}],
    ['POST', `${own}/link`, { toolkit: 'desk' }],
    ['POST', `${own}/proxy_execute`, { toolkit_slug: 'desk', endpoint: '/', method: 'GET' }],
    ['POST', `${own}/tokens`, {}],
    ['GET', `${own}/tokens`],
    ['DELETE', `${own}/tokens/${id}`],
    ['GET', `${base}/${other.sessionId}/tools`],
    ['POST', `${base}/${other.sessionId}/execute`, { tool_slug: 'DESK_LIST_NOTES' }],
    ['GET', `${server.url}/v1/connected_accounts`],
    ['GET', `${server.url}/v1/auth_configs`],
    ['GET', `${server.url}/v1/events`],
    ['GET', `${server.url}/v1/webhooks`],
    ['POST', `${server.url}/v1/webhooks`, { url: 'https://eve.example.com' }],
  ] as const) {
    const refused = await ask(method, url, body);
    expect.soft(refused.status, `${method} ${url}`).toBe(403);
    expect.soft(refused.body.error.code, `${method} ${url}`).toBe('FORBIDDEN');
  }
});

test.each([
  ['tools', { tools: ['DESK_ADD_NOTE'] }, ['DESK_ADD_NOTE']],
  ['toolkits', { toolkits: ['shelf'] }, ['SHELF_LIST_NOTES', 'SHELF_ADD_NOTE']],
  ['reading', { readOnly: true }, ['DESK_LIST_NOTES', 'SHELF_LIST_NOTES']],
  ['several', { readOnly: true, toolkits: ['shelf'] }, ['SHELF_LIST_NOTES']],
  ['none at all', { tools: [] }, []],
  ['what the session does not allow anyway', { tools: ['DESK_PHOTO'] }, []],
])('narrows to %s', async (_, narrowing, expected) => {
  const desk = createDesk().toolkit;
  const shelf = {
    ...desk,
    slug: 'shelf',
    tools: desk.tools.map((tool) => ({ ...tool, slug: `SHELF_${tool.slug.slice(5)}` })),
  };
  const { jackfield } = await startServer({ toolkits: [desk, shelf] });
  const session = await jackfield.create('ada', {
    ...direct,
    toolkits: ['desk', 'shelf'],
    tools: { desk: ['DESK_LIST_NOTES', 'DESK_ADD_NOTE'], shelf: ['SHELF_LIST_NOTES', 'SHELF_ADD_NOTE'] },
  });
  const { token } = await session.tokens.create(narrowing);
  for (const [, connect] of sdkClients) {
    const client = await connect({ url: session.mcp.url, headers: bearer(token) });
    expect((await client.listTools()).map(({ name }) => name)).toEqual(expected);
    for (const tool of ['DESK_LIST_NOTES', 'DESK_ADD_NOTE', 'SHELF_LIST_NOTES', 'SHELF_ADD_NOTE', 'DESK_PHOTO']) {
      const result = await client.callTool(tool, { text: 'x' });
      if (expected.includes(tool)) expect(result).not.toHaveProperty('isError', true);
      else expect(result).toMatchObject({ isError: true });
    }
  }
});

test('a token that only reads connects no accounts', async () => {
  const { jackfield } = await startServer({ toolkits: [createDesk().toolkit] });
  const session = await jackfield.create('ada', { toolkits: ['desk'], mcp: true });
  const { token } = await session.tokens.create({ readOnly: true });
  const [, connect] = sdkClients[0] ?? [];
  const client = await connect?.({ url: session.mcp.url, headers: bearer(token) });
  expect((await client?.listTools())?.map(({ name }) => name)).not.toContain('JACKFIELD_MANAGE_CONNECTIONS');
  expect(await client?.callTool('JACKFIELD_MANAGE_CONNECTIONS', { toolkits: ['desk'] })).toMatchObject({
    isError: true,
  });
});

test('what a token names must exist, and its session', async () => {
  const { jackfield } = await startServer({ toolkits: [createDesk().toolkit] });
  const session = await jackfield.create('ada', { toolkits: ['desk'] });
  await expect(session.tokens.create({ tools: ['DESK_ADD_NOTES'] })).rejects.toMatchObject({
    code: 'UNKNOWN_TOOL',
    message: expect.stringContaining('DESK_ADD_NOTE'),
  });
  await expect(session.tokens.create({ toolkits: ['dask'] })).rejects.toMatchObject({ code: 'UNKNOWN_TOOLKIT' });
  await expect(session.tokens.create({ ttl: 0 })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  await expect(session.tokens.revoke('tok_none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await session.delete();
  await expect(session.tokens.create()).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  await expect(session.tokens.list()).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
});

test('a token lives no longer than its session', async () => {
  const { jackfield } = await startServer({ toolkits: [createDesk().toolkit] });
  const session = await jackfield.create('ada', { toolkits: ['desk'], ttl: 3_600 });
  expect((await session.tokens.create()).expiresAt).toBe(session.expiresAt);
  expect((await session.tokens.create({ ttl: null })).expiresAt).toBe(session.expiresAt);
  const { createdAt, expiresAt } = await session.tokens.create({ ttl: 60 });
  expect(Date.parse(expiresAt ?? '') - Date.parse(createdAt)).toBeCloseTo(60_000, -2);
  const endless = await jackfield.create('ada', { toolkits: ['desk'] });
  expect((await endless.tokens.create({ ttl: null })).expiresAt).toBeNull();
});

test('expiry and revocation hold at once on every server', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const options = {
    dataDir: undefined,
    databaseUrl: database.url,
    encryptionKey: Buffer.alloc(32, 7).toString('base64'),
    toolkits: [createDesk().toolkit],
    mcp: { toolListPollMs: 50 },
  };
  const [here, there] = [await startServer(options), await startServer(options)];
  const session = await here.jackfield.create('ada', direct);
  const elsewhere = `${there.server.url}/mcp/${session.sessionId}`;
  const status = async (token: string) =>
    (await send(elsewhere, { body: initialize(), headers: bearer(token) })).status;

  const brief = await session.tokens.create({ ttl: 1 });
  const lasting = await session.tokens.create();
  expect(await status(brief.token)).toBe(200);
  expect(await status(lasting.token)).toBe(200);
  // A stream that is open there, too.
  let ended = false;
  const listening = send(elsewhere, { method: 'GET', headers: bearer(lasting.token) }).then(() => {
    ended = true;
  });
  await delay(200);
  expect(ended).toBe(false);
  await session.tokens.revoke(lasting.id);
  expect(await status(lasting.token)).toBe(401);
  await until(() => ended);
  await listening;
  await session.tokens.revoke(lasting.id);
  await delay(1_000);
  expect(await status(brief.token)).toBe(401);

  const narrowing = await session.tokens.create();
  await session.update({ tools: { desk: ['DESK_LIST_NOTES'] } });
  const { body } = await send(elsewhere, { body: message('tools/list'), headers: bearer(narrowing.token) });
  expect(body.result.tools).toHaveLength(1);
});

test('a token is no API key', async () => {
  const { jackfield, server } = await startServer({ toolkits: [createDesk().toolkit] });
  const session = await jackfield.create('ada', { toolkits: ['desk'] });
  const { token } = await session.tokens.create();
  const stranger = new Jackfield({ apiKey: token, baseURL: server.url, provider: new ItemProvider() });
  await expect(stranger.use(session.sessionId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
