import { setTimeout as delay } from 'node:timers/promises';
import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { afterEach, expect } from 'vitest';
import { configureClient, connectBySignIn, newUser } from './oauth-steps.ts';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

describeWire((wire) => {
  afterEach(() => {
    wire().oauth.setTokenLifetime(3600);
    wire().oauth.setTokenEndpoint('work');
  });
  const accountOf = (id: string) => wire().jackfield.connectedAccounts.get(id);
  const refreshes = () => wire().oauth.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length;

  requirement('renew.ahead', async () => {
    const { oauth } = wire();
    // A token of two seconds is renewed after one.
    oauth.setTokenLifetime(2);
    const { session, request } = await connectBySignIn(wire());
    const before = refreshes();
    expect((await session.execute('ITEMS_GET_ME')).successful).toBe(true);
    expect(refreshes()).toBe(before);
    await delay(1_100);
    oauth.setTokenLifetime(3600);
    const calls = oauth.apiRequests.length;
    expect((await session.execute('ITEMS_GET_ME')).successful).toBe(true);
    expect(refreshes()).toBe(before + 1);
    // The old one was not even tried.
    expect(oauth.apiRequests.slice(calls)).toEqual([{ path: '/api/me', user: 'ada' }]);
    // The refresh token was replaced, and the new one is used the next time.
    expect(await wire().jackfield.connectedAccounts.refresh(request.id)).toEqual({
      id: request.id,
      status: 'ACTIVE',
      statusReason: null,
      redirectUrl: null,
    });
    expect(refreshes()).toBe(before + 2);
  });

  requirement('renew.refused-token', async () => {
    const { oauth } = wire();
    const { session } = await connectBySignIn(wire());
    oauth.forgetAccessTokens();
    const before = { refreshes: refreshes(), calls: oauth.apiRequests.length };
    // What was refused for its token was not carried out: a call that writes is repeated, too.
    expect(await session.execute('ITEMS_CREATE_ITEM')).toMatchObject({ successful: true, data: { login: 'ada' } });
    expect(refreshes()).toBe(before.refreshes + 1);
    expect(oauth.apiRequests.slice(before.calls).map(({ user }) => user)).toEqual([undefined, 'ada']);
    oauth.forgetAccessTokens();
    const proxied = await session.proxyExecute({ toolkit: 'items', endpoint: '/me', method: 'GET' });
    expect([proxied.status, proxied.data]).toEqual([200, expect.objectContaining({ login: 'ada' })]);
  });

  requirement('renew.once', async () => {
    const { oauth } = wire();
    const { session } = await connectBySignIn(wire());
    oauth.forgetAccessTokens();
    const before = refreshes();
    const results = await Promise.all(Array.from({ length: 50 }, () => session.execute('ITEMS_GET_ME')));
    expect(results.filter(({ successful }) => !successful)).toEqual([]);
    expect(refreshes()).toBe(before + 1);
  });

  requirement('renew.refused', async () => {
    const { oauth, jackfield, publicUrl } = wire();
    const { session, request, userId } = await connectBySignIn(wire());
    oauth.forgetGrants();
    const results = await Promise.all(Array.from({ length: 10 }, () => session.execute('ITEMS_GET_ME')));
    const links = new Set(results.map(({ failure }) => failure?.details?.redirectUrl));
    // Each says how to mend it, and all say the same.
    expect(links.size).toBe(1);
    const [result] = results;
    expect(result?.failure).toMatchObject({
      code: 'CONNECTION_EXPIRED',
      retryable: false,
      details: {
        toolkit: 'items',
        connectedAccountId: request.id,
        redirectUrl: expect.stringContaining(`${publicUrl}/connect/`),
      },
    });
    const link = String(result?.failure?.details?.redirectUrl);
    expect(result?.error).toContain(link);
    expect(await accountOf(request.id)).toMatchObject({
      status: 'EXPIRED',
      statusReason: expect.stringContaining('invalid_grant'),
    });
    // Later calls ask the service for nothing.
    const before = oauth.tokenRequests.length;
    expect((await session.execute('ITEMS_GET_ME')).failure?.code).toBe('CONNECTION_EXPIRED');
    expect(oauth.tokenRequests.length).toBe(before);
    const { items } = await jackfield.connectedAccounts.list({ userIds: [userId] });
    expect(items.map(({ id, status }) => [id, status])).toEqual([[request.id, 'EXPIRED']]);
    // So does the tool with which an agent connects.
    const managed = await session.execute('JACKFIELD_MANAGE_CONNECTIONS', { toolkits: ['items'] });
    expect(managed.data.results).toMatchObject({ items: { status: 'initiated', connected_account_id: request.id } });
    // Behind the link the same account comes back to life.
    const browser = openCookieBrowser();
    await browser.open(link);
    await browser.submit();
    await browser.signIn('ada');
    expect(await accountOf(request.id)).toMatchObject({ status: 'ACTIVE', statusReason: null });
    expect((await session.execute('ITEMS_GET_ME')).successful).toBe(true);
  });

  requirement('renew.ended', async () => {
    const { jackfield, oauth } = wire();
    const { session, request } = await connectBySignIn(wire());
    oauth.forgetGrants();
    const ended = await jackfield.connectedAccounts.refresh(request.id);
    expect(ended).toMatchObject({ status: 'EXPIRED', redirectUrl: expect.stringContaining('/connect/') });
    // A program that finds out can ask for the account to be connected again, pinned or not.
    const pinned = await jackfield.sessions.create(session.userId, { connectedAccounts: { items: request.id } });
    await expect(pinned.authorize('items')).rejects.toMatchObject({ code: 'CONFLICT' });
    const browser = openCookieBrowser();
    const connecting = pinned.ensureConnected('items', {
      onConnect: async ({ id, redirectUrl }) => {
        expect(id).toBe(request.id);
        await browser.open(redirectUrl);
        await browser.submit();
        await browser.signIn('ada');
      },
    });
    await connecting;
    expect((await pinned.execute('ITEMS_GET_ME')).successful).toBe(true);
  });

  requirement('renew.temporary', async () => {
    const { oauth } = wire();
    oauth.setTokenLifetime(1);
    const { session, request } = await connectBySignIn(wire());
    await delay(1_100);
    oauth.setTokenEndpoint('fail');
    const before = oauth.tokenRequests.length;
    const failed = await session.execute('ITEMS_GET_ME');
    expect(failed.failure).toMatchObject({ retryable: true, message: expect.stringContaining('could not be renewed') });
    // Asked three times, with pauses; then nobody asks for a while.
    expect(oauth.tokenRequests.length).toBe(before + 3);
    expect((await session.execute('ITEMS_GET_ME')).failure).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      retryable: true,
    });
    expect(oauth.tokenRequests.length).toBe(before + 3);
    expect(await accountOf(request.id)).toMatchObject({ status: 'ACTIVE', statusReason: null });
    oauth.setTokenEndpoint('work');
    oauth.setTokenLifetime(3600);
    await delay(3_100);
    expect((await session.execute('ITEMS_GET_ME')).successful).toBe(true);
    oauth.forgetAccessTokens();
    oauth.setTokenEndpoint('reset');
    expect((await session.execute('ITEMS_GET_ME')).failure).toMatchObject({ retryable: true });
    expect((await accountOf(request.id)).status).toBe('ACTIVE');
  });

  requirement('renew.revoke', async () => {
    const { jackfield, oauth } = wire();
    const { authConfig } = await configureClient(wire(), {
      oauth: { revocationUrl: `${oauth.issuer}/token/revocation` },
    });
    const { session, request } = await connectBySignIn(wire(), { authConfigId: authConfig.id });
    const token = oauth.secrets.at(-2) ?? '';
    const api = () => fetch(`${oauth.apiUrl}/me`, { headers: { authorization: `Bearer ${token}` } });
    expect((await api()).status).toBe(200);
    expect(await jackfield.connectedAccounts.revoke(request.id)).toMatchObject({
      status: 'REVOKED',
      statusReason: 'Withdrawn at the service.',
    });
    expect((await api()).status).toBe(401);
    expect((await session.execute('ITEMS_GET_ME')).failure?.code).toBe('CONNECTION_NOT_ACTIVE');
    expect(await jackfield.connectedAccounts.refresh(request.id)).toMatchObject({ status: 'REVOKED' });
    // So does deleting.
    const other = await connectBySignIn(wire(), { authConfigId: authConfig.id });
    const second = oauth.secrets.at(-2) ?? '';
    await jackfield.connectedAccounts.delete(other.request.id);
    const used = await fetch(`${oauth.apiUrl}/me`, { headers: { authorization: `Bearer ${second}` } });
    expect(used.status).toBe(401);
    // Where the service has no way to do it, that is said.
    const unrevocable = await connectBySignIn(wire());
    expect((await jackfield.connectedAccounts.revoke(unrevocable.request.id)).statusReason).toContain('no way');
  });

  requirement('auth-config.manage', async () => {
    const { jackfield, oauth } = wire();
    const { authConfigs } = jackfield;
    const { authConfig, clientId } = await configureClient(wire(), {
      name: 'Items of Acme',
      scopes: ['items:read'],
      oauth: { authorizationParams: { login_hint: 'ada', audienceName: 'x' } },
    });
    expect(authConfig).toMatchObject({
      name: 'Items of Acme',
      clientId,
      scopes: ['items:read'],
      // Names that are the service's own are not renamed.
      oauth: { authorizationParams: { login_hint: 'ada', audienceName: 'x' } },
      status: 'ENABLED',
    });
    expect(await authConfigs.get(authConfig.id)).toEqual(authConfig);
    const { session, request, browser } = await connectBySignIn(wire(), { authConfigId: authConfig.id });
    const authorization = new URL(browser.visited.find((url) => url.startsWith(`${oauth.issuer}/auth`)) ?? '');
    expect(Object.fromEntries(authorization.searchParams)).toMatchObject({ scope: 'items:read', audienceName: 'x' });
    expect((await session.execute('ITEMS_GET_ME')).successful).toBe(true);
    // A secret that is wrong is the project's fault, and costs no user their connection.
    await authConfigs.update(authConfig.id, { credentials: { clientSecret: 'wrong-secret' } });
    oauth.forgetAccessTokens();
    expect((await session.execute('ITEMS_GET_ME')).failure).toMatchObject({
      code: 'AUTHORIZATION_FAILED',
      fix: expect.stringContaining('auth config'),
    });
    expect((await accountOf(request.id)).status).toBe('ACTIVE');
    const updated = await authConfigs.update(authConfig.id, {
      name: 'Renamed',
      scopes: null,
      oauth: { authorizationParams: null },
    });
    expect(updated).toMatchObject({ name: 'Renamed', scopes: ['items:read', 'items:write'], oauth: null });
    expect((await authConfigs.disable(authConfig.id)).status).toBe('DISABLED');
    expect((await session.execute('ITEMS_GET_ME')).failure?.code).toBe('CONNECTION_NOT_ACTIVE');
    await expect(session.authorize('items')).rejects.toMatchObject({ code: 'CONNECTION_NOT_ACTIVE' });
    expect((await authConfigs.enable(authConfig.id)).status).toBe('ENABLED');
    await authConfigs.delete(authConfig.id);
    await expect(authConfigs.get(authConfig.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(accountOf(request.id)).rejects.toMatchObject({ code: 'CONNECTED_ACCOUNT_NOT_FOUND' });
    for (const act of ['enable', 'disable', 'delete'] as const) {
      await expect(authConfigs[act](authConfig.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  requirement('auth-config.wrong', async () => {
    const { authConfigs } = wire().jackfield;
    const refused: readonly (readonly [Parameters<typeof authConfigs.create>[0], string, string])[] = [
      [{ toolkit: 'itemz' }, 'UNKNOWN_TOOLKIT', 'items'],
      [{ toolkit: 'items', authScheme: 'OAUTH2' }, 'INVALID_REQUEST', '/connect/callback'],
      [{ toolkit: 'items', authScheme: 'BASIC' }, 'UNSUPPORTED_AUTH_SCHEME', 'OAUTH2'],
      [{ toolkit: 'items', schemeId: 'nope' }, 'UNSUPPORTED_AUTH_SCHEME', 'login'],
      [{ toolkit: 'keyed_basic', credentials: { clientId: 'x' } }, 'UNSUPPORTED_AUTH_SCHEME', 'BASIC'],
      [
        { toolkit: 'keyed_basic', authScheme: 'BASIC', credentials: { clientSecret: 'planted-x' } },
        'INVALID_REQUEST',
        '',
      ],
      [{ toolkit: 'petclinic', credentials: { clientId: 'x' } }, 'INVALID_REQUEST', 'oauth.issuer'],
      [{ toolkit: 'items', credentials: { clientId: 'x', privateKey: 'planted-not-a-key' } }, 'INVALID_REQUEST', 'PEM'],
      [{ toolkit: 'items_open', authScheme: 'DCR_OAUTH', credentials: { clientId: 'x' } }, 'INVALID_REQUEST', 'OAUTH2'],
    ];
    for (const [body, code, hint] of refused) {
      const error = await authConfigs.create(body).catch((thrown: unknown) => thrown);
      expect(error, JSON.stringify(body)).toMatchObject({ code });
      expect(String(Object(error).fix), JSON.stringify(body)).toContain(hint);
      expect(JSON.stringify(error)).not.toContain('planted');
    }
  });

  requirement('account.manage', async () => {
    const { connectedAccounts, sessions } = wire().jackfield;
    const userId = newUser();
    const connect = (token: string, alias?: string) =>
      connectedAccounts.create({ userId, toolkit: 'petclinic', alias, credential: { mode: 'BEARER_TOKEN', token } });
    const one = await connect(wire().petclinic.token('one'), 'one');
    const two = await connect(wire().petclinic.token('two'));
    expect(await connectedAccounts.update(two.id, { alias: 'second' })).toMatchObject({ id: two.id, alias: 'second' });
    await expect(connectedAccounts.update(two.id, { alias: 'one' })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await connectedAccounts.update(one.id, { alias: null })).toMatchObject({ alias: null });
    const session = await sessions.create(userId, { toolkits: ['petclinic'], multiAccount: { enable: true } });
    expect((await session.execute('PETCLINIC_GET_CLINIC')).failure?.code).toBe('CONNECTION_AMBIGUOUS');
    await connectedAccounts.disable(two.id);
    expect(await connectedAccounts.get(two.id)).toMatchObject({ isDisabled: true, status: 'ACTIVE' });
    expect((await session.execute('PETCLINIC_GET_CLINIC')).successful).toBe(true);
    expect(wire().petclinic.requests.at(-1)?.user).toBe('one');
    await connectedAccounts.enable(two.id);
    expect((await session.execute('PETCLINIC_GET_CLINIC', {}, { account: 'second' })).successful).toBe(true);
    // A key is typed in again by its user; what is forgotten is forgotten.
    const again = await connectedAccounts.refresh(one.id);
    expect(again).toMatchObject({ status: 'ACTIVE', redirectUrl: expect.stringContaining('/connect/') });
    expect(await connectedAccounts.revoke(one.id)).toMatchObject({ status: 'REVOKED' });
    await connectedAccounts.delete(one.id);
    // Several fields at once, by the names that the auth config says.
    const { items } = await wire().jackfield.authConfigs.list({ toolkitSlug: 'petclinic' });
    expect(items[0]?.fields).toEqual([expect.objectContaining({ name: 'token', secret: true })]);
    const token = wire().petclinic.token('three');
    const three = await connectedAccounts.create({ userId: newUser(), toolkit: 'petclinic', fields: { token } });
    expect(three.status).toBe('ACTIVE');
    await expect(
      connectedAccounts.create({ userId, toolkit: 'petclinic', fields: { tokens: token } }),
    ).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      details: { issues: [{ path: 'fields.tokens' }, { path: 'fields.token', message: 'is required' }] },
    });
  });
});
