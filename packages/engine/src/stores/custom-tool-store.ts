import type { Selectable } from 'kysely';
import { fromJson, fromJsonOrNull, toDate, toDateOrNull } from './codec.ts';
import { fairShare } from './fair-share.ts';
import type { CustomToolStore, CustomToolWorker, Store, StoredCustomToolCall } from './store.ts';
import type { Database, Tables } from './tables.ts';

/** Longer than any call runs. */
const keptMs = 60 * 60 * 1000;
/** A worker that was there a moment ago may be gone, or busy: what it leaves is for all. */
const patienceMs = 500;
/** Looked at to share them out; more than any worker takes at once. */
const mostWaiting = 500;

export function createCustomToolStore(database: Database, kind: Store['kind'], now: () => Date): CustomToolStore {
  const ofWorker = ({ projectId, sessionId, workerId }: CustomToolWorker) => ({
    project_id: projectId,
    session_id: sessionId,
    worker_id: workerId,
  });

  /** The worker as it asks, and the others of its session that are there. */
  async function serving({ projectId, sessionId, workerId }: CustomToolWorker, capacity: number) {
    const workers = await database
      .selectFrom('custom_tool_workers')
      .select(['worker_id', 'capacity'])
      .where('project_id', '=', projectId)
      .where('session_id', '=', sessionId)
      .where('worker_id', '!=', workerId)
      .where('seen_until', '>', now())
      .execute();
    const calls = await database
      .selectFrom('custom_tool_calls')
      .select(['worker_id', ({ fn }) => fn.countAll().as('running')])
      .where('project_id', '=', projectId)
      .where('session_id', '=', sessionId)
      .where('state', '=', 'running')
      .groupBy('worker_id')
      .execute();
    const running = new Map(calls.map((row) => [row.worker_id, Number(row.running)]));
    return {
      own: { running: running.get(workerId) ?? 0, capacity },
      others: workers.map((other) => ({ running: running.get(other.worker_id) ?? 0, capacity: other.capacity })),
    };
  }

  return {
    async define(projectId, sessionId, definitions) {
      await database
        .updateTable('sessions')
        .set({ custom_tools: JSON.stringify(definitions) })
        .where('project_id', '=', projectId)
        .where('id', '=', sessionId)
        .execute();
    },
    async seen(worker, until, capacity) {
      await database.deleteFrom('custom_tool_workers').where('seen_until', '<=', now()).execute();
      // Calls that were given up, and whose worker never heard so.
      await database
        .deleteFrom('custom_tool_calls')
        .where('project_id', '=', worker.projectId)
        .where('session_id', '=', worker.sessionId)
        .where('created_at', '<=', new Date(now().getTime() - keptMs))
        .execute();
      await database
        .insertInto('custom_tool_workers')
        .values({ ...ofWorker(worker), seen_until: until, capacity })
        .onConflict((conflict) =>
          conflict.columns(['project_id', 'session_id', 'worker_id']).doUpdateSet({ seen_until: until, capacity }),
        )
        .execute();
    },
    async leave(worker) {
      await database
        .deleteFrom('custom_tool_workers')
        .where('project_id', '=', worker.projectId)
        .where('session_id', '=', worker.sessionId)
        .where('worker_id', '=', worker.workerId)
        .execute();
    },
    async hasWorker(projectId, sessionId) {
      const row = await database
        .selectFrom('custom_tool_workers')
        .select('worker_id')
        .where('project_id', '=', projectId)
        .where('session_id', '=', sessionId)
        .where('seen_until', '>', now())
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    async add({ id, projectId, sessionId, tool, input }) {
      await database
        .insertInto('custom_tool_calls')
        .values({
          id,
          project_id: projectId,
          session_id: sessionId,
          tool,
          input: JSON.stringify(input),
          state: 'queued',
          worker_id: null,
          lease_until: null,
          cancelled: false,
          result: null,
          created_at: now(),
        })
        .execute();
    },
    async claim(worker, capacity, leaseUntil) {
      const { projectId, sessionId, workerId } = worker;
      const waiting = await database
        .selectFrom('custom_tool_calls')
        .select('created_at')
        .where('project_id', '=', projectId)
        .where('session_id', '=', sessionId)
        .where('state', '=', 'queued')
        .orderBy('position')
        .limit(mostWaiting)
        .execute();
      if (waiting.length === 0) return [];
      const overdue = waiting.filter(({ created_at }) => now().getTime() - toDate(created_at).getTime() >= patienceMs);
      const { own, others } = await serving(worker, capacity);
      const limit = Math.max(fairShare(waiting.length, own, others), Math.min(capacity, overdue.length));
      if (limit === 0) return [];
      const rows = await database
        .with('oldest', (query) =>
          query
            .selectFrom('custom_tool_calls')
            .select('id')
            .where('project_id', '=', projectId)
            .where('session_id', '=', sessionId)
            .where('state', '=', 'queued')
            .orderBy('position')
            .limit(limit)
            // So that two who ask at once get different ones; SQLite has one writer at a time.
            .$if(kind === 'postgres', (locked) => locked.forUpdate().skipLocked()),
        )
        .updateTable('custom_tool_calls')
        .set({ state: 'running', worker_id: workerId, lease_until: leaseUntil })
        .where('id', 'in', (query) => query.selectFrom('oldest').select('oldest.id'))
        .returningAll()
        .execute();
      await database
        .updateTable('custom_tool_workers')
        .set({ capacity: Math.max(0, capacity - rows.length) })
        .where('project_id', '=', projectId)
        .where('session_id', '=', sessionId)
        .where('worker_id', '=', workerId)
        .execute();
      return rows.toSorted((a, b) => Number(a.position) - Number(b.position)).map(fromRow);
    },
    async renew({ workerId }, ids, leaseUntil) {
      if (ids.length === 0) return [];
      const rows = await database
        .updateTable('custom_tool_calls')
        .set({ lease_until: leaseUntil })
        .where('id', 'in', ids)
        .where('worker_id', '=', workerId)
        .where('state', '=', 'running')
        .returning(['id', 'cancelled'])
        .execute();
      const going = new Set(rows.filter(({ cancelled }) => !cancelled).map(({ id }) => id));
      // One that is not there any more was given up, too.
      return ids.filter((id) => !going.has(id));
    },
    async finish({ workerId }, id, result) {
      // Nobody waits for one that was given up.
      await database
        .deleteFrom('custom_tool_calls')
        .where('id', '=', id)
        .where('worker_id', '=', workerId)
        .where('cancelled', '=', true)
        .execute();
      const { numUpdatedRows } = await database
        .updateTable('custom_tool_calls')
        .set({ state: 'done', result: JSON.stringify(result) })
        .where('id', '=', id)
        .where('worker_id', '=', workerId)
        .where('state', '=', 'running')
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async get(id) {
      const row = await database.selectFrom('custom_tool_calls').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromRow(row);
    },
    async cancel(id) {
      await database.updateTable('custom_tool_calls').set({ cancelled: true }).where('id', '=', id).execute();
    },
    async takeBack(id) {
      const { numDeletedRows } = await database
        .deleteFrom('custom_tool_calls')
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
    async remove(id) {
      await database.deleteFrom('custom_tool_calls').where('id', '=', id).execute();
    },
  };
}

function fromRow(row: Selectable<Tables['custom_tool_calls']>): StoredCustomToolCall {
  return {
    id: row.id,
    tool: row.tool,
    input: fromJson(row.input),
    state: row.state === 'queued' || row.state === 'running' ? row.state : 'done',
    leaseUntil: toDateOrNull(row.lease_until),
    result: fromJsonOrNull(row.result),
  };
}
