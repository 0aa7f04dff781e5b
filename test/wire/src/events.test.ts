import { setTimeout as delay } from 'node:timers/promises';
import type { JackfieldEvent } from '@jackfield/core';
import { expect } from 'vitest';
import { beginSignIn, connectBySignIn, newUser } from './oauth-steps.ts';
import { requirement } from './requirement.ts';
import { until } from './until.ts';
import { describeWire, type Wire } from './wire.ts';

/** What a loop over a subscription has got so far; it runs until it is left. */
function listen(wire: Wire, options: Parameters<Wire['jackfield']['events']['subscribe']>[0]) {
  const events: JackfieldEvent[] = [];
  const controller = new AbortController();
  const ended = (async () => {
    for await (const event of wire.jackfield.events.subscribe({ ...options, signal: controller.signal })) {
      events.push(event);
    }
  })();
  return {
    events,
    types: () => events.map(({ type }) => type.replace('connected_account.', '')),
    async leave() {
      controller.abort(new Error('left'));
      await expect(ended).rejects.toThrow('left');
    },
  };
}

describeWire((wire) => {
  const connect = (userId: string, alias?: string) =>
    wire().jackfield.connectedAccounts.create({
      userId,
      toolkit: 'petclinic',
      alias,
      credential: { mode: 'BEARER_TOKEN', token: wire().petclinic.token(userId) },
    });

  requirement('events.accounts', async () => {
    const { jackfield, oauth } = wire();
    const userId = newUser();
    const heard = listen(wire(), { userId, after: 'oldest' });
    const denied = await beginSignIn(wire(), { userId });
    await denied.browser.signIn('ada', { decision: 'deny' });
    const { session, request } = await connectBySignIn(wire(), {
      userId,
      toolkit: 'items_open',
      alias: 'work',
    });
    oauth.forgetGrants();
    oauth.forgetAccessTokens();
    expect((await session.execute('ITEMS_OPEN_GET_ME')).failure?.code).toBe('CONNECTION_EXPIRED');
    // Once, however often it is tried.
    expect((await session.execute('ITEMS_OPEN_GET_ME')).failure?.code).toBe('CONNECTION_EXPIRED');
    await jackfield.connectedAccounts.refresh(request.id);
    await jackfield.connectedAccounts.revoke(request.id);
    await jackfield.connectedAccounts.delete(request.id);
    const deleted = await connect(userId);
    await jackfield.connectedAccounts.delete(deleted.id);
    await until(() => heard.events.length === 6);
    await heard.leave();
    expect(heard.types()).toEqual(['failed', 'connected', 'expired', 'revoked', 'connected', 'revoked']);
    const [failed, connected, expired, , , last] = heard.events;
    expect(failed?.data).toMatchObject({ id: denied.request.id, status: 'FAILED', identity: null });
    expect(connected).toEqual({
      id: expect.stringMatching(/^evt_[0-9a-v]{27}$/),
      type: 'connected_account.connected',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      data: {
        id: request.id,
        userId,
        toolkit: { slug: 'items_open' },
        authConfig: { id: expect.stringMatching(/^ac_/) },
        alias: 'work',
        identity: expect.objectContaining({ email: 'ada@example.com' }),
        status: 'ACTIVE',
        statusReason: null,
      },
    });
    expect(expired?.data).toMatchObject({ status: 'EXPIRED', statusReason: expect.stringContaining('invalid_grant') });
    expect(last?.data).toMatchObject({ id: deleted.id, status: 'REVOKED', statusReason: expect.any(String) });
    const ids = heard.events.map(({ id }) => id);
    expect(ids.toSorted()).toEqual(ids);
  });

  requirement('events.resume', async () => {
    const userId = newUser();
    const { events } = wire().jackfield;
    const first = listen(wire(), { userId });
    await delay(100);
    const accounts = [await connect(userId, 'a'), await connect(userId, 'b')];
    await until(() => first.events.length === 2);
    await first.leave();
    accounts.push(await connect(userId, 'c'), await connect(userId, 'd'));
    const seen = first.events.map(({ data }) => data.id);
    // Somebody else's events in between do not count.
    await connect(newUser());
    for await (const event of events.subscribe({ userId, after: first.events[1]?.id })) {
      seen.push(event.data.id);
      if (seen.length === 4) break;
    }
    expect(seen).toEqual(accounts.map(({ id }) => id));
    // Page by page, each once; and a filter that nothing passes gets on, too.
    const page = async (query: string) => (await wire().send('GET', `/v1/events?${query}`)).body;
    const paged: string[] = [];
    for (let after = 'oldest'; ; ) {
      const { items, after: next } = await page(`user_id=${userId}&limit=3&after=${after}`);
      if (items.length === 0) break;
      paged.push(...items.map((event: JackfieldEvent) => event.data.id));
      after = next;
    }
    expect(paged).toEqual(seen);
    const nothing = await page(`user_id=${newUser()}&types=connected_account.failed`);
    expect(nothing).toEqual({ items: [], after: expect.stringMatching(/^evt_/) });
    expect(await page(`after=${nothing.after}`)).toEqual({ items: [], after: nothing.after });
  });

  requirement('events.wait', async () => {
    const userId = newUser();
    const waited = wire().send('GET', `/v1/events?after=latest&wait=20&user_id=${userId}`);
    await delay(200);
    const begun = performance.now();
    const { id } = await connect(userId);
    expect((await waited).body.items.map((event: JackfieldEvent) => event.data.id)).toEqual([id]);
    expect(performance.now() - begun).toBeLessThan(2_000);
    const empty = await wire().send('GET', `/v1/events?after=latest&wait=0.3&user_id=${userId}`);
    expect(empty.body.items).toEqual([]);
    // Who gives up is let go.
    const controller = new AbortController();
    const given = wire().send('GET', '/v1/events?after=latest&wait=30', { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await expect(given).rejects.toThrow();
  });

  requirement('events.filter', async () => {
    const userId = newUser();
    const revoked = listen(wire(), { userId, types: ['connected_account.revoked'], after: 'oldest' });
    const { id } = await connect(userId);
    await wire().jackfield.connectedAccounts.revoke(id);
    await until(() => revoked.events.length > 0);
    expect(revoked.types()).toEqual(['revoked']);
    await revoked.leave();
    const other = await wire().clientOf(`events-${userId}`);
    const foreign = other.events.subscribe({ after: 'oldest', signal: AbortSignal.timeout(500) });
    await expect(foreign.next()).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  requirement('events.mistakes', async () => {
    const list = async (query: string) => (await wire().send('GET', `/v1/events?${query}`)).body.error;
    expect(await list('after=yesterday')).toMatchObject({ code: 'INVALID_REQUEST', fix: expect.any(String) });
    expect(await list('types=connected_account.lost')).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(await list('wait=31')).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(await list(`after=evt_${'v'.repeat(27)}`)).toMatchObject({ code: 'NOT_FOUND', fix: expect.any(String) });
    const subscription = wire().jackfield.events.subscribe({ after: `evt_${'v'.repeat(27)}` });
    await expect(subscription.next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
