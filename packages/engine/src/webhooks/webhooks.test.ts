import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { httpTool, testEngine, testToolkit, testUpstream } from '../create-engine.fixture.ts';

/** An engine with a receiver, which answers with a status. */
async function start(limits: NonNullable<Parameters<typeof testEngine>[0]>['limits'] = {}) {
  let status = 204;
  let headers: Record<string, string> = {};
  const receiver = await testUpstream((_seen, _request, response) => {
    response.writeHead(status, headers).end();
  });
  const pets = testToolkit('pets', [httpTool('pets', 'LIST_PETS', 'https://api.example.com')]);
  const opened = await testEngine({ toolkits: [pets], limits: { webhookRetryMs: 10, ...limits } });
  const { operations, context } = opened;
  const webhook = await operations['webhooks.create']({ body: { url: receiver.url } }, context);
  const params = { webhookId: webhook.id };
  return {
    ...opened,
    receiver,
    webhook,
    params,
    answer(next: number, nextHeaders: Record<string, string> = {}) {
      status = next;
      headers = nextHeaders;
    },
    connect: () =>
      operations['connectedAccounts.create'](
        { body: { userId: 'ada', toolkit: 'pets', credential: { mode: 'BEARER_TOKEN', token: 'secret-token' } } },
        context,
      ),
    async lastDelivery(holds: (status: string | undefined) => boolean = (each) => each !== 'pending') {
      for (;;) {
        const { lastDelivery } = await operations['webhooks.get']({ params }, context);
        if (holds(lastDelivery?.status)) return lastDelivery;
        await delay(5);
      }
    },
  };
}

test('what was left by another process is sent by the next one that starts', async () => {
  const { engine, connect, receiver, lastDelivery } = await start();
  await connect();
  await connect();
  await delay(50);
  expect(receiver.requests).toEqual([]);
  engine.start();
  while (receiver.requests.length < 2) await delay(5);
  expect((await lastDelivery())?.status).toBe('delivered');
});

test('a receiver that asks to be left alone is', async () => {
  const { engine, connect, answer, lastDelivery } = await start();
  answer(429, { 'retry-after': '3600' });
  engine.start();
  await connect();
  const waiting = await lastDelivery(() => true);
  const delivery = waiting?.responseStatus === 429 ? waiting : await untilAnswered();
  const wait = Date.parse(delivery?.nextAttemptAt ?? '') - Date.parse(delivery?.attemptedAt ?? '');
  expect(wait).toBeGreaterThan(3_500_000);
  expect(wait).toBeLessThan(3_700_000);

  async function untilAnswered() {
    for (;;) {
      const last = await lastDelivery(() => true);
      if (last?.responseStatus === 429) return last;
      await delay(5);
    }
  }
});

test('what is pending for a webhook that is disabled or deleted is not sent', async () => {
  const { engine, connect, receiver, operations, params, context, lastDelivery, store } = await start();
  await connect();
  await operations['webhooks.update']({ params, body: { enabled: false } }, context);
  expect(await lastDelivery()).toMatchObject({ status: 'failed', reason: 'The webhook was disabled.' });
  await operations['webhooks.update']({ params, body: { enabled: true } }, context);
  await connect();
  // Behind the back of the service, as another process does between two statements.
  await store.webhooks.update({ projectId: context.projectId, id: params.webhookId, enabled: false });
  engine.start();
  expect(await lastDelivery()).toMatchObject({ status: 'failed', reason: 'The webhook is disabled.', attempts: 1 });
  await store.webhooks.update({ projectId: context.projectId, id: params.webhookId, enabled: true });
  await operations['webhooks.delete']({ params }, context);
  await connect();
  await delay(50);
  expect(receiver.requests).toEqual([]);
});

test('a server that stops gives back what it could not finish', async () => {
  const { engine, connect, receiver, store, context, params, log } = await start({ webhookTimeoutMs: 60_000 });
  receiver.server.removeAllListeners('request');
  engine.start();
  await connect();
  const pending = async () =>
    (await store.deliveries.latest(context.projectId, [params.webhookId])).get(params.webhookId);
  while ((await pending())?.attempts !== 1) await delay(5);
  await engine.close();
  expect(await pending()).toMatchObject({ status: 'pending', attempts: 0 });
  expect((await pending())?.nextAttemptAt.getTime()).toBeLessThanOrEqual(Date.now());
  expect(log.join('\n')).not.toContain('could not be made');
}, 20_000);

test('a project cannot have any number of webhooks', async () => {
  const { operations, context } = await start();
  const create = () => operations['webhooks.create']({ body: { url: 'https://app.example.com/hook' } }, context);
  for (let count = 1; count < 50; count++) await create();
  await expect(create()).rejects.toMatchObject({ code: 'CONFLICT', fix: expect.any(String) });
});

test('a webhook whose secret cannot be read says so, and is mended by a new one', async () => {
  const { engine, connect, receiver, store, context, operations, params, lastDelivery } = await start();
  await store.webhooks.update({ projectId: context.projectId, id: params.webhookId, secret: Uint8Array.of(1, 2, 3) });
  engine.start();
  await connect();
  while ((await lastDelivery(() => true))?.reason === null) await delay(5);
  expect(await lastDelivery(() => true)).toMatchObject({
    status: 'pending',
    reason: expect.stringContaining('secret'),
  });
  expect(receiver.requests).toEqual([]);
  await operations['webhooks.rotateSecret']({ params }, context);
  expect((await lastDelivery())?.status).toBe('delivered');
});

test('a receiver that hangs keeps no other one waiting', async () => {
  const { engine, connect, receiver, operations, context } = await start({ webhookTimeoutMs: 60_000 });
  const hanging = await testUpstream(() => {});
  await operations['webhooks.create']({ body: { url: hanging.url } }, context);
  for (let count = 0; count < 40; count++) await connect();
  engine.start();
  const begun = performance.now();
  while (receiver.requests.length < 40) await delay(5);
  expect(performance.now() - begun).toBeLessThan(3_000);
  expect(hanging.requests.length).toBeGreaterThan(0);
  expect(hanging.requests.length).toBeLessThan(10);
  hanging.server.closeAllConnections();
}, 20_000);
