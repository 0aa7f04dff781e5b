import { createServer } from 'node:net';
import { createTestDatabase, type TestDatabase } from '@jackfield-internal/fakes/test-database';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations } from '../migrations.ts';
import { openStore } from '../open-store.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function query(sql: string, url = database.url): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The URL with changes. */
function changed(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

async function failure(url: string): Promise<{ readonly code: string; readonly shown: string }> {
  try {
    await (await openStore({ kind: 'postgres', url })).close();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return { code: String(error.code), shown: `${JSON.stringify(error)} ${error.message}` };
  }
  throw new Error('It did not fail.');
}

describe('what cannot be opened is refused without showing the password', () => {
  test('a wrong password', async () => {
    const { code, shown } = await failure(changed((url) => (url.password = 'hunter2')));
    expect(code).toBe('INVALID_CONFIGURATION');
    expect(shown).toContain('password');
    expect(shown).not.toContain('hunter2');
  });

  test('a database that does not exist', async () => {
    const { code, shown } = await failure(changed((url) => (url.pathname = '/nowhere')));
    expect(code).toBe('INVALID_CONFIGURATION');
    expect(shown).toContain('createdb');
    expect(shown).not.toContain(new URL(database.url).password);
  });

  test('a server that does not run', async () => {
    const { code, shown } = await failure('postgres://user:hunter2@127.0.0.1:1/db');
    expect(code).toBe('UNAVAILABLE');
    expect(shown).toContain('127.0.0.1:1');
    expect(shown).not.toContain('hunter2');
  });

  test('a host that does not exist', async () => {
    expect((await failure('postgres://user:hunter2@no-such-host.invalid/db')).code).toBe('UNAVAILABLE');
  });

  test('a server that is not PostgreSQL', async () => {
    const server = createServer((socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    expect((await failure(`postgres://user:hunter2@127.0.0.1:${port}/db`)).code).toBe('UNAVAILABLE');
    server.close();
  });

  test.each(['', 'localhost:5432/db', 'mysql://user:hunter2@host/db', 'postgres//user:hunter2@host'])(
    'the URL %j',
    async (url) => {
      const { code, shown } = await failure(url);
      expect(code).toBe('INVALID_CONFIGURATION');
      expect(shown).not.toContain('hunter2');
    },
  );

  test('a user who may not create tables', async () => {
    const user = `user_${new URL(database.url).pathname.slice(1)}`;
    await query(`create role ${user} login password 'hunter2'`);
    const { code, shown } = await failure(
      changed((url) => {
        url.username = user;
        url.password = 'hunter2';
      }),
    );
    await query(`drop role ${user}`);
    expect(code).toBe('INVALID_CONFIGURATION');
    expect(shown).toContain('may not create tables');
  });
});

test('a newer schema is refused and left alone', async () => {
  await (await openStore({ kind: 'postgres', url: database.url })).close();
  await query("insert into schema_migrations (version, name, applied_at) values (99, 'from the future', now())");
  await expect(openStore({ kind: 'postgres', url: database.url })).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining('schema version 99'),
  });
});

test('a migration that fails leaves nothing behind', async () => {
  await query('create table tool_calls (x text)');
  await expect(openStore({ kind: 'postgres', url: database.url })).rejects.toMatchObject({ code: 'INTERNAL' });
  const { rows } = await query("select tablename from pg_tables where schemaname = 'public'");
  expect(rows).toEqual([{ tablename: 'tool_calls' }]);
});

test('many servers that start at once make one schema', async () => {
  const stores = await Promise.all(
    Array.from({ length: 10 }, () => openStore({ kind: 'postgres', url: database.url, maxConnections: 2 })),
  );
  const { rows } = await query('select count(*)::int as count from schema_migrations');
  expect(rows).toEqual([{ count: migrations.length }]);
  await Promise.all(stores.map((store) => store.close()));
});

test('broken connections are replaced', async () => {
  const store = await openStore({ kind: 'postgres', url: database.url });
  await Promise.all(Array.from({ length: 5 }, () => store.projects.list()));
  await query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await expect
    .poll(() =>
      store.ping().then(
        () => 'answers',
        (error: unknown) => error,
      ),
    )
    .toBe('answers');
  await Promise.all(Array.from({ length: 20 }, () => store.projects.list()));
  await store.close();
});

test('a connection that breaks in the middle of a transaction fails that write alone', async () => {
  const store = await openStore({ kind: 'postgres', url: database.url });
  const { id: projectId } = await store.projects.ensure('default');
  const locker = new pg.Client({ connectionString: database.url });
  await locker.connect();
  await locker.query('begin; lock table session_config_versions in access exclusive mode');
  const session = { id: 'ses_1', projectId, userId: 'user_1', config: {}, expiresAt: null };
  const writing = store.sessions.create(session);
  const refused = expect(writing).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect
    .poll(async () => (await query("select pid from pg_stat_activity where wait_event_type = 'Lock'")).rowCount)
    .toBe(1);
  await query("select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'");
  await refused;
  await locker.end();
  expect(await store.sessions.get(projectId, 'ses_1')).toBeUndefined();
  await expect(store.sessions.create(session)).resolves.toMatchObject({ id: 'ses_1' });
  await store.close();
});
