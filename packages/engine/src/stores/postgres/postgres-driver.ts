import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { databaseError } from '../database-error.ts';

export interface PostgresDriverOptions {
  readonly pool: Pool;
  /** Turn what `pg` throws into what callers see. */
  readonly mapConnectError: (error: unknown) => Error;
  readonly mapQueryError: (error: unknown) => Error;
}

/** `pg` for Kysely, throwing our errors. */
export class PostgresDriver implements Driver {
  readonly #options: PostgresDriverOptions;
  #closed = false;

  constructor(options: PostgresDriverOptions) {
    this.#options = options;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    if (this.#closed) throw databaseError('closed', undefined);
    try {
      return new PostgresConnection(await this.#options.pool.connect(), this.#options.mapQueryError);
    } catch (error) {
      throw this.#options.mapConnectError(error);
    }
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof PostgresConnection) connection.release();
  }

  async destroy(): Promise<void> {
    this.#closed = true;
    await this.#options.pool.end();
  }
}

class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #mapError: (error: unknown) => Error;

  constructor(client: PoolClient, mapError: (error: unknown) => Error) {
    this.#client = client;
    this.#mapError = mapError;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const { rows, rowCount } = await this.#client.query(sql, [...parameters]);
      return { rows, ...(rowCount === null ? {} : { numAffectedRows: BigInt(rowCount) }) };
    } catch (error) {
      throw this.#mapError(error);
    }
  }

  // biome-ignore lint/correctness/useYield: the stores read page by page and never stream.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new TypeError('This driver does not stream.');
  }

  /** The pool drops a connection that broke. */
  release(): void {
    this.#client.release();
  }
}
