import { setTimeout as delay } from 'node:timers/promises';
import { SessionPreset } from '@jackfield/core';
import { expect } from 'vitest';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

const sessions = '/v1/tool_router/session';

describeWire((wire) => {
  requirement('session.create', async () => {
    const { jackfield } = wire();
    const plain = await jackfield.sessions.create('anna');
    expect(plain.sessionId).toMatch(/^ses_/);
    expect([plain.userId, plain.configVersion]).toEqual(['anna', 1]);

    const config = {
      toolkits: ['petclinic'],
      tools: { petclinic: { disable: ['PETCLINIC_DELETE_OWNER'] } },
      tags: { disable: ['destructiveHint' as const] },
      manageConnections: { enable: true, callbackUrl: 'https://allowed.example/app/back' },
      sandbox: { enable: false, autoOffloadThreshold: 1000 },
      multiAccount: { enable: true, maxAccountsPerToolkit: 3, requireExplicitSelection: true },
      preload: { tools: ['PETCLINIC_LIST_OWNERS'] },
    };
    const full = await jackfield.sessions.create('anna', config);
    expect(full.config).toMatchObject({ ...config, toolkits: { enable: ['petclinic'] }, userId: 'anna' });

    const answer = await wire().send('POST', sessions, { body: { user_id: 'anna' } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ config: { user_id: 'anna' }, config_version: 1, expires_at: null });
  });

  requirement('session.get', async () => {
    const { jackfield } = wire();
    const made = await jackfield.sessions.create('anna', { toolkits: ['petclinic'] });
    const found = await jackfield.sessions.use(made.sessionId);
    expect(found.config).toEqual(made.config);
    expect(found.userId).toBe('anna');
    await expect(jackfield.sessions.use('ses_none')).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND', status: 404 });
  });

  requirement('session.list', async () => {
    const { jackfield } = wire();
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.push((await jackfield.sessions.create('lister')).sessionId);
    const [expired] = [(await jackfield.sessions.create('lister', { ttl: 1 })).sessionId];
    await delay(1100);
    const first = await jackfield.sessions.list({ userId: 'lister', limit: 2 });
    expect(first.items).toHaveLength(2);
    const all: string[] = [];
    for await (const { sessionId } of first) all.push(sessionId);
    expect(all).toEqual([expired, ...ids.toReversed()]);
    const statuses = async (status: 'active' | 'expired') =>
      (await jackfield.sessions.list({ userId: 'lister', status })).items.map(({ sessionId }) => sessionId);
    expect(await statuses('expired')).toEqual([expired]);
    expect(await statuses('active')).toEqual(ids.toReversed());
    expect((await jackfield.sessions.list({ userId: 'nobody' })).items).toEqual([]);
  });

  requirement('session.unknown-toolkit', async () => {
    const { sessions } = wire().jackfield;
    const wrong = sessions.create('anna', { toolkits: ['petclinik'] });
    await expect(wrong).rejects.toMatchObject({
      code: 'UNKNOWN_TOOLKIT',
      message: expect.stringContaining('petclinik'),
    });
    await expect(wrong).rejects.toThrow(expect.objectContaining({ fix: expect.stringContaining('petclinic') }));
    await expect(sessions.create('anna', { tools: { petclinik: [] } })).rejects.toMatchObject({
      code: 'UNKNOWN_TOOLKIT',
    });
  });

  requirement('session.unknown-tool', async () => {
    const { sessions } = wire().jackfield;
    for (const config of [
      { tools: { petclinic: ['PETCLINIC_LIST_OWNER'] } },
      { toolkits: ['petclinic'], preload: { tools: ['PETCLINIC_LIST_OWNER'] } },
    ]) {
      await expect(sessions.create('anna', config)).rejects.toMatchObject({
        code: 'UNKNOWN_TOOL',
        message: expect.stringContaining('"PETCLINIC_LIST_OWNER" (did you mean "PETCLINIC_LIST_OWNERS"?)'),
      });
    }
  });

  requirement('session.preload-all', async () => {
    const { sessions } = wire().jackfield;
    await expect(sessions.create('anna', { preload: { tools: 'all' } })).rejects.toMatchObject({
      code: 'INVALID_SESSION_CONFIG',
    });
    await expect(sessions.create('anna', { sessionPreset: SessionPreset.DIRECT_TOOLS })).rejects.toMatchObject({
      code: 'INVALID_SESSION_CONFIG',
    });
    const direct = await sessions.create('anna', {
      sessionPreset: SessionPreset.DIRECT_TOOLS,
      toolkits: ['petclinic'],
    });
    const slugs = (await direct.tools()).map((tool) => tool.function.name);
    expect(slugs).toContain('PETCLINIC_LIST_OWNERS');
    expect(slugs.filter((slug) => !slug.startsWith('PETCLINIC_'))).toEqual([]);
  });

  requirement('session.user-id', async () => {
    for (const userId of ['', 'x'.repeat(256), 'a\u0000b', 'a\nb', 'a\u007fb', 'a\ud800b']) {
      const answer = await wire().send('POST', sessions, { body: { user_id: userId } });
      expect([answer.status, answer.body.error.code]).toEqual([400, 'INVALID_SESSION_CONFIG']);
    }
    expect((await wire().send('POST', sessions, { body: { user_id: 'x'.repeat(255) } })).status).toBe(201);
  });

  requirement('session.unicode', async () => {
    for (const userId of ['Zoë 🐈‍⬛', 'e\u0301', '__proto__', "'; drop table sessions; --", '%00\\u0000', '日本語']) {
      const { sessionId } = await wire().jackfield.sessions.create(userId);
      expect((await wire().jackfield.sessions.use(sessionId)).userId).toBe(userId);
      expect((await wire().jackfield.sessions.list({ userId })).items.map((item) => item.sessionId)).toContain(
        sessionId,
      );
    }
  });

  requirement('session.update-narrow', async () => {
    const session = await wire().jackfield.sessions.create('anna', { toolkits: ['petclinic', 'misbehaving'] });
    await session.update({ toolkits: ['petclinic'] });
    expect(session.configVersion).toBe(2);
    const again = await wire().jackfield.sessions.use(session.sessionId);
    expect([again.configVersion, again.config.toolkits]).toEqual([2, { enable: ['petclinic'] }]);
    expect((await session.toolkits()).items.filter(({ enabled }) => enabled).map(({ slug }) => slug)).toEqual([
      'petclinic',
    ]);
  });

  requirement('session.update-widen', async () => {
    const session = await wire().jackfield.sessions.create('anna', { toolkits: ['petclinic'] });
    for (const patch of [{ toolkits: ['petclinic', 'misbehaving'] }, { toolkits: null }]) {
      await expect(session.update(patch)).rejects.toMatchObject({ code: 'WIDENING_NOT_ALLOWED', status: 409 });
    }
    expect(session.configVersion).toBe(1);
    await session.update({ toolkits: ['petclinic', 'misbehaving'], widen: true });
    expect(session.config.toolkits).toEqual({ enable: ['petclinic', 'misbehaving'] });
    const limited = await wire().jackfield.sessions.create('anna', { ttl: 60 });
    await expect(limited.update({ expiresAt: null })).rejects.toMatchObject({ code: 'WIDENING_NOT_ALLOWED' });
    await limited.update({ expiresAt: null, widen: true });
    expect(limited.expiresAt).toBeNull();
  });

  requirement('session.update-conflict', async () => {
    const session = await wire().jackfield.sessions.create('anna', { toolkits: ['petclinic'] });
    const other = await wire().jackfield.sessions.use(session.sessionId);
    const outcomes = await Promise.allSettled(
      [session, other].map((one) => one.update({ toolkits: [], expectedConfigVersion: 1 })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONFIG_VERSION_CONFLICT', status: 409 },
    });
  });

  requirement('session.history', async () => {
    const session = await wire().jackfield.sessions.create('anna', { toolkits: ['petclinic', 'misbehaving'] });
    await session.update({ toolkits: ['petclinic'] });
    await session.update({ toolkits: [] });
    const path = `${sessions}/${session.sessionId}/config_history`;
    const { body } = await wire().send('GET', path);
    expect(body.items.map((item: { version: number; is_current: boolean }) => [item.version, item.is_current])).toEqual(
      [
        [3, true],
        [2, false],
        [1, false],
      ],
    );
    expect(body.items[2].config.toolkits).toEqual({ enable: ['petclinic', 'misbehaving'] });
    const first = await wire().send('GET', `${path}?limit=2`);
    const second = await wire().send('GET', `${path}?limit=2&cursor=${first.body.next_cursor}`);
    expect(second.body.items.map((item: { version: number }) => item.version)).toEqual([1]);
    expect(second.body.next_cursor).toBeNull();
  });

  requirement('session.delete', async () => {
    const session = await wire().jackfield.sessions.create('anna');
    const other = await wire().jackfield.sessions.use(session.sessionId);
    await session.delete();
    for (const call of [
      () => other.tools(),
      () => other.toolkits(),
      () => other.execute('PETCLINIC_LIST_OWNERS'),
      () => other.search({ query: 'owners' }),
      () => other.authorize('petclinic'),
      () => other.update({ toolkits: [] }),
      () => other.proxyExecute({ toolkit: 'petclinic', endpoint: '/owners', method: 'GET' }),
      () => other.delete(),
      () => wire().jackfield.sessions.use(session.sessionId),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND', status: 404 });
    }
  });

  requirement('session.idempotency', async () => {
    const { jackfield } = wire();
    const key = { idempotencyKey: crypto.randomUUID() };
    const config = { toolkits: ['petclinic'], manageConnections: true };
    // At the same time, too.
    const [first, second] = await Promise.all([
      jackfield.sessions.create('once', config, key),
      jackfield.sessions.create('once', config, key),
    ]);
    expect(second.sessionId).toBe(first.sessionId);
    expect((await jackfield.sessions.list({ userId: 'once' })).items).toHaveLength(1);
    await expect(jackfield.sessions.create('other', config, key)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('another call'),
    });

    const link = await first.authorize('petclinic', key);
    expect((await first.authorize('petclinic', key)).redirectUrl).toBe(link.redirectUrl);
    const token = await first.tokens.create({ name: 'once', ...key });
    expect(await first.tokens.create({ name: 'once', ...key })).toEqual(token);
    const database = await wire().database();
    for (const secret of [token.token, String(link.redirectUrl).slice(-43)]) expect(database).not.toContain(secret);

    // What was refused is mended under the same key.
    const mended = { idempotencyKey: crypto.randomUUID() };
    await expect(jackfield.sessions.create('once', { toolkits: ['petclinc'] }, mended)).rejects.toMatchObject({
      code: 'UNKNOWN_TOOLKIT',
    });
    const { sessionId } = await jackfield.sessions.create('once', { toolkits: ['petclinic'] }, mended);
    expect(sessionId).not.toBe(first.sessionId);
  });

  requirement('session.expired', async () => {
    const session = await wire().jackfield.sessions.create('anna', { ttl: 1, toolkits: ['petclinic'] });
    await delay(1100);
    for (const call of [
      () => session.tools(),
      () => session.execute('PETCLINIC_LIST_OWNERS'),
      () => session.authorize('petclinic'),
      () => session.search({ query: 'owners' }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'SESSION_EXPIRED', status: 410 });
    }
    await session.delete();
    const past = { user_id: 'anna', expires_at: '2020-01-01T00:00:00Z' };
    expect((await wire().send('POST', sessions, { body: past })).body.error.code).toBe('INVALID_SESSION_CONFIG');
    const both = { user_id: 'anna', ttl: 5, expires_at: '2099-01-01T00:00:00Z' };
    expect((await wire().send('POST', sessions, { body: both })).body.error.code).toBe('INVALID_SESSION_CONFIG');
  });

  requirement('session.attach', async () => {
    const tool = (slug: string) => ({
      slug,
      name: slug,
      description: 'Does it.',
      input_schema: { type: 'object', properties: { keepMe: {} } },
    });
    const experimental = {
      custom_tools: [tool('GREET'), { ...tool('FIND'), extends_toolkit: 'petclinic' }],
      custom_toolkits: [{ slug: 'CRM', name: 'CRM', description: 'Ours.', tools: [tool('GET_LEAD')] }],
    };
    const { sessionId } = await wire().jackfield.sessions.create('anna');
    const { body } = await wire().send('POST', `${sessions}/${sessionId}/attach`, { body: { experimental } });
    expect(body.experimental.custom_tools).toEqual([
      { slug: 'LOCAL_GREET', original_slug: 'GREET' },
      { slug: 'LOCAL_PETCLINIC_FIND', original_slug: 'FIND', extends_toolkit: 'petclinic' },
    ]);
    expect(body.experimental.custom_toolkits).toEqual([
      { slug: 'CRM', tools: [{ slug: 'LOCAL_CRM_GET_LEAD', original_slug: 'GET_LEAD' }] },
    ]);
    const wrong = { custom_tools: [{ ...tool('X'), extends_toolkit: 'none' }] };
    const answer = await wire().send('POST', `${sessions}/${sessionId}/attach`, { body: { experimental: wrong } });
    expect(answer.status).toBe(400);
    // Not kept: they live in the caller.
    expect((await wire().send('GET', `${sessions}/${sessionId}`)).body.experimental?.custom_tools).toBeUndefined();
  });

  requirement('session.mcp', async () => {
    const session = await wire().jackfield.sessions.create('anna', { mcp: true });
    expect(session.mcp.type).toBe('http');
    expect(session.mcp.url.startsWith(`${wire().publicUrl}/`)).toBe(true);
    expect(session.mcp.url).toContain(session.sessionId);
  });
});
