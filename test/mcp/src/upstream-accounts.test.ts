import { mcpToolkit } from '@jackfield/server';
import { connectInBrowser } from '@jackfield-internal/fakes/browser';
import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { expect, test } from 'vitest';
import { sdkClients } from './sdk-clients.ts';
import { serveOnLoopback } from './serve-on-loopback.ts';
import { startProtectedServer } from './start-protected-server.ts';
import { startServer } from './start-server.ts';

async function startItems() {
  const items = await startProtectedServer();
  const started = await startServer({
    allowPrivateNetwork: true,
    toolkits: [mcpToolkit({ slug: 'items', name: 'Items', url: items.url })],
  });
  const open = (user: string) =>
    started.jackfield.create(user, { toolkits: ['items'], preload: { tools: 'all' }, mcp: true });
  return { ...started, items, open };
}

async function signIn(link: string | null | undefined, user: string, scopes?: readonly string[]): Promise<string> {
  const browser = openCookieBrowser();
  await browser.open(link ?? '');
  await browser.submit();
  await browser.signIn(user, scopes === undefined ? {} : { scopes });
  expect(browser.page.status, browser.page.html).toBe(200);
  return browser.visited.find((url) => url.includes('/auth?')) ?? '';
}

test('a user signs in at an MCP server and sees the tools of their account, and nobody else does', async () => {
  const { items, open, log } = await startItems();
  const ada = await open('ada');
  const own = async (session: typeof ada) =>
    (await session.tools()).filter(({ toolkit }) => toolkit.slug === 'items').map(({ slug }) => slug);
  expect(await own(ada)).toEqual([]);
  expect((await ada.toolkits()).items).toMatchObject([{ slug: 'items', isNoAuth: false, connectedAccount: null }]);
  expect(await ada.execute('ITEMS_WHOAMI', {})).toMatchObject({
    successful: false,
    failure: { code: 'CONNECTION_REQUIRED', details: { toolkit: 'items' } },
  });

  // Nothing can be found before they have; the search says so, whether it names the app or finds nothing else.
  for (const params of [{ query: 'items: add one' }, { query: 'add one' }, { query: 'add one', toolkits: ['items'] }]) {
    expect(await ada.search(params)).toMatchObject({
      results: [{ primaryToolSlugs: [], error: expect.stringContaining('lists its tools once it is') }],
      toolkitConnectionStatuses: [{ toolkit: 'items', hasActiveConnection: false }],
      nextStepsGuidance: [expect.stringMatching(/MANAGE_CONNECTIONS with toolkits \["items"\].*search again/)],
    });
  }
  const { redirectUrl } = await ada.authorize('items');
  const asked = new URL(await signIn(redirectUrl, 'ada')).searchParams;
  expect(asked.get('resource')).toBe(items.url);
  expect(asked.get('code_challenge_method')).toBe('S256');
  expect(asked.get('scope')).toBe('items:read offline_access');
  expect(await own(ada)).toEqual(['ITEMS_WHOAMI', 'ITEMS_ADD_ITEM']);
  expect(await ada.execute('ITEMS_WHOAMI', {})).toMatchObject({
    successful: true,
    data: { content: [{ type: 'text', text: 'ada' }] },
  });
  expect((await ada.search({ queries: [{ useCase: 'add an item' }] })).results[0]?.primaryToolSlugs).toContain(
    'ITEMS_ADD_ITEM',
  );

  const grace = await open('grace');
  expect(await own(grace)).toEqual([]);
  await signIn((await grace.authorize('items')).redirectUrl, 'grace');
  expect(await own(grace)).toEqual(['ITEMS_WHOAMI', 'ITEMS_ADD_ITEM', 'ITEMS_LAUNCH']);
  expect(await ada.execute('ITEMS_LAUNCH', {}).catch((error) => error)).toMatchObject({ code: 'UNKNOWN_TOOL' });
  expect(await grace.execute('ITEMS_LAUNCH', {})).toMatchObject({ successful: true });
  expect(items.calls).toEqual(['ada whoami', 'grace launch']);
  for (const secret of items.provider.secrets) expect(log()).not.toContain(secret);
});

test('a token that was withdrawn is renewed, for the server that issued it', async () => {
  const { items, open } = await startItems();
  const session = await open('ada');
  await signIn((await session.authorize('items')).redirectUrl, 'ada');
  expect(await session.execute('ITEMS_WHOAMI', {})).toMatchObject({ successful: true });
  items.provider.forgetAccessTokens();
  expect(await session.execute('ITEMS_WHOAMI', {})).toMatchObject({ successful: true });
  expect(items.provider.tokenRequests.map(({ grantType }) => grantType)).toEqual([
    'authorization_code',
    'refresh_token',
  ]);
  items.provider.forgetGrants();
  expect(await session.execute('ITEMS_WHOAMI', {})).toMatchObject({
    failure: { code: 'CONNECTION_EXPIRED', details: { redirectUrl: expect.stringContaining('/connect/') } },
  });
});

test('a call that needs more scopes says where the user grants them, together with those they gave', async () => {
  const { items, open } = await startItems();
  const session = await open('ada');
  await signIn((await session.authorize('items')).redirectUrl, 'ada');
  const refused = await session.execute('ITEMS_ADD_ITEM', {});
  expect(refused).toMatchObject({
    successful: false,
    failure: { code: 'CONNECTION_SCOPES_MISSING', details: { scopes: ['items:read', 'items:write'] } },
  });
  expect(items.calls).toEqual([]);
  const asked = new URL(await signIn(String(refused.failure?.details?.redirectUrl), 'ada')).searchParams;
  expect(asked.get('scope')?.split(' ').toSorted()).toEqual(['items:read', 'items:write', 'offline_access']);
  expect(await session.execute('ITEMS_ADD_ITEM', {})).toMatchObject({ successful: true });
  expect((await session.toolkits()).items).toMatchObject([{ connectedAccount: { status: 'ACTIVE' } }]);
});

test.each(sdkClients)('%s gets the link of an MCP server behind the session', async (_, connect) => {
  const { open } = await startItems();
  const session = await open('ada');
  const client = await connect(session.mcp);
  const refused = JSON.stringify(await client.callTool('ITEMS_WHOAMI'));
  const [link] = /http:\/\/\S+\/connect\/[\w-]+/.exec(refused) ?? [];
  await signIn(link, 'ada');
  expect(await client.callTool('ITEMS_WHOAMI')).toMatchObject({ content: [{ type: 'text', text: 'ada' }] });
});

test.each([
  ['a key that each user pastes', { auth: { header: 'X-Api-Key', prefix: 'Key ' } }],
  ['a token that each user pastes', { auth: 'bearer' }],
  ['a key of the server for everybody', { headers: { 'x-api-key': 'Key sesame' } }],
] as const)('%s', async (_, options) => {
  const upstream = await startKeyedServer();
  const { jackfield, log } = await startServer({
    allowPrivateNetwork: true,
    toolkits: [mcpToolkit({ slug: 'keyed', url: upstream.url, protocol: 'legacy', ...options })],
  });
  const session = await jackfield.create('ada', { toolkits: ['keyed'] });
  if ('auth' in options) {
    expect(await session.execute('KEYED_ECHO', {})).toMatchObject({ failure: { code: 'CONNECTION_REQUIRED' } });
    await connectInBrowser(String((await session.authorize('keyed')).redirectUrl), 'sesame');
  }
  const result = await session.execute('KEYED_ECHO', {});
  expect(result).toMatchObject({ successful: true });
  // The server answers the credential that it was sent.
  expect(upstream.keys).toContain('auth' in options && options.auth === 'bearer' ? 'Bearer sesame' : 'Key sesame');
  expect(JSON.stringify(result)).not.toContain('sesame');
  expect(log()).not.toContain('sesame');
});

/** An MCP server that wants a key, and answers it. */
async function startKeyedServer() {
  const keys: string[] = [];
  const app = createMcpExpressApp();
  app.post('/mcp', async (request, response) => {
    const key = request.get('x-api-key') ?? request.get('authorization') ?? '';
    if (!key.endsWith(' sesame')) return void response.status(401).end();
    keys.push(key);
    const server = new McpServer({ name: 'keyed', version: '1.0.0' });
    server.registerTool('echo', {}, () => ({ content: [{ type: 'text' as const, text: `You sent ${key}.` }] }));
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.on('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  });
  app.all('/mcp', (_request, response) => void response.status(405).end());
  return { url: `${await serveOnLoopback(app)}/mcp`, keys };
}
