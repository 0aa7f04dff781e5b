import { JackfieldError } from '@jackfield/contract';
import {
  CompiledQuery,
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import { migrate } from '../migrate.ts';
import { migrations, postgresTypes } from '../migrations.ts';
import type { OpenDatabase, Tables } from '../tables.ts';
import { PostgresDriver } from './postgres-driver.ts';
import { mapPostgresError, postgresConnectError, sqlState } from './postgres-error.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string;
  /** Connections at most. Default: 10. */
  readonly maxConnections?: number | undefined;
}

const connectTimeoutMs = 10_000;
const statementTimeoutMs = 30_000;
const lockTimeoutMs = 10_000;

/** Any number that no other program takes for its advisory lock: `jackfld` in ASCII. */
const migrationLock = '29946713399421028';

/**
 * Connects and brings the schema up to date. Of several servers that start at once one does it while the others wait.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` for a URL that cannot be used, a refused password, a missing database
 * or missing rights; `UNAVAILABLE` if the server cannot be reached.
 */
export async function openPostgres(options: PostgresOptions): Promise<OpenDatabase> {
  const address = parseUrl(options.url);
  const { Pool, types } = (await import('pg')).default;
  const pool = new Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'jackfield',
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    types: {
      getTypeParser(oid, format) {
        if (format !== 'binary') {
          if (oid === types.builtins.INT8) return Number;
          if (oid === types.builtins.JSON) return identity;
        }
        return types.getTypeParser(oid, format);
      },
    },
  });
  // Without a listener a connection that breaks would end the process, whether it is idle (when the pool tells of it)
  // or in use (when the query fails as well). The pool replaces it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const driver = new PostgresDriver({
    pool,
    mapConnectError: (error) => postgresConnectError(error, address),
    mapQueryError: mapPostgresError,
  });
  const database = new Kysely<Tables>({ dialect: postgresDialect(driver) });
  try {
    await migrate(
      database,
      {
        types: postgresTypes,
        lock: [
          CompiledQuery.raw(`set local lock_timeout = ${statementTimeoutMs * 2}`),
          CompiledQuery.raw(`set local statement_timeout = ${statementTimeoutMs * 2}`),
          CompiledQuery.raw(`select pg_advisory_xact_lock(${migrationLock})`),
        ],
        hasTable,
      },
      migrations,
    );
    return { database, close: () => driver.destroy() };
  } catch (error) {
    await driver.destroy();
    throw openError(error, address);
  }
}

function postgresDialect(driver: PostgresDriver): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/** Not `to_regclass`: within a transaction its cache misses a table that another transaction has made meanwhile. */
async function hasTable(database: Kysely<Tables>, name: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_catalog.pg_class
    where relname = ${name} and relkind = 'r' and relnamespace = to_regnamespace(current_schema())
  `.execute(database);
  return rows.length > 0;
}

function parseUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: 'The database URL is not a PostgreSQL URL.',
      fix: 'Write it as postgres://user:password@host:5432/database, with special characters in the password percent-encoded.',
    });
  }
  return parsed.host;
}

function openError(error: unknown, address: string): unknown {
  const cause = JackfieldError.isInstance(error) ? error.cause : undefined;
  const state = sqlState(cause);
  // Insufficient privilege; no schema to create in.
  if (state !== '42501' && state !== '3F000') return error;
  return new JackfieldError('INVALID_CONFIGURATION', {
    message: `The user in the database URL may not create tables in its schema of PostgreSQL at ${address}.`,
    fix: 'Make the user the owner of the database, or grant it USAGE and CREATE on the schema.',
    cause,
  });
}

function identity(text: string): string {
  return text;
}
