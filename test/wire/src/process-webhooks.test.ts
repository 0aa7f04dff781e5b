import { setTimeout as delay } from 'node:timers/promises';
import { Jackfield } from '@jackfield/core';
import { startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { afterEach, expect } from 'vitest';
import { requirement } from './requirement.ts';
import { spawnServer } from './spawn-server.ts';
import { until } from './until.ts';
import { startWebhookReceiver, verify } from './webhook-receiver.ts';
import { placePostgres, testApiKey } from './wire.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** Two server processes on one PostgreSQL. */
async function twoServers() {
  const petclinic = await startPetclinic();
  const receiver = await startWebhookReceiver();
  const placed = await placePostgres();
  cleanUps.push(placed.remove, petclinic.close, receiver.close);
  const document = await (await fetch(`${petclinic.url}/openapi.json`)).json();
  const start = async () => {
    const server = await spawnServer({
      ...placed.location,
      apiKey: testApiKey,
      documents: { petclinic: document },
      allowPrivateNetwork: ['127.0.0.1'],
      limits: { webhookTimeoutMs: 1_000, webhookRetryMs: 100 },
    });
    const kill = async () => {
      server.process.kill('SIGKILL');
      await server.ended;
    };
    cleanUps.push(kill);
    return { ...server, kill, jackfield: new Jackfield({ baseURL: server.url, apiKey: testApiKey }) };
  };
  const [one, two] = await Promise.all([start(), start()]);
  const connect = ({ jackfield }: Pick<typeof one, 'jackfield'>, userId: string) =>
    jackfield.connectedAccounts.create({
      userId,
      toolkit: 'petclinic',
      credential: { mode: 'BEARER_TOKEN', token: petclinic.token(userId) },
    });
  return { one, two, receiver, connect };
}

requirement(
  'process.webhooks',
  async () => {
    const { one, two, receiver, connect } = await twoServers();
    const { secret, id } = await one.jackfield.webhooks.create({ url: receiver.url });
    const accounts = await Promise.all(
      Array.from({ length: 60 }, (_, index) => connect(index % 2 === 0 ? one : two, `user-${index}`)),
    );
    await until(() => receiver.received.length >= 60);
    await delay(2_500);
    // Each once, whoever made it and whoever sent it.
    const ids = receiver.received.map((message) => (verify(message, secret) as { data: { id: string } }).data.id);
    expect(ids.toSorted()).toEqual(accounts.map((account) => account.id).toSorted());
    // One dies with its request on the way: the other sends that again, the same message.
    receiver.answer('hold');
    const { id: accountId } = await connect(one, 'the-last');
    await until(() => receiver.received.length === 61);
    await one.kill();
    receiver.answer({ status: 204 });
    receiver.release();
    const deadline = Date.now() + 40_000;
    while (receiver.received.length < 62 && Date.now() < deadline) await delay(100);
    const [lost, again] = receiver.received.slice(60);
    if (lost === undefined || again === undefined) throw new Error('It was not taken over.');
    expect(again.headers['webhook-id']).toBe(lost.headers['webhook-id']);
    expect(again.body).toBe(lost.body);
    expect(verify(again, secret)).toMatchObject({ data: { id: accountId } });
    await delay(500);
    const { lastDelivery } = await two.jackfield.webhooks.get(id);
    expect(lastDelivery).toMatchObject({ status: 'delivered', attempts: 2 });
    expect(receiver.received).toHaveLength(62);
  },
  90_000,
);

requirement(
  'process.events',
  async () => {
    const { one, two, connect } = await twoServers();
    const heard: string[] = [];
    const controller = new AbortController();
    const loop = (async () => {
      for await (const event of two.jackfield.events.subscribe({ after: 'oldest', signal: controller.signal })) {
        heard.push(event.data.userId);
      }
    })().catch(() => undefined);
    await Promise.all(Array.from({ length: 30 }, (_, index) => connect(index % 3 === 0 ? two : one, `user-${index}`)));
    await until(() => heard.length === 30);
    expect(new Set(heard).size).toBe(30);
    // What was committed is told, although who did it is gone at once.
    await connect(one, 'the-last');
    await one.kill();
    await until(() => heard.at(-1) === 'the-last');
    // A server that stops lets those go who wait.
    const begun = performance.now();
    two.process.kill('SIGTERM');
    expect(await two.ended).toBe(0);
    expect(performance.now() - begun).toBeLessThan(5_000);
    controller.abort();
    await loop;
  },
  60_000,
);
