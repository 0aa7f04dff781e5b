import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Jackfield } from '@jackfield/core';
import { openApiSource, openKeys } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { listen } from '@jackfield/server/node';
import { afterEach, describe, expect } from 'vitest';
import { misbehavingTool, startMisbehavingApi } from './misbehaving-api.ts';
import { requirement } from './requirement.ts';
import { type SpawnedServer, spawnServer } from './spawn-server.ts';
import { until } from './until.ts';
import { placePostgres, placeSqlite, testApiKey, testEncryptionKey } from './wire.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const misbehaving = async () => {
  const api = await startMisbehavingApi();
  cleanUps.push(() => api.close());
  return api;
};

describe.each([
  ['SQLite', placeSqlite],
  ['PostgreSQL', placePostgres],
])('a server process with %s', (_, place) => {
  const start = async (settings: Partial<Parameters<typeof spawnServer>[0]> = {}) => {
    const placed = await place();
    cleanUps.push(placed.remove);
    const api = await misbehaving();
    const { document } = api;
    const spawn = async (): Promise<SpawnedServer & { readonly jackfield: Jackfield }> => {
      const server = await spawnServer({
        ...placed.location,
        apiKey: testApiKey,
        documents: { misbehaving: document },
        ...settings,
      });
      cleanUps.push(async () => {
        server.process.kill('SIGKILL');
        await server.ended;
      });
      return { ...server, jackfield: new Jackfield({ baseURL: server.url, apiKey: testApiKey }) };
    };
    return { spawn, api, first: await spawn() };
  };

  requirement('process.kill', async () => {
    const { spawn, first } = await start();
    const accepted = { sessions: new Set<string>(), accounts: new Set<string>() };
    const write = async (writer: number) => {
      for (let index = 0; ; index++) {
        const session = await first.jackfield.sessions.create(`user-${writer}`, { toolkits: ['misbehaving'] });
        accepted.sessions.add(session.sessionId);
        const account = await first.jackfield.connectedAccounts.create({
          userId: `user-${writer}-${index}`,
          toolkit: 'misbehaving',
          credential: { mode: 'BEARER_TOKEN', token: `token-${writer}-${index}` },
        });
        accepted.accounts.add(account.id);
      }
    };
    const writers = Array.from({ length: 8 }, (_, writer) => write(writer).catch(() => undefined));
    while (accepted.accounts.size < 40) await delay(5);
    first.process.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    await Promise.all(writers);

    const { jackfield } = await spawn();
    for (const sessionId of accepted.sessions) {
      expect((await jackfield.sessions.use(sessionId)).configVersion).toBe(1);
    }
    for (const id of accepted.accounts) expect((await jackfield.connectedAccounts.get(id)).status).toBe('ACTIVE');
  });

  requirement('process.stop', async () => {
    const { api, first } = await start({ allowPrivateNetwork: true, gracePeriod: 500 });
    const { jackfield } = first;
    await jackfield.connectedAccounts.create({
      userId: 'anna',
      toolkit: 'misbehaving',
      credential: { mode: 'BEARER_TOKEN', token: 'x' },
    });
    const session = await jackfield.sessions.create('anna');
    const hanging = session.execute(misbehavingTool('hang')).catch((error: unknown) => error);
    // An idle connection must not hold the server up.
    const idle = connect(Number(new URL(first.url).port), '127.0.0.1');
    cleanUps.push(() => idle.destroy());
    await until(() => api.hanging.size === 1);
    const started = Date.now();
    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(await hanging).toBeInstanceOf(Error);
    expect(first.log()).toContain('shutting down');
    expect(first.log()).toContain('stopped');
  });
});

describe('a server', () => {
  requirement('process.finish', async () => {
    const placed = await placeSqlite();
    cleanUps.push(placed.remove);
    // Longer than this test may take.
    const server = await listen({ ...placed.location, port: 0, apiKey: testApiKey, gracePeriod: 120_000 });
    cleanUps.push(() => server.close());
    const jackfield = new Jackfield({ baseURL: server.url, apiKey: testApiKey });
    const unused = connect(server.port, '127.0.0.1');
    const unusedClosed = once(unused, 'close');
    // The body arrives after the server was told to stop.
    const body = JSON.stringify({ user_id: 'anna' });
    const socket = connect(server.port, '127.0.0.1');
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
    });
    socket.write(
      `POST /v1/tool_router/session HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${testApiKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    await jackfield.sessions.list();
    const closed = server.close();
    await delay(50);
    socket.write(body);
    expect(await answer).toMatch(/^HTTP\/1\.1 201 /);
    await closed;
    await unusedClosed;
    await expect(jackfield.sessions.list()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await server.close();
  });

  requirement('process.refuses', async () => {
    const { location, remove } = await placePostgres();
    cleanUps.push(remove);
    const databaseUrl = 'databaseUrl' in location ? location.databaseUrl : '';
    const starts = (options: Parameters<typeof listen>[0]) => listen({ port: 0, apiKey: testApiKey, ...options });
    await expect(starts({ databaseUrl })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('encryption key'),
      fix: expect.stringContaining('JACKFIELD_ENCRYPTION_KEY'),
    });
    await expect(starts({ databaseUrl, encryptionKey: 'short' })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
    const server = await starts({ databaseUrl, encryptionKey: testEncryptionKey });
    cleanUps.push(() => server.close());
    const otherKey = Buffer.alloc(32, 8).toString('base64');
    await expect(starts({ databaseUrl, encryptionKey: otherKey })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('encryption key'),
    });
    await expect(starts({ dataDir: ':memory:', port: server.port })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining(String(server.port)),
    });
    await expect(starts({ dataDir: ':memory:', apiKey: 'short' })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
    await expect(starts({ dataDir: ':memory:', databaseUrl })).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
    await expect(starts({ dataDir: ':memory:', publicUrl: 'tools.example' })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
    const unreachable = 'postgres://nobody:planted-password@127.0.0.1:1/none';
    const error = await starts({ databaseUrl: unreachable, encryptionKey: testEncryptionKey }).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|INVALID_CONFIGURATION/) });
    expect(JSON.stringify(error) + String(error.stack)).not.toContain('planted-password');
  });

  requirement('process.limits', async () => {
    const { document, hanging } = await misbehaving();
    const fetch = embedded({
      dataDir: ':memory:',
      toolkits: [openApiSource({ document }, { slug: 'misbehaving' })],
      allowPrivateNetwork: ['127.0.0.1'],
      limits: { toolTimeoutMs: 2_000, maxResponseBytes: 20 * 1024 * 1024, maxBodyBytes: 2_000 },
    });
    cleanUps.push(fetch.close);
    const jackfield = new Jackfield({ fetch });
    const credential = { mode: 'BEARER_TOKEN', token: 'x' } as const;
    await jackfield.connectedAccounts.create({ userId: 'anna', toolkit: 'misbehaving', credential });
    const session = await jackfield.sessions.create('anna');
    const result = await session.execute(misbehavingTool('hang'));
    expect(result).toMatchObject({ successful: false, failure: { code: 'TIMEOUT' } });
    await until(() => hanging.size === 0);
    expect((await session.execute(misbehavingTool('large'))).successful).toBe(true);
    await expect(session.execute(misbehavingTool('list'), { text: 'x'.repeat(2_000) })).rejects.toMatchObject({
      code: 'REQUEST_TOO_LARGE',
      status: 413,
    });
  });

  requirement('process.shared', async () => {
    const placed = await placePostgres();
    cleanUps.push(placed.remove);
    const { document } = await misbehaving();
    const settings = {
      ...placed.location,
      toolkits: [openApiSource({ document }, { slug: 'misbehaving' })],
      allowPrivateNetwork: ['127.0.0.1'],
      port: 0,
    };
    // Both find an empty database.
    const servers = await Promise.all([listen(settings), listen(settings)]);
    const keys = await openKeys(placed.location);
    cleanUps.push(() => keys.close(), ...servers.map((server) => server.close));
    const { key, apiKey } = await keys.create({ name: 'shared' });
    const [one, two] = servers.map(({ url }) => new Jackfield({ baseURL: url, apiKey: key }));
    if (one === undefined || two === undefined) throw new Error('There are two.');
    const credential = { mode: 'BEARER_TOKEN', token: 'x' } as const;
    await one.connectedAccounts.create({ userId: 'anna', toolkit: 'misbehaving', credential });
    const { sessionId } = await one.sessions.create('anna');
    const session = await two.sessions.use(sessionId);
    expect((await session.execute(misbehavingTool('list'))).successful).toBe(true);
    await session.update({ toolkits: [] });
    expect((await one.sessions.use(sessionId)).configVersion).toBe(2);
    await keys.revoke(apiKey.id);
    for (const client of [one, two]) {
      await expect(client.sessions.list()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  requirement('process.private-network', async () => {
    const { document } = await misbehaving();
    const placed = await placeSqlite();
    cleanUps.push(placed.remove);
    for (const allowPrivateNetwork of [false, true]) {
      const server = await spawnServer({
        ...placed.location,
        apiKey: testApiKey,
        documents: { misbehaving: document },
        allowPrivateNetwork,
      });
      cleanUps.push(async () => {
        server.process.kill('SIGKILL');
        await server.ended;
      });
      expect(server.log().includes('allowPrivateNetwork')).toBe(allowPrivateNetwork);
      const jackfield = new Jackfield({ baseURL: server.url, apiKey: testApiKey });
      const userId = `anna-${allowPrivateNetwork}`;
      const credential = { mode: 'BEARER_TOKEN', token: 'x' } as const;
      await jackfield.connectedAccounts.create({ userId, toolkit: 'misbehaving', credential });
      const session = await jackfield.sessions.create(userId);
      const result = await session.execute(misbehavingTool('list'));
      expect(result.failure?.code).toBe(allowPrivateNetwork ? undefined : 'EGRESS_DENIED');
    }
  });
});

describe('embedded', () => {
  requirement('embedded.lazy', async () => {
    const placed = await placeSqlite();
    cleanUps.push(placed.remove);
    const dataDir = join('dataDir' in placed.location ? placed.location.dataDir : '', 'not', 'yet');
    const fetch = embedded({ dataDir });
    await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
    const jackfield = new Jackfield({ fetch });
    // Opened once, although all come at the same time.
    const sessions = await Promise.all(Array.from({ length: 10 }, () => jackfield.sessions.create('anna')));
    expect(new Set(sessions.map(({ sessionId }) => sessionId)).size).toBe(10);
    expect((await stat(join(dataDir, 'encryption-key'))).mode & 0o777).toBe(0o600);
    await fetch.close();
    await fetch.close();
    await expect(jackfield.sessions.create('anna')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    // What was kept is there for the next one.
    const again = embedded({ dataDir });
    cleanUps.push(again.close);
    const [first] = sessions;
    expect((await new Jackfield({ fetch: again }).sessions.use(first?.sessionId ?? '')).userId).toBe('anna');
  });

  requirement('embedded.retry', async () => {
    const placed = await placePostgres();
    cleanUps.push(placed.remove);
    const databaseUrl = 'databaseUrl' in placed.location ? placed.location.databaseUrl : '';
    const before = process.env.JACKFIELD_ENCRYPTION_KEY;
    delete process.env.JACKFIELD_ENCRYPTION_KEY;
    cleanUps.push(() => {
      if (before === undefined) delete process.env.JACKFIELD_ENCRYPTION_KEY;
      else process.env.JACKFIELD_ENCRYPTION_KEY = before;
    });
    const fetch = embedded({ databaseUrl });
    cleanUps.push(fetch.close);
    await expect(fetch('http://jackfield/healthz')).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
    process.env.JACKFIELD_ENCRYPTION_KEY = testEncryptionKey;
    expect((await fetch('http://jackfield/healthz')).status).toBe(200);
  });

  requirement('embedded.key', async () => {
    const fetch = embedded({ dataDir: ':memory:' });
    cleanUps.push(fetch.close);
    const url = 'http://jackfield/v1/tool_router/session';
    expect((await fetch(url, { headers: { 'x-api-key': 'whatever' } })).status).toBe(200);
    expect((await fetch(new Request(url))).status).toBe(200);
    // From outside nobody is let in without a key.
    expect((await fetch.handler(new Request(url))).status).toBe(401);
    expect((await fetch.handler(new Request(url, { headers: { 'x-api-key': 'whatever' } }))).status).toBe(401);
  });

  requirement('embedded.abort', async () => {
    const fetch = embedded({ dataDir: ':memory:' });
    cleanUps.push(fetch.close);
    const url = 'http://jackfield/healthz';
    await expect(fetch(url, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const controller = new AbortController();
    const answering = fetch(url, { signal: controller.signal });
    controller.abort(new Error('too slow'));
    await expect(answering).rejects.toThrow('too slow');
    expect((await fetch(url)).status).toBe(200);
  });
});
