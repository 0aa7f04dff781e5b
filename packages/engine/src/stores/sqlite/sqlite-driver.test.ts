import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery, Kysely, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SharedConnectionAdapter } from './open-sqlite.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import { mapSqliteError } from './sqlite-error.ts';

interface Tables {
  rows: { id: number; text: string };
}

let folder: string;
let file: string;
let driver: SqliteDriver;
let database: Kysely<Tables>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jackfield-sqlite-'));
  file = join(folder, 'test.db');
  driver = new SqliteDriver({ file, busyTimeoutMs: 100, mapError: mapSqliteError });
  database = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SharedConnectionAdapter(),
      createDriver: () => driver,
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  await sql`create table rows (id integer primary key, text text not null) strict`.execute(database);
});
afterEach(async () => {
  await driver.destroy();
  rmSync(folder, { recursive: true });
});

const insert = (id: number, text = 'x') => database.insertInto('rows').values({ id, text }).execute();
const ids = async () => (await database.selectFrom('rows').select('id').orderBy('id').execute()).map(({ id }) => id);
const statuses = (results: readonly PromiseSettledResult<unknown>[]) => results.map(({ status }) => status);

/** How many pages commits have written since the log was last emptied. A commit writes every page that it changed. */
function pagesWritten(): number {
  return Math.round(statSync(`${file}-wal`).size / 4096);
}

test('the database is durable and strict', async () => {
  const pragmas = await Promise.all(
    ['journal_mode', 'synchronous', 'foreign_keys'].map(
      async (name) =>
        (await database.executeQuery<Record<string, unknown>>(CompiledQuery.raw(`pragma ${name}`))).rows[0]?.[name],
    ),
  );
  // 2 is `full`.
  expect(pragmas).toEqual(['wal', 2, 1]);
});

describe('group commit', () => {
  test('writes of one turn share a commit; writes of several do not', async () => {
    const start = pagesWritten();
    await Promise.all(Array.from({ length: 100 }, (_, id) => insert(id)));
    const together = pagesWritten() - start;
    expect(together).toBeLessThan(10);
    for (let id = 100; id < 200; id++) await insert(id);
    expect(pagesWritten() - start - together).toBeGreaterThanOrEqual(100);
  });

  test('transactions of one turn share a commit, too', async () => {
    const start = pagesWritten();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        database.transaction().execute(async (transaction) => {
          await transaction.insertInto('rows').values({ id: index, text: 'x' }).execute();
          await transaction.updateTable('rows').set({ text: 'y' }).where('id', '=', index).execute();
        }),
      ),
    );
    expect(pagesWritten() - start).toBeLessThan(10);
    expect(await database.selectFrom('rows').selectAll().where('text', '=', 'y').execute()).toHaveLength(50);
  });

  test('what fails takes back only itself', async () => {
    const results = await Promise.allSettled([
      insert(1),
      insert(1),
      database.transaction().execute(async (transaction) => {
        await transaction.insertInto('rows').values({ id: 2, text: 'x' }).execute();
        throw new Error('changed its mind');
      }),
      database.transaction().execute(async (transaction) => {
        await transaction.insertInto('rows').values({ id: 3, text: 'x' }).execute();
        await transaction.insertInto('rows').values({ id: 1, text: 'x' }).execute();
      }),
      insert(4),
    ]);
    expect(statuses(results)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled']);
    expect(await ids()).toEqual([1, 4]);
  });

  test('a transaction that lost a statement goes on', async () => {
    await insert(1);
    await database.transaction().execute(async (transaction) => {
      await expect(transaction.insertInto('rows').values({ id: 1, text: 'x' }).execute()).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      await transaction.insertInto('rows').values({ id: 2, text: 'x' }).execute();
    });
    expect(await ids()).toEqual([1, 2]);
  });

  test('others read nothing of a transaction before it has ended, and then all', async () => {
    let seen: Promise<number[]> | undefined;
    await database.transaction().execute(async (transaction) => {
      await transaction.insertInto('rows').values({ id: 1, text: 'x' }).execute();
      seen = ids();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await transaction.insertInto('rows').values({ id: 2, text: 'x' }).execute();
      expect((await transaction.selectFrom('rows').selectAll().execute()).length).toBe(2);
    });
    expect(await seen).toEqual([1, 2]);
  });

  test('writes during a commit go into the next one', async () => {
    const later: Promise<unknown>[] = [];
    await Promise.all([
      database.transaction().execute(async (transaction) => {
        later.push(insert(2), insert(3));
        await transaction.insertInto('rows').values({ id: 1, text: 'x' }).execute();
      }),
    ]);
    await Promise.all(later);
    expect(await ids()).toEqual([1, 2, 3]);
  });

  test('a full disk fails the write that does not fit, and no other', async () => {
    await sql`pragma max_page_count = 20`.execute(database);
    const results = await Promise.allSettled([insert(1), insert(2, 'x'.repeat(200_000)), insert(3), insert(4)]);
    expect(statuses(results)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
    expect(await ids()).toEqual([1, 3, 4]);
    await insert(5);
    expect(await ids()).toEqual([1, 3, 4, 5]);
  });

  test('a lock of another process fails all that waited for it, and later writes succeed', async () => {
    const other = new SqliteDriver({ file, busyTimeoutMs: 0, mapError: mapSqliteError });
    await other.init();
    const connection = await other.acquireConnection();
    await other.beginTransaction(connection, {});
    const results = await Promise.allSettled([
      insert(1),
      database.transaction().execute((trx) => trx.insertInto('rows').values({ id: 2, text: 'x' }).execute()),
    ]);
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'UNAVAILABLE', retryable: true } },
      { status: 'rejected', reason: { code: 'UNAVAILABLE' } },
    ]);
    await other.rollbackTransaction(connection);
    await other.destroy();
    await insert(3);
    expect(await ids()).toEqual([3]);
  });
});

describe('values', () => {
  test('more statements than the cache holds still run', async () => {
    for (let index = 0; index < 450; index++) {
      const { rows } = await sql`select ${index} as value, ${sql.raw(`${index}`)} as literal`.execute(database);
      expect(rows).toEqual([{ value: index, literal: index }]);
    }
  });

  test.each([[undefined], [{}], [[1]], [Symbol('x')]])('%s cannot be stored', async (value) => {
    await expect(sql`select ${value} as value`.execute(database)).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
