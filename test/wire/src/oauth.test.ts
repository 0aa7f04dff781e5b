import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { expect } from 'vitest';
import { beginSignIn, configureClient, connectBySignIn, newUser } from './oauth-steps.ts';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

describeWire((wire) => {
  const accountOf = (id: string) => wire().jackfield.connectedAccounts.get(id);
  const callsSince = (count: number) => wire().oauth.tokenRequests.slice(count);

  requirement('oauth.flow', async () => {
    const { jackfield, oauth, publicUrl } = wire();
    const redirectUri = `${publicUrl}/connect/callback`;
    const { authConfig, clientId } = await configureClient(wire());
    expect(authConfig).toMatchObject({
      authScheme: 'OAUTH2',
      clientId,
      redirectUri,
      fields: [],
      scopes: ['items:read', 'items:write'],
      isDefault: false,
    });
    const userId = newUser();
    const session = await jackfield.sessions.create(userId, { authConfigs: { items: authConfig.id } });
    const request = await session.authorize('items');
    const waiting = request.waitForConnection(10_000);
    const browser = openCookieBrowser();
    const start = await browser.open(request.redirectUrl);
    expect(start.html).toContain(userId);
    expect(start.headers.get('content-security-policy')).toContain(`form-action 'self' ${oauth.issuer}`);
    await browser.submit();
    const authorization = new URL(browser.visited.find((url) => url.startsWith(`${oauth.issuer}/auth`)) ?? '');
    expect(Object.fromEntries(authorization.searchParams)).toEqual({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: 'items:read items:write',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    const done = await browser.signIn('ada');
    expect(done.url).toBe(`${publicUrl}/connect/done`);
    expect(done.html).toContain('connected');
    expect(await waiting).toMatchObject({
      id: request.id,
      status: 'ACTIVE',
      statusReason: null,
      authConfig: { id: authConfig.id, authScheme: 'OAUTH2' },
      scopes: { asked: ['items:read', 'items:write'], granted: ['items:read', 'items:write'] },
    });
    expect(await session.execute('ITEMS_GET_ME')).toMatchObject({ successful: true, data: { login: 'ada' } });
    expect(oauth.tokenRequests.at(-1)).toMatchObject({ grantType: 'authorization_code', clientId, status: 200 });
  });

  requirement('oauth.callback', async () => {
    const callbackUrl = 'http://127.0.0.1:1/back?tab=2';
    const browser = openCookieBrowser({ stopsAt: ({ port }) => port === '1' });
    const { request } = await connectBySignIn(wire(), { callbackUrl, browser });
    expect(browser.page.url).toBe(`${callbackUrl}&status=success&connected_account_id=${request.id}`);
    const denied = await connectBySignIn(wire(), { callbackUrl, browser, decision: 'deny' });
    expect(browser.page.url).toBe(`${callbackUrl}&status=failed&connected_account_id=${denied.request.id}`);
  });

  requirement('oauth.registers', async () => {
    const { jackfield, oauth, publicUrl } = wire();
    const before = oauth.registeredClients().length;
    const { session, request } = await connectBySignIn(wire(), { toolkit: 'items_open' });
    const account = await accountOf(request.id);
    expect(account).toMatchObject({
      status: 'ACTIVE',
      authConfig: { authScheme: 'DCR_OAUTH' },
      scopes: { granted: expect.arrayContaining(['openid', 'items:read', 'items:write']) },
    });
    expect((await session.execute('ITEMS_OPEN_GET_ME')).data).toMatchObject({ login: 'ada' });
    const authConfig = await jackfield.authConfigs.get(account.authConfig.id);
    expect(authConfig).toMatchObject({
      isDefault: true,
      clientId: oauth.registeredClients().at(-1),
      // Its own: what another service sends here is noticed.
      redirectUri: `${publicUrl}/connect/callback/${authConfig.id}`,
    });
    // The next user comes as the same client.
    await connectBySignIn(wire(), { toolkit: 'items_open', login: 'grace' });
    expect(oauth.registeredClients().length).toBe(before + 1);
  });

  requirement('oauth.identity', async () => {
    const { jackfield } = wire();
    const userId = newUser();
    const options = { toolkit: 'items_open', userId, multiAccount: true };
    const first = await connectBySignIn(wire(), { ...options, alias: 'work' });
    const { session, request } = await connectBySignIn(wire(), { ...options, login: 'grace' });
    const ada = {
      id: 'ada',
      email: 'ada@example.com',
      login: 'ada',
      name: 'Ada Lovelace',
      workspace: 'Analytical Engines',
    };
    expect((await accountOf(first.request.id)).identity).toEqual(ada);
    const { items } = await jackfield.connectedAccounts.list({ userIds: [userId] });
    expect(items.map(({ identity }) => identity?.email)).toEqual(['grace@example.com', 'ada@example.com']);
    const [toolkit] = (await session.toolkits({ toolkits: ['items_open'] })).items;
    expect(toolkit?.connectedAccount).toMatchObject({ id: request.id, identity: { login: 'grace' }, alias: null });
    const found = await session.search({ query: 'who am I' });
    const status = found.toolkitConnectionStatuses.find((each) => each.toolkit === 'items_open');
    expect(status?.accounts.map(({ id, identity }) => [id, identity?.email])).toEqual([
      [request.id, 'grace@example.com'],
      [first.request.id, 'ada@example.com'],
    ]);
    expect(status?.statusMessage).toContain('ada@example.com');
    // Several and no choice: an error that names them.
    const ambiguous = await session.execute('ITEMS_OPEN_GET_ME');
    expect(ambiguous.failure).toMatchObject({
      code: 'CONNECTION_AMBIGUOUS',
      message: expect.stringContaining(`${first.request.id} ("work", ada@example.com (Analytical Engines))`),
      details: { accounts: [{ identity: { login: 'grace' } }, { alias: 'work', identity: ada }] },
    });
    expect((await session.execute('ITEMS_OPEN_GET_ME', {}, { account: 'work' })).data).toMatchObject({ login: 'ada' });
    expect((await session.execute('ITEMS_OPEN_GET_ME', {}, { account: request.id })).data).toMatchObject({
      login: 'grace',
    });
    expect(wire().log()).toContain('"identity":"grace@example.com (Navy)"');
  });

  requirement('oauth.client-credentials', async () => {
    const { jackfield, oauth } = wire();
    const { clientId, clientSecret } = oauth.addClient({ redirectUris: ['http://127.0.0.1:1/'] });
    const userId = newUser();
    const session = await jackfield.sessions.create(userId, { toolkits: ['items_robot'] });
    const before = oauth.tokenRequests.length;
    // By hand, on the form.
    const request = await session.authorize('items_robot');
    const browser = openCookieBrowser();
    await browser.open(request.redirectUrl);
    const refused = await browser.submit({ client_id: clientId, client_secret: 'planted-wrong-secret' });
    expect([refused.status, refused.html.includes('was not accepted')]).toEqual([400, true]);
    expect(refused.html).not.toContain('planted-wrong-secret');
    expect((await accountOf(request.id)).status).toBe('INITIATED');
    await browser.submit({ client_id: clientId, client_secret: clientSecret });
    expect(await accountOf(request.id)).toMatchObject({ status: 'ACTIVE', authConfig: { authScheme: 'S2S_OAUTH2' } });
    expect((await session.execute('ITEMS_ROBOT_GET_ME')).data).toMatchObject({ login: clientId });
    expect(callsSince(before).filter(({ status }) => status === 200)).toMatchObject([
      { grantType: 'client_credentials' },
    ]);
    // By the program, with the client of the project.
    const authConfig = await jackfield.authConfigs.create({
      toolkit: 'items_robot',
      authScheme: 'S2S_OAUTH2',
      credentials: { clientId, clientSecret },
      scopes: ['items:read'],
    });
    const account = await jackfield.connectedAccounts.create({
      userId: newUser(),
      authConfigId: authConfig.id,
      credential: { mode: 'S2S_OAUTH2' },
    });
    expect(account).toMatchObject({ status: 'ACTIVE', scopes: { granted: ['items:read'] } });
    await expect(
      jackfield.connectedAccounts.create({
        userId,
        toolkit: 'items_robot',
        alias: 'wrong',
        credential: { mode: 'S2S_OAUTH2', clientId, clientSecret: 'wrong' },
      }),
    ).rejects.toMatchObject({ code: 'AUTHORIZATION_FAILED' });
  });

  requirement('oauth.service-account', async () => {
    const { jackfield, oauth } = wire();
    const { id: authConfigId, fields } = await jackfield.authConfigs.create({
      toolkit: 'items',
      authScheme: 'GOOGLE_SERVICE_ACCOUNT',
    });
    expect(fields.map(({ name }) => name)).toEqual(['key', 'subject']);
    const connect = (key: string, subject?: string) =>
      jackfield.connectedAccounts.create({
        userId: newUser(),
        authConfigId,
        credential: { mode: 'GOOGLE_SERVICE_ACCOUNT', key, subject },
      });
    const key = oauth.addServiceAccount('robot');
    const { userId } = await connect(key);
    const session = await jackfield.sessions.create(userId, { toolkits: ['items'] });
    expect((await session.execute('ITEMS_GET_ME')).data).toMatchObject({ login: 'robot@project.iam.example.com' });
    const delegated = await jackfield.sessions.create((await connect(key, 'ada@acme.example')).userId);
    expect((await delegated.execute('ITEMS_GET_ME')).data).toMatchObject({ login: 'ada@acme.example' });
    const stranger = JSON.stringify({ ...JSON.parse(key), client_email: 'other@project.iam.example.com' });
    await expect(connect(stranger)).rejects.toMatchObject({ code: 'AUTHORIZATION_FAILED' });
    await expect(connect('{"type":"service_account"}')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  requirement('oauth.denied', async () => {
    const { request, browser } = await connectBySignIn(wire(), { decision: 'deny' });
    expect(browser.page.status).toBe(400);
    expect(browser.page.html).toContain('The user said no.');
    expect(await accountOf(request.id)).toMatchObject({
      status: 'FAILED',
      statusReason: 'Access was not granted: The user said no.',
    });
    await expect(request.waitForConnection(5_000)).rejects.toMatchObject({ code: 'CONNECTION_NOT_ACTIVE' });
    expect((await browser.open(request.redirectUrl)).status).toBe(410);
  });

  requirement('oauth.scopes', async () => {
    const { request, session } = await connectBySignIn(wire(), { scopes: ['items:read'] });
    expect((await accountOf(request.id)).scopes).toEqual({
      asked: ['items:read', 'items:write'],
      granted: ['items:read'],
    });
    expect((await session.execute('ITEMS_CREATE_ITEM')).failure).toMatchObject({ details: { status: 403 } });
  });

  requirement('oauth.again', async () => {
    // Back, and on again: each time the person sets out anew, and the first who arrives ends it.
    const { request, browser } = await beginSignIn(wire());
    const abandoned = browser.visited.find((url) => url.startsWith(`${wire().oauth.issuer}/auth`)) ?? '';
    await browser.open(request.redirectUrl);
    await browser.submit();
    await browser.signIn('ada');
    expect((await accountOf(request.id)).status).toBe('ACTIVE');
    await browser.open(abandoned);
    expect(browser.page.status).toBe(410);
    expect((await accountOf(request.id)).status).toBe('ACTIVE');
  });

  requirement('oauth.meta-tools', async () => {
    const { jackfield } = wire();
    const { authConfig } = await configureClient(wire());
    const session = await jackfield.sessions.create(newUser(), {
      toolkits: ['items'],
      authConfigs: { items: authConfig.id },
      manageConnections: { enable: true, enableWaitForConnections: true },
    });
    const manage = await session.execute('JACKFIELD_MANAGE_CONNECTIONS', { toolkits: ['items'] });
    const { items } = manage.data.results as Record<string, { status: string; redirect_url: string }>;
    expect(items?.status).toBe('initiated');
    const waiting = session.execute('JACKFIELD_WAIT_FOR_CONNECTIONS', { toolkits: ['items'], timeout_seconds: 10 });
    const browser = openCookieBrowser();
    await browser.open(items?.redirect_url ?? '');
    await browser.submit();
    await browser.signIn('ada');
    expect((await waiting).data).toMatchObject({ connected: ['items'], timed_out: false });
    const again = await session.execute('JACKFIELD_MANAGE_CONNECTIONS', { toolkits: ['items'] });
    expect(again.data.results).toMatchObject({ items: { status: 'active' } });
  });
});
