import { SessionPreset } from '@jackfield/core';
import type { Toolkit } from '@jackfield/engine';
import { expect, test } from 'vitest';
import { createDesk } from './desk-toolkit.ts';
import { connectSdk2, sdkClients } from './sdk-clients.ts';
import { initialize, message, modern, send } from './send.ts';
import { startServer, testApiKey } from './start-server.ts';

const direct = { sessionPreset: SessionPreset.DIRECT_TOOLS, toolkits: ['desk'], mcp: true } as const;

async function startSession(options: Parameters<typeof startServer>[0] = {}) {
  const { jackfield, server, log } = await startServer({ toolkits: [createDesk().toolkit], ...options });
  const session = await jackfield.create('ada', direct);
  const { url, headers } = session.mcp;
  return { jackfield, session, url, server, log, authorization: headers.Authorization ?? '' };
}

test('a request without a credential is told where to learn more', async () => {
  const { url, session, server } = await startSession();
  const metadataUrl = `${server.url}/.well-known/oauth-protected-resource/mcp/${session.sessionId}`;
  const answer = await send(url, { body: initialize() });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(`Bearer realm="jackfield", resource_metadata="${metadataUrl}"`);
  expect(answer.body).toMatchObject({
    jsonrpc: '2.0',
    id: null,
    error: { data: { code: 'UNAUTHENTICATED', fix: expect.stringContaining('authorization: Bearer') } },
  });
  expect((await send(metadataUrl, { method: 'GET' })).body).toEqual({
    resource: url,
    resource_name: 'Jackfield session',
    bearer_methods_supported: ['header'],
  });
  for (const authorization of ['Bearer jfs_nope', 'Bearer jf_nope', 'Bearer x']) {
    const refused = await send(url, { body: initialize(), headers: { authorization } });
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('error="invalid_token"');
  }
});

test("the project's API key opens the endpoint, too", async () => {
  const { url } = await startSession();
  for (const headers of [{ 'x-api-key': testApiKey }, { authorization: `Bearer ${testApiKey}` }]) {
    expect((await send(url, { body: initialize(), headers })).body).toMatchObject({
      result: { protocolVersion: '2025-11-25', serverInfo: { name: 'jackfield' } },
    });
  }
});

test('a session that is not there is no server', async () => {
  const { url, session, server, authorization } = await startSession();
  const headers = { 'x-api-key': testApiKey };
  const nowhere = `${server.url}/mcp/ses_nowhere`;
  const discover = modern('server/discover');
  for (const request of [
    { body: initialize(), headers },
    { body: discover.body, headers: { ...headers, ...discover.headers } },
  ]) {
    expect(await send(nowhere, request)).toMatchObject({
      status: 404,
      body: { error: { data: { code: 'SESSION_NOT_FOUND' } } },
    });
  }
  expect((await send(nowhere, { method: 'GET', headers })).status).toBe(404);
  expect((await send(nowhere, { body: message('tools/list'), headers })).body).toMatchObject({
    error: { data: { code: 'SESSION_NOT_FOUND' } },
  });
  expect(await send(nowhere, { body: initialize(), headers: { authorization } })).toMatchObject({
    status: 403,
    body: { error: { data: { code: 'FORBIDDEN' } } },
  });
  await session.delete();
  expect((await send(url, { body: initialize(), headers: { authorization } })).status).toBe(401);
});

test('pages and names that were not meant cannot reach a server of this machine', async () => {
  const { url, authorization, server } = await startSession({ mcp: { allowedOrigins: ['https://app.example.com'] } });
  const ask = (headers: Record<string, string>, method = 'POST') =>
    send(url, { method, headers: { authorization, ...headers }, ...(method === 'POST' ? { body: initialize() } : {}) });
  const { port } = server;
  expect((await ask({ host: `localhost:${port}` })).status).toBe(200);
  expect((await ask({ host: `localhost:${port}`, origin: `http://localhost:${port}` })).status).toBe(200);
  for (const headers of [
    { host: 'evil.example.com' },
    { host: `evil.example.com:${port}`, origin: `http://evil.example.com:${port}` },
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
    { origin: `http://localhost:${port + 1}` },
  ]) {
    for (const method of ['POST', 'GET', 'DELETE', 'OPTIONS']) {
      const refused = await ask(headers, method);
      expect.soft(refused.status, `${method} ${JSON.stringify(headers)}`).toBe(403);
      expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
    }
  }
  const allowed = await ask({ origin: 'https://app.example.com' });
  expect(allowed.headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example.com',
    'access-control-expose-headers': expect.stringContaining('mcp-session-id'),
    vary: 'origin',
  });
  const unauthenticated = await send(url, { body: initialize(), headers: { origin: 'https://app.example.com' } });
  expect(unauthenticated).toMatchObject({
    status: 401,
    headers: { 'access-control-allow-origin': 'https://app.example.com' },
  });
  expect(await ask({ origin: 'https://app.example.com' }, 'OPTIONS')).toMatchObject({
    status: 204,
    headers: {
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-headers': expect.stringContaining('authorization'),
    },
  });
  expect((await ask({}, 'OPTIONS')).headers).not.toHaveProperty('access-control-allow-origin');
});

test('a message that cannot be read is refused as JSON-RPC says', async () => {
  const { url, authorization } = await startSession({ limits: { maxBodyBytes: 2_000 } });
  const headers = { authorization };
  const ask = (body: unknown, more = {}) => send(url, { body, headers: { ...headers, ...more } });
  expect(await ask('{"jsonrpc":')).toMatchObject({ status: 400, body: { id: null, error: { code: -32_700 } } });
  expect(await ask('')).toMatchObject({ status: 400, body: { error: { code: -32_600 } } });
  expect(await ask('['.repeat(300))).toMatchObject({ status: 400, body: { error: { code: -32_700 } } });
  expect(await ask('{"jsonrpc":"2.0"}')).toMatchObject({ status: 400 });
  expect(await ask('7')).toMatchObject({ status: 400 });
  expect(await ask(message('x'.repeat(2_000)))).toMatchObject({
    status: 413,
    body: { error: { data: { code: 'REQUEST_TOO_LARGE' } } },
  });
  expect(await ask('{}', { 'content-type': 'text/plain' })).toMatchObject({
    status: 415,
    body: { error: { data: { code: 'UNSUPPORTED_MEDIA_TYPE' } } },
  });
  expect(await ask(message('tools/list'), { accept: 'application/json' })).toMatchObject({ status: 406 });
  expect(await ask(message('tools/list'), { 'mcp-protocol-version': '1999-01-01' })).toMatchObject({ status: 400 });
  expect(await ask(message('no/such/method'))).toMatchObject({ body: { id: 1, error: { code: -32_601 } } });
  expect(await ask(message('tools/call', { name: 7 }))).toMatchObject({ body: { id: 1, error: { code: -32_602 } } });
});

test('batches are of the one revision that has them', async () => {
  const { url, authorization } = await startSession();
  const batch = [message('ping', {}, 1), message('tools/list', {}, 2)];
  const ask = (body: unknown, revision?: string) =>
    send(url, { body, headers: { authorization, ...(revision && { 'mcp-protocol-version': revision }) } });
  for (const revision of [undefined, '2025-03-26']) {
    const { body } = await ask(batch, revision);
    expect(body).toMatchObject([
      { id: 1, result: {} },
      { id: 2, result: { tools: expect.any(Array) } },
    ]);
  }
  for (const revision of ['2025-06-18', '2025-11-25', '2026-07-28']) {
    expect(await ask(batch, revision)).toMatchObject({ status: 400, body: { error: { code: expect.any(Number) } } });
  }
  expect(await ask(Array.from({ length: 200 }, (_, id) => message('ping', {}, id)))).toMatchObject({ status: 400 });
  expect(await ask([])).toMatchObject({ status: 400 });
});

test.each(['DELETE', 'HEAD', 'PUT', 'PATCH'])('%s is not possible', async (method) => {
  const { url, authorization } = await startSession();
  const answer = await send(url, { method, headers: { authorization } });
  expect(answer.status).toBe(405);
  expect(answer.headers.allow).toMatch(/GET.*POST|POST.*GET/);
});

test('a list longer than a page goes on on the next one', async () => {
  const tools = createDesk().toolkit.tools.slice(0, 1);
  const toolkit: Toolkit = {
    ...createDesk().toolkit,
    tools: Array.from({ length: 2_300 }, (_, index) =>
      tools.map((tool) => ({ ...tool, slug: `DESK_TOOL_${index}` })),
    ).flat(),
  };
  const { url, authorization, session } = await startSession({ toolkits: [toolkit] });
  const ask = (params: object) => send(url, { body: message('tools/list', params), headers: { authorization } });
  const first = (await ask({})).body.result;
  expect(first.tools).toHaveLength(1_000);
  const second = (await ask({ cursor: first.nextCursor })).body.result;
  const third = (await ask({ cursor: second.nextCursor })).body.result;
  expect(third.nextCursor).toBeUndefined();
  const names = [first, second, third].flatMap(({ tools }) => tools.map(({ name }: { name: string }) => name));
  expect(names).toEqual((await session.tools()).map(({ slug }) => slug));
  expect((await ask({ cursor: 'nonsense' })).body).toMatchObject({
    error: { code: -32_602, data: { code: 'INVALID_CURSOR' } },
  });
  const client = await connectSdk2(session.mcp, 'modern');
  expect(await client.listTools()).toHaveLength(2_300);
});

test('no credential gets into the log', async () => {
  const { url, authorization, log } = await startSession();
  await send(url, { body: message('tools/call', { name: 'DESK_LIST_NOTES' }), headers: { authorization } });
  await send(url, { body: '{', headers: { authorization } });
  await send(url, { body: initialize(), headers: { authorization: 'Bearer jfs_guessed' } });
  expect(log()).toContain('/mcp/{session_id}');
  expect(log()).not.toContain(authorization.replace('Bearer ', ''));
  expect(log()).not.toContain('jfs_');
});

test.each(sdkClients)('%s: streams end at once when the server does', async (_, connect) => {
  const { session, server } = await startSession();
  const client = await connect(session.mcp);
  await client.onToolsChanged(() => undefined);
  await client.listTools();
  const started = performance.now();
  await server.close();
  expect(performance.now() - started).toBeLessThan(2_000);
});
