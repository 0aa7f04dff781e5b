import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  type TransactionSettings,
} from 'kysely';
import { databaseError } from '../database-error.ts';

export interface SqliteDriverOptions {
  /** Absolute path, or `:memory:`. */
  readonly file: string;
  /** How long a statement waits for another process to finish writing, in milliseconds. */
  readonly busyTimeoutMs: number;
  /** Turns what SQLite throws into what callers see. */
  readonly mapError: (error: unknown) => Error;
}

interface PreparedStatement {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

/** A statement of its own, waiting for the next commit. */
interface QueuedStatement {
  readonly kind: 'statement';
  readonly query: CompiledQuery;
  readonly resolve: (result: QueryResult<unknown>) => void;
  readonly reject: (error: Error) => void;
}

/** A transaction that waits for its turn in the next commit. */
interface QueuedTransaction {
  readonly kind: 'transaction';
  /** Lets the transaction run; it ends by calling `end`. */
  readonly start: (end: (outcome: TransactionOutcome) => void) => void;
  /** Before it could start. */
  readonly reject: (error: Error) => void;
}

interface TransactionOutcome {
  readonly commit: boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

type QueuedWrite = QueuedStatement | QueuedTransaction;

/** Called when the commit that a write belongs to has succeeded or failed. */
interface Settlement {
  readonly write: QueuedWrite;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const statementCacheSize = 200;

/**
 * `node:sqlite` for Kysely, with group commit: the writes that are issued in one turn of the event loop share one
 * database transaction, and so one flush to the disk; each is answered after that. A write that fails takes back only
 * itself. Reads see committed data only.
 *
 * SQLite works synchronously, so nothing else of this process happens between two statements, except within a
 * transaction, whose caller awaits between its statements; reads and other writes wait until it has ended.
 */
export class SqliteDriver implements Driver {
  readonly #options: SqliteDriverOptions;
  #database: DatabaseSync | undefined;
  readonly #statements = new Map<string, PreparedStatement>();
  /** Kysely keeps what it knows of a connection: fewer of them are less to keep. */
  readonly #idle: SqliteConnection[] = [];
  #queue: QueuedWrite[] = [];
  #scheduled = false;
  /** Settles when the commit that is under way has ended. */
  #committing: Promise<void> | undefined;

  constructor(options: SqliteDriverOptions) {
    this.#options = options;
  }

  async init(): Promise<void> {
    try {
      const database = new DatabaseSync(this.#options.file, {
        enableForeignKeyConstraints: true,
        timeout: this.#options.busyTimeoutMs,
      });
      this.#database = database;
      database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory');
    } catch (error) {
      this.#database?.close();
      this.#database = undefined;
      throw this.#options.mapError(error);
    }
  }

  async acquireConnection(): Promise<SqliteConnection> {
    return this.#idle.pop() ?? new SqliteConnection(this);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof SqliteConnection && connection.end === undefined) this.#idle.push(connection);
  }

  async beginTransaction(connection: DatabaseConnection, _settings: TransactionSettings): Promise<void> {
    if (!(connection instanceof SqliteConnection)) throw new TypeError('Not a connection of this driver.');
    connection.end = await new Promise((resolve, reject) => {
      this.#enqueue({ kind: 'transaction', start: resolve, reject });
    });
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#endTransaction(connection, true);
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#endTransaction(connection, false);
  }

  #endTransaction(connection: DatabaseConnection, commit: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!(connection instanceof SqliteConnection) || connection.end === undefined) {
        reject(new TypeError('The connection is not in a transaction.'));
        return;
      }
      const { end } = connection;
      connection.end = undefined;
      end({ commit, resolve, reject });
    });
  }

  /** Runs a query outside any transaction. */
  async execute(query: CompiledQuery): Promise<QueryResult<unknown>> {
    if (isWrite(query)) {
      return new Promise((resolve, reject) => this.#enqueue({ kind: 'statement', query, resolve, reject }));
    }
    while (this.#committing !== undefined) await this.#committing;
    return this.run(query);
  }

  /** Runs a query now. */
  run({ sql, parameters }: CompiledQuery): QueryResult<unknown> {
    try {
      const { statement, returnsRows } = this.#prepare(sql);
      const bound = parameters.map(bindable);
      if (returnsRows) {
        const rows = statement.all(...bound);
        return { rows, numAffectedRows: BigInt(rows.length) };
      }
      return { rows: [], numAffectedRows: BigInt(statement.run(...bound).changes) };
    } catch (error) {
      throw this.#options.mapError(error);
    }
  }

  async destroy(): Promise<void> {
    while (this.#scheduled || this.#committing !== undefined) {
      await (this.#committing ?? new Promise((resolve) => setImmediate(resolve)));
    }
    this.#statements.clear();
    this.#database?.close();
    this.#database = undefined;
  }

  get #open(): DatabaseSync {
    if (this.#database === undefined) throw databaseError('closed', undefined);
    return this.#database;
  }

  #prepare(sql: string): PreparedStatement {
    const cached = this.#statements.get(sql);
    if (cached !== undefined) {
      // To the end: the first one is the one that was not used for longest.
      this.#statements.delete(sql);
      this.#statements.set(sql, cached);
      return cached;
    }
    const statement = this.#open.prepare(sql);
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    if (this.#statements.size >= statementCacheSize) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    this.#statements.set(sql, prepared);
    return prepared;
  }

  #enqueue(write: QueuedWrite): void {
    this.#queue.push(write);
    if (this.#scheduled || this.#committing !== undefined) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#committing = this.#commitQueue().finally(() => {
        this.#committing = undefined;
      });
    });
  }

  async #commitQueue(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      await this.#commitBatch(batch);
    }
  }

  async #commitBatch(batch: readonly QueuedWrite[]): Promise<void> {
    try {
      this.#open.exec('begin immediate');
    } catch (error) {
      for (const write of batch) write.reject(this.#options.mapError(error));
      return;
    }
    const written: Settlement[] = [];
    const notStarted: QueuedWrite[] = [];
    for (const write of batch) {
      if (!this.#open.isTransaction) {
        notStarted.push(write);
        continue;
      }
      const settlement = write.kind === 'statement' ? this.#runStatement(write) : await this.#runTransaction(write);
      if (settlement !== undefined) written.push(settlement);
    }
    try {
      // A full disk can make SQLite roll back the whole transaction on its own.
      if (!this.#open.isTransaction) throw new Error('SQLite rolled the transaction back.');
      this.#open.exec('commit');
    } catch (error) {
      if (this.#open.isTransaction) this.#open.exec('rollback');
      await this.#commitApart(batch, written, notStarted, this.#options.mapError(error));
      return;
    }
    for (const { resolve } of written) resolve();
  }

  /**
   * After a batch was lost, and which write was to blame is not known: gives each a transaction of its own. What ran
   * inside a caller's transaction cannot be run again.
   */
  async #commitApart(
    batch: readonly QueuedWrite[],
    written: readonly Settlement[],
    notStarted: readonly QueuedWrite[],
    reason: Error,
  ): Promise<void> {
    for (const { write, reject } of written) {
      if (write.kind === 'statement' && batch.length > 1) await this.#commitBatch([write]);
      else reject(reason);
    }
    for (const write of notStarted) await this.#commitBatch([write]);
  }

  /** A statement that fails has no effect (SQLite's `ABORT`), so that it needs no savepoint. */
  #runStatement(write: QueuedStatement): Settlement | undefined {
    try {
      const result = this.run(write.query);
      return { write, resolve: () => write.resolve(result), reject: write.reject };
    } catch (error) {
      write.reject(this.#options.mapError(error));
      return undefined;
    }
  }

  async #runTransaction(write: QueuedTransaction): Promise<Settlement | undefined> {
    try {
      this.#open.exec('savepoint caller');
    } catch (error) {
      write.reject(this.#options.mapError(error));
      return undefined;
    }
    const outcome = await new Promise<TransactionOutcome>((resolve) => write.start(resolve));
    try {
      this.#open.exec(outcome.commit ? 'release caller' : 'rollback to caller; release caller');
    } catch (error) {
      outcome.reject(this.#options.mapError(error));
      return undefined;
    }
    if (outcome.commit) return { write, resolve: outcome.resolve, reject: outcome.reject };
    outcome.resolve();
    return undefined;
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #driver: SqliteDriver;
  /** Ends the transaction that this connection is in. */
  end: ((outcome: TransactionOutcome) => void) | undefined;

  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const result = this.end === undefined ? await this.#driver.execute(query) : this.#driver.run(query);
    return result as QueryResult<Row>;
  }

  // biome-ignore lint/correctness/useYield: the stores read page by page and never stream.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new TypeError('This driver does not stream.');
  }
}

function isWrite(query: CompiledQuery): boolean {
  return !SelectQueryNode.is(query.query) && !/^\s*(?:select|pragma)\b/i.test(query.sql);
}

function bindable(value: unknown): SQLInputValue {
  if (typeof value === 'string') {
    // PostgreSQL cannot hold it. What one store takes, the other takes too.
    if (value.includes('\0')) throw new NulCharacterError();
    return value;
  }
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return value.getTime();
  if (value === null || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) {
    return value;
  }
  throw new TypeError(`SQLite cannot store a value of type ${typeof value}.`);
}

/** A text holds the character U+0000. */
export class NulCharacterError extends Error {
  override readonly name = 'NulCharacterError';
}
