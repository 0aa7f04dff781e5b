import { expect } from 'vitest';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

const sessions = '/v1/tool_router/session';

describeWire((wire) => {
  requirement('auth.missing', async () => {
    const answer = await wire().send('GET', sessions, { key: '' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="jackfield"');
    expect(answer.body.error).toMatchObject({ code: 'UNAUTHENTICATED', fix: expect.stringContaining('x-api-key') });
  });

  requirement('auth.unknown', async () => {
    const answer = await wire().send('GET', sessions, { key: 'jf_unknown' });
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain('jf_unknown');
  });

  requirement('auth.bearer', async () => {
    const { key } = await wire().createKey('default');
    const answer = await wire().send('GET', sessions, { key: '', headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
  });

  requirement('auth.revoked', async () => {
    const { id, key } = await wire().createKey('default');
    expect((await wire().send('GET', sessions, { key })).status).toBe(200);
    await wire().revokeKey('default', id);
    expect((await wire().send('GET', sessions, { key })).status).toBe(401);
  });

  requirement('auth.project', async () => {
    const ours = await wire().clientOf('ours');
    const theirs = await wire().clientOf('theirs');
    const session = await ours.sessions.create('anna', { toolkits: ['petclinic'] });
    const account = await ours.connectedAccounts.create({
      userId: 'anna',
      toolkit: 'petclinic',
      credential: { mode: 'BEARER_TOKEN', token: wire().petclinic.token('anna') },
    });

    const { sessionId } = session;
    const key = (await wire().createKey('theirs')).key;
    for (const [method, path, body] of [
      ['GET', `${sessions}/${sessionId}`],
      ['PATCH', `${sessions}/${sessionId}`, {}],
      ['DELETE', `${sessions}/${sessionId}`],
      ['GET', `${sessions}/${sessionId}/tools`],
      ['GET', `${sessions}/${sessionId}/toolkits`],
      ['GET', `${sessions}/${sessionId}/config_history`],
      ['POST', `${sessions}/${sessionId}/attach`, {}],
      ['POST', `${sessions}/${sessionId}/link`, { toolkit: 'petclinic' }],
      ['POST', `${sessions}/${sessionId}/search`, { queries: [{ use_case: 'list owners' }] }],
      ['POST', `${sessions}/${sessionId}/execute`, { tool_slug: 'PETCLINIC_LIST_OWNERS' }],
      [
        'POST',
        `${sessions}/${sessionId}/proxy_execute`,
        { toolkit_slug: 'petclinic', endpoint: '/owners', method: 'GET' },
      ],
    ] as const) {
      const answer = await wire().send(method, path, { key, ...(body === undefined ? {} : { body }) });
      expect([answer.status, answer.body.error.code], `${method} ${path}`).toEqual([404, 'SESSION_NOT_FOUND']);
    }
    for (const method of ['GET', 'DELETE']) {
      const answer = await wire().send(method, `/v1/connected_accounts/${account.id}`, { key });
      expect(answer.body.error.code).toBe('CONNECTED_ACCOUNT_NOT_FOUND');
    }
    const config = await wire().send('GET', `/v1/auth_configs/${account.authConfig.id}`, { key });
    expect(config.body.error.code).toBe('NOT_FOUND');

    expect((await theirs.sessions.list()).items).toEqual([]);
    expect((await theirs.connectedAccounts.list()).items).toEqual([]);
    const theirSession = await theirs.sessions.create('anna', { toolkits: ['petclinic'] });
    const result = await theirSession.execute('PETCLINIC_LIST_OWNERS');
    expect(result.failure?.code).toBe('CONNECTION_REQUIRED');
    await expect(
      theirs.sessions.create('anna', { connectedAccounts: { petclinic: account.id } }),
    ).rejects.toMatchObject({ code: 'INVALID_SESSION_CONFIG' });

    expect((await ours.sessions.use(sessionId)).userId).toBe('anna');
    expect((await session.execute('PETCLINIC_LIST_OWNERS')).successful).toBe(true);
  });
});
