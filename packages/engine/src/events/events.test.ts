import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { httpTool, testContext, testEngine, testToolkit } from '../create-engine.fixture.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** An engine whose clock can be put forward. */
async function start() {
  let time = new Date('2030-01-01T00:00:00.000Z').getTime();
  const pets = testToolkit('pets', [httpTool('pets', 'LIST_PETS', 'https://api.example.com')]);
  const opened = await testEngine({ toolkits: [pets], now: () => new Date(time) });
  const { operations, context } = opened;
  let users = 0;
  return {
    ...opened,
    pass(milliseconds: number) {
      time += milliseconds;
    },
    connect: () =>
      operations['connectedAccounts.create'](
        {
          body: {
            userId: `user_${++users}`,
            toolkit: 'pets',
            credential: { mode: 'BEARER_TOKEN', token: 'secret-token' },
          },
        },
        context,
      ),
    list: (query: Parameters<(typeof operations)['events.list']>[0]['query'] = {}, signal?: AbortSignal) =>
      operations['events.list']({ query }, signal === undefined ? context : testContext(context.projectId, { signal })),
  };
}

test('events are kept for 30 days, and who comes back later is told what is missing', async () => {
  const { engine, connect, list, pass, store, context } = await start();
  await connect();
  await connect();
  const { items } = await list();
  const [first, second] = items;
  pass(31 * dayMs);
  await connect();
  engine.start();
  while ((await store.events.bounds(context.projectId)).first !== 3) await delay(5);
  const kept = await list();
  expect(kept.items.map(({ data }) => data.userId)).toEqual(['user_3']);
  await expect(list({ after: first?.id })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining('30 days'),
  });
  // Of who had seen the last one that is gone, nothing is kept back.
  expect((await list({ after: second?.id })).items).toEqual(kept.items);
  pass(31 * dayMs);
  await store.events.deleteBefore(new Date('2030-12-31'));
  expect(await list({ after: kept.after })).toEqual({ items: [], after: expect.any(String) });
  await expect(list({ after: second?.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await list({ after: 'oldest' })).items).toEqual([]);
});

test('who waits is answered by what happens, by the end of the time, of the signal and of the server', async () => {
  const { engine, connect, list } = await start();
  const waiting = list({ after: 'latest', wait: 20 });
  await delay(20);
  const { id } = await connect();
  expect((await waiting).items.map(({ data }) => data.id)).toEqual([id]);
  expect((await list({ after: 'latest', wait: 0.05 })).items).toEqual([]);
  const controller = new AbortController();
  const given = list({ after: 'latest', wait: 20 }, controller.signal);
  controller.abort();
  expect((await given).items).toEqual([]);
  const left = Array.from({ length: 3 }, () => list({ after: 'latest', wait: 20 }));
  await delay(20);
  engine.endWaits();
  expect((await Promise.all(left)).map(({ items }) => items)).toEqual([[], [], []]);
  expect((await list({ after: 'latest', wait: 20 })).items).toEqual([]);
});

test('who waits for one user is not answered by what happens to others', async () => {
  const { connect, list } = await start();
  await connect();
  const waiting = list({ userId: 'user_3', wait: 20 });
  await delay(20);
  await connect();
  const { id } = await connect();
  const answer = await waiting;
  expect(answer.items.map(({ data }) => data.id)).toEqual([id]);
  expect((await list({ after: answer.after })).items).toEqual([]);
});
