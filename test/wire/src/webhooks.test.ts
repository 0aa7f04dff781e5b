import { setTimeout as delay } from 'node:timers/promises';
import type { Webhook } from '@jackfield/core';
import { verifyWebhook } from '@jackfield/core/webhooks';
import { afterEach, expect } from 'vitest';
import { newUser } from './oauth-steps.ts';
import { requirement } from './requirement.ts';
import { startWebhookReceiver, verify } from './webhook-receiver.ts';
import { describeWire } from './wire.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

describeWire((wire) => {
  const connect = (userId: string) =>
    wire().jackfield.connectedAccounts.create({
      userId,
      toolkit: 'petclinic',
      credential: { mode: 'BEARER_TOKEN', token: wire().petclinic.token(userId) },
    });

  async function open(options: Partial<Parameters<typeof create>[0]> = {}) {
    const receiver = await startWebhookReceiver();
    const { secret, ...webhook } = await create({ url: receiver.url, ...options });
    cleanUps.push(
      () => receiver.close(),
      () =>
        wire()
          .jackfield.webhooks.delete(webhook.id)
          .catch(() => undefined),
    );
    return { receiver, secret, webhook };
  }
  const create = (body: Parameters<ReturnType<typeof wire>['jackfield']['webhooks']['create']>[0]) =>
    wire().jackfield.webhooks.create(body);

  /** The webhook, as soon as it is as it should be. */
  async function eventually(id: string, holds: (webhook: Webhook) => boolean): Promise<Webhook> {
    const end = Date.now() + 12_000;
    for (;;) {
      const webhook = await wire().jackfield.webhooks.get(id);
      if (holds(webhook)) return webhook;
      if (Date.now() > end) throw new Error(`The webhook remained ${JSON.stringify(webhook)}.`);
      await delay(20);
    }
  }

  requirement('webhook.signed', async () => {
    const { receiver, secret, webhook } = await open();
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    const userId = newUser();
    const account = await connect(userId);
    await eventually(webhook.id, ({ lastDelivery }) => lastDelivery?.status === 'delivered');
    const [message] = receiver.received;
    if (message === undefined) throw new Error('Nothing came.');
    const payload = verify(message, secret);
    const listed = (await wire().send('GET', `/v1/events?user_id=${userId}`)).body.items;
    expect(payload).toEqual(listed[0]);
    expect(await verifyWebhook(message.body, message.headers, secret)).toMatchObject({ data: { userId } });
    expect(payload).toMatchObject({ data: { id: account.id, user_id: userId, status: 'ACTIVE' } });
    expect(message.headers).toMatchObject({ 'webhook-id': listed[0].id, 'content-type': 'application/json' });
    expect(Math.abs(Number(message.headers['webhook-timestamp']) - message.at / 1000)).toBeLessThan(5);
    // Neither changed, nor with another secret, nor as another message.
    expect(() => verify({ ...message, body: message.body.replace('ACTIVE', 'FAILED') }, secret)).toThrow();
    expect(() => verify(message, `whsec_${Buffer.alloc(32).toString('base64')}`)).toThrow();
    const headers = { ...message.headers, 'webhook-id': 'evt_other' };
    expect(() => verify({ ...message, headers }, secret)).toThrow();
    expect(receiver.received).toHaveLength(1);
  });

  requirement('webhook.retry', async () => {
    const { receiver, secret, webhook } = await open();
    receiver.answer({ status: 503 });
    await connect(newUser());
    const failing = await eventually(webhook.id, ({ lastDelivery }) => lastDelivery?.responseStatus === 503);
    expect(failing.lastDelivery).toMatchObject({
      status: 'pending',
      reason: 'The receiver answered 503.',
      nextAttemptAt: expect.any(String),
    });
    receiver.answer({ status: 200 });
    const done = await eventually(webhook.id, ({ lastDelivery }) => lastDelivery?.status === 'delivered');
    expect(done.lastDelivery).toMatchObject({ responseStatus: 200, reason: null, nextAttemptAt: null });
    expect(done.lastDelivery?.attempts).toBe(receiver.received.length);
    expect(receiver.received.length).toBeGreaterThan(1);
    // The same message each time, signed anew.
    for (const message of receiver.received) verify(message, secret);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  requirement('webhook.give-up', async () => {
    const { receiver, webhook } = await open();
    receiver.answer({ status: 500 });
    await connect(newUser());
    const over = await eventually(webhook.id, ({ lastDelivery }) => lastDelivery?.status === 'failed');
    expect(over).toMatchObject({
      status: 'ENABLED',
      lastDelivery: { attempts: 3, responseStatus: 500, nextAttemptAt: null },
    });
    expect(receiver.received).toHaveLength(3);
  });

  requirement('webhook.gone', async () => {
    const { receiver, webhook } = await open();
    receiver.answer({ status: 410 });
    await connect(newUser());
    const gone = await eventually(webhook.id, ({ status }) => status === 'DISABLED');
    expect(gone).toMatchObject({ statusReason: 'The receiver answered 410 Gone.', lastDelivery: { status: 'failed' } });
    receiver.answer({ status: 204 });
    await connect(newUser());
    await delay(1_500);
    expect(receiver.received).toHaveLength(1);
    const back = await wire().jackfield.webhooks.update(webhook.id, { enabled: true });
    expect(back).toMatchObject({ status: 'ENABLED', statusReason: null });
    await connect(newUser());
    await eventually(webhook.id, ({ lastDelivery }) => lastDelivery?.status === 'delivered');
  });

  requirement('webhook.elsewhere', async () => {
    const { receiver, webhook } = await open();
    const secondary = await startWebhookReceiver();
    cleanUps.push(() => secondary.close());
    receiver.answer({ status: 307, headers: { location: secondary.url } });
    expect(await wire().jackfield.webhooks.test(webhook.id)).toEqual({
      delivered: false,
      responseStatus: 307,
      reason: 'The receiver answered 307; redirects are not followed.',
    });
    expect(secondary.received).toEqual([]);
    // This machine, under an address that is not allowed.
    for (const host of ['127.0.0.2', '[::1]', '169.254.169.254', 'localhost']) {
      const url = `http://${host}:${secondary.port}/hook`;
      await wire().jackfield.webhooks.update(webhook.id, { url });
      const answer = await wire().jackfield.webhooks.test(webhook.id);
      if (host === 'localhost' && answer.delivered) continue;
      expect(answer, host).toMatchObject({ delivered: false, responseStatus: null });
      expect(answer.reason, host).toContain('private or reserved network');
    }
    for (const { body } of secondary.received) expect(JSON.parse(body).type).toBe('webhook.test');
  });

  requirement('webhook.rotate', async () => {
    const { webhooks } = wire().jackfield;
    const { receiver, secret: before, webhook } = await open();
    const { secret: after } = await webhooks.rotateSecret(webhook.id);
    expect(after).not.toBe(before);
    expect(await webhooks.test(webhook.id)).toMatchObject({ delivered: true, responseStatus: 204 });
    const [message] = receiver.received;
    if (message === undefined) throw new Error('Nothing came.');
    // Both sign, so that receivers can take the new one over in their time.
    expect(verify(message, before)).toEqual(verify(message, after));
    expect(String(message.headers['webhook-signature']).split(' ')).toHaveLength(2);
  });

  requirement('webhook.manage', async () => {
    const { webhooks } = wire().jackfield;
    const { receiver, webhook } = await open({ types: ['connected_account.revoked'], description: 'the pager' });
    expect(webhook).toEqual({
      id: expect.stringMatching(/^wh_/),
      url: receiver.url,
      types: ['connected_account.revoked'],
      description: 'the pager',
      status: 'ENABLED',
      statusReason: null,
      lastDelivery: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const account = await connect(newUser());
    await wire().jackfield.connectedAccounts.revoke(account.id);
    await eventually(webhook.id, ({ lastDelivery }) => lastDelivery?.status === 'delivered');
    expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual(['connected_account.revoked']);
    const ids: string[] = [];
    for await (const { id } of await webhooks.list({ limit: 1 })) ids.push(id);
    expect(ids).toContain(webhook.id);
    const changed = await webhooks.update(webhook.id, { types: null, description: '', enabled: false });
    expect(changed).toMatchObject({ types: null, description: '', status: 'DISABLED', url: receiver.url });
    const other = await wire().clientOf(`webhooks-${newUser()}`);
    await expect(other.webhooks.get(webhook.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.webhooks.test(webhook.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.webhooks.rotateSecret(webhook.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.webhooks.update(webhook.id, { url: receiver.url })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.webhooks.delete(webhook.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await other.webhooks.list()).items).toEqual([]);
    await webhooks.delete(webhook.id);
    await expect(webhooks.get(webhook.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const body of [
      { url: 'ftp://example.com/' },
      { url: 'https://user:word@example.com/' },
      { url: 'https://example.com/#part' },
      { url: 'https://example.com/', types: ['connected_account.lost'] },
      { url: 'https://example.com/', types: [] },
      {},
    ]) {
      const answer = await wire().send('POST', '/v1/webhooks', { body });
      expect(answer.body.error?.code, JSON.stringify(body)).toBe('INVALID_REQUEST');
    }
  });
});
