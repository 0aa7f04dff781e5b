import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Jackfield } from '@jackfield/core';
import { startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { afterEach, expect } from 'vitest';
import { requirement } from './requirement.ts';
import { spawnServer } from './spawn-server.ts';
import { startWebhookReceiver, verify } from './webhook-receiver.ts';
import { placePostgres, placeSqlite, testApiKey } from './wire.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const command = fileURLToPath(new URL('../../../packages/cli/src/index.ts', import.meta.url));
const accountCount = 600;

/** The command, as a person runs it. */
function run(args: readonly string[], encryptionKey: string) {
  const child: ChildProcess = spawn(process.execPath, ['--conditions=@jackfield/source', command, ...args], {
    env: { ...process.env, JACKFIELD_ENCRYPTION_KEY: encryptionKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    texts.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    texts.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, ...texts }));
  return { child, ended };
}

requirement(
  'process.vault-rotate',
  async () => {
    const [older, newer] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    for (const place of [placeSqlite, placePostgres]) {
      const petclinic = await startPetclinic();
      const receiver = await startWebhookReceiver();
      const { location, remove } = await place();
      cleanUps.push(remove, petclinic.close, receiver.close);
      const document = await (await fetch(`${petclinic.url}/openapi.json`)).json();
      const start = async (encryptionKey: string) => {
        const server = await spawnServer({
          ...location,
          encryptionKey,
          apiKey: testApiKey,
          documents: { petclinic: document },
          allowPrivateNetwork: ['127.0.0.1'],
          gracePeriod: 1_000,
        });
        const stop = async () => {
          server.process.kill('SIGTERM');
          await server.ended;
        };
        cleanUps.push(stop);
        return { ...server, stop, jackfield: new Jackfield({ baseURL: server.url, apiKey: testApiKey }) };
      };
      const at = 'databaseUrl' in location ? ['--database-url', location.databaseUrl] : ['--data', location.dataDir];
      const connect = ({ connectedAccounts }: Jackfield, userId: string) =>
        connectedAccounts.create({
          userId,
          toolkit: 'petclinic',
          credential: { mode: 'BEARER_TOKEN', token: petclinic.token(userId) },
        });

      const before = await start(older);
      const hook = await before.jackfield.webhooks.create({ url: receiver.url });
      await before.jackfield.webhooks.update(hook.id, { enabled: false });
      for (let made = 0; made < accountCount; made += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, index) => connect(before.jackfield, `user-${made + index}`)));
      }
      await before.stop();

      // Under load: calls of every account, and accounts that come and go.
      const server = await start(`${newer},${older}`);
      const results: { readonly successful: boolean; readonly error: unknown }[] = [];
      let isLoaded = true;
      const load = Array.from({ length: 8 }, async (_, worker) => {
        for (let turn = worker; isLoaded; turn += 8) {
          const userId = `user-${turn % accountCount}`;
          const session = await server.jackfield.sessions.create(userId, { toolkits: ['petclinic'] });
          results.push(await session.execute('PETCLINIC_GET_CLINIC'));
          const account = await connect(server.jackfield, `guest-${turn}`);
          if (turn % 2 === 0) await server.jackfield.connectedAccounts.delete(account.id);
        }
      });
      while (results.length < 20) await delay(10);
      // Killed on its way, and run again.
      const cut = run(['vault', 'rotate', ...at], `${newer},${older}`);
      await delay(400);
      cut.child.kill('SIGKILL');
      await cut.ended;
      const rotated = await run(['vault', 'rotate', '--json', ...at], `${newer},${older}`).ended;
      expect(rotated.code, rotated.stderr).toBe(0);
      const report = JSON.parse(rotated.stdout);
      expect(report).toEqual({
        keyId: expect.stringMatching(/^[0-9a-f]{16}$/),
        secrets: expect.any(Number),
        rotated: expect.any(Number),
      });
      expect(report.secrets).toBeGreaterThanOrEqual(accountCount + 1);
      const again = await run(['vault', 'rotate', ...at], `${newer},${older}`).ended;
      expect(again).toMatchObject({ code: 0, stdout: '' });
      expect(again.stderr).toContain('Nothing to do');
      expect(again.stderr).toContain('not needed any more');
      isLoaded = false;
      await Promise.all(load);
      expect(results.filter(({ successful }) => !successful)).toEqual([]);
      await server.stop();

      // The new key alone is enough, and the old one is not any more.
      const after = await start(newer);
      for (const userId of ['user-0', `user-${accountCount - 1}`, 'guest-1']) {
        const session = await after.jackfield.sessions.create(userId, { toolkits: ['petclinic'] });
        expect(await session.execute('PETCLINIC_GET_CLINIC')).toMatchObject({ successful: true });
      }
      await after.jackfield.webhooks.update(hook.id, { enabled: true });
      expect(await after.jackfield.webhooks.test(hook.id)).toMatchObject({ delivered: true });
      const message = receiver.received.at(-1);
      if (message === undefined) throw new Error('Nothing came.');
      verify(message, hook.secret);
      const alone = await run(['vault', 'rotate', ...at], newer).ended;
      expect(alone.stderr).toContain('the only one that there is');
      const wrong = await run(['vault', 'rotate', ...at], older).ended;
      expect(wrong.code).toBe(1);
      expect(wrong.stderr).toContain('INVALID_CONFIGURATION');
      for (const { stdout, stderr } of [rotated, again, alone, wrong]) {
        for (const key of [older, newer]) expect(stdout + stderr).not.toContain(key);
      }
    }
  },
  120_000,
);
