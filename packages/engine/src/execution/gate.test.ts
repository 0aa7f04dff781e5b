import type { ExecuteBody, ExecuteResponse, SessionConfig } from '@jackfield/contract';
import { expect, test } from 'vitest';
import {
  httpTool,
  petsUpstream,
  type TestEngine,
  testContext,
  testEngine,
  testToolkit,
  testUpstream,
  type Upstream,
} from '../create-engine.fixture.ts';
import type { CallContext } from '../engine.ts';

const token = 'secret-token-of-ada';

interface Pets extends TestEngine {
  readonly upstream: Upstream;
  readonly sessionId: string;
  execute(toolSlug: string, args?: Record<string, unknown>, more?: Partial<ExecuteBody>): Promise<ExecuteResponse>;
  executeIn(context: CallContext, toolSlug: string, args?: Record<string, unknown>): Promise<ExecuteResponse>;
  connect(userId: string, alias?: string): Promise<string>;
}

async function pets(config: SessionConfig = {}, connected = true, now?: () => Date): Promise<Pets> {
  const { toolkit, upstream } = await petsUpstream();
  const setup = await testEngine({ toolkits: [toolkit], now });
  const { operations, context } = setup;
  const connect = async (userId: string, alias?: string) => {
    const account = await operations['connectedAccounts.create'](
      { body: { userId, toolkit: 'pets', alias, credential: { mode: 'BEARER_TOKEN', token } } },
      context,
    );
    return account.id;
  };
  if (connected) await connect('ada');
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada', ...config } }, context);
  return {
    ...setup,
    upstream,
    sessionId,
    connect,
    execute: (toolSlug, args, more) =>
      operations['sessions.execute']({ params: { sessionId }, body: { toolSlug, arguments: args, ...more } }, context),
    executeIn: (other, toolSlug, args) =>
      operations['sessions.execute']({ params: { sessionId }, body: { toolSlug, arguments: args } }, other),
  };
}

test('an unknown tool is refused with the nearest one that the session allows', async () => {
  const { execute } = await pets({ tools: { pets: { enable: ['PETS_GET_PET'] } } });
  await expect(execute('PETS_GET_PETS')).rejects.toMatchObject({
    code: 'UNKNOWN_TOOL',
    status: 400,
    message: expect.stringContaining('did you mean "PETS_GET_PET"?'),
  });
  await expect(execute('PETS_LIST_PET')).rejects.toMatchObject({
    code: 'UNKNOWN_TOOL',
    message: expect.not.stringContaining('PETS_LIST_PETS'),
  });
});

test('an unknown tool is refused with those of similar words that the session allows', async () => {
  const { execute } = await pets({ tools: { pets: { disable: ['PETS_DELETE_PET'] } } });
  await expect(execute('PETS_ADD_A_NEW_PET')).rejects.toMatchObject({
    code: 'UNKNOWN_TOOL',
    fix: expect.stringContaining('PETS_CREATE_PET'),
    details: { similar: expect.arrayContaining(['PETS_CREATE_PET']) },
  });
  await expect(execute('PETS_DELETE')).rejects.toMatchObject({ fix: expect.not.stringContaining('DELETE') });
});

test('a tool that the session leaves out is refused and nothing is sent', async () => {
  const { execute, upstream } = await pets({ tags: { enable: ['readOnlyHint'] } });
  await expect(execute('PETS_CREATE_PET', { name: 'Rex', kind: 'dog' })).rejects.toMatchObject({
    code: 'TOOL_NOT_ALLOWED',
    status: 403,
  });
  expect(upstream.requests).toHaveLength(0);
});

test('a custom tool is told to be called where it is defined', async () => {
  const { execute } = await pets();
  await expect(execute('LOCAL_NOTE')).rejects.toMatchObject({
    code: 'UNKNOWN_TOOL',
    message: expect.stringContaining('custom tool'),
  });
});

test('a session of another project, a deleted one and an expired one cannot run tools', async () => {
  let now = new Date('2030-01-01T00:00:00Z');
  const { toolkit } = await petsUpstream();
  const { operations, context, store } = await testEngine({ toolkits: [toolkit], now: () => now });
  const create = () => operations['sessions.create']({ body: { userId: 'ada', ttl: 60 } }, context);
  const run = (sessionId: string, caller = context) =>
    operations['sessions.execute']({ params: { sessionId }, body: { toolSlug: 'PETS_LIST_PETS' } }, caller);
  const session = await create();
  const other = await store.projects.ensure('other');
  await expect(run(session.sessionId, testContext(other.id))).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  const deleted = await create();
  await operations['sessions.delete']({ params: { sessionId: deleted.sessionId } }, context);
  await expect(run(deleted.sessionId)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  now = new Date('2030-01-01T00:01:00Z');
  await expect(run(session.sessionId)).rejects.toMatchObject({ code: 'SESSION_EXPIRED', status: 410 });
});

test.each([
  [{ kind: 'dog' }, ['`name` is required (string: What it is called)']],
  [{ nmae: 'Rex', kind: 'dog' }, ['you gave `nmae`', '`nmae` is not accepted; did you mean `name`?']],
  [
    { name: 'Rex', kind: 'Dogs' },
    ['`kind` must be one of "dog", "cat", not the string "Dogs"; did you mean "dog"? Correct'],
  ],
  [{ name: 7, kind: 'dog' }, ['`name` must be string, not the number 7']],
  [{ name: '', kind: 'dog', age: -1 }, ['`name` must NOT have fewer than 1 characters', '`age` must be >= 0']],
  [{ name: 'Rex', kind: 'dog', age: '3' }, ['`age` must be integer, not the string "3"']],
])('arguments %j are refused in words that say how to mend them', async (args, parts) => {
  const { execute, upstream } = await pets();
  const result = await execute('PETS_CREATE_PET', args);
  expect(result).toMatchObject({ successful: false, data: {}, failure: { code: 'INVALID_ARGUMENTS' } });
  for (const part of parts) expect(result.error).toContain(part);
  expect(upstream.requests).toHaveLength(0);
});

test('arguments above the limit are refused', async () => {
  const { execute, upstream } = await pets();
  const result = await execute('PETS_CREATE_PET', { name: 'x'.repeat(1024 * 1024), kind: 'dog' });
  expect(result).toMatchObject({ successful: false, failure: { code: 'REQUEST_TOO_LARGE' } });
  expect(upstream.requests).toHaveLength(0);
});

test('without an account the error says how to connect one, with the tool only if the session has it', async () => {
  const withTool = await pets({}, false);
  const required = await withTool.execute('PETS_LIST_PETS');
  expect(required.failure).toMatchObject({
    code: 'CONNECTION_REQUIRED',
    fix: expect.stringContaining('JACKFIELD_MANAGE_CONNECTIONS'),
  });
  const without = await pets({ manageConnections: { enable: false } }, false);
  const silent = await without.execute('PETS_LIST_PETS');
  expect(silent.error).toContain("session.authorize('pets')");
  expect(silent.error).not.toContain('MANAGE_CONNECTIONS');
});

test('of several accounts none is guessed; one is chosen by id or alias', async () => {
  const { connect, execute } = await pets({}, false);
  const work = await connect('ada', 'work');
  const home = await connect('ada', 'home');
  const ambiguous = await execute('PETS_LIST_PETS');
  expect(ambiguous.failure).toMatchObject({
    code: 'CONNECTION_AMBIGUOUS',
    details: {
      accounts: [
        { id: home, alias: 'home' },
        { id: work, alias: 'work' },
      ],
    },
  });
  expect(ambiguous.error).toContain(`${work} ("work")`);
  expect(await execute('PETS_LIST_PETS', {}, { account: 'work' })).toMatchObject({ successful: true });
  expect(await execute('PETS_LIST_PETS', {}, { account: home })).toMatchObject({ successful: true });
  expect(await execute('PETS_LIST_PETS', {}, { account: 'other' })).toMatchObject({
    failure: { code: 'CONNECTED_ACCOUNT_NOT_FOUND' },
  });
});

test('a session that asks for no explicit choice uses the account that was connected first', async () => {
  const { connect, execute, store, project, sessionId } = await pets(
    { multiAccount: { enable: true, requireExplicitSelection: false } },
    false,
  );
  const first = await connect('ada');
  await connect('ada');
  expect(await execute('PETS_LIST_PETS')).toMatchObject({ successful: true });
  await store.toolCalls.flush();
  const { items } = await store.toolCalls.list({ projectId: project.id, sessionId, limit: 1 });
  expect(items[0]?.connectedAccountId).toBe(first);
});

test("another user's account is never used, not even by its id", async () => {
  const { connect, execute, upstream } = await pets({}, false);
  const bobs = await connect('bob');
  expect(await execute('PETS_LIST_PETS')).toMatchObject({ failure: { code: 'CONNECTION_REQUIRED' } });
  const named = await execute('PETS_LIST_PETS', {}, { account: bobs });
  expect(named).toMatchObject({ failure: { code: 'CONNECTED_ACCOUNT_NOT_FOUND' } });
  expect(upstream.requests).toHaveLength(0);
});

test('only pinned accounts are used', async () => {
  const { operations, context, connect } = await pets({}, false);
  const pinned = await connect('ada', 'pinned');
  await connect('ada', 'other');
  const { sessionId } = await operations['sessions.create'](
    { body: { userId: 'ada', connectedAccounts: { pets: [pinned] } } },
    context,
  );
  const run = (account?: string) =>
    operations['sessions.execute']({ params: { sessionId }, body: { toolSlug: 'PETS_LIST_PETS', account } }, context);
  expect(await run()).toMatchObject({ successful: true });
  expect(await run('other')).toMatchObject({ failure: { code: 'CONNECTED_ACCOUNT_NOT_FOUND' } });
});

test('an account that is disabled or not finished cannot be used', async () => {
  const { operations, context, sessionId, execute, store, project, connect } = await pets({}, false);
  await operations['sessions.link']({ params: { sessionId }, body: { toolkit: 'pets' } }, context);
  expect(await execute('PETS_LIST_PETS')).toMatchObject({
    failure: { code: 'CONNECTION_NOT_ACTIVE', message: expect.stringContaining('has begun to connect') },
  });
  const id = await connect('ada');
  await store.connectedAccounts.update({ projectId: project.id, id, enabled: false });
  expect(await execute('PETS_LIST_PETS', {}, { account: id })).toMatchObject({
    failure: { code: 'CONNECTION_NOT_ACTIVE', message: expect.stringContaining('disabled') },
  });
});

test('an account under a disabled auth config cannot be used', async () => {
  const { operations, context, execute, store, project } = await pets();
  const { items } = await operations['authConfigs.list']({ query: {} }, context);
  await store.authConfigs.update({ projectId: project.id, id: items[0]?.id ?? '', enabled: false });
  expect(await execute('PETS_LIST_PETS')).toMatchObject({ failure: { code: 'CONNECTION_NOT_ACTIVE' } });
});

test('a tool that needs no account is called without, and one that may have one uses the only one', async () => {
  const upstream = await testUpstream((request, _, response) =>
    response.end(JSON.stringify({ authorization: request.headers.authorization ?? null })),
  );
  const toolkit = testToolkit('open', [
    httpTool('open', 'NEVER', upstream.url, { security: [] }),
    httpTool('open', 'MAYBE', upstream.url, { security: [['token'], []] }),
  ]);
  const { operations, context } = await testEngine({ toolkits: [toolkit] });
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const run = async (toolSlug: string) =>
    (await operations['sessions.execute']({ params: { sessionId }, body: { toolSlug } }, context)).data;
  const connect = () =>
    operations['connectedAccounts.create'](
      { body: { userId: 'ada', toolkit: 'open', credential: { mode: 'BEARER_TOKEN', token: 'visible' } } },
      context,
    );
  expect(await run('OPEN_MAYBE')).toEqual({ authorization: null });
  await connect();
  expect(await run('OPEN_NEVER')).toEqual({ authorization: null });
  expect(upstream.requests.at(-1)?.headers.authorization).toBeUndefined();
  await run('OPEN_MAYBE');
  expect(upstream.requests.at(-1)?.headers.authorization).toBe('Bearer visible');
  await connect();
  expect(await run('OPEN_MAYBE')).toEqual({ authorization: null });
});

test('credentials go where their scheme says, and arguments cannot replace them', async () => {
  const upstream = await testUpstream((_request, _, response) => response.end('{}'));
  const inputSchema = { type: 'object', properties: { key: { type: 'string' }, 'x-key': { type: 'string' } } } as const;
  const toolkit = testToolkit(
    'keys',
    [
      httpTool('keys', 'QUERY', upstream.url, { security: [['query']], inputSchema }),
      httpTool('keys', 'HEADER', upstream.url, { security: [['header']] }),
      httpTool('keys', 'COOKIE', upstream.url, { security: [['cookie']] }),
      httpTool('keys', 'BASIC', upstream.url, { security: [['basic']] }),
    ],
    {
      authSchemes: [
        { id: 'query', mode: 'API_KEY', in: 'query', name: 'key' },
        { id: 'header', mode: 'API_KEY', in: 'header', name: 'X-Key', prefix: 'Token ' },
        { id: 'cookie', mode: 'API_KEY', in: 'cookie', name: 'sid' },
        { id: 'basic', mode: 'BASIC' },
      ],
    },
  );
  const { operations, context, store, project, engine } = await testEngine({ toolkits: [toolkit] });
  for (const scheme of toolkit.authSchemes) {
    await store.authConfigs.create({
      id: `ac_${scheme.id}`,
      projectId: project.id,
      toolkit: 'keys',
      schemeId: scheme.id,
      mode: scheme.mode,
      name: scheme.id,
      settings: { schemeIds: [scheme.id] },
    });
  }
  const run = async (scheme: string, fields: Record<string, string>, args = {}) => {
    const { sessionId } = await operations['sessions.create'](
      { body: { userId: 'ada', authConfigs: { keys: `ac_${scheme}` } } },
      context,
    );
    const link = await operations['sessions.link']({ params: { sessionId }, body: { toolkit: 'keys' } }, context);
    await engine.connect.submit(link.linkToken, fields, 'browser-of-ada');
    const result = await operations['sessions.execute'](
      { params: { sessionId }, body: { toolSlug: `KEYS_${scheme.toUpperCase()}`, arguments: args } },
      context,
    );
    expect(result.error).toBeNull();
    return upstream.requests.at(-1);
  };
  expect(await run('query', { api_key: 'a b&c' }, { key: 'mine', 'x-key': 'ok' })).toMatchObject({
    url: '/?x-key=ok&key=a%20b%26c',
  });
  expect(await run('header', { api_key: 'abc' })).toMatchObject({ headers: { 'x-key': 'Token abc' } });
  expect(await run('cookie', { api_key: 'a;b' })).toMatchObject({ headers: { cookie: 'sid=a%3Bb' } });
  expect(await run('basic', { username: 'ada', password: 'pässword' })).toMatchObject({
    headers: { authorization: `Basic ${Buffer.from('ada:pässword').toString('base64')}` },
  });
});

test('what an API refuses reaches the model in its own words, with what to do', async () => {
  const answers: [number, Record<string, string>, string][] = [
    [404, { 'content-type': 'application/json' }, '{"message":"No such pet"}'],
    [422, { 'content-type': 'application/json' }, '{"errors":[{"field":"name","message":"is too short"}]}'],
    [429, { 'retry-after': '7' }, ''],
    [401, { 'content-type': 'application/json' }, `{"error":{"message":"Token ${token} is not valid"}}`],
    [500, { 'content-type': 'text/html' }, '<html><title>Oops</title></html>'],
  ];
  const upstream = await testUpstream((_request, _, response) => {
    const [status, headers, body] = answers[upstream.requests.length - 1] ?? [200, {}, ''];
    response.writeHead(status, headers).end(body);
  });
  const tool = httpTool('failing', 'CALL', upstream.url, { method: 'POST' });
  const { operations, context } = await testEngine({ toolkits: [testToolkit('failing', [tool])] });
  await operations['connectedAccounts.create'](
    { body: { userId: 'ada', toolkit: 'failing', credential: { mode: 'BEARER_TOKEN', token } } },
    context,
  );
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const run = () =>
    operations['sessions.execute']({ params: { sessionId }, body: { toolSlug: 'FAILING_CALL' } }, context);

  expect(await run()).toMatchObject({
    successful: false,
    data: { message: 'No such pet' },
    error: expect.stringMatching(/^Failing answered 404 Not Found: No such pet\. Check ids/),
    failure: { code: 'UPSTREAM_ERROR', details: { status: 404 }, retryable: false },
  });
  expect((await run()).error).toContain('name: is too short');
  expect(await run()).toMatchObject({
    error: expect.stringContaining('Wait 7 s'),
    failure: { details: { status: 429, retryAfterSeconds: 7 }, retryable: true },
  });
  const refused = await run();
  expect(refused.error).toContain('Token [redacted] is not valid');
  expect(refused.error).toContain('connect it again');
  expect(JSON.stringify(refused)).not.toContain(token);
  expect(await run()).toMatchObject({
    data: {},
    error: expect.stringContaining('Check whether the call had its effect'),
    failure: { retryable: false },
  });
});

test('answers that are not JSON objects are mapped', async () => {
  const answers: Record<string, [Record<string, string>, string | Buffer]> = {
    empty: [{}, ''],
    scalar: [{ 'content-type': 'application/json' }, '42'],
    nothing: [{ 'content-type': 'application/json' }, 'null'],
    text: [{ 'content-type': 'text/plain' }, 'hello'],
    untyped: [{}, '{"a":1}'],
    binary: [
      { 'content-type': 'image/png', 'content-disposition': 'attachment; filename="../a.png"' },
      Buffer.from([1, 2, 255]),
    ],
  };
  const broken: Record<string, [Record<string, string>, string]> = {
    invalid: [{ 'content-type': 'application/json' }, '{"a":'],
    html: [{ 'content-type': 'text/html' }, '<html><title>Sign in</title></html>'],
  };
  const upstream = await testUpstream(({ url }, _, response) => {
    const [headers, body] = { ...answers, ...broken }[url.slice(1)] ?? [{}, ''];
    response.writeHead(200, headers).end(body);
  });
  const tools = Object.keys({ ...answers, ...broken }).map((name) =>
    httpTool('shapes', name.toUpperCase(), upstream.url, { path: `/${name}`, security: [] }),
  );
  const { operations, context } = await testEngine({ toolkits: [testToolkit('shapes', tools)] });
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const run = (name: string) =>
    operations['sessions.execute'](
      { params: { sessionId }, body: { toolSlug: `SHAPES_${name.toUpperCase()}` } },
      context,
    );
  const data = async (name: string) => (await run(name)).data;
  expect(await data('empty')).toEqual({});
  expect(await data('scalar')).toEqual({ value: 42 });
  expect(await data('nothing')).toEqual({});
  expect(await data('text')).toEqual({ value: 'hello' });
  expect(await data('untyped')).toEqual({ a: 1 });
  expect(await data('binary')).toEqual({ name: 'a.png', content_type: 'image/png', size: 3, content: 'AQL/' });
  expect(await run('invalid')).toMatchObject({
    successful: false,
    failure: { code: 'UPSTREAM_INVALID_RESPONSE', message: expect.stringContaining('not valid JSON') },
  });
  expect(await run('html')).toMatchObject({
    successful: false,
    failure: { code: 'UPSTREAM_INVALID_RESPONSE', message: expect.stringContaining('titled "Sign in"') },
  });
});

test('an upstream that hangs, resets, answers too much or leads into a private network is a failed result', async () => {
  const upstream = await testUpstream(({ url }, request, response) => {
    if (url === '/reset') request.socket.destroy();
    else if (url === '/big') response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(10_000_000));
    else if (url === '/private') response.writeHead(302, { location: 'http://10.0.0.1/' }).end();
    // `/hang` never answers.
  });
  const tools = ['HANG', 'RESET', 'BIG', 'PRIVATE'].map((name) =>
    httpTool('bad', name, upstream.url, { path: `/${name.toLowerCase()}`, security: [] }),
  );
  const { operations, context } = await testEngine({
    toolkits: [testToolkit('bad', tools)],
    limits: { toolTimeoutMs: 2_000 },
    egressOptions: { allowPrivateNetwork: ['127.0.0.1'] },
  });
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const codeOf = async (name: string) => {
    const result = await operations['sessions.execute'](
      { params: { sessionId }, body: { toolSlug: `BAD_${name}` } },
      context,
    );
    expect(result).toMatchObject({ successful: false, data: {}, error: expect.any(String) });
    return result.failure?.code;
  };
  expect(await codeOf('HANG')).toBe('TIMEOUT');
  expect(await codeOf('RESET')).toBe('UPSTREAM_UNREACHABLE');
  expect(await codeOf('BIG')).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
  expect(await codeOf('PRIVATE')).toBe('EGRESS_DENIED');
});

test('a caller who leaves ends the call with ABORTED', async () => {
  const upstream = await testUpstream(() => {});
  const tool = httpTool('slow', 'CALL', upstream.url, { security: [] });
  const { operations, context, project } = await testEngine({ toolkits: [testToolkit('slow', [tool])] });
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const caller = new AbortController();
  const call = operations['sessions.execute'](
    { params: { sessionId }, body: { toolSlug: 'SLOW_CALL' } },
    testContext(project.id, { signal: caller.signal }),
  );
  await expect.poll(() => upstream.requests.length).toBe(1);
  caller.abort();
  await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
});

test('a credential that an API echoes does not come back', async () => {
  const upstream = await testUpstream((request, _, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ headers: request.headers, nested: [`key ${token}`] })),
  );
  const { operations, context, log } = await testEngine({
    toolkits: [testToolkit('echo', [httpTool('echo', 'CALL', upstream.url)])],
  });
  await operations['connectedAccounts.create'](
    { body: { userId: 'ada', toolkit: 'echo', credential: { mode: 'BEARER_TOKEN', token } } },
    context,
  );
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const result = await operations['sessions.execute'](
    { params: { sessionId }, body: { toolSlug: 'ECHO_CALL' } },
    context,
  );
  expect(result.data).toMatchObject({ headers: { authorization: 'Bearer [redacted]' }, nested: ['key [redacted]'] });
  expect(log.join()).not.toContain(token);
});

test('an idempotency key makes a call happen once', async () => {
  const { executeIn, project, upstream } = await pets();
  const keyed = (idempotencyKey: string) => testContext(project.id, { idempotencyKey });
  const first = await executeIn(keyed('a'), 'PETS_CREATE_PET', { name: 'Rex', kind: 'dog' });
  const again = await executeIn(keyed('a'), 'PETS_CREATE_PET', { kind: 'dog', name: 'Rex' });
  expect(again).toEqual(first);
  expect(upstream.requests).toHaveLength(1);
  await expect(executeIn(keyed('a'), 'PETS_CREATE_PET', { name: 'Max', kind: 'dog' })).rejects.toMatchObject({
    code: 'CONFLICT',
    status: 409,
    retryable: false,
  });
  await executeIn(keyed('b'), 'PETS_CREATE_PET', { name: 'Rex', kind: 'dog' });
  expect(upstream.requests).toHaveLength(2);
});

test('a refused call leaves its key free', async () => {
  const { executeIn, project, connect } = await pets({}, false);
  const context = testContext(project.id, { idempotencyKey: 'a' });
  const args = { name: 'Rex', kind: 'dog' };
  expect(await executeIn(context, 'PETS_CREATE_PET', args)).toMatchObject({ failure: { code: 'CONNECTION_REQUIRED' } });
  await connect('ada');
  expect(await executeIn(context, 'PETS_CREATE_PET', args)).toMatchObject({ successful: true });
});

test('two calls with one key at once send one request and get one result', async () => {
  const { executeIn, project, upstream } = await pets();
  const context = testContext(project.id, { idempotencyKey: 'a' });
  const [first, second] = await Promise.all([
    executeIn(context, 'PETS_CREATE_PET', { name: 'Rex', kind: 'dog' }),
    executeIn(context, 'PETS_CREATE_PET', { name: 'Rex', kind: 'dog' }),
  ]);
  expect(second).toEqual(first);
  expect(upstream.requests).toHaveLength(1);
});

test('a call that was cut off is not repeated if it writes, and is if it reads', async () => {
  let isBroken = true;
  const upstream = await testUpstream((_request, request, response) => {
    if (isBroken) request.socket.destroy();
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}');
  });
  const toolkit = testToolkit('cut', [
    httpTool('cut', 'WRITE', upstream.url, { method: 'POST', security: [] }),
    httpTool('cut', 'READ', upstream.url, { security: [] }),
  ]);
  const { operations, context, project } = await testEngine({ toolkits: [toolkit] });
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const run = (toolSlug: string) =>
    operations['sessions.execute'](
      { params: { sessionId }, body: { toolSlug } },
      testContext(project.id, { idempotencyKey: toolSlug }),
    );
  expect(await run('CUT_WRITE')).toMatchObject({ failure: { code: 'UPSTREAM_UNREACHABLE', retryable: false } });
  expect(await run('CUT_READ')).toMatchObject({ failure: { code: 'UPSTREAM_UNREACHABLE', retryable: true } });
  isBroken = false;
  const sent = upstream.requests.length;
  await expect(run('CUT_WRITE')).rejects.toMatchObject({
    code: 'CONFLICT',
    retryable: false,
    message: expect.stringContaining('unknown'),
  });
  expect(upstream.requests).toHaveLength(sent);
  expect(await run('CUT_READ')).toMatchObject({ successful: true, data: { done: true } });
});

test('a call whose process died is running until its time is over, then unknown', async () => {
  let later = 0;
  const { executeIn, project, sessionId, store, upstream } = await pets({}, true, () => new Date(Date.now() + later));
  const args = { name: 'Rex', kind: 'dog' };
  const keyed = (idempotencyKey: string) => testContext(project.id, { idempotencyKey });
  await executeIn(keyed('done'), 'PETS_CREATE_PET', args);
  const done = await store.idempotency.get({ projectId: project.id, scope: sessionId, key: 'done' });
  await store.idempotency.begin({
    projectId: project.id,
    scope: sessionId,
    key: 'died',
    argumentHash: done?.argumentHash ?? '',
    ownerId: 'a process that died',
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  await expect(executeIn(keyed('died'), 'PETS_CREATE_PET', args)).rejects.toMatchObject({
    code: 'CONFLICT',
    retryable: true,
  });
  later = 120_000;
  await expect(executeIn(keyed('died'), 'PETS_CREATE_PET', args)).rejects.toMatchObject({
    code: 'CONFLICT',
    retryable: false,
    message: expect.stringContaining('unknown'),
  });
  expect(upstream.requests).toHaveLength(1);
});
