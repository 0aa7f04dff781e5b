import type { SessionConfig } from '@jackfield/contract';
import { expect, test } from 'vitest';
import {
  httpTool,
  petsUpstream,
  testContext,
  testEngine,
  testToolkit,
  testUpstream,
} from '../../create-engine.fixture.ts';

async function agent(config: SessionConfig = {}, connected = true) {
  const { toolkit, upstream } = await petsUpstream();
  const setup = await testEngine({ toolkits: [toolkit] });
  const { operations, context } = setup;
  const connect = () =>
    operations['connectedAccounts.create'](
      {
        body: {
          userId: 'ada',
          toolkit: 'pets',
          credential: { mode: 'BEARER_TOKEN', token: 'secret-token-of-ada' },
        },
      },
      context,
    );
  if (connected) await connect();
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada', ...config } }, context);
  const params = { sessionId };
  const run = async (word: string, input: Record<string, unknown>, caller = context) =>
    operations['sessions.execute']({ params, body: { toolSlug: `JACKFIELD_${word}`, arguments: input } }, caller);
  const list = async () => (await operations['sessions.tools']({ params, query: {} }, context)).items;
  return { ...setup, upstream, sessionId, run, list, connect };
}

test('only the meta tools that are switched on are listed, and none speaks of one that is not', async () => {
  const slugs = async (config: SessionConfig) => {
    const items = await (await agent(config)).list();
    const text = JSON.stringify(items);
    for (const word of [
      'SEARCH_TOOLS',
      'GET_TOOL_SCHEMAS',
      'MULTI_EXECUTE_TOOL',
      'MANAGE_CONNECTIONS',
      'WAIT_FOR_CONNECTIONS',
    ]) {
      const isListed = items.some(({ slug }) => slug === `JACKFIELD_${word}`);
      if (!isListed) expect(text).not.toContain(word);
    }
    return items.map(({ slug }) => slug.replace('JACKFIELD_', ''));
  };
  expect(await slugs({})).toEqual(['SEARCH_TOOLS', 'GET_TOOL_SCHEMAS', 'MULTI_EXECUTE_TOOL', 'MANAGE_CONNECTIONS']);
  expect(await slugs({ search: { enable: false } })).toEqual(['MULTI_EXECUTE_TOOL', 'MANAGE_CONNECTIONS']);
  expect(await slugs({ execute: { enableMultiExecute: false } })).toEqual([
    'SEARCH_TOOLS',
    'GET_TOOL_SCHEMAS',
    'MANAGE_CONNECTIONS',
  ]);
  expect(await slugs({ manageConnections: { enable: false, enableWaitForConnections: true } })).toEqual([
    'SEARCH_TOOLS',
    'GET_TOOL_SCHEMAS',
    'MULTI_EXECUTE_TOOL',
  ]);
  expect(await slugs({ manageConnections: { enableWaitForConnections: true } })).toContain('WAIT_FOR_CONNECTIONS');
});

test('every meta tool suits the strictest client: a named toolkit and an object with properties', async () => {
  const { list, sessionId, operations, project } = await agent({
    manageConnections: { enableWaitForConnections: true },
  });
  for (const item of await list()) {
    expect(item.toolkit).toEqual({ slug: 'jackfield', name: 'Jackfield' });
    expect(item.inputParameters).toMatchObject({ type: 'object', properties: expect.anything() });
    expect(JSON.stringify(item.inputParameters)).not.toMatch(/"(anyOf|oneOf|allOf|uniqueItems|\$ref)"/);
    expect(item.description).toMatch(/\w/);
  }
  const { items } = await operations['sessions.tools'](
    { params: { sessionId }, query: {} },
    testContext(project.id, { metaToolPrefix: 'COMPOSIO' }),
  );
  expect(items.map(({ slug }) => slug)).toContain('COMPOSIO_SEARCH_TOOLS');
  expect(JSON.stringify(items)).not.toContain('JACKFIELD');
});

test('a meta tool that is switched off is refused', async () => {
  const { run } = await agent({ search: { enable: false } });
  await expect(run('SEARCH_TOOLS', { queries: [{ use_case: 'x' }] })).rejects.toMatchObject({
    code: 'TOOL_NOT_ALLOWED',
  });
});

test('searching answers in snake case, with schemas as they are', async () => {
  const { run } = await agent();
  const { data } = await run('SEARCH_TOOLS', {
    queries: [{ use_case: 'pets create a pet', known_fields: 'name: Rex' }],
  });
  expect(data).toMatchObject({
    results: [
      { index: 1, use_case: 'pets create a pet', primary_tool_slugs: expect.arrayContaining(['PETS_CREATE_PET']) },
    ],
    tool_schemas: {
      PETS_CREATE_PET: {
        tool_slug: 'PETS_CREATE_PET',
        has_full_schema: true,
        input_schema: { additionalProperties: false },
      },
    },
    toolkit_connection_statuses: [{ toolkit: 'pets', has_active_connection: true }],
  });
});

test('schemas are given for allowed tools and custom ones; others are not found', async () => {
  const { operations, context, sessionId } = await agent({ tools: { pets: { disable: ['PETS_DELETE_PET'] } } });
  const { data } = await operations['sessions.execute'](
    {
      params: { sessionId },
      body: {
        toolSlug: 'JACKFIELD_GET_TOOL_SCHEMAS',
        arguments: {
          tool_slugs: ['PETS_GET_PET', 'PETS_DELETE_PET', 'LOCAL_NOTE', 'PETS_GET_PETS'],
          include: ['input_schema'],
        },
        experimental: {
          customTools: [{ slug: 'note', name: 'Note', description: 'Takes a note.', inputSchema: { type: 'object' } }],
        },
      },
    },
    context,
  );
  expect(data).toMatchObject({
    tool_schemas: {
      PETS_GET_PET: { input_schema: { required: ['id'] } },
      LOCAL_NOTE: { toolkit: 'local', input_schema: { type: 'object' } },
    },
    not_found: [
      { tool_slug: 'PETS_DELETE_PET', suggestions: expect.arrayContaining(['PETS_GET_PET']) },
      {
        tool_slug: 'PETS_GET_PETS',
        did_you_mean: 'PETS_GET_PET',
        suggestions: expect.arrayContaining(['PETS_GET_PET']),
      },
    ],
  });
  expect(JSON.stringify(data.not_found).match(/PETS_DELETE_PET/g)).toHaveLength(1);
  expect(Object.keys(data.tool_schemas as object)).toEqual(['PETS_GET_PET', 'LOCAL_NOTE']);
});

test('a batch runs its calls through the gate, in order, each failing by itself', async () => {
  const { run, upstream, store, project, sessionId } = await agent({
    tools: { pets: { disable: ['PETS_DELETE_PET'] } },
  });
  const { data, successful } = await run('MULTI_EXECUTE_TOOL', {
    tools: [
      { tool_slug: 'PETS_GET_PET', arguments: { id: '7' } },
      { tool_slug: 'PETS_DELETE_PET', arguments: { id: '7' } },
      { tool_slug: 'PETS_NOTHING', arguments: {} },
      { tool_slug: 'PETS_CREATE_PET', arguments: { name: 'Rex' } },
      { tool_slug: 'JACKFIELD_MULTI_EXECUTE_TOOL', arguments: { tools: [] } },
      { tool_slug: 'JACKFIELD_SEARCH_TOOLS', arguments: { queries: [{ use_case: 'list pets' }] } },
      { tool_slug: 'PETS_LIST_PETS', arguments: {} },
    ],
  });
  expect(successful).toBe(true);
  expect(data).toMatchObject({ total_count: 7, success_count: 3, error_count: 4 });
  expect(data.results).toMatchObject([
    { index: 0, tool_slug: 'PETS_GET_PET', response: { successful: true, data: { id: '7' } } },
    { index: 1, response: { successful: false, data: {} }, error: expect.stringContaining('does not allow') },
    { index: 2, error: expect.stringContaining('There is no tool "PETS_NOTHING"') },
    { index: 3, error: expect.stringContaining('`kind` is required') },
    { index: 4, error: expect.stringContaining('by itself') },
    { index: 5, response: { successful: true } },
    { index: 6, response: { successful: true, data: { items: [{ id: '1', name: 'Rex' }] } } },
  ]);
  expect((data.results as object[])[0]).not.toHaveProperty('error');
  expect(upstream.requests.map(({ url }) => url).sort()).toEqual(['/pets', '/pets/7']);
  await store.toolCalls.flush();
  const { items } = await store.toolCalls.list({ projectId: project.id, sessionId, limit: 20 });
  expect(items).toHaveLength(8);
});

test('a batch runs no more calls at once than it may, and ends with its time', async () => {
  let running = 0;
  let most = 0;
  const upstream = await testUpstream(({ url }, _, response) => {
    running += 1;
    most = Math.max(most, running);
    if (url === '/hang') return;
    setTimeout(() => {
      running -= 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }, 20);
  });
  const toolkit = testToolkit('slow', [
    httpTool('slow', 'CALL', upstream.url, { security: [] }),
    httpTool('slow', 'HANG', upstream.url, { path: '/hang', security: [] }),
  ]);
  const { operations, context } = await testEngine({
    toolkits: [toolkit],
    limits: { batchConcurrency: 3, toolTimeoutMs: 2_000 },
  });
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const batch = (slugs: string[]) =>
    operations['sessions.execute'](
      {
        params: { sessionId },
        body: {
          toolSlug: 'JACKFIELD_MULTI_EXECUTE_TOOL',
          arguments: { tools: slugs.map((slug) => ({ tool_slug: slug, arguments: {} })) },
        },
      },
      context,
    );
  expect(await batch(Array(12).fill('SLOW_CALL'))).toMatchObject({ data: { success_count: 12 } });
  expect(most).toBe(3);
  const { data } = await batch(['SLOW_HANG', 'SLOW_HANG', 'SLOW_HANG', 'SLOW_CALL']);
  expect(data).toMatchObject({ error_count: 4 });
  expect((data.results as { error: string }[])[3]?.error).toContain('time');
});

test('more calls than a batch may have are refused', async () => {
  const { run, upstream } = await agent();
  const tools = Array.from({ length: 51 }, () => ({ tool_slug: 'PETS_LIST_PETS', arguments: {} }));
  expect(await run('MULTI_EXECUTE_TOOL', { tools })).toMatchObject({ failure: { code: 'INVALID_ARGUMENTS' } });
  expect(upstream.requests).toHaveLength(0);
});

test('a batch with an idempotency key does each of its calls once', async () => {
  const { run, upstream, project } = await agent();
  const tools = ['Rex', 'Max'].map((name) => ({ tool_slug: 'PETS_CREATE_PET', arguments: { name, kind: 'dog' } }));
  const context = testContext(project.id, { idempotencyKey: 'a' });
  const first = await run('MULTI_EXECUTE_TOOL', { tools }, context);
  const again = await run('MULTI_EXECUTE_TOOL', { tools }, context);
  expect(again.data).toEqual(first.data);
  expect(upstream.requests).toHaveLength(2);
});

test('connecting answers with a link, and with the account once there is one', async () => {
  const { run, engine } = await agent({}, false);
  const { data } = await run('MANAGE_CONNECTIONS', { toolkits: ['pets', 'cats'] });
  const results = data.results as Record<string, { redirect_url: string }>;
  expect(results).toMatchObject({
    pets: {
      status: 'initiated',
      has_active_connection: false,
      redirect_url: expect.stringMatching(/^https:\/\/tools\.example\.com\/connect\//),
      instruction: expect.stringContaining('Show the user this link'),
    },
    cats: { status: 'failed', instruction: expect.stringContaining('There is no toolkit "cats"') },
  });
  await engine.connect.submit(
    results.pets?.redirect_url.split('/').at(-1) ?? '',
    { token: 'secret-token-of-ada' },
    'browser-of-ada',
  );
  expect(await run('MANAGE_CONNECTIONS', { toolkits: ['pets'] })).toMatchObject({
    data: { results: { pets: { status: 'active', has_active_connection: true } } },
  });
  expect(await run('MANAGE_CONNECTIONS', { toolkits: ['pets'], reinitiate_all: true })).toMatchObject({
    data: { results: { pets: { status: 'initiated' } } },
  });
});

test('waiting returns when the account is there, or when the time is over', async () => {
  const { run, connect } = await agent({ manageConnections: { enableWaitForConnections: true } }, false);
  expect(await run('WAIT_FOR_CONNECTIONS', { toolkits: ['pets'], timeout_seconds: 1 })).toMatchObject({
    data: { connected: [], pending: ['pets'], timed_out: true },
  });
  const waiting = run('WAIT_FOR_CONNECTIONS', { toolkits: ['pets'], timeout_seconds: 20 });
  await connect();
  expect(await waiting).toMatchObject({ data: { connected: ['pets'], pending: [], timed_out: false } });
});
