import { createTestDatabase } from '@jackfield-internal/fakes/test-database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allChecks } from './checks/all-checks.ts';
import { type Guard, guardTraffic } from './guard.ts';
import { installLane, laneNames } from './lanes.ts';
import { startWorld, type World } from './world.ts';

describe.each(laneNames)('%s', (lane) => {
  describe.each(['one embedded server and SQLite', 'two servers and PostgreSQL'] as const)('with %s', (place) => {
    let world: World;
    let guard: Guard;
    let drop: (() => Promise<void>) | undefined;

    beforeAll(async () => {
      installLane(lane);
      if (place === 'one embedded server and SQLite') {
        world = await startWorld({ lane });
      } else {
        const database = await createTestDatabase();
        drop = database.drop;
        const encryptionKey = Buffer.alloc(32, 7).toString('base64');
        world = await startWorld({ lane, shared: { databaseUrl: database.url, encryptionKey } });
      }
      guard = guardTraffic();
    }, 240_000);

    afterAll(async () => {
      guard?.release();
      await world?.close();
      await drop?.();
    });

    test.each(allChecks)('$name', async (check) => {
      await check.run(world);
      expect(guard.foreign).toEqual([]);
    });
  });
});
