import { createTestDatabase } from '@jackfield-internal/fakes/test-database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allChecks } from './checks/all-checks.ts';
import { type Guard, guardTraffic } from './guard.ts';
import type { LaneName } from './lanes.ts';
import { startWorld, type World } from './world.ts';

/** Every check, for one generation of clients. */
export function describeChecks(
  lane: LaneName,
  place: 'one embedded server and SQLite' | 'two processes and PostgreSQL',
) {
  describe(`${lane} with ${place}`, () => {
    let world: World;
    let guard: Guard;
    let drop: (() => Promise<void>) | undefined;

    beforeAll(async () => {
      if (place === 'one embedded server and SQLite') {
        world = await startWorld({ lane });
      } else {
        const database = await createTestDatabase();
        drop = database.drop;
        const encryptionKey = Buffer.alloc(32, 7).toString('base64');
        world = await startWorld({ lane, shared: { databaseUrl: database.url, encryptionKey } });
      }
      guard = guardTraffic();
    });

    afterAll(async () => {
      guard?.release();
      await world?.close();
      await drop?.();
    });

    // Not `test.each`, which cuts names short.
    for (const check of allChecks) {
      test(check.name, async () => {
        await check.run(world);
        expect(guard.foreign).toEqual([]);
      });
    }

    test('every server was asked', () => {
      const asked = new Set(world.front.requests.map(({ backend }) => backend));
      expect([...asked]).toEqual(expect.arrayContaining([...world.front.backends]));
      expect(world.front.backends).toHaveLength(place === 'one embedded server and SQLite' ? 1 : 2);
    });
  });
}
