import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { expect } from 'vitest';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

describeWire((wire) => {
  const connect = (userId: string, token = wire().petclinic.token(userId)) =>
    wire().jackfield.connectedAccounts.create({
      userId,
      toolkit: 'petclinic',
      credential: { mode: 'BEARER_TOKEN', token },
    });

  requirement('account.create', async () => {
    const account = await connect('creator');
    expect(account).toMatchObject({
      id: expect.stringMatching(/^ca_/),
      userId: 'creator',
      toolkit: { slug: 'petclinic' },
      status: 'ACTIVE',
      authConfig: { authScheme: 'BEARER_TOKEN' },
    });
    const create = (body: unknown) => wire().send('POST', '/v1/connected_accounts', { body });
    const credential = { mode: 'BEARER_TOKEN', token: 'x' };
    const wrong: readonly (readonly [unknown, string])[] = [
      [{ user_id: 'a', toolkit: 'petclinik', credential }, 'UNKNOWN_TOOLKIT'],
      [{ user_id: 'a', toolkit: 'petclinic', credential: { mode: 'BEARER_TOKEN' } }, 'INVALID_REQUEST'],
      [{ user_id: 'a', toolkit: 'petclinic', credential: { mode: 'OAUTH9', token: 'x' } }, 'INVALID_REQUEST'],
      [
        { user_id: 'a', toolkit: 'petclinic', credential: { mode: 'BASIC', username: 'u', password: 'p' } },
        'UNSUPPORTED_AUTH_SCHEME',
      ],
      [{ user_id: 'a', auth_config_id: 'ac_none', credential }, 'NOT_FOUND'],
      [{ user_id: 'a', credential }, 'INVALID_REQUEST'],
      [
        { user_id: 'a', toolkit: 'petclinic', credential: { mode: 'BEARER_TOKEN', token: 'two\r\nlines' } },
        'INVALID_REQUEST',
      ],
    ];
    for (const [body, code] of wrong) {
      const answer = await create(body);
      expect(answer.body.error?.code, JSON.stringify(body)).toBe(code);
    }
  });

  requirement('account.read', async () => {
    const { connectedAccounts } = wire().jackfield;
    const [one, two, three] = [await connect('reader-1'), await connect('reader-2'), await connect('reader-2')];
    expect(await connectedAccounts.get(one.id)).toEqual(one);
    const idsOf = async (query: Parameters<typeof connectedAccounts.list>[0]) => {
      const ids: string[] = [];
      for await (const { id } of await connectedAccounts.list(query)) ids.push(id);
      return ids;
    };
    expect(await idsOf({ userIds: ['reader-2'] })).toEqual([three.id, two.id]);
    expect(await idsOf({ userIds: ['reader-1', 'reader-2'], limit: 1 })).toEqual([three.id, two.id, one.id]);
    expect(await idsOf({ userIds: ['reader-1'], toolkitSlugs: ['misbehaving'] })).toEqual([]);
    expect(await idsOf({ userIds: ['reader-1'], statuses: ['ACTIVE'] })).toEqual([one.id]);
    expect(await idsOf({ userIds: ['reader-1'], statuses: ['REVOKED'] })).toEqual([]);
    expect(await idsOf({ userIds: ['reader-1'], authConfigIds: [one.authConfig.id] })).toEqual([one.id]);
    // Ids that look like lists are one user each.
    for (const userId of ['reader-1,reader-2', '["reader-1"]']) {
      const { id } = await connect(userId);
      expect(await idsOf({ userIds: [userId] })).toEqual([id]);
      expect(await idsOf({ userIds: [userId, 'reader-1'] })).toEqual([id, one.id]);
    }
    await expect(connectedAccounts.get('ca_none')).rejects.toMatchObject({ code: 'CONNECTED_ACCOUNT_NOT_FOUND' });
    const answer = await wire().send('GET', '/v1/connected_accounts?statuses=SLEEPING');
    expect(answer.body.message).toContain('"ACTIVE"');
  });

  requirement('account.alias', async () => {
    const { connectedAccounts, sessions } = wire().jackfield;
    const userId = 'aliased';
    const create = (alias: string) =>
      connectedAccounts.create({
        userId,
        toolkit: 'keyed_header',
        alias,
        credential: { mode: 'API_KEY', apiKey: 'key-of-aliased' },
      });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => create('work')));
    const [holder, ...others] = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    expect(others).toEqual([]);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({
          code: 'CONFLICT',
          details: { connectedAccountId: holder?.id, alias: 'work' },
        });
      }
    }
    const { id } = await create('home');
    await expect(connectedAccounts.update(id, { alias: 'work' })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await connectedAccounts.update(id, { alias: 'home' })).alias).toBe('home');
    // Two that were begun under one name: the second one is connected all the same.
    const session = await sessions.create(userId, { toolkits: ['keyed_header'], multiAccount: { enable: true } });
    const begun = [
      await session.authorize('keyed_header', { alias: 'third' }),
      await session.authorize('keyed_header', { alias: 'third' }),
    ];
    for (const { redirectUrl } of begun) {
      const browser = openCookieBrowser();
      await browser.open(redirectUrl);
      await browser.submit({ api_key: 'key-of-aliased' });
    }
    const [first, second] = await Promise.all(begun.map((request) => connectedAccounts.get(request.id)));
    expect(first).toMatchObject({ status: 'ACTIVE', alias: 'third', statusReason: null });
    expect(second).toMatchObject({ status: 'ACTIVE', alias: null, statusReason: expect.stringContaining('"third"') });
  });

  requirement('auth-config.no-auth', async () => {
    const jackfield = await wire().clientOf('open-to-all');
    const session = await jackfield.sessions.create('nobody', { toolkits: ['keyed_header'] });
    expect((await session.execute('KEYED_HEADER_CHECK')).failure?.code).toBe('CONNECTION_REQUIRED');
    const open = await jackfield.authConfigs.create({ toolkit: 'keyed_header', authScheme: 'NO_AUTH', name: 'Open' });
    expect(open).toMatchObject({ authScheme: 'NO_AUTH', name: 'Open', fields: [], clientId: null, status: 'ENABLED' });
    expect(await jackfield.authConfigs.get(open.id)).toEqual(open);
    expect((await jackfield.authConfigs.update(open.id, { name: 'Public' })).name).toBe('Public');
    // Sent, and without a credential.
    expect((await session.execute('KEYED_HEADER_CHECK')).successful).toBe(true);
    expect(wire().credentials.latest()).toEqual({});
    const proxied = await session.proxyExecute({ toolkit: 'keyed_header', endpoint: '/check', method: 'GET' });
    expect(proxied.status).toBe(200);
    const refusal = { code: 'UNSUPPORTED_AUTH_SCHEME', message: expect.stringContaining('without an account') };
    await expect(session.authorize('keyed_header')).rejects.toMatchObject(refusal);
    const connected = { userId: 'nobody', authConfigId: open.id, fields: {} };
    await expect(jackfield.connectedAccounts.create(connected)).rejects.toMatchObject(refusal);
    await expect(jackfield.authConfigs.update(open.id, { scopes: ['all'] })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    await expect(
      jackfield.authConfigs.create({
        toolkit: 'keyed_header',
        authScheme: 'NO_AUTH',
        credentials: { clientId: 'client' },
      }),
    ).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await jackfield.authConfigs.disable(open.id);
    expect((await session.execute('KEYED_HEADER_CHECK')).failure?.code).toBe('CONNECTION_REQUIRED');
    await jackfield.authConfigs.enable(open.id);
    const named = await jackfield.sessions.create('nobody', { authConfigs: { keyed_header: open.id } });
    expect((await named.execute('KEYED_HEADER_CHECK')).successful).toBe(true);
  });

  requirement('account.delete', async () => {
    const { connectedAccounts, sessions } = wire().jackfield;
    const { id } = await connect('deleter');
    const session = await sessions.create('deleter', { toolkits: ['petclinic'] });
    expect((await session.execute('PETCLINIC_GET_CLINIC')).successful).toBe(true);
    await connectedAccounts.delete(id);
    await expect(connectedAccounts.get(id)).rejects.toMatchObject({ code: 'CONNECTED_ACCOUNT_NOT_FOUND' });
    await expect(connectedAccounts.delete(id)).rejects.toMatchObject({ code: 'CONNECTED_ACCOUNT_NOT_FOUND' });
    expect((await session.execute('PETCLINIC_GET_CLINIC')).failure?.code).toBe('CONNECTION_REQUIRED');
  });

  requirement('account.users', async () => {
    const { sessions } = wire().jackfield;
    const [anna, ben] = [await connect('anna'), await connect('ben')];
    const sessionOf = (userId: string) => sessions.create(userId, { toolkits: ['petclinic'] });
    for (const [userId, account] of [
      ['anna', anna],
      ['ben', ben],
    ] as const) {
      const session = await sessionOf(userId);
      expect((await session.execute('PETCLINIC_GET_CLINIC')).successful).toBe(true);
      expect(wire().petclinic.requests.at(-1)?.user).toBe(userId);
      const { items } = await session.toolkits({ toolkits: ['petclinic'] });
      expect(items[0]?.connectedAccount).toMatchObject({ id: account.id, userId });
    }
    const session = await sessionOf('anna');
    const calls = wire().petclinic.requests.length;
    const foreign = await session.execute('PETCLINIC_GET_CLINIC', {}, { account: ben.id });
    expect(foreign.successful).toBe(false);
    expect(foreign.error).not.toContain('"ben"');
    await expect(
      session.proxyExecute({ toolkit: 'petclinic', endpoint: '/clinic', method: 'GET', account: ben.id }),
    ).rejects.toMatchObject({ code: 'CONNECTED_ACCOUNT_NOT_FOUND' });
    expect(wire().petclinic.requests.length).toBe(calls);
  });

  requirement('account.foreign', async () => {
    const { sessions } = wire().jackfield;
    const { id } = await connect('owner-of-account');
    for (const account of [id, 'ca_none']) {
      await expect(
        sessions.create('someone-else', { connectedAccounts: { petclinic: account } }),
      ).rejects.toMatchObject({ code: 'INVALID_SESSION_CONFIG', message: expect.stringContaining(account) });
    }
    await expect(sessions.create('anna', { authConfigs: { petclinic: 'ac_none' } })).rejects.toMatchObject({
      code: 'INVALID_SESSION_CONFIG',
    });
  });

  requirement('account.secret', async () => {
    const { jackfield } = wire();
    const secret = 'planted-hunter2 $ecret/&;ä';
    const userId = 'secretive';
    const account = await jackfield.connectedAccounts.create({
      userId,
      toolkit: 'misbehaving',
      credential: { mode: 'BEARER_TOKEN', token: 'planted-hunter2-token' },
    });
    await jackfield.connectedAccounts.create({
      userId,
      toolkit: 'keyed_query',
      credential: { mode: 'API_KEY', apiKey: secret },
    });
    await jackfield.connectedAccounts.get(account.id);
    await jackfield.connectedAccounts.list({ userIds: [userId] });
    const session = await jackfield.sessions.create(userId);
    await session.toolkits();
    // A service that repeats what it was sent, one that breaks off, one that cannot be reached.
    const echoed = await session.execute('MISBEHAVING_ECHO_CREDENTIAL');
    expect(JSON.stringify(echoed)).toContain('bad header');
    await session.execute('MISBEHAVING_RESET');
    await session.execute('MISBEHAVING_REDIRECT_PRIVATE');
    await session.execute('KEYED_QUERY_CHECK');
    const proxied = await session.proxyExecute({ toolkit: 'misbehaving', endpoint: '/echoCredential', method: 'GET' });
    expect(JSON.stringify(proxied)).toContain('bad header');
    // A request that is refused although it holds a secret.
    await wire().send('POST', '/v1/connected_accounts', {
      body: {
        user_id: userId,
        toolkit: 'misbehaving',
        credential: { mode: 'BEARER_TOKEN', token: 7, other: 'planted-hunter2' },
      },
    });
    await wire().send('POST', '/v1/connected_accounts', { text: '{"token": planted-hunter2}' });
    for (const text of [wire().answers(), wire().log()]) {
      expect(text).not.toMatch(/hunter2/);
      expect(text).not.toContain(encodeURIComponent(secret));
    }
    expect(wire().log()).toContain('"route":"/v1/connected_accounts"');
  });

  requirement('auth-config.read', async () => {
    const { authConfigs } = wire().jackfield;
    const account = await connect('configured');
    const { items } = await authConfigs.list({ toolkitSlug: 'petclinic' });
    expect(items).toMatchObject([
      {
        id: account.authConfig.id,
        toolkit: { slug: 'petclinic' },
        authScheme: 'BEARER_TOKEN',
        status: 'ENABLED',
        isDefault: true,
      },
    ]);
    expect(await authConfigs.get(account.authConfig.id)).toEqual(items[0]);
    await expect(authConfigs.get('ac_none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
