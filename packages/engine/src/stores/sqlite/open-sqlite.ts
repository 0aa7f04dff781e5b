import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { JackfieldError } from '@jackfield/contract';
import { type Dialect, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import { migrate } from '../migrate.ts';
import { migrations, sqliteTypes } from '../migrations.ts';
import type { OpenDatabase, Tables } from '../tables.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import { mapSqliteError, sqliteCode } from './sqlite-error.ts';

/** How long a write waits for another process that writes to the same file. */
const defaultBusyTimeoutMs = 5000;

/** SQLite's `SQLITE_NOTADB` and `SQLITE_CORRUPT`. */
const notADatabase = 26;
const corrupt = 11;

/**
 * Opens a database file, made if there is none (the folder with mode 0700, the file with 0600), or `:memory:`, and
 * brings its schema up to date.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` if the file cannot be made, opened or is not a database of ours;
 * `UNAVAILABLE` if another process keeps it locked.
 */
export async function openSqlite(file: string, busyTimeoutMs = defaultBusyTimeoutMs): Promise<OpenDatabase> {
  const path = file === ':memory:' ? file : resolve(file);
  if (path !== ':memory:') createFile(path);
  const driver = new SqliteDriver({ file: path, busyTimeoutMs, mapError: mapSqliteError });
  const database = new Kysely<Tables>({ dialect: sqliteDialect(driver) });
  try {
    await whenUnlocked(busyTimeoutMs, () =>
      migrate(
        database,
        // A transaction holds SQLite's only write lock from its start.
        { types: sqliteTypes, lock: [], hasTable },
        migrations,
      ),
    );
    return { database, close: () => driver.destroy() };
  } catch (error) {
    await driver.destroy();
    throw openError(path, busyTimeoutMs, error);
  }
}

/** Lets queries reach the driver side by side; with Kysely's own adapter they queue before it and none share a commit. */
export class SharedConnectionAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

function sqliteDialect(driver: SqliteDriver): Dialect {
  return {
    createAdapter: () => new SharedConnectionAdapter(),
    createDriver: () => driver,
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

async function hasTable(database: Kysely<Tables>, name: string): Promise<boolean> {
  const { rows } = await sql`select 1 from sqlite_master where type = 'table' and name = ${name}`.execute(database);
  return rows.length > 0;
}

function createFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite gives its own files beside it (`-wal`, `-shm`) the same mode.
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `The database file ${path} cannot be created or written${systemCode(error)}.`,
      fix: 'Choose a data folder that this user may write to, or change its permissions.',
      cause: error,
    });
  }
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
}

/** Turning on WAL does not wait for other processes that open the same file, in spite of the busy timeout. */
async function whenUnlocked(busyTimeoutMs: number, run: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + busyTimeoutMs;
  for (;;) {
    try {
      await run();
      return;
    } catch (error) {
      if (!(JackfieldError.isInstance(error) && error.code === 'UNAVAILABLE') || Date.now() > deadline) throw error;
      await delay(20);
    }
  }
}

function openError(path: string, busyTimeoutMs: number, error: unknown): unknown {
  const cause = JackfieldError.isInstance(error) ? error.cause : error;
  const code = (sqliteCode(cause) ?? 0) & 0xff;
  if (code === notADatabase || code === corrupt) {
    return new JackfieldError('INVALID_CONFIGURATION', {
      message: `The file ${path} is not a SQLite database, or is damaged.`,
      fix: 'Point the data folder somewhere else, or restore the file from a backup.',
      cause,
    });
  }
  if (JackfieldError.isInstance(error) && error.code === 'UNAVAILABLE') {
    return new JackfieldError('UNAVAILABLE', {
      message: `The database file ${path} stayed locked by another process for ${busyTimeoutMs / 1000} seconds.`,
      fix: 'Stop the program that keeps a transaction open on it (a database browser, a backup), then start again.',
      cause,
    });
  }
  return error;
}
