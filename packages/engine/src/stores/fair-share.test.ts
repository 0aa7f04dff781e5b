import { expect, test } from 'vitest';
import { fairShare, type ServingWorker } from './fair-share.ts';

const worker = (running: number, capacity = 10): ServingWorker => ({ running, capacity });

test.each<[string, number, ServingWorker, ServingWorker[], number]>([
  ['alone, it takes what it can', 25, worker(3), [], 10],
  ['alone, it takes no more than there is', 2, worker(3), [], 2],
  ['of two that have nothing each takes half', 10, worker(0), [worker(0)], 5],
  ['no second call while another has none', 1, worker(1), [worker(0)], 0],
  ['one that lags behind catches up first', 5, worker(0), [worker(3)], 4],
  ['one that is full does not count', 4, worker(2), [worker(0, 0)], 4],
  ['what others cannot take is left over', 10, worker(5), [worker(0, 2), worker(0, 1)], 7],
  ['one without capacity takes nothing', 3, worker(0, 0), [], 0],
  ['nothing waits', 0, worker(0), [worker(0)], 0],
])('%s', (_, waiting, mine, others, share) => {
  expect(fairShare(waiting, mine, others)).toBe(share);
});

test('whoever asks in whatever order, nobody gets a call while another that waits has fewer', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  for (let round = 0; round < 500; round += 1) {
    const workers = Array.from({ length: 1 + random(5) }, () => ({ running: random(4), capacity: random(6) }));
    let waiting = random(20);
    for (let turn = 0; turn < 20; turn += 1) {
      const asking = workers[random(workers.length)];
      if (asking === undefined) throw new Error('There are workers.');
      const others = workers.filter((each) => each !== asking);
      const taken = fairShare(waiting, asking, others);
      for (let count = 0; count < taken; count += 1) {
        asking.running += 1;
        asking.capacity -= 1;
        waiting -= 1;
      }
      expect(waiting).toBeGreaterThanOrEqual(0);
      expect(asking.capacity).toBeGreaterThanOrEqual(0);
      if (taken === 0) continue;
      // What is left of the queue is enough to bring everybody up to the one who asked.
      const lacking = others.reduce(
        (sum, { running, capacity }) => sum + Math.min(capacity, Math.max(0, asking.running - 1 - running)),
        0,
      );
      expect(waiting).toBeGreaterThanOrEqual(lacking);
    }
  }
});
