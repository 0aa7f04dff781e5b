import { generateKeyPairSync } from 'node:crypto';
import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { type OAuthProviderOptions, startOAuthProvider } from '@jackfield-internal/fakes/oauth-provider';
import { expect, onTestFinished, test } from 'vitest';
import { httpTool, testEngine, testToolkit } from '../../create-engine.fixture.ts';
import type { ConnectResult } from '../../engine.ts';
import type { Toolkit } from '../../toolkit.ts';

const publicUrl = 'https://tools.example.com';

async function signingIn(
  options: OAuthProviderOptions & {
    /** Whether the toolkit names the issuer. Default: true. */
    readonly issuerIsKnown?: boolean;
    readonly toolkit?: Partial<Toolkit>;
    readonly now?: () => Date;
  } = {},
) {
  const provider = await startOAuthProvider(options);
  onTestFinished(() => provider.close());
  const { issuer } = provider;
  const items = testToolkit(
    'items',
    [
      httpTool('items', 'GET_ME', provider.apiUrl, { path: '/me', security: [['login']] }),
      {
        ...httpTool('items', 'DESCRIBE_ME', provider.apiUrl, { security: [['login']] }),
        binding: {
          kind: 'function',
          async execute(_input, { credential, fetch }) {
            const response = await fetch(`${provider.apiUrl}/me`);
            return { mode: credential?.mode, status: response.status };
          },
        },
      },
    ],
    {
      baseUrl: provider.apiUrl,
      authSchemes: [
        {
          id: 'login',
          mode: 'OAUTH2',
          scopes: { 'items:read': '' },
          ...(options.issuerIsKnown === false ? {} : { issuer }),
        },
      ],
      ...options.toolkit,
    },
  );
  const setup = await testEngine({ toolkits: [items], now: options.now });
  const { engine, operations, context } = setup;
  const session = async (authConfigId?: string) => {
    const authConfigs = authConfigId === undefined ? {} : { authConfigs: { items: authConfigId } };
    return (await operations['sessions.create']({ body: { userId: 'ada', ...authConfigs } }, context)).sessionId;
  };
  const isCallback = (url: URL) => url.href.startsWith(`${publicUrl}/connect/callback`);
  /** What the pages do. */
  const signIn = async (sessionId: string, account?: string): Promise<ConnectResult> => {
    const browser = openCookieBrowser({ stopsAt: isCallback });
    const body = { toolkit: 'items', account };
    const { linkToken } = await operations['sessions.link']({ params: { sessionId }, body }, context);
    await engine.connect.open(linkToken, 'browser');
    const { authorizationUrl } = await engine.connect.startSignIn(linkToken, 'browser');
    await browser.open(authorizationUrl);
    await browser.signIn('ada');
    const back = new URL(browser.page.url);
    expect(isCallback(back), browser.page.html).toBe(true);
    const authConfigId = back.pathname.split('/callback/')[1];
    return engine.connect.finishSignIn({ parameters: back.searchParams, authConfigId }, 'browser');
  };
  const call = (sessionId: string, toolSlug = 'ITEMS_GET_ME') =>
    operations['sessions.execute']({ params: { sessionId }, body: { toolSlug } }, context);
  return { ...setup, provider, session, signIn, call };
}

const redirectUris = [`${publicUrl}/connect/callback`];

test('a client that is known by its address needs no registration', async () => {
  const setup = await signingIn({
    registration: false,
    // The service reads our document at our public address.
    fetchClientDocument: async (url) => {
      const id = new URL(url).pathname.replace('/connect/client/', '');
      return Response.json(setup.engine.connect.clientMetadata(publicUrl, id));
    },
  });
  const { provider, operations, session, signIn, call, context } = setup;
  const sessionId = await session();
  const result = await signIn(sessionId);
  expect(result).toMatchObject({ status: 'success', identity: { login: 'ada', email: 'ada@example.com' } });
  expect((await call(sessionId)).data).toMatchObject({ login: 'ada' });
  const { items } = await operations['authConfigs.list']({ query: {} }, context);
  const id = items[0]?.id;
  expect(items).toMatchObject([
    { authScheme: 'CIMD_OAUTH', isDefault: true, redirectUri: `${publicUrl}/connect/callback/${id}` },
  ]);
  expect(provider.tokenRequests.at(-1)?.clientId).toBe(`${publicUrl}/connect/client/${id}`);
  // The refresh token is tied to that client, too.
  provider.forgetAccessTokens();
  expect((await call(sessionId)).successful).toBe(true);
});

test.each(['client_secret_basic', 'client_secret_post', 'none'] as const)(
  'a client that authenticates by %s',
  async (tokenEndpointAuthMethod) => {
    const { provider, operations, context, session, signIn, call } = await signingIn();
    const client = provider.addClient({ redirectUris, tokenEndpointAuthMethod });
    const create = (settings: object) =>
      operations['authConfigs.create'](
        {
          body: {
            toolkit: 'items',
            credentials: tokenEndpointAuthMethod === 'none' ? { clientId: client.clientId } : client,
            oauth: settings,
          },
        },
        context,
      );
    // As configured, and as the issuer says.
    for (const settings of [{ tokenEndpointAuthMethod }, {}]) {
      const { id } = await create(settings);
      const sessionId = await session(id);
      expect(await signIn(sessionId)).toMatchObject({ status: 'success' });
      provider.forgetAccessTokens();
      expect((await call(sessionId)).successful).toBe(true);
    }
  },
);

test('a service that says nothing about it is asked in both ways, and the one that works is remembered', async () => {
  const { provider, operations, context, session, signIn, call } = await signingIn({
    issuerIsKnown: false,
    acceptsBasic: false,
  });
  const { issuer } = provider;
  const credentials = provider.addClient({ redirectUris, tokenEndpointAuthMethod: 'client_secret_post' });
  const oauth = { authorizationUrl: `${issuer}/auth`, tokenUrl: `${issuer}/token` };
  const { id } = await operations['authConfigs.create']({ body: { toolkit: 'items', credentials, oauth } }, context);
  const sessionId = await session(id);
  expect(await signIn(sessionId)).toMatchObject({ status: 'success' });
  expect(provider.tokenRequests.map(({ error }) => error)).toEqual(['invalid_client', undefined]);
  provider.forgetAccessTokens();
  expect((await call(sessionId)).successful).toBe(true);
  expect(provider.tokenRequests.map(({ error }) => error)).toEqual(['invalid_client', undefined, undefined]);
});

test('a client that signs for itself', async () => {
  const { provider, operations, context, session, signIn } = await signingIn();
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { clientId } = provider.addClient({
    redirectUris,
    tokenEndpointAuthMethod: 'private_key_jwt',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
  });
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const body = { toolkit: 'items', credentials: { clientId, privateKey: pem } };
  const { id } = await operations['authConfigs.create']({ body }, context);
  expect(await signIn(await session(id))).toMatchObject({ status: 'success' });
});

test('the identity is asked of an operation where signing in does not tell', async () => {
  const { provider, operations, context, session, signIn, log } = await signingIn({
    toolkit: { identity: { tool: 'ITEMS_GET_ME', login: '/login', email: '/email', workspace: '/team' } },
  });
  const { clientId, clientSecret } = provider.addClient({ redirectUris });
  const body = { toolkit: 'items', credentials: { clientId, clientSecret }, scopes: ['items:read'] };
  const { id } = await operations['authConfigs.create']({ body }, context);
  const result = await signIn(await session(id));
  const identity = { login: 'ada', email: 'ada@example.com', workspace: 'Analytical Engines' };
  expect(result).toMatchObject({ status: 'success', identity });
  expect(log.find((line) => line.includes('account connected'))).toContain('ada@example.com (Analytical Engines)');
  // A credential that is given by hand is asked the same: one that is not good is noticed at once.
  const token = await operations['connectedAccounts.create'](
    { body: { userId: 'ada', authConfigId: id, credential: { mode: 'OAUTH2', accessToken: 'not-a-token-of-theirs' } } },
    context,
  ).catch((error: unknown) => error);
  expect(token).toMatchObject({ code: 'AUTHORIZATION_FAILED', message: 'Items does not accept the credential.' });
});

test('tokens that another program obtained are taken over, and renewed', async () => {
  let now = new Date();
  const { provider, store, vault, operations, context, session, signIn, call } = await signingIn({ now: () => now });
  const { clientId, clientSecret } = provider.addClient({ redirectUris });
  const body = { toolkit: 'items', credentials: { clientId, clientSecret } };
  const { id } = await operations['authConfigs.create']({ body }, context);
  const first = await signIn(await session(id));
  const row = await store.connectedAccounts.get(context.projectId, first.connectedAccountId);
  const owner = { projectId: context.projectId, table: 'connected_accounts', id: first.connectedAccountId } as const;
  const { login } = JSON.parse(await vault.decrypt(row?.credential ?? new Uint8Array(), owner));
  await store.connectedAccounts.delete(context.projectId, first.connectedAccountId);
  const account = await operations['connectedAccounts.create'](
    {
      body: {
        userId: 'ada',
        authConfigId: id,
        credential: {
          mode: 'OAUTH2',
          accessToken: login.token.value,
          refreshToken: login.refreshToken,
          expiresAt: new Date(now.getTime() + 600_000).toISOString(),
        },
      },
    },
    context,
  );
  expect(account.status).toBe('ACTIVE');
  now = new Date(now.getTime() + 3_000_000);
  expect((await call(await session(id))).successful).toBe(true);
  expect(provider.tokenRequests.at(-1)).toMatchObject({ grantType: 'refresh_token', status: 200 });
});

test('an account without a refresh token ends with its token, and says so', async () => {
  let now = new Date();
  const { provider, operations, context, session, call } = await signingIn({ now: () => now });
  const { clientId, clientSecret } = provider.addClient({ redirectUris });
  const body = { toolkit: 'items', credentials: { clientId, clientSecret } };
  const { id } = await operations['authConfigs.create']({ body }, context);
  const create = async (expiresAt?: string) => {
    const credential = { mode: 'OAUTH2' as const, accessToken: 'opaque-token-of-ada', expiresAt };
    await operations['connectedAccounts.create']({ body: { userId: 'ada', authConfigId: id, credential } }, context);
  };
  await create(new Date(now.getTime() + 60_000).toISOString());
  const sessionId = await session(id);
  now = new Date(now.getTime() + 120_000);
  expect((await call(sessionId)).failure).toMatchObject({
    code: 'CONNECTION_EXPIRED',
    details: { redirectUrl: expect.stringContaining(`${publicUrl}/connect/`) },
  });
  const { items } = await operations['connectedAccounts.list']({ query: {} }, context);
  const [ended] = items;
  expect(ended).toMatchObject({ status: 'EXPIRED', statusReason: 'The service gave nothing to renew it with.' });
  await operations['connectedAccounts.delete']({ params: { connectedAccountId: ended?.id ?? '' } }, context);
  // Of one that does not say when it ends, the service does: by `invalid_token`.
  await create();
  expect((await call(sessionId)).failure?.code).toBe('CONNECTION_EXPIRED');
});

test('a session without the tool to connect does not hand out links', async () => {
  const { provider, operations, context, session, signIn, call } = await signingIn();
  const { clientId, clientSecret } = provider.addClient({ redirectUris });
  const body = { toolkit: 'items', credentials: { clientId, clientSecret } };
  const { id } = await operations['authConfigs.create']({ body }, context);
  await signIn(await session(id));
  provider.forgetGrants();
  const config = { userId: 'ada', manageConnections: { enable: false } };
  const { sessionId } = await operations['sessions.create']({ body: config }, context);
  const { failure } = await call(sessionId);
  expect(failure).toMatchObject({ code: 'CONNECTION_EXPIRED', fix: expect.stringContaining('session.authorize') });
  expect(failure?.details).not.toHaveProperty('redirectUrl');
});

test('a refresh that is not refused by the user but by the configuration ends nothing', async () => {
  const { provider, operations, context, session, signIn, call } = await signingIn();
  const { clientId, clientSecret } = provider.addClient({ redirectUris });
  const { id } = await operations['authConfigs.create'](
    { body: { toolkit: 'items', credentials: { clientId, clientSecret } } },
    context,
  );
  const sessionId = await session(id);
  const { connectedAccountId } = await signIn(sessionId);
  const update = (secret: string) =>
    operations['authConfigs.update'](
      { params: { authConfigId: id }, body: { credentials: { clientSecret: secret } } },
      context,
    );
  await update('another-secret');
  provider.forgetAccessTokens();
  expect((await call(sessionId)).failure).toMatchObject({
    code: 'AUTHORIZATION_FAILED',
    details: { error: 'invalid_client' },
  });
  const account = await operations['connectedAccounts.get']({ params: { connectedAccountId } }, context);
  expect(account.status).toBe('ACTIVE');
  await update(clientSecret);
  // After a pause, in which nobody asks.
  await expect.poll(async () => (await call(sessionId)).successful, { timeout: 5_000, interval: 500 }).toBe(true);
}, 10_000);

test('who connects again while a token is renewed wins', async () => {
  const { provider, operations, context, session, signIn, call } = await signingIn();
  const { clientId, clientSecret } = provider.addClient({ redirectUris });
  const { id } = await operations['authConfigs.create'](
    { body: { toolkit: 'items', credentials: { clientId, clientSecret } } },
    context,
  );
  const sessionId = await session(id);
  const { connectedAccountId } = await signIn(sessionId);
  provider.forgetAccessTokens();
  provider.setTokenEndpoint('hold-answer');
  const calling = call(sessionId);
  await expect.poll(() => provider.tokenRequests.at(-1)?.status).toBe(200);
  provider.setTokenEndpoint('work');
  expect(await signIn(sessionId, connectedAccountId)).toMatchObject({ status: 'success', connectedAccountId });
  provider.release();
  expect((await calling).successful).toBe(true);
  expect((await call(sessionId)).successful).toBe(true);
});

test('a tool in code gets an access token and nothing more, renewed as for any other', async () => {
  const { provider, operations, context, session, signIn, call } = await signingIn();
  const { clientId, clientSecret } = provider.addClient({ redirectUris });
  const { id } = await operations['authConfigs.create'](
    { body: { toolkit: 'items', credentials: { clientId, clientSecret } } },
    context,
  );
  const sessionId = await session(id);
  await signIn(sessionId);
  provider.forgetAccessTokens();
  expect((await call(sessionId, 'ITEMS_DESCRIBE_ME')).data).toEqual({ mode: 'BEARER_TOKEN', status: 200 });
  expect(provider.apiRequests.map(({ user }) => user)).toEqual([undefined, 'ada']);
});
