import type { ConnectedAccount, ConnectionStatus, SessionToolkit, ToolItem } from '@jackfield/contract';
import { describe, expect, test, vi } from 'vitest';
import { Jackfield } from './jackfield.ts';
import type { ExecuteTool, Provider, SessionTool } from './provider.ts';
import { type StubHandlers, stubError, stubServer, stubSession, stubTool } from './stub-server.ts';

/** Hands over what it is given. */
class PlainProvider implements Provider<{ tools: readonly SessionTool[]; execute: ExecuteTool }, SessionTool> {
  readonly name = 'plain';
  wrapTool(tool: SessionTool) {
    return tool;
  }
  wrapTools(tools: readonly SessionTool[], execute: ExecuteTool) {
    return { tools, execute };
  }
}

async function sessionWith(handlers: StubHandlers) {
  const server = stubServer({ 'sessions.create': () => stubSession(), ...handlers });
  const session = await new Jackfield({ fetch: server.fetch, provider: new PlainProvider() }).create('user_1');
  return { session, requests: server.requests };
}

function listOf(items: ToolItem[], nextCursor: string | null = null) {
  return { items, nextCursor, totalItems: items.length, totalPages: 1, currentPage: 1 };
}

/** Answers with an ETag, and 304 to who has it. */
function cached(request: { headers: Headers }, etag: string, body: () => object): Response {
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers: { etag } });
  return Response.json(body(), { headers: { etag } });
}

const wireTool = (slug: string) => ({
  slug,
  name: slug,
  input_parameters: { some_key: {} },
  toolkit: { slug: 'github' },
});

describe('tools', () => {
  test('are what the provider makes of them', async () => {
    const tool = stubTool('GITHUB_STAR');
    const { session, requests } = await sessionWith({ 'sessions.tools': () => listOf([tool]) });
    const { tools } = await session.tools();
    expect(tools).toEqual([tool]);
    expect(requests.at(-1)?.headers.get('x-framework')).toBe('plain');
    expect(requests.at(-1)?.url.search).toBe('?limit=500');
  });

  test('without a provider are function tools', async () => {
    const tool = stubTool('GITHUB_STAR');
    const { fetch } = stubServer({
      'sessions.create': () => stubSession(),
      'sessions.tools': () => listOf([tool]),
    });
    const session = await new Jackfield({ fetch }).create('user_1');
    expect(await session.tools()).toEqual([
      {
        type: 'function',
        function: { name: 'GITHUB_STAR', description: 'Does GITHUB_STAR.', parameters: tool.inputParameters },
      },
    ]);
  });

  test('are shared and frozen through and through', async () => {
    const { session } = await sessionWith({
      'sessions.tools': (request) => cached(request, '"1"', () => ({ items: [wireTool('A')], next_cursor: null })),
    });
    const first = (await session.tools()).tools;
    const second = (await session.tools()).tools;
    expect(second).toBe(first);
    expect(first[0]).toEqual({ slug: 'A', name: 'A', inputParameters: { some_key: {} }, toolkit: { slug: 'github' } });
    const reachable: unknown[] = [first];
    for (const value of reachable) {
      expect(Object.isFrozen(value)).toBe(true);
      if (typeof value === 'object' && value !== null) reachable.push(...Object.values(value));
    }
    expect(reachable.length).toBeGreaterThan(5);
  });

  test('are fetched again when they changed', async () => {
    let version = 1;
    const { session, requests } = await sessionWith({
      'sessions.tools': (request) =>
        cached(request, `"${version}"`, () => ({ items: [wireTool(`V${version}`)], next_cursor: null })),
    });
    await session.tools();
    version = 2;
    expect((await session.tools()).tools.map(({ slug }) => slug)).toEqual(['V2']);
    expect(requests.slice(1).map(({ headers }) => headers.get('if-none-match'))).toEqual([null, '"1"']);
  });

  test('are read to the last page, each revalidated by itself', async () => {
    const changed = { second: 'C' };
    const answer = vi.fn((request: { url: URL; headers: Headers }) => {
      const cursor = request.url.searchParams.get('cursor');
      return cursor === null
        ? cached(request, '"first"', () => ({ items: [wireTool('A'), wireTool('B')], next_cursor: 'more' }))
        : cached(request, `"${changed.second}"`, () => ({ items: [wireTool(changed.second)], next_cursor: null }));
    });
    const { session } = await sessionWith({ 'sessions.tools': answer });
    const slugs = async () => (await session.tools()).tools.map(({ slug }) => slug);
    expect(await slugs()).toEqual(['A', 'B', 'C']);
    const { tools } = await session.tools();
    expect((await session.tools()).tools).toBe(tools);
    expect(Object.isFrozen(tools)).toBe(true);
    changed.second = 'D';
    expect(await slugs()).toEqual(['A', 'B', 'D']);
    const statuses = answer.mock.results.map(({ value }) => (value as Response).status);
    expect(statuses).toEqual([200, 200, 304, 304, 304, 304, 304, 200]);
  });

  test('a cursor that comes back ends it', async () => {
    const { session, requests } = await sessionWith({ 'sessions.tools': () => listOf([stubTool('A')], 'again') });
    await expect(session.tools()).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect(requests).toHaveLength(3);
  });

  test('reject when the server refuses', async () => {
    const { session } = await sessionWith({
      'sessions.tools': () => stubError(410, { code: 'SESSION_EXPIRED', message: 'It has expired.' }),
    });
    await expect(session.tools()).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });
});

describe('execute', () => {
  const answer = { data: { id: 1 }, error: null, successful: true, logId: 'log_1' };

  test('runs a tool', async () => {
    const { session, requests } = await sessionWith({ 'sessions.execute': () => answer });
    expect(await session.execute('GITHUB_STAR', { repo_name: 'x' }, { account: 'work' })).toEqual(answer);
    expect(requests.at(-1)?.body).toEqual({ toolSlug: 'GITHUB_STAR', arguments: { repo_name: 'x' }, account: 'work' });
    await session.execute('GITHUB_STAR');
    expect(requests.at(-1)?.body).toEqual({ toolSlug: 'GITHUB_STAR', arguments: {} });
  });

  test('a tool that failed is a result; what the server refuses is thrown', async () => {
    const failed = { data: {}, error: 'No such repository.', successful: false, logId: 'log_1' };
    const { session } = await sessionWith({ 'sessions.execute': () => failed });
    expect(await session.execute('A')).toEqual(failed);
    const refusing = await sessionWith({
      'sessions.execute': () => stubError(403, { code: 'TOOL_NOT_ALLOWED', message: 'Not allowed.', fix: 'Ask.' }),
    });
    await expect(refusing.session.execute('A')).rejects.toMatchObject({ code: 'TOOL_NOT_ALLOWED' });
  });

  test('from a framework, a refusal is a result for the model', async () => {
    const { session } = await sessionWith({
      'sessions.execute': () => stubError(403, { code: 'TOOL_NOT_ALLOWED', message: 'Not allowed.', fix: 'Ask.' }),
    });
    expect(await session.executor()('A', {})).toMatchObject({
      data: {},
      error: 'Not allowed. Ask.',
      successful: false,
      failure: { code: 'TOOL_NOT_ALLOWED' },
    });
  });

  test('from a framework, the call id is the idempotency key', async () => {
    const { session, requests } = await sessionWith({ 'sessions.execute': () => answer });
    await session.executor()('A', {}, { toolCallId: 'call_1' });
    expect(requests.at(-1)?.headers.get('idempotency-key')).toBe('call_1');
    await session.executor()('A', {}, { toolCallId: 'Aufruf für mich' });
    expect(requests.at(-1)?.headers.has('idempotency-key')).toBe(false);
  });

  test('from a framework, an abort is thrown', async () => {
    const controller = new AbortController();
    const { session } = await sessionWith({
      'sessions.execute': ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
          controller.abort(new Error('Enough.'));
        }),
    });
    await expect(session.executor()('A', {}, { signal: controller.signal })).rejects.toThrow('Enough.');
  });

  test('proxyExecute', async () => {
    const { session, requests } = await sessionWith({
      'sessions.proxyExecute': () => ({ status: 404, data: { not_found: true }, headers: { 'x-a_b': '1' } }),
    });
    const params = {
      toolkit: 'github',
      endpoint: '/user',
      method: 'GET',
      parameters: [{ name: 'q', type: 'query', value: '1' }],
    } as const;
    expect(await session.proxyExecute({ ...params, parameters: [...params.parameters] })).toEqual({
      status: 404,
      data: { not_found: true },
      headers: { 'x-a_b': '1' },
    });
    const { toolkit, ...rest } = params;
    expect(requests.at(-1)?.body).toEqual({ ...rest, toolkitSlug: toolkit });
  });
});

describe('search', () => {
  const found = {
    success: true,
    error: null,
    results: [],
    toolSchemas: {},
    toolkitConnectionStatuses: [],
    nextStepsGuidance: [],
    session: { id: 'x', generateId: true, instructions: '' },
    timeInfo: { currentTimeUtc: '', currentTimeUtcEpochSeconds: 0, message: '' },
  };

  test('takes one query or several', async () => {
    const { session, requests } = await sessionWith({ 'sessions.search': () => found });
    expect(await session.search({ query: 'star a repository', toolkits: ['github'], limit: 3, explain: true })).toEqual(
      found,
    );
    expect(requests.at(-1)?.body).toEqual({
      queries: [{ useCase: 'star a repository' }],
      toolkits: ['github'],
      limit: 3,
      explain: true,
    });
    await session.search({ queries: ['one', { useCase: 'two', knownFields: 'x' }] });
    expect(requests.at(-1)?.body).toEqual({ queries: [{ useCase: 'one' }, { useCase: 'two', knownFields: 'x' }] });
  });

  test('leaves a list that is none for the server to name', async () => {
    const { session, requests } = await sessionWith({ 'sessions.search': () => found });
    const params = JSON.parse('{ "query": "one", "toolkits": "github" }');
    await session.search(params);
    expect(requests.at(-1)?.body).toMatchObject({ toolkits: 'github' });
  });
});

describe('toolkits', () => {
  test('are a page', async () => {
    const { session, requests } = await sessionWith({
      'sessions.toolkits': () => ({ items: [], nextCursor: null, totalItems: 0, totalPages: 0, currentPage: 1 }),
    });
    expect((await session.toolkits({ toolkits: ['a', 'b'], isConnected: true })).items).toEqual([]);
    expect(requests.at(-1)?.url.search).toBe('?toolkits=a%2Cb&is_connected=true');
  });
});

function stubAccount(status: ConnectionStatus, statusReason: string | null = null): ConnectedAccount {
  return {
    id: 'ca_1',
    userId: 'user_1',
    toolkit: { slug: 'github' },
    authConfig: { id: 'ac_1', authScheme: 'API_KEY', isDisabled: false },
    status,
    statusReason,
    isDisabled: false,
    alias: null,
    identity: null,
    scopes: null,
    createdAt: '2030-01-01T00:00:00Z',
    updatedAt: '2030-01-01T00:00:00Z',
  };
}

describe('authorize', () => {
  const account = stubAccount;

  async function connectionWith(statuses: ConnectedAccount[]) {
    const { session, requests } = await sessionWith({
      'sessions.link': () => ({
        connectedAccountId: 'ca_1',
        redirectUrl: 'https://jackfield.test/connect/x',
        linkToken: 'x',
        expiresAt: '2030-01-01T00:10:00Z',
      }),
      'connectedAccounts.get': () => statuses.shift() ?? account('INITIATED'),
    });
    const connection = await session.authorize('github', { callbackUrl: 'https://app.test/', alias: 'work' });
    return { connection, requests };
  }

  test('answers where to send the user', async () => {
    const { connection, requests } = await connectionWith([]);
    expect(requests.at(-1)?.body).toEqual({ toolkit: 'github', callbackUrl: 'https://app.test/', alias: 'work' });
    expect(connection).toMatchObject({
      id: 'ca_1',
      status: 'INITIATED',
      redirectUrl: 'https://jackfield.test/connect/x',
      expiresAt: '2030-01-01T00:10:00Z',
    });
  });

  test('waits until the account is active', async () => {
    const { connection } = await connectionWith([account('INITIATED'), account('INACTIVE'), account('ACTIVE')]);
    expect((await connection.waitForConnection()).status).toBe('ACTIVE');
  });

  test.each(['FAILED', 'EXPIRED', 'REVOKED'] as const)('%s ends the wait', async (status) => {
    const { connection } = await connectionWith([account(status, 'The key was refused')]);
    await expect(connection.waitForConnection()).rejects.toMatchObject({
      code: 'CONNECTION_NOT_ACTIVE',
      message: `The connection ca_1 is ${status}: The key was refused.`,
      details: { connectedAccountId: 'ca_1', status },
    });
  });

  test('an account that is connected again was ended before, and fails when it has ended anew', async () => {
    const { session, requests } = await sessionWith({
      'sessions.link': () => ({
        connectedAccountId: 'ca_1',
        redirectUrl: 'https://jackfield.test/connect/x',
        linkToken: 'x',
        expiresAt: '2030-01-01T00:10:00Z',
      }),
      'connectedAccounts.get': () => statuses.shift() ?? account('EXPIRED'),
    });
    const statuses = [account('EXPIRED'), account('EXPIRED'), account('ACTIVE')];
    const again = await session.authorize('github', { account: 'work' });
    expect(requests.at(-1)?.body).toEqual({ toolkit: 'github', account: 'work' });
    expect((await again.waitForConnection()).status).toBe('ACTIVE');
    const anew = { ...account('EXPIRED', 'The user said no'), updatedAt: '2030-01-01T00:00:01Z' };
    statuses.push(account('EXPIRED'), anew);
    await expect(again.waitForConnection()).rejects.toMatchObject({
      code: 'CONNECTION_NOT_ACTIVE',
      message: 'The connection ca_1 is EXPIRED: The user said no.',
    });
  });

  test('so does the time limit', async () => {
    const { connection } = await connectionWith([]);
    await expect(connection.waitForConnection(20)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'The connection ca_1 was still INITIATED after 20 ms.',
    });
  });

  test('and the signal', async () => {
    const controller = new AbortController();
    const { connection } = await connectionWith([]);
    setTimeout(() => controller.abort(), 10);
    await expect(connection.waitForConnection(60_000, { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('ensureConnected', () => {
  async function ensuring(connectedAccount: SessionToolkit['connectedAccount'], isNoAuth = false) {
    const { session, requests } = await sessionWith({
      'sessions.toolkits': () => ({
        items: [
          {
            slug: 'github',
            name: 'GitHub',
            meta: { logo: '', description: '' },
            isNoAuth,
            enabled: true,
            connectedAccount,
          },
        ],
        nextCursor: null,
        totalItems: 1,
        totalPages: 1,
        currentPage: 1,
      }),
      'sessions.link': () => ({
        connectedAccountId: 'ca_1',
        redirectUrl: 'https://jackfield.test/connect/x',
        linkToken: 'x',
        expiresAt: '2030-01-01T00:10:00Z',
      }),
      'connectedAccounts.get': () => stubAccount('ACTIVE'),
    });
    const shown: string[] = [];
    await session.ensureConnected('github', { alias: 'work', onConnect: ({ redirectUrl }) => shown.push(redirectUrl) });
    return { shown, link: requests.find(({ url }) => url.pathname.endsWith('/link'))?.body };
  }
  const connected = (status: ConnectionStatus): SessionToolkit['connectedAccount'] => ({
    id: 'ca_0',
    status,
    alias: null,
    identity: null,
    createdAt: '2030-01-01T00:00:00Z',
    userId: 'user_1',
    authConfig: { id: 'ac_1', authScheme: 'OAUTH2' },
  });

  test('asks the user for nothing when there is nothing to do', async () => {
    expect(await ensuring(connected('ACTIVE'))).toEqual({ shown: [], link: undefined });
    expect(await ensuring(null, true)).toEqual({ shown: [], link: undefined });
  });

  test('says where they connect when nobody shows it to them', async () => {
    const { session } = await sessionWith({
      'sessions.toolkits': () => ({ items: [], nextCursor: null, totalItems: 0, totalPages: 0, currentPage: 1 }),
      'sessions.link': () => ({
        connectedAccountId: 'ca_1',
        redirectUrl: 'https://jackfield.test/connect/x',
        linkToken: 'x',
        expiresAt: '2030-01-01T00:10:00Z',
      }),
    });
    await expect(session.ensureConnected('github')).rejects.toMatchObject({
      code: 'CONNECTION_REQUIRED',
      details: { toolkit: 'github', connectedAccountId: 'ca_1', redirectUrl: 'https://jackfield.test/connect/x' },
    });
  });

  test('otherwise shows them the page, and waits', async () => {
    const shown = ['https://jackfield.test/connect/x'];
    expect(await ensuring(null)).toEqual({ shown, link: { toolkit: 'github', alias: 'work' } });
    // The account that ended stays the same one.
    expect(await ensuring(connected('EXPIRED'))).toEqual({
      shown,
      link: { toolkit: 'github', alias: 'work', account: 'ca_0' },
    });
  });
});

describe('update', () => {
  test('sends the patch and takes over what the server made of it', async () => {
    const { session, requests } = await sessionWith({
      'sessions.update': () =>
        stubSession({
          config: { userId: 'user_1', toolkits: { enable: ['github'] }, preload: { tools: ['A'] } },
          configVersion: 2,
          warnings: [{ code: 'X', message: 'Odd.' }],
        }),
    });
    await session.update({
      toolkits: ['github'],
      tags: null,
      sandbox: null,
      search: { enable: false },
      expiresAt: null,
      widen: true,
      expectedConfigVersion: 1,
    });
    expect(requests.at(-1)?.body).toEqual({
      toolkits: { enable: ['github'] },
      tags: null,
      workbench: null,
      search: { enable: false },
      expiresAt: null,
      widen: true,
      expectedConfigVersion: 1,
    });
    expect(session).toMatchObject({
      config: { userId: 'user_1', toolkits: { enable: ['github'] } },
      configVersion: 2,
      preload: { tools: ['A'] },
      warnings: [{ code: 'X', message: 'Odd.' }],
    });
  });

  test('names an unknown key', async () => {
    const { session } = await sessionWith({});
    await expect(session.update({ ttl: 5 } as object)).rejects.toMatchObject({
      code: 'INVALID_SESSION_CONFIG',
      message: expect.stringContaining('`ttl` is not a key of a session config.'),
    });
  });

  test('leaves the session as it was when it is refused', async () => {
    const { session } = await sessionWith({
      'sessions.update': () => stubError(409, { code: 'WIDENING_NOT_ALLOWED', message: 'No.' }),
    });
    await expect(session.update({ toolkits: null })).rejects.toMatchObject({ code: 'WIDENING_NOT_ALLOWED' });
    expect(session.configVersion).toBe(1);
  });
});

test('delete', async () => {
  const { session, requests } = await sessionWith({ 'sessions.delete': () => ({ sessionId: 'ses_1', deleted: true }) });
  await session.delete();
  expect(requests.at(-1)).toMatchObject({ method: 'DELETE' });
});
