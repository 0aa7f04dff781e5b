import type { EventListResponse, JackfieldEvent } from '@jackfield/contract';
import { expect, test } from 'vitest';
import { Jackfield } from './jackfield.ts';
import { stubError, stubServer } from './stub-server.ts';

function event(id: string): JackfieldEvent {
  return {
    id,
    type: 'connected_account.connected',
    timestamp: '2030-01-01T00:00:00Z',
    data: {
      id: 'ca_1',
      userId: 'user_1',
      toolkit: { slug: 'github' },
      authConfig: { id: 'ac_1' },
      alias: null,
      identity: null,
      status: 'ACTIVE',
      statusReason: null,
    },
  };
}

/** A client of a server that gives these answers, one after another; then what it was asked. */
function answering(...answers: (EventListResponse | Response)[]) {
  const server = stubServer({
    'events.list': () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error('Nobody should ask any more.');
      return answer;
    },
  });
  const queries = () => server.requests.map(({ url }) => Object.fromEntries(url.searchParams));
  return { events: new Jackfield({ fetch: server.fetch }).events, queries };
}

const away = () => stubError(503, { code: 'UNAVAILABLE', message: 'Away.', retryable: true }, { 'retry-after': '0' });

test('a subscription asks on from where it stopped, and waits for what is yet to come', async () => {
  const { events, queries } = answering(
    { items: [], after: 'evt_3' },
    { items: [event('evt_4'), event('evt_5')], after: 'evt_5' },
    { items: [event('evt_6')], after: 'evt_7' },
  );
  const ids: string[] = [];
  const types = ['connected_account.connected', 'connected_account.failed'] as const;
  for await (const { id, data } of events.subscribe({ types: [...types], userId: 'user_1' })) {
    expect(data.authConfig.id).toBe('ac_1');
    if (ids.push(id) === 3) break;
  }
  expect(ids).toEqual(['evt_4', 'evt_5', 'evt_6']);
  const filter = { types: types.join(','), user_id: 'user_1' };
  expect(queries()).toEqual([
    { ...filter, after: 'latest', wait: '0' },
    { ...filter, after: 'evt_3', wait: '25' },
    { ...filter, after: 'evt_5', wait: '25' },
  ]);
});

test('a subscription that has begun outlasts a server that is away', async () => {
  const failures = Array.from({ length: 4 }, away);
  const { events, queries } = answering({ items: [event('evt_1')], after: 'evt_1' }, ...failures, {
    items: [event('evt_2')],
    after: 'evt_2',
  });
  const subscription = events.subscribe({ after: 'oldest' });
  expect((await subscription.next()).value?.id).toBe('evt_1');
  expect((await subscription.next()).value?.id).toBe('evt_2');
  expect(queries().at(-1)).toEqual({ after: 'evt_1', wait: '25' });
});

test('one that cannot begin fails, and so does one that cannot go on', async () => {
  const unreachable = answering(away(), away(), away());
  await expect(unreachable.events.subscribe().next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const forgotten = answering(
    { items: [event('evt_1')], after: 'evt_1' },
    stubError(404, { code: 'NOT_FOUND', message: 'Not kept.' }),
  );
  const subscription = forgotten.events.subscribe();
  await subscription.next();
  await expect(subscription.next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a signal ends it, also while the server is away', async () => {
  const controller = new AbortController();
  const { events } = answering({ items: [event('evt_1')], after: 'evt_1' }, away(), away(), away());
  const subscription = events.subscribe({ signal: controller.signal });
  await subscription.next();
  setTimeout(() => controller.abort(new Error('enough')), 50);
  await expect(subscription.next()).rejects.toThrow('enough');
});
