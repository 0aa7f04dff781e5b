import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createTool, createToolkit, Jackfield, SessionPreset } from '@jackfield/core';
import { embedded } from '@jackfield/server/embedded';
import { createTestDatabase } from '@jackfield-internal/fakes/test-database';
import { expect, onTestFinished, test } from 'vitest';
import { ItemProvider } from './item-provider.ts';
import { sdkClients } from './sdk-clients.ts';
import { startServer } from './start-server.ts';

const config = { sessionPreset: SessionPreset.DIRECT_TOOLS, toolkits: [] as string[], mcp: true as const };

/** Tools that say where they ran. */
function createGreeter(place = 'here') {
  const calls: string[] = [];
  let given = 0;
  const greet = createTool('greet', {
    name: 'Greet somebody',
    description: 'Says hello to a person by name.',
    preload: true,
    input: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    output: { type: 'object', properties: { said: { type: 'string' } }, required: ['said'] },
    execute: ({ name }, { userId }) => {
      calls.push(String(name));
      return { said: `Hello ${name}, from ${place}, says ${userId}` };
    },
  });
  const slow = createToolkit('slow', {
    name: 'Slow',
    description: 'Takes its time.',
    preload: true,
    tools: [
      createTool('wait', {
        name: 'Wait',
        description: 'Waits until it is given up.',
        input: { type: 'object', properties: {} },
        execute: async (_, { signal }) => {
          calls.push('wait');
          await delay(60_000, undefined, { signal }).catch(() => {
            given += 1;
          });
        },
      }),
      createTool('fail', {
        name: 'Fail',
        description: 'Fails.',
        input: { type: 'object', properties: {} },
        execute: () => {
          throw new Error('The printer is on fire.');
        },
      }),
    ],
  });
  return { calls, givenUp: () => given, customs: { customTools: [greet], customToolkits: [slow] } };
}

test.each(sdkClients)('%s lists and calls the custom tools of a session', async (_, connect) => {
  const { jackfield } = await startServer();
  const { customs, calls } = createGreeter();
  const session = await jackfield.create('ada', { ...config, experimental: customs });
  const client = await connect(session.mcp);
  const serving = await session.serveCustomTools();
  expect((await client.listTools()).map(({ name }) => name)).toEqual([
    'LOCAL_GREET',
    'LOCAL_SLOW_WAIT',
    'LOCAL_SLOW_FAIL',
  ]);
  expect(await client.callTool('LOCAL_GREET', { name: 'Eve' })).toMatchObject({
    structuredContent: { said: 'Hello Eve, from here, says ada' },
  });
  expect(await client.callTool('LOCAL_GREET', {})).toMatchObject({ isError: true });
  expect(await client.callTool('LOCAL_SLOW_FAIL')).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('The printer is on fire.') }],
  });
  expect(calls).toEqual(['Eve']);
  await serving.close();
  expect(JSON.stringify(await client.callTool('LOCAL_GREET', { name: 'Eve' }))).toContain('no process that runs it');
});

test('embedded, without a network', async () => {
  const server = embedded({ dataDir: ':memory:', publicUrl: 'http://127.0.0.1:1' });
  onTestFinished(() => server.close());
  const jackfield = new Jackfield({ fetch: server, provider: new ItemProvider() });
  const session = await jackfield.create('ada', { ...config, experimental: createGreeter().customs });
  const serving = await session.serveCustomTools();
  const elsewhere = await jackfield.use(session.sessionId);
  expect((await elsewhere.tools()).map(({ slug }) => slug)).toContain('LOCAL_GREET');
  expect(await elsewhere.execute('LOCAL_GREET', { name: 'Eve' })).toMatchObject({
    data: { said: 'Hello Eve, from here, says ada' },
  });
  await serving.close();
});

test('a program without the tools finds and calls them, and a token narrows them', async () => {
  const { jackfield } = await startServer();
  const session = await jackfield.create('ada', { ...config, experimental: createGreeter().customs });
  const serving = await session.serveCustomTools();
  const elsewhere = await jackfield.use(session.sessionId);
  const found = await elsewhere.search({ query: 'say hello to a person' });
  expect(found.results[0]?.primaryToolSlugs).toContain('LOCAL_GREET');
  expect(await elsewhere.execute('LOCAL_GREET', { name: 'Eve' })).toMatchObject({ successful: true });
  const connect = sdkClients[0]?.[1];
  const call = async (narrowing: Parameters<typeof session.tokens.create>[0]) => {
    const { token } = await session.tokens.create(narrowing);
    const client = await connect?.({ url: session.mcp.url, headers: { Authorization: `Bearer ${token}` } });
    const names = (await client?.listTools())?.map(({ name }) => name);
    return { names, answer: JSON.stringify(await client?.callTool('LOCAL_GREET', { name: 'Eve' })) };
  };
  expect(await call({ tools: ['LOCAL_GREET'] })).toMatchObject({
    names: ['LOCAL_GREET'],
    answer: expect.stringContaining('Hello Eve'),
  });
  for (const narrowing of [{ readOnly: true }, { toolkits: ['slow'] }, { tools: ['LOCAL_SLOW_FAIL'] }]) {
    const { names, answer } = await call(narrowing);
    expect(names).not.toContain('LOCAL_GREET');
    expect(answer).toContain('does not allow LOCAL_GREET');
  }
  await serving.close();
});

test('nobody there is an error that passes', async () => {
  const { jackfield } = await startServer();
  const session = await jackfield.create('ada', { ...config, experimental: createGreeter().customs });
  await (await session.serveCustomTools()).close();
  const elsewhere = await jackfield.use(session.sessionId);
  expect(await elsewhere.execute('LOCAL_GREET', { name: 'Eve' })).toMatchObject({
    failure: { code: 'CUSTOM_TOOL_UNAVAILABLE', status: 503, retryable: true },
  });
  const serving = await session.serveCustomTools();
  expect(await elsewhere.execute('LOCAL_GREET', { name: 'Eve' })).toMatchObject({ successful: true });
  await serving.close();
});

test('a call that is given up is given up where it runs', async () => {
  const { jackfield } = await startServer();
  const { customs, calls, givenUp } = createGreeter();
  const session = await jackfield.create('ada', { ...config, experimental: customs });
  const serving = await session.serveCustomTools();
  const giveUp = new AbortController();
  const elsewhere = await jackfield.use(session.sessionId);
  const call = elsewhere.execute('LOCAL_SLOW_WAIT', {}, { signal: giveUp.signal });
  await expect.poll(() => calls).toEqual(['wait']);
  giveUp.abort();
  await expect(call).rejects.toThrow();
  await expect.poll(givenUp, { timeout: 5_000 }).toBe(1);
  await serving.close();
});

test('two servers of a store, two workers: each call runs once, wherever it comes in', {
  timeout: 60_000,
}, async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const start = () =>
    startServer({
      dataDir: undefined,
      databaseUrl: database.url,
      encryptionKey: Buffer.alloc(32, 7).toString('base64'),
    });
  const [one, two] = [await start(), await start()];
  const [here, there] = [createGreeter('one'), createGreeter('two')];
  const session = await one.jackfield.create('ada', { ...config, experimental: here.customs });
  const other = await two.jackfield.use(session.sessionId, there.customs);
  const servings = [
    await session.serveCustomTools({ concurrency: 2 }),
    await other.serveCustomTools({ concurrency: 2 }),
  ];
  const callers = [await one.jackfield.use(session.sessionId), await two.jackfield.use(session.sessionId)];
  const names = Array.from({ length: 24 }, (_, index) => `n${index}`);
  const results = await Promise.all(names.map((name, index) => callers[index % 2]?.execute('LOCAL_GREET', { name })));
  expect(results.every((result) => result?.successful)).toBe(true);
  expect([...here.calls, ...there.calls].toSorted()).toEqual(names.toSorted());
  expect(here.calls.length).toBeGreaterThan(0);
  expect(there.calls.length).toBeGreaterThan(0);
  for (const serving of servings) await serving.close();
});

test('a worker that dies with a call takes it along: it is not run again', async () => {
  const { jackfield, server, apiKey } = await startServer({ limits: { customToolLeaseMs: 1_500 } });
  const { customs, calls } = createGreeter();
  const session = await jackfield.create('ada', { ...config, experimental: customs });
  await (await session.serveCustomTools()).close();
  const say = async (body: object) => {
    const response = await fetch(`${server.url}/v1/tool_router/session/${session.sessionId}/custom_tools/serve`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ worker_id: 'doomed', ...body }),
    });
    return response.json() as Promise<{ calls: { call_id: string; tool_slug: string; arguments: object }[] }>;
  };
  const asked = say({ capacity: 1 });
  await delay(100);
  const elsewhere = await jackfield.use(session.sessionId);
  const call = elsewhere.execute('LOCAL_GREET', { name: 'Eve' });
  const [taken] = (await asked).calls;
  expect(taken).toMatchObject({ tool_slug: 'LOCAL_GREET', arguments: { name: 'Eve' } });
  // It says nothing any more. Another one comes.
  const serving = await session.serveCustomTools();
  expect(await call).toMatchObject({
    failure: { code: 'UPSTREAM_UNREACHABLE', retryable: false, fix: expect.stringContaining('before repeating') },
  });
  await say({ capacity: 0, results: [{ call_id: taken?.call_id, data: { said: 'late' }, error: null }] });
  expect(calls).toEqual([]);
  expect(await elsewhere.execute('LOCAL_GREET', { name: 'Eve' })).toMatchObject({ successful: true });
  expect(calls).toEqual(['Eve']);
  await serving.close();
});

test('a worker finds a server that was away, and answers that are too large are refused', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'jackfield-custom-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const first = await startServer({ dataDir });
  const large = createTool('large', {
    name: 'Large',
    description: 'Answers a lot.',
    preload: true,
    input: { type: 'object', properties: {} },
    execute: () => ({ text: 'x'.repeat(2_000_000) }),
  });
  const { customTools } = createGreeter().customs;
  const experimental = { customTools: [...customTools, large] };
  const session = await first.jackfield.create('ada', { ...config, experimental });
  const errors: unknown[] = [];
  const serving = await session.serveCustomTools({ onError: (error) => errors.push(error) });
  await first.server.close();
  await expect.poll(() => errors.length, { timeout: 5_000 }).toBeGreaterThan(0);
  const second = await startServer({ dataDir, port: first.server.port });
  const elsewhere = await second.jackfield.use(session.sessionId);
  const call = () => elsewhere.execute('LOCAL_GREET', { name: 'Eve' });
  await expect.poll(async () => (await call()).successful, { timeout: 10_000 }).toBe(true);
  expect(await elsewhere.execute('LOCAL_LARGE', {})).toMatchObject({
    successful: false,
    error: expect.stringContaining('more than the server takes'),
  });
  await serving.close();
});

test('a session token serves nothing', async () => {
  const { jackfield, server } = await startServer();
  const session = await jackfield.create('ada', { ...config, experimental: createGreeter().customs });
  const response = await fetch(`${server.url}/v1/tool_router/session/${session.sessionId}/custom_tools/serve`, {
    method: 'POST',
    headers: { ...session.mcp.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ worker_id: 'thief', capacity: 1 }),
  });
  expect(response.status).toBe(403);
});
