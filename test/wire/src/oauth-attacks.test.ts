import { createServer } from 'node:http';
import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { startOAuthProvider } from '@jackfield-internal/fakes/oauth-provider';
import { expect } from 'vitest';
import { beginSignIn, configureClient, connectBySignIn, newUser, stateOf } from './oauth-steps.ts';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

describeWire((wire) => {
  const accountOf = (id: string) => wire().jackfield.connectedAccounts.get(id);
  const callback = (parameters: Readonly<Record<string, string>>, path = '') =>
    `${wire().publicUrl}/connect/callback${path}?${new URLSearchParams(parameters)}`;
  const exchanges = () =>
    wire().oauth.tokenRequests.filter(({ grantType }) => grantType === 'authorization_code').length;

  /** A browser whose user has consented, and that was stopped on its way back. */
  async function stopped() {
    const browser = openCookieBrowser({ stopsAt: ({ pathname }) => pathname.includes('/connect/callback') });
    const begun = await connectBySignIn(wire(), { browser });
    expect(browser.page.status).toBe(0);
    return { ...begun, back: browser.page.url };
  }

  requirement('attack.link-token', async () => {
    const { request, browser } = await connectBySignIn(wire());
    expect((await accountOf(request.id)).status).toBe('ACTIVE');
    // Replayed, by the same browser and by another.
    for (const each of [browser, openCookieBrowser()]) {
      expect((await each.open(request.redirectUrl)).status).toBe(410);
    }
    // Guessed: all that is known is what a token looks like.
    const guess = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
    expect((await browser.open(`${wire().publicUrl}/connect/${guess}`)).status).toBe(410);
    // The link says nothing: not the user, not the account, not the service.
    expect(request.redirectUrl.slice(wire().publicUrl.length)).toMatch(/^\/connect\/[\w-]{43}$/);
  });

  requirement('attack.link-browser', async () => {
    const { authConfig } = await configureClient(wire());
    const session = await wire().jackfield.sessions.create(newUser(), { authConfigs: { items: authConfig.id } });
    const request = await session.authorize('items');
    const first = openCookieBrowser();
    expect((await first.open(request.redirectUrl)).status).toBe(200);
    const second = openCookieBrowser();
    const refused = await second.open(request.redirectUrl);
    expect([refused.status, refused.html.includes('another browser')]).toEqual([403, true]);
    const posted = await wire().browse(request.redirectUrl, {
      method: 'POST',
      body: new URLSearchParams(),
      headers: { origin: 'null', 'sec-fetch-site': 'same-origin' },
    });
    expect(posted.status).toBe(403);
    // What opens links to show what is behind them does not take them away from the user.
    const other = await session.authorize('items');
    expect((await wire().browse(other.redirectUrl)).status).toBe(200);
    expect((await second.open(other.redirectUrl)).status).toBe(200);
    // The first one goes on.
    await first.submit();
    await first.signIn('ada');
    expect((await accountOf(request.id)).status).toBe('ACTIVE');
  });

  requirement('attack.state', async () => {
    const { request, browser, back } = await stopped();
    const before = exchanges();
    const code = new URL(back).searchParams.get('code') ?? '';
    const iss = wire().oauth.issuer;
    for (const url of [
      callback({ code, iss }),
      callback({ code, iss, state: 'guessed' }),
      callback({ code, iss, state: '' }),
      `${back}&state=second`,
    ]) {
      expect((await browser.open(url)).status, url).toBe(410);
    }
    expect(exchanges()).toBe(before);
    expect((await accountOf(request.id)).status).toBe('INITIATED');
    // Used once, it is of no use any more.
    const open = openCookieBrowser();
    const { request: mine, browser: my } = await connectBySignIn(wire(), { browser: open });
    expect((await accountOf(mine.id)).status).toBe('ACTIVE');
    const used = my.visited.find((url) => url.includes('/connect/callback')) ?? '';
    expect((await my.open(used)).status).toBe(410);
    expect((await accountOf(mine.id)).status).toBe('ACTIVE');
  });

  requirement('attack.login-csrf', async () => {
    // The attacker signs in, and has the victim's browser end it: their account would be the victim's.
    const { request, back } = await stopped();
    const before = exchanges();
    const victim = openCookieBrowser();
    // With a cookie of its own, as one that has connected before.
    await connectBySignIn(wire(), { browser: victim, login: 'grace' });
    const after = exchanges();
    const refused = await victim.open(back);
    expect([refused.status, refused.html.includes('in another')]).toEqual([400, true]);
    expect(exchanges()).toBe(after);
    expect(after).toBe(before + 1);
    expect(await accountOf(request.id)).toMatchObject({
      status: 'FAILED',
      statusReason: 'It was begun in one browser and ended in another.',
    });
  });

  requirement('attack.code-injection', async () => {
    // A code that was issued to the attacker's sign-in, with the state of the victim's.
    const attacker = await stopped();
    const victim = await beginSignIn(wire());
    const code = new URL(attacker.back).searchParams.get('code') ?? '';
    const before = exchanges();
    const page = await victim.browser.open(
      callback({ code, state: stateOf(victim.browser), iss: wire().oauth.issuer }),
    );
    expect(page.status).toBe(400);
    expect(await accountOf(victim.request.id)).toMatchObject({
      status: 'FAILED',
      statusReason: expect.stringContaining('refused'),
    });
    expect(exchanges()).toBe(before + 1);
    expect(wire().oauth.tokenRequests.at(-1)).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  requirement('attack.mix-up', async () => {
    const { jackfield, oauth, publicUrl } = wire();
    const malicious = await startOAuthProvider();
    try {
      const redirectUri = `${publicUrl}/connect/callback`;
      const client = malicious.addClient({ redirectUris: [redirectUri] });
      const { id } = await jackfield.authConfigs.create({
        toolkit: 'items',
        credentials: client,
        oauth: {
          issuer: malicious.issuer,
          authorizationUrl: `${malicious.issuer}/auth`,
          tokenUrl: `${malicious.issuer}/token`,
        },
      });
      const honest = oauth.addClient({ redirectUris: [redirectUri] });
      // The user wants to connect at the malicious service, which sends them on to the honest one.
      const begin = async (change: (url: URL) => void) => {
        const begun = await beginSignIn(wire(), { authConfigId: id });
        const url = new URL(begun.browser.visited.find((each) => each.startsWith(`${malicious.issuer}/auth`)) ?? '');
        change(url);
        await begun.browser.open(url.href);
        await begun.browser.signIn('ada');
        return begun;
      };
      const toHonest = (url: URL) => {
        url.port = new URL(oauth.issuer).port;
        url.searchParams.set('client_id', honest.clientId);
      };
      const mixedUp = await begin(toHonest);
      expect(mixedUp.browser.page.status).toBe(400);
      expect(await accountOf(mixedUp.request.id)).toMatchObject({
        status: 'FAILED',
        statusReason: 'The answer did not come from the service that was asked.',
      });
      // The same when the honest one does not say who it is.
      oauth.setIssuerInResponse(false);
      const unnamed = await begin(toHonest);
      expect((await accountOf(unnamed.request.id)).status).toBe('FAILED');
      // The code of the honest service never got to the malicious one.
      expect(malicious.tokenRequests).toEqual([]);
      expect((await accountOf((await begin(() => {})).request.id)).status).toBe('ACTIVE');
    } finally {
      oauth.setIssuerInResponse(true);
      await malicious.close();
    }
  });

  requirement('attack.mix-up-registered', async () => {
    // A client that came to be by itself has a redirect URI of its own: an answer that arrives elsewhere is another's.
    const { oauth } = wire();
    oauth.setIssuerInResponse(false);
    try {
      const { request, browser } = await beginSignIn(wire(), { toolkit: 'items_open' });
      const before = exchanges();
      const page = await browser.open(callback({ code: 'of-another', state: stateOf(browser) }));
      expect(page.status).toBe(400);
      expect(await accountOf(request.id)).toMatchObject({
        status: 'FAILED',
        statusReason: 'The answer did not come from the service that was asked.',
      });
      expect(exchanges()).toBe(before);
    } finally {
      oauth.setIssuerInResponse(true);
    }
  });

  requirement('attack.open-redirect', async () => {
    const { jackfield } = wire();
    const { authConfig } = await configureClient(wire());
    const session = await jackfield.sessions.create(newUser(), { authConfigs: { items: authConfig.id } });
    const refused = [
      'https://evil.example/back',
      'https://allowed.example.evil.example/',
      'https://allowed.example@evil.example/',
      'https://evil.example/?https://allowed.example/app',
      'https://allowed.example/application',
      'https://allowed.example/app/../elsewhere',
      'http://allowed.example/app',
      'https://allowed.example:8443/app',
    ];
    for (const callbackUrl of refused) {
      await expect(session.authorize('items', { callbackUrl }), callbackUrl).rejects.toMatchObject({
        code: 'CALLBACK_NOT_ALLOWED',
        fix: expect.stringContaining('allowedCallbackUrls'),
      });
    }
    // One in the session's config is held to the same.
    const evil = { manageConnections: { callbackUrl: 'https://evil.example/' } };
    await expect(jackfield.sessions.create(newUser(), evil)).rejects.toMatchObject({ code: 'CALLBACK_NOT_ALLOWED' });
    await expect(session.update(evil)).rejects.toMatchObject({ code: 'CALLBACK_NOT_ALLOWED' });
    await session.update({ manageConnections: { callbackUrl: 'https://allowed.example/app/settings' } });
    for (const callbackUrl of [
      'https://allowed.example/app',
      'https://allowed.example/app/x?y=1',
      `${wire().publicUrl}/x`,
      'http://localhost:3000/',
    ]) {
      expect((await session.authorize('items', { callbackUrl })).status).toBe('INITIATED');
    }
  });

  requirement('attack.csrf', async () => {
    const { authConfig } = await configureClient(wire());
    const session = await wire().jackfield.sessions.create(newUser(), { authConfigs: { items: authConfig.id } });
    const request = await session.authorize('items');
    const before = wire().oauth.tokenRequests.length;
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { origin: 'https://evil.example' },
    ]) {
      const sent = await wire().browse(request.redirectUrl, { method: 'POST', body: new URLSearchParams(), headers });
      expect([sent.status, sent.headers.get('location')]).toEqual([403, null]);
    }
    expect(wire().oauth.tokenRequests.length).toBe(before);
  });

  requirement('attack.other-user', async () => {
    const { jackfield } = wire();
    const ada = await connectBySignIn(wire());
    const mallory = await jackfield.sessions.create(newUser(), { toolkits: ['items'] });
    // Neither used, nor pinned, nor connected again.
    const used = await mallory.execute('ITEMS_GET_ME', {}, { account: ada.request.id });
    expect(used.failure?.code).toBe('CONNECTED_ACCOUNT_NOT_FOUND');
    await expect(
      jackfield.sessions.create(newUser(), { connectedAccounts: { items: ada.request.id } }),
    ).rejects.toMatchObject({ code: 'INVALID_SESSION_CONFIG' });
    await expect(mallory.authorize('items', { account: ada.request.id })).rejects.toMatchObject({
      code: 'CONNECTED_ACCOUNT_NOT_FOUND',
    });
    // Nor by another project.
    const stranger = await wire().clientOf('strangers');
    for (const act of ['get', 'refresh', 'revoke', 'delete', 'enable', 'disable'] as const) {
      await expect(stranger.connectedAccounts[act](ada.request.id), act).rejects.toMatchObject({
        code: 'CONNECTED_ACCOUNT_NOT_FOUND',
      });
    }
    expect((await accountOf(ada.request.id)).status).toBe('ACTIVE');
  });

  requirement('attack.other-identity', async () => {
    // Who connects an account again cannot make it somebody else's.
    const { userId, session, request } = await connectBySignIn(wire(), { toolkit: 'items_open' });
    const again = await session.authorize('items_open', { account: request.id });
    const browser = openCookieBrowser();
    expect((await browser.open(again.redirectUrl)).html).toContain(userId);
    await browser.submit();
    const page = await browser.signIn('grace');
    expect(page.status).toBe(400);
    expect(page.html).toContain('ada@example.com');
    expect(await accountOf(request.id)).toMatchObject({ status: 'ACTIVE', identity: { login: 'ada' } });
    expect((await session.execute('ITEMS_OPEN_GET_ME')).data).toMatchObject({ login: 'ada' });
  });

  requirement('attack.ssrf', async () => {
    const { jackfield, oauth } = wire();
    const begin = async (toolkit: string, settings: Readonly<Record<string, string>>) => {
      const credentials = oauth.addClient({ redirectUris: [`${wire().publicUrl}/connect/callback`] });
      const { id } = await jackfield.authConfigs.create({
        toolkit,
        authScheme: 'OAUTH2',
        credentials,
        oauth: settings,
      });
      const session = await jackfield.sessions.create(newUser(), { authConfigs: { [toolkit]: id } });
      const request = await session.authorize(toolkit);
      const browser = openCookieBrowser();
      return { request, browser, page: await browser.open(request.redirectUrl) };
    };
    // Only 127.0.0.1 is allowed here.
    const discovery = await begin('items_open', { issuer: 'http://169.254.169.254' });
    expect([discovery.page.status, discovery.page.html.includes('169.254')]).toEqual([403, false]);
    const token = await begin('items', { tokenUrl: 'http://10.0.0.1/latest/meta-data' });
    await token.browser.submit();
    await token.browser.signIn('ada');
    expect(token.browser.page.status).toBe(400);
    expect(await accountOf(token.request.id)).toMatchObject({
      status: 'FAILED',
      statusReason: expect.stringContaining('private or reserved network'),
    });
    // What an issuer says of itself is held to the same.
    let endpoint = '';
    const issuer = createServer(({ url }, response) => {
      response.setHeader('content-type', 'application/json');
      const [, path, file] = (url ?? '').split(/^(\/\d)\//);
      if (file !== '.well-known/openid-configuration') return response.writeHead(404).end('{}');
      const base = `http://127.0.0.1:${port}${path}`;
      return response.end(
        JSON.stringify({ issuer: base, authorization_endpoint: `${base}/auth`, token_endpoint: endpoint }),
      );
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const address = issuer.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    try {
      const endpoints = ['http://example.com/token', 'file:///etc/passwd', 'https://user:pass@example.com/token'];
      for (const [index, each] of endpoints.entries()) {
        endpoint = each;
        const { page } = await begin('items_open', { issuer: `http://127.0.0.1:${port}/${index}` });
        expect(page.status, endpoint).toBe(400);
      }
    } finally {
      issuer.close();
      issuer.closeAllConnections();
    }
    for (const url of ['http://example.com/token', 'https://user:pass@example.com/', 'https://example.com/#token']) {
      await expect(
        jackfield.authConfigs.create({ toolkit: 'items', credentials: { clientId: 'x' }, oauth: { tokenUrl: url } }),
        url,
      ).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    }
  });

  requirement('attack.fields', async () => {
    const { jackfield } = wire();
    const userId = '<script>alert("user")</script>';
    const { authConfig } = await configureClient(wire());
    const session = await jackfield.sessions.create(userId, { authConfigs: { items: authConfig.id } });
    const request = await session.authorize('items', { alias: '"><img src=x onerror=alert(1)>' });
    const browser = openCookieBrowser();
    const start = await browser.open(request.redirectUrl);
    expect(start.html).toContain('&lt;script&gt;');
    expect(start.html).not.toMatch(/<script(?! nonce=)|<img/);
    await browser.submit();
    // What the service says of a failure is not believed either.
    const state = stateOf(browser);
    const description = '<script>alert(1)</script>\r\nSet-Cookie: a=b';
    const failed = await browser.open(
      callback({ state, error: 'server_error', error_description: description, iss: wire().oauth.issuer }),
    );
    expect(failed.status).toBe(400);
    expect(failed.html).toContain('&lt;script&gt;');
    expect(failed.html).not.toMatch(/<script(?! nonce=)/);
    expect(failed.headers.get('set-cookie')).toBeNull();
    const { statusReason } = await accountOf(request.id);
    expect(statusReason).not.toMatch(/[\r\n]/);
    expect(statusReason?.length).toBeLessThan(700);
    // A key that would begin another header, and one that is too long.
    const keyed = await jackfield.sessions.create(newUser(), { toolkits: ['keyed_header'] });
    const link = await keyed.authorize('keyed_header');
    await browser.open(link.redirectUrl);
    for (const key of ['two\r\nX-Injected: 1', 'nul\u0000', `long${'x'.repeat(9000)}`]) {
      const page = await browser.submit({ api_key: key });
      expect([page.status, page.html.includes('X-Injected')], key.slice(0, 20)).toEqual([400, false]);
    }
    expect((await accountOf(link.id)).status).toBe('INITIATED');
    // Far too long an answer is not read.
    const long = await browser.open(`${wire().publicUrl}/connect/callback?state=${'x'.repeat(10_000)}`);
    expect(long.status).toBeGreaterThanOrEqual(400);
    expect(long.status).toBeLessThan(500);
  });
});
