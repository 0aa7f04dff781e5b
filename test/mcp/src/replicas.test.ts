import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Jackfield, SessionPreset } from '@jackfield/core';
import { createTestDatabase } from '@jackfield-internal/fakes/test-database';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDesk } from './desk-toolkit.ts';
import { sdkClients } from './sdk-clients.ts';
import { startProxy } from './start-proxy.ts';
import { startServer, testApiKey } from './start-server.ts';
import { until } from './until.ts';

const direct = { sessionPreset: SessionPreset.DIRECT_TOOLS, toolkits: ['desk'], mcp: true } as const;

async function sharedDatabase() {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  return { databaseUrl: database.url, encryptionKey: Buffer.alloc(32, 7).toString('base64') };
}

describe.each(sdkClients)('%s, served by two servers in turns', (_, connect) => {
  test('ends a call on one by giving it up on the other', async () => {
    const place = { ...(await sharedDatabase()), dataDir: undefined };
    const desks = [createDesk(), createDesk()];
    const servers = await Promise.all(desks.map(({ toolkit }) => startServer({ ...place, toolkits: [toolkit] })));
    const proxy = await startProxy(servers.map(({ server }) => server.url));
    const session = await servers[0]?.jackfield.create('ada', direct);
    if (session === undefined) throw new Error('There is no session.');
    const client = await connect({ ...session.mcp, url: proxy.url + new URL(session.mcp.url).pathname });
    const waiting = () => desks.reduce((sum, desk) => sum + desk.waiting.size, 0);
    // An odd number of requests in between brings each kind of request to either server.
    for (let round = 0; round < 4; round += 1) {
      const controller = new AbortController();
      const call = client.callTool('DESK_WAIT', { id: 'a', ms: 20_000 }, { signal: controller.signal });
      await until(() => waiting() === 1);
      controller.abort();
      await expect(call).rejects.toThrow();
      await until(() => waiting() === 0);
      if (round % 2 === 1) await client.listTools();
    }
  });

  test('gets a clear error for a call whose server dies, and goes on', async () => {
    const place = await sharedDatabase();
    const children = [await startReplica(place), await startReplica(place)];
    const jackfield = new Jackfield({ apiKey: testApiKey, baseURL: children[0]?.url });
    const session = await jackfield.create('ada', direct);
    const proxy = await startProxy(children.map(({ url }) => url));
    const client = await connect({ ...session.mcp, url: proxy.url + new URL(session.mcp.url).pathname });
    const calls = ['a', 'b'].map((id) => client.callTool('DESK_WAIT', { id, ms: 2_000 }));
    const ended = Promise.allSettled(calls);
    await new Promise((resolve) => setTimeout(resolve, 500));
    children[0]?.process.kill('SIGKILL');
    const outcomes = await ended;
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(String(failed[0]?.status === 'rejected' && failed[0].reason)).toMatch(/502|went away|terminated|closed/i);
    for (let round = 0; round < 4; round += 1) {
      expect(await client.callTool('DESK_LIST_NOTES')).toMatchObject({ structuredContent: { notes: [] } });
    }
  });
});

async function startReplica(place: object): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@jackfield/source', fileURLToPath(new URL('./replica.ts', import.meta.url))],
    {
      env: { ...process.env, JACKFIELD_REPLICA: JSON.stringify({ ...place, apiKey: testApiKey }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { url: String(url), process: child };
}
