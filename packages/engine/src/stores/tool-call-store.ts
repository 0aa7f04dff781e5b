import type { ErrorCode } from '@jackfield/contract';
import { JackfieldError } from '@jackfield/contract';
import type { Insertable, Selectable } from 'kysely';
import { toDate } from './codec.ts';
import { pageQuery, toPage } from './page.ts';
import { prepareQuery } from './prepare-query.ts';
import { maxBufferedToolCalls, type Store, type ToolCall, type ToolCallStore } from './store.ts';
import type { Database, Tables } from './tables.ts';

/** Records in one transaction: to PostgreSQL one statement, which comes to one connection. */
const batchSize: Readonly<Record<Store['kind'], number>> = { sqlite: 2_000, postgres: 500 };

/**
 * Records in one statement, largest first. SQLite keeps statements prepared, which would be pushed out by one for each
 * number of rows, and commits those of a batch together anyway; to PostgreSQL each is a message there and back.
 */
const rowsPerStatement: Readonly<Record<Store['kind'], readonly number[]>> = {
  sqlite: [50, 1],
  postgres: [batchSize.postgres],
};

/** How long records gather before they are written, and how long to wait after a failure, in milliseconds. */
const writeDelayMs = 500;
const retryDelayMs = 1000;

export interface BufferedToolCallStore extends ToolCallStore {
  /** Writes what is buffered, and stops. */
  close(): Promise<void>;
}

export function createToolCallStore(
  database: Database,
  kind: Store['kind'],
  onBackgroundError: (error: JackfieldError) => void = () => {},
): BufferedToolCallStore {
  let buffer: ToolCall[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  const insert = (rows: readonly Insertable<Tables['tool_calls']>[]) =>
    database
      .insertInto('tool_calls')
      .values(rows)
      // A write that reached the database though its answer did not is repeated.
      .onConflict((conflict) => conflict.column('id').doNothing());
  const prepared = new Map(
    [1, ...rowsPerStatement[kind]].map((count) => [
      count,
      prepareQuery<unknown, readonly unknown[]>(database, () =>
        insert(Array.from({ length: count }, () => toRow(anyCall))),
      ),
    ]),
  );

  async function write(calls: readonly ToolCall[]): Promise<void> {
    try {
      const rows = calls.map(toRow);
      const insertPrepared = prepared.get(rows.length);
      if (insertPrepared === undefined) await insert(rows).execute();
      else await insertPrepared(...rows.flatMap((row) => Object.values(row)));
    } catch (error) {
      if (JackfieldError.isInstance(error) && error.code === 'UNAVAILABLE') throw error;
      // One of them cannot be written, now or ever; the others must not wait for it.
      if (calls.length > 1) for (const call of calls) await write([call]);
      else onBackgroundError(lost('A tool call', 'could not be recorded and is lost.', error));
    }
  }

  async function writeBuffer(): Promise<void> {
    while (buffer.length > 0) {
      const batch = buffer.slice(0, batchSize[kind]);
      await Promise.all(inParts(batch, rowsPerStatement[kind]).map(write));
      const written = new Set(batch);
      buffer = buffer.filter((call) => !written.has(call));
    }
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    while (buffer.length > 0) {
      writing ??= writeBuffer().finally(() => {
        writing = undefined;
      });
      await writing;
    }
  }

  function schedule(delayMs: number): void {
    timer ??= setTimeout(async () => {
      timer = undefined;
      try {
        await flush();
      } catch (error) {
        onBackgroundError(lost(`${buffer.length} tool calls`, 'wait to be recorded.', error));
        schedule(retryDelayMs);
      }
    }, delayMs);
    // A process that has nothing else to do ends after the first attempt.
    if (delayMs === retryDelayMs) timer.unref();
  }

  return {
    record(call) {
      if (buffer.length >= maxBufferedToolCalls) {
        buffer.shift();
        onBackgroundError(lost(`The oldest of ${maxBufferedToolCalls} tool calls that wait`, 'is lost.', undefined));
      }
      buffer.push(call);
      schedule(writeDelayMs);
    },
    flush,
    async list({ projectId, sessionId, ...page }) {
      const request = pageQuery('tool_calls', page);
      await flush();
      let query = database
        .selectFrom('tool_calls')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('session_id', '=', sessionId)
        .orderBy('position', 'desc')
        .limit(request.limit);
      if (request.before !== undefined) query = query.where('position', '<', request.before);
      return toPage('tool_calls', await query.execute(), request, (row) => row.position, fromRow);
    },
    close: flush,
  };
}

/** As many parts of the first size as there are, of what is left as many of the second, and so on; the last may be smaller. */
function inParts(calls: readonly ToolCall[], [size = 1, ...smaller]: readonly number[]): (readonly ToolCall[])[] {
  const parts: (readonly ToolCall[])[] = [];
  const end = smaller.length === 0 ? calls.length : calls.length - (calls.length % size);
  for (let at = 0; at < end; at += size) parts.push(calls.slice(at, at + size));
  return smaller.length === 0 ? parts : [...parts, ...inParts(calls.slice(end), smaller)];
}

function lost(what: string, how: string, cause: unknown): JackfieldError {
  return new JackfieldError('UNAVAILABLE', {
    message: `${what} ${how}`,
    fix: 'Check the database: the cause says why it does not take them.',
    cause,
  });
}

/** Has the fields of a call, to build a statement from. */
const anyCall: ToolCall = {
  id: '',
  projectId: '',
  sessionId: '',
  userId: '',
  tool: '',
  toolkit: '',
  connectedAccountId: '',
  outcome: 'succeeded',
  errorCode: 'INTERNAL',
  requestId: '',
  startedAt: new Date(0),
  durationMs: 0,
};

function toRow(call: ToolCall): Insertable<Tables['tool_calls']> {
  return {
    id: call.id,
    project_id: call.projectId,
    session_id: call.sessionId,
    user_id: call.userId,
    tool: call.tool,
    toolkit: call.toolkit,
    connected_account_id: call.connectedAccountId,
    outcome: call.outcome,
    error_code: call.errorCode,
    request_id: call.requestId,
    started_at: call.startedAt,
    duration_ms: call.durationMs,
  };
}

function fromRow(row: Selectable<Tables['tool_calls']>): ToolCall {
  return {
    id: row.id,
    projectId: row.project_id,
    sessionId: row.session_id,
    userId: row.user_id,
    tool: row.tool,
    toolkit: row.toolkit,
    connectedAccountId: row.connected_account_id,
    outcome: row.outcome as ToolCall['outcome'],
    errorCode: row.error_code as ErrorCode | null,
    requestId: row.request_id,
    startedAt: toDate(row.started_at),
    durationMs: row.duration_ms,
  };
}
