import { setTimeout as delay } from 'node:timers/promises';
import type { SessionWithoutMcp } from '@jackfield/core';
import { expect } from 'vitest';
import { type Misbehaviour, misbehavingTool } from './misbehaving-api.ts';
import { requirement } from './requirement.ts';
import { until } from './until.ts';
import { describeWire } from './wire.ts';

describeWire((wire) => {
  /** A session of a user who has connected both APIs. */
  const connected = async (userId: string): Promise<SessionWithoutMcp> => {
    const { jackfield, petclinic } = wire();
    const existing = await jackfield.connectedAccounts.list({ userIds: [userId] });
    if (existing.items.length === 0) {
      for (const toolkit of ['petclinic', 'misbehaving']) {
        const credential = { mode: 'BEARER_TOKEN' as const, token: petclinic.token(userId) };
        await jackfield.connectedAccounts.create({ userId, toolkit, credential });
      }
    }
    return jackfield.sessions.create(userId, { toolkits: ['petclinic', 'misbehaving'] });
  };
  const misbehave = async (operation: Misbehaviour) => (await connected('anna')).execute(misbehavingTool(operation));

  requirement('execute.real', async () => {
    const session = await connected('anna');
    const result = await session.execute('PETCLINIC_LIST_OWNERS', { limit: 2 });
    expect(result).toMatchObject({ error: null, successful: true, logId: expect.stringMatching(/^log_/) });
    expect(result.data.items).toHaveLength(2);
    expect(wire().petclinic.requests.at(-1)).toMatchObject({
      method: 'GET',
      path: '/v1/owners?limit=2',
      user: 'anna',
      status: 200,
    });
  });

  requirement('execute.writes', async () => {
    const session = await connected('ben');
    const created = await session.execute('PETCLINIC_CREATE_OWNER', {
      name: 'Zoë Ångström',
      email: 'zoe@example.com',
      address: { street: 'Långgatan 1', city: 'Malmö', postalCode: '21137', country: 'SE' },
      tags: ['new'],
    });
    expect(created.error).toBeNull();
    const ownerId = created.data.id;
    const read = await session.execute('PETCLINIC_GET_OWNER', { ownerId });
    expect(read.data).toMatchObject({ name: 'Zoë Ångström', address: { postalCode: '21137' } });
    expect((await session.execute('PETCLINIC_DELETE_OWNER', { ownerId })).successful).toBe(true);
    expect((await session.execute('PETCLINIC_GET_OWNER', { ownerId })).successful).toBe(false);
  });

  requirement('execute.batch', async () => {
    const session = await connected('anna');
    const result = await session.execute('JACKFIELD_MULTI_EXECUTE_TOOL', {
      tools: [
        { tool_slug: 'PETCLINIC_LIST_OWNERS', arguments: { limit: 1 } },
        { tool_slug: 'PETCLINIC_GET_OWNER', arguments: { ownerId: 'none' } },
        { tool_slug: 'PETCLINIC_LIST_VETS', arguments: {} },
      ],
    });
    expect(result.data).toMatchObject({
      results: [
        { tool_slug: 'PETCLINIC_LIST_OWNERS', response: { successful: true } },
        { tool_slug: 'PETCLINIC_GET_OWNER', response: { successful: false }, error: expect.any(String) },
        { tool_slug: 'PETCLINIC_LIST_VETS', response: { successful: true } },
      ],
      total_count: 3,
      success_count: 2,
      error_count: 1,
    });
  });

  requirement('execute.unknown-tool', async () => {
    const session = await connected('anna');
    await expect(session.execute('PETCLINIC_LIST_OWNER')).rejects.toMatchObject({
      code: 'UNKNOWN_TOOL',
      status: 400,
      message: expect.stringContaining('did you mean "PETCLINIC_LIST_OWNERS"'),
    });
  });

  requirement('execute.not-allowed', async () => {
    const { sessions } = wire().jackfield;
    const calls = wire().petclinic.requests.length;
    for (const config of [
      { toolkits: ['misbehaving'] },
      { toolkits: { disable: ['petclinic'] } },
      { tools: { petclinic: { disable: ['PETCLINIC_LIST_OWNERS'] } } },
      { tags: ['destructiveHint' as const] },
      { toolkits: [] },
    ]) {
      const session = await sessions.create('anna', config);
      await expect(session.execute('PETCLINIC_LIST_OWNERS'), JSON.stringify(config)).rejects.toMatchObject({
        code: 'TOOL_NOT_ALLOWED',
        status: 403,
      });
      // Nor through a batch.
      const batch = await session.execute('JACKFIELD_MULTI_EXECUTE_TOOL', {
        tools: [{ tool_slug: 'PETCLINIC_LIST_OWNERS', arguments: {} }],
      });
      expect(batch.data.results).toMatchObject([{ response: { successful: false } }]);
    }
    expect(wire().petclinic.requests.length).toBe(calls);
  });

  requirement('execute.arguments', async () => {
    const session = await connected('anna');
    const calls = wire().petclinic.requests.length;
    for (const [slug, args, expected] of [
      ['PETCLINIC_GET_OWNER', {}, ['ownerId']],
      ['PETCLINIC_LIST_OWNERS', { limit: 'two' }, ['limit', 'integer']],
      ['PETCLINIC_LIST_OWNERS', { limit: 100_000 }, ['limit']],
      ['PETCLINIC_LIST_OWNERS', { limits: 2 }, ['limits', 'limit']],
      [
        'PETCLINIC_CREATE_OWNER',
        { name: 'A', email: 'a@example.com', address: { street: 'S', city: 'C' } },
        ['country'],
      ],
    ] as const) {
      const result = await session.execute(slug, args);
      expect(result.successful, slug).toBe(false);
      expect(result.failure?.code).toBe('INVALID_ARGUMENTS');
      for (const word of expected) expect(result.error).toContain(word);
    }
    expect(wire().petclinic.requests.length).toBe(calls);
    const answer = await wire().send('POST', `/v1/tool_router/session/${session.sessionId}/execute`, {
      body: { tool_slug: 'PETCLINIC_LIST_OWNERS', arguments: [] },
    });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'INVALID_REQUEST']);
  });

  requirement('execute.no-connection', async () => {
    const session = await wire().jackfield.sessions.create('nobody', { toolkits: ['petclinic'] });
    const result = await session.execute('PETCLINIC_LIST_OWNERS');
    expect(result).toMatchObject({ successful: false, failure: { code: 'CONNECTION_REQUIRED' } });
    expect(result.error).toContain('petclinic');
  });

  requirement('execute.ambiguous', async () => {
    const { jackfield, petclinic } = wire();
    const userId = 'two-clinics';
    const connect = (user: string) =>
      jackfield.connectedAccounts.create({
        userId,
        toolkit: 'petclinic',
        alias: user,
        credential: { mode: 'BEARER_TOKEN', token: petclinic.token(user) },
      });
    const [anna, ben] = [await connect('anna'), await connect('ben')];
    const session = await jackfield.sessions.create(userId, { toolkits: ['petclinic'], multiAccount: true });
    const unclear = await session.execute('PETCLINIC_GET_CLINIC');
    expect(unclear.failure?.code).toBe('CONNECTION_AMBIGUOUS');
    expect(unclear.error).toContain(anna.id);
    expect(unclear.error).toContain(ben.id);
    for (const [account, user] of [
      [anna.id, 'anna'],
      ['ben', 'ben'],
    ] as const) {
      expect((await session.execute('PETCLINIC_GET_CLINIC', {}, { account })).error).toBeNull();
      expect(petclinic.requests.at(-1)?.user).toBe(user);
    }
    const pinned = await jackfield.sessions.create(userId, { connectedAccounts: { petclinic: ben.id } });
    expect((await pinned.execute('PETCLINIC_GET_CLINIC')).error).toBeNull();
    expect(petclinic.requests.at(-1)?.user).toBe('ben');
    const other = await pinned.execute('PETCLINIC_GET_CLINIC', {}, { account: anna.id });
    expect(other.successful).toBe(false);
  });

  requirement('execute.key-places', async () => {
    const { jackfield } = wire();
    const userId = 'keyed';
    const session = await jackfield.sessions.create(userId);
    const key = 'key with ä, ; and &';
    const apiKey = { mode: 'API_KEY', apiKey: key } as const;
    const cases = [
      ['keyed_header', { ...apiKey, apiKey: 'plain-key' }, { header: 'plain-key' }],
      ['keyed_query', apiKey, { query: key }],
      ['keyed_cookie', { ...apiKey, apiKey: 'plain-key' }, { cookie: 'test_key=plain-key' }],
      [
        'keyed_basic',
        { mode: 'BASIC', username: 'zoë', password: 'a:b' } as const,
        { authorization: `Basic ${Buffer.from('zoë:a:b').toString('base64')}` },
      ],
    ] as const;
    for (const [toolkit, credential, arrived] of cases) {
      await jackfield.connectedAccounts.create({ userId, toolkit, credential });
      const result = await session.execute(`${toolkit.toUpperCase()}_CHECK`);
      expect(result, toolkit).toMatchObject({ error: null, data: { fine: true } });
      expect(wire().credentials.latest()).toEqual({
        header: undefined,
        query: undefined,
        cookie: undefined,
        authorization: undefined,
        ...arrived,
      });
    }
  });

  requirement('execute.upstream-error', async () => {
    const failing = await misbehave('failing');
    expect(failing).toMatchObject({ successful: false, failure: { code: 'UPSTREAM_ERROR' } });
    expect(failing.error).toContain('500');
    expect(JSON.stringify(failing)).toContain('the disk is full');
    const limited = await misbehave('limited');
    expect(limited.error).toContain('429');
    expect((await misbehave('unauthorized')).error).toContain('401');
  });

  requirement('execute.upstream-reset', async () => {
    for (const operation of ['reset', 'cut'] as const) {
      const result = await misbehave(operation);
      expect(result.successful).toBe(false);
      expect(['UPSTREAM_UNREACHABLE', 'UPSTREAM_INVALID_RESPONSE']).toContain(result.failure?.code);
    }
  });

  requirement('execute.upstream-redirect', async () => {
    expect((await misbehave('redirectPrivate')).failure?.code).toBe('EGRESS_DENIED');
    expect((await misbehave('redirectElsewhere')).successful).toBe(false);
    expect((await misbehave('redirectLoop')).successful).toBe(false);
    expect(wire().misbehaving.calls.get('redirectLoop')).toBeLessThan(20);
  });

  requirement('execute.upstream-large', async () => {
    const result = await misbehave('large');
    expect(result).toMatchObject({ successful: false, failure: { code: 'UPSTREAM_RESPONSE_TOO_LARGE' } });
    expect(JSON.stringify(result).length).toBeLessThan(10_000);
  });

  requirement('execute.upstream-html', async () => {
    const result = await misbehave('html');
    expect(result).toMatchObject({ successful: false, failure: { code: 'UPSTREAM_INVALID_RESPONSE' } });
    expect(result.error).toContain('web page');
  });

  requirement('execute.upstream-empty', async () => {
    expect((await misbehave('nothing')).successful).toBe(true);
    const empty = await misbehave('empty');
    expect(empty.data).toBeTypeOf('object');
  });

  requirement('execute.upstream-invalid', async () => {
    const result = await misbehave('invalidJson');
    expect(result).toMatchObject({ successful: false, failure: { code: 'UPSTREAM_INVALID_RESPONSE' } });
  });

  requirement('execute.upstream-hang', async () => {
    const session = await connected('anna');
    const started = Date.now();
    await expect(session.execute(misbehavingTool('hang'), {}, { timeout: 300 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    expect(Date.now() - started).toBeLessThan(2_000);
    await until(() => wire().misbehaving.hanging.size === 0);
  });

  requirement('execute.list', async () => {
    const result = await misbehave('list');
    expect(result).toMatchObject({ successful: true, data: { items: [1, 2, 3] } });
  });

  requirement('execute.abort', async () => {
    const session = await connected('anna');
    const controller = new AbortController();
    const running = session.execute(misbehavingTool('hang'), {}, { signal: controller.signal });
    await until(() => wire().misbehaving.hanging.size === 1);
    controller.abort(new Error('changed my mind'));
    await expect(running).rejects.toThrow('changed my mind');
    // The connection to the API is closed, too.
    await until(() => wire().misbehaving.hanging.size === 0);
    expect((await session.execute('PETCLINIC_GET_CLINIC')).successful).toBe(true);
  });

  requirement('execute.pre-aborted', async () => {
    const session = await connected('anna');
    const calls = wire().petclinic.requests.length;
    const signal = AbortSignal.abort(new Error('before it began'));
    await expect(session.execute('PETCLINIC_GET_CLINIC', {}, { signal })).rejects.toThrow('before it began');
    await delay(50);
    expect(wire().petclinic.requests.length).toBe(calls);
  });

  requirement('proxy.real', async () => {
    const session = await connected('anna');
    const answer = await session.proxyExecute({
      toolkit: 'petclinic',
      endpoint: '/owners',
      method: 'GET',
      parameters: [
        { name: 'limit', type: 'query', value: '1' },
        { name: 'X-Test', type: 'header', value: 'yes' },
      ],
    });
    expect(answer).toMatchObject({ status: 200, data: { items: [expect.anything()] } });
    expect(answer.headers?.['content-type']).toContain('application/json');
    expect(wire().petclinic.requests.at(-1)).toMatchObject({
      path: '/v1/owners?limit=1',
      user: 'anna',
      headers: { 'x-test': 'yes' },
    });
    const created = await session.proxyExecute({
      toolkit: 'petclinic',
      endpoint: `${wire().petclinic.url}/v1/owners`,
      method: 'POST',
      body: { name: 'By proxy', email: 'proxy@example.com', keepMyCase: undefined },
    });
    expect(created.status).toBe(201);
  });

  requirement('proxy.host', async () => {
    const session = await connected('anna');
    const calls = wire().misbehaving.calls.get('list') ?? 0;
    for (const endpoint of [
      `${wire().misbehaving.url}/list`,
      'http://169.254.169.254/latest/meta-data/',
      'file:///etc/passwd',
      `http://anna@evil.example/`,
    ]) {
      await expect(
        session.proxyExecute({ toolkit: 'petclinic', endpoint, method: 'GET' }),
        endpoint,
      ).rejects.toMatchObject({ status: expect.toSatisfy((status: number) => status === 400 || status === 403) });
    }
    expect(wire().misbehaving.calls.get('list') ?? 0).toBe(calls);
    // Not another host, but a path.
    await session.proxyExecute({ toolkit: 'petclinic', endpoint: '//evil.example/', method: 'GET' });
    expect(wire().petclinic.requests.at(-1)?.path).toBe('/v1/evil.example/');
    await expect(
      session.proxyExecute({
        toolkit: 'petclinic',
        endpoint: '/clinic',
        method: 'GET',
        parameters: [{ name: 'authorization', type: 'header', value: 'Bearer mine' }],
      }),
    ).rejects.toMatchObject({ status: 400 });
  });

  requirement('proxy.status', async () => {
    const session = await connected('anna');
    const answer = await session.proxyExecute({ toolkit: 'petclinic', endpoint: '/owners/none', method: 'GET' });
    expect(answer).toMatchObject({ status: 404, data: { error: { code: 'not_found' } } });
  });
});
