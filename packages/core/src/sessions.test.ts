import { JackfieldError, type RouteTypes } from '@jackfield/contract';
import { describe, expect, test } from 'vitest';
import { createTool, createToolkit } from './custom-tool.ts';
import { Jackfield } from './jackfield.ts';
import { SessionPreset } from './session-config.ts';
import { stubServer, stubSession, stubToken } from './stub-server.ts';

type CreateBody = RouteTypes['sessions.create']['body'];

/** What is sent for a config. */
async function bodyOf(config?: Parameters<Jackfield['create']>[1]): Promise<CreateBody> {
  let body: CreateBody | undefined;
  const { fetch } = stubServer({
    'sessions.create': (request) => {
      body = request.body;
      return stubSession();
    },
  });
  await new Jackfield({ fetch }).create('user_1', config);
  if (body === undefined) throw new Error('Nothing was sent.');
  return body;
}

async function refusalOf(config: object): Promise<JackfieldError> {
  const failure = await bodyOf(config).catch((error: unknown) => error);
  if (!JackfieldError.isInstance(failure)) throw new Error('Expected a refusal.');
  expect(failure.code).toBe('INVALID_SESSION_CONFIG');
  return failure;
}

describe('create', () => {
  test('sends the user and nothing else that was not given', async () => {
    expect(await bodyOf()).toEqual({ userId: 'user_1' });
  });

  test('sends short forms as the wire spells them', async () => {
    const toolkits = ['github', 'slack'] as const;
    expect(
      await bodyOf({
        toolkits,
        tools: {
          github: ['GITHUB_STAR'],
          slack: { disable: ['SLACK_POST'] },
          my_crm: { tags: ['readOnlyHint'] },
          other: { tags: { disable: ['destructiveHint'] } },
        },
        tags: ['readOnlyHint', 'idempotentHint'],
        authConfigs: { my_crm: 'ac_1' },
        connectedAccounts: { github: 'ca_1', my_crm: ['ca_2', 'ca_3'] },
        manageConnections: false,
        sandbox: true,
        multiAccount: { enable: true, maxAccountsPerToolkit: 3 },
        preload: { tools: ['GITHUB_STAR'] },
        expiresAt: new Date(Date.UTC(2030, 0, 1)),
        experimental: { assistivePrompt: { userTimezone: 'Europe/Paris' } },
      }),
    ).toEqual({
      userId: 'user_1',
      toolkits: { enable: ['github', 'slack'] },
      tools: {
        github: { enable: ['GITHUB_STAR'] },
        slack: { disable: ['SLACK_POST'] },
        my_crm: { tags: { enable: ['readOnlyHint'] } },
        other: { tags: { disable: ['destructiveHint'] } },
      },
      tags: { enable: ['readOnlyHint', 'idempotentHint'] },
      authConfigs: { my_crm: 'ac_1' },
      connectedAccounts: { github: ['ca_1'], my_crm: ['ca_2', 'ca_3'] },
      manageConnections: { enable: false },
      workbench: { enable: true },
      multiAccount: { enable: true, maxAccountsPerToolkit: 3 },
      preload: { tools: ['GITHUB_STAR'] },
      expiresAt: '2030-01-01T00:00:00.000Z',
      experimental: { assistivePromptConfig: { userTimezone: 'Europe/Paris' } },
    });
  });

  test('passes on what a block contradicts itself with, for the server to say', async () => {
    const toolkits = { enable: ['github'], disable: ['slack'] };
    expect(await bodyOf({ toolkits })).toEqual({ userId: 'user_1', toolkits });
  });

  test.each([
    { tools: { github: 5 } },
    { tools: { github: null } },
    { connectedAccounts: { github: 5 } },
    { preload: { tools: 5 } },
    { manageConnections: { enabled: true } },
    { experimental: { other: 1 } },
  ])('passes on what is wrong deeper down: %j', async (config) => {
    expect(await bodyOf(config as object)).toEqual({ userId: 'user_1', ...config });
  });

  test.each([{ customTools: 5 }, { customTools: [{ slug: 'x' }] }, { customToolkits: [{ slug: 'x' }] }])(
    'refuses custom tools that createTool did not make: %j',
    async (experimental) => {
      await expect(bodyOf({ experimental: experimental as object })).rejects.toMatchObject({
        code: 'INVALID_CUSTOM_TOOL',
        fix: 'Make each with `createTool`.',
      });
    },
  );

  test('an empty list is a list', async () => {
    expect(await bodyOf({ toolkits: [] })).toEqual({ userId: 'user_1', toolkits: { enable: [] } });
  });

  test('takes the instant as text, too, or seconds', async () => {
    expect(await bodyOf({ expiresAt: '2030-01-01' })).toMatchObject({ expiresAt: '2030-01-01' });
    expect(await bodyOf({ ttl: 60 })).toEqual({ userId: 'user_1', ttl: 60 });
  });

  describe('preset', () => {
    test('direct tools: the allowed tools themselves and no meta tools', async () => {
      expect(await bodyOf({ sessionPreset: SessionPreset.DIRECT_TOOLS, toolkits: ['github'] })).toEqual({
        userId: 'user_1',
        toolkits: { enable: ['github'] },
        search: { enable: false },
        execute: { enableMultiExecute: false },
        manageConnections: { enable: false },
        workbench: { enable: false },
        preload: { tools: 'all' },
      });
    });

    test('what the config says itself wins', async () => {
      expect(
        await bodyOf({
          sessionPreset: SessionPreset.DIRECT_TOOLS,
          manageConnections: true,
          sandbox: { enable: true, sandboxSize: 'small' },
          preload: { tools: ['GITHUB_STAR'] },
        }),
      ).toMatchObject({
        search: { enable: false },
        execute: { enableMultiExecute: false },
        manageConnections: { enable: true },
        workbench: { enable: true, sandboxSize: 'small' },
        preload: { tools: ['GITHUB_STAR'] },
      });
    });

    test('an unknown one is refused', async () => {
      expect((await refusalOf({ sessionPreset: 'direct' })).message).toBe(
        '`sessionPreset` must be SessionPreset.DIRECT_TOOLS, not "direct".',
      );
    });
  });

  describe('refuses, before anything is sent,', () => {
    test.each(['toolkit', 'auth_configs', 'constructor'])('the unknown key %s', async (key) => {
      const failure = await refusalOf({ [key]: {} });
      expect(failure.message).toBe(`\`${key}\` is not a key of a session config.`);
      expect(failure.fix).toBe(
        'Accepted keys: toolkits, tools, tags, authConfigs, connectedAccounts, manageConnections, sandbox, multiAccount, preload, sessionPreset, mcp, expiresAt, ttl, experimental.',
      );
    });

    test.each([
      [
        { toolkits: 'github' },
        '`toolkits` must be an array of toolkit slugs, { enable } or { disable }, not "github".',
      ],
      [
        { tools: ['GITHUB_STAR'] },
        '`tools` must be an object of toolkit slugs, each with an array of tool slugs, { enable }, { disable } or { tags }, not ["GITHUB_STAR"].',
      ],
      [{ preload: 'all' }, '`preload` must be { tools: [...] } or { tools: \'all\' }, not "all".'],
      [{ ttl: '60' }, '`ttl` must be a number of seconds, not "60".'],
      [{ expiresAt: 60 }, '`expiresAt` must be a Date or an ISO 8601 instant, not 60.'],
      [{ mcp: 1n }, '`mcp` must be a boolean, not 1n.'],
      [{ toolkits: null }, '`null` removes a block in `session.update()`; a new session has none yet.'],
    ])('a wrong value: %o', async (config, message) => {
      expect((await refusalOf(config)).message).toBe(message);
    });
  });
});

describe('use', () => {
  const greet = createTool('greet', {
    name: 'Greet',
    description: 'Greets.',
    input: { type: 'object', properties: { who_is: { type: 'string' } } },
    execute: () => 'hello',
  });

  test('gets the session as it is', async () => {
    const { fetch, requests } = stubServer({
      'sessions.get': () =>
        stubSession({ config: { userId: 'user_2', workbench: { enable: false } }, configVersion: 3 }),
    });
    const session = await new Jackfield({ fetch }).use('ses_1');
    expect(requests[0]?.url.pathname).toBe('/v1/tool_router/session/ses_1');
    expect(session).toMatchObject({
      sessionId: 'ses_1',
      userId: 'user_2',
      config: { userId: 'user_2', sandbox: { enable: false } },
      configVersion: 3,
      preload: { tools: [] },
      warnings: [],
      expiresAt: null,
    });
    expect(session.config).not.toHaveProperty('workbench');
    expect(session.customTools()).toEqual([]);
  });

  test('attaches custom tools', async () => {
    const { fetch } = stubServer({
      'sessions.attach': ({ body }) => {
        expect(body).toEqual({
          experimental: {
            customTools: [
              {
                slug: 'greet',
                name: 'Greet',
                description: 'Greets.',
                inputSchema: { type: 'object', properties: { who_is: { type: 'string' } } },
              },
            ],
            customToolkits: [
              {
                slug: 'people',
                name: 'People',
                description: 'People.',
                preload: true,
                tools: [
                  {
                    slug: 'greet',
                    name: 'Greet',
                    description: 'Greets.',
                    inputSchema: { type: 'object', properties: { who_is: { type: 'string' } } },
                  },
                ],
              },
            ],
          },
        });
        return stubSession({
          experimental: {
            customTools: [{ slug: 'LOCAL_GREET', originalSlug: 'greet' }],
            customToolkits: [{ slug: 'people', tools: [{ slug: 'LOCAL_PEOPLE_GREET', originalSlug: 'greet' }] }],
          },
        });
      },
    });
    const people = createToolkit('people', { name: 'People', description: 'People.', preload: true, tools: [greet] });
    const session = await new Jackfield({ fetch }).use('ses_1', { customTools: [greet], customToolkits: [people] });
    expect(session.customTools().map(({ slug, toolkit }) => [slug, toolkit])).toEqual([
      ['LOCAL_GREET', undefined],
      ['LOCAL_PEOPLE_GREET', 'people'],
    ]);
    expect(session.customToolkits()).toEqual([
      {
        slug: 'people',
        name: 'People',
        description: 'People.',
        tools: [expect.objectContaining({ slug: 'LOCAL_PEOPLE_GREET', originalSlug: 'greet' })],
      },
    ]);
  });
});

describe('mcp', () => {
  const mcp = { type: 'http', url: 'https://jackfield.test/v1/mcp/ses_1' } as const;

  test('is there when asked for, with a token made for it', async () => {
    let made = 0;
    const { fetch, requests } = stubServer({
      'sessions.tokens.create': ({ body }) => {
        expect(body).toEqual({ name: 'mcp' });
        made += 1;
        return stubToken({ token: `jfs_${made}` });
      },
      'sessions.create': ({ body }) => {
        expect(body).toEqual({ userId: 'user_1' });
        return stubSession({ mcp });
      },
      'sessions.get': () => stubSession({ mcp }),
    });
    const jackfield = new Jackfield({ fetch });
    const created = await jackfield.sessions.create('user_1', { mcp: true }, { idempotencyKey: 'k1' });
    expect(created.mcp).toEqual({ ...mcp, headers: { Authorization: 'Bearer jfs_1' } });
    expect(requests.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['k1', null]);
    const used = await jackfield.sessions.use('ses_1', { mcp: true });
    expect(used.mcp).toEqual({ ...mcp, headers: { Authorization: 'Bearer jfs_2' } });
    expect(await jackfield.sessions.use('ses_1')).not.toHaveProperty('mcp');
    expect(await jackfield.sessions.create('user_1')).not.toHaveProperty('mcp');
    expect(made).toBe(2);
  });

  test('a server without an address says so, and keeps no session that nobody has', async () => {
    const { fetch, requests } = stubServer({
      'sessions.create': () => stubSession(),
      'sessions.delete': () => ({ sessionId: 'ses_1', deleted: true }),
    });
    await expect(new Jackfield({ fetch }).create('user_1', { mcp: true })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: 'The server has no address at which an MCP client could reach session ses_1.',
    });
    expect(requests.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'POST /v1/tool_router/session',
      'DELETE /v1/tool_router/session/ses_1',
    ]);
  });
});

describe('tokens', () => {
  test('are made, listed and revoked', async () => {
    const { fetch, requests } = stubServer({
      'sessions.get': () => stubSession(),
      'sessions.tokens.create': () => stubToken({ token: 'jfs_secret' }),
      'sessions.tokens.list': ({ url }) =>
        url.searchParams.has('cursor')
          ? { items: [{ ...stubToken(), id: 'tok_1' }], nextCursor: null }
          : { items: [{ ...stubToken(), id: 'tok_2' }], nextCursor: 'more' },
      'sessions.tokens.revoke': () => ({ id: 'tok_1', revoked: true }),
    });
    const { tokens } = await new Jackfield({ fetch }).use('ses_1');
    const created = await tokens.create({ name: 'laptop', ttl: null, tools: ['A'], toolkits: ['b'], readOnly: true });
    expect(created.token).toBe('jfs_secret');
    expect(requests.at(-1)?.body).toEqual({
      name: 'laptop',
      ttl: null,
      tools: ['A'],
      toolkits: ['b'],
      readOnly: true,
    });
    const ids: string[] = [];
    for await (const { id } of await tokens.list({ limit: 1 })) ids.push(id);
    expect(ids).toEqual(['tok_2', 'tok_1']);
    await tokens.revoke('tok_1');
    expect(requests.at(-1)).toMatchObject({
      method: 'DELETE',
      url: { pathname: '/v1/tool_router/session/ses_1/tokens/tok_1' },
    });
  });
});

describe('list', () => {
  const summary = (sessionId: string) => ({
    sessionId,
    userId: 'user_1',
    status: 'active' as const,
    configVersion: 1,
    createdAt: '2030-01-01T00:00:00Z',
    updatedAt: '2030-01-01T00:00:00Z',
    expiresAt: null,
  });

  const { fetch, requests } = stubServer({
    'sessions.list': ({ url }) => {
      const cursor = url.searchParams.get('cursor');
      if (cursor === null) return { items: [summary('ses_1'), summary('ses_2')], nextCursor: 'second' };
      return { items: [summary('ses_3')], nextCursor: null };
    },
    'sessions.delete': () => ({ sessionId: 'ses_1', deleted: true }),
  });
  const { sessions } = new Jackfield({ fetch });

  test('is a page', async () => {
    const page = await sessions.list({ userId: 'user_1', status: 'active', limit: 2 });
    expect(page.items.map(({ sessionId }) => sessionId)).toEqual(['ses_1', 'ses_2']);
    expect(page.nextCursor).toBe('second');
    expect(requests.at(-1)?.url.search).toBe('?user_id=user_1&status=active&limit=2');
  });

  test('goes on over all pages, with the same filter', async () => {
    const seen: string[] = [];
    for await (const { sessionId } of await sessions.list({ userId: 'user_1' })) seen.push(sessionId);
    expect(seen).toEqual(['ses_1', 'ses_2', 'ses_3']);
    expect(requests.at(-1)?.url.search).toBe('?user_id=user_1&cursor=second');
  });

  test('page by page', async () => {
    const sizes: number[] = [];
    for await (const page of (await sessions.list()).pages()) sizes.push(page.items.length);
    expect(sizes).toEqual([2, 1]);
  });

  test('fetches no page that nobody asks for', async () => {
    const before = requests.length;
    for await (const { sessionId } of await sessions.list()) if (sessionId === 'ses_2') break;
    expect(requests.length - before).toBe(1);
  });

  test('a cursor that comes back ends it', async () => {
    const circle = stubServer({ 'sessions.list': () => ({ items: [summary('ses_1')], nextCursor: 'again' }) });
    const page = await new Jackfield({ fetch: circle.fetch }).sessions.list();
    const drain = async () => {
      for await (const { sessionId } of page) expect(sessionId).toBe('ses_1');
    };
    await expect(drain()).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect(circle.requests).toHaveLength(2);
  });

  test('delete', async () => {
    await sessions.delete('ses_1');
    expect(requests.at(-1)?.method).toBe('DELETE');
  });
});
