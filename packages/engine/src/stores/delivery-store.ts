import type { EventType } from '@jackfield/contract';
import type { Selectable } from 'kysely';
import { toDate, toDateOrNull } from './codec.ts';
import { toEvent } from './event-store.ts';
import type { DeliveryStatus, DeliveryStore, Store, StoredDelivery } from './store.ts';
import type { Database, Tables } from './tables.ts';

export function createDeliveryStore(database: Database, kind: Store['kind'], now: () => Date): DeliveryStore {
  return {
    async claim({ ownerId, until, limit, except = [] }) {
      const at = now();
      let due = database
        .selectFrom('webhook_deliveries')
        .select('position')
        .where('status', '=', 'pending')
        .where('next_attempt_at', '<=', at)
        .orderBy('next_attempt_at')
        .limit(limit);
      if (except.length > 0) due = due.where('webhook_id', 'not in', except);
      // Most often there are none, and to find that out needs no write.
      if ((await due.limit(1).executeTakeFirst()) === undefined) return [];
      // What another server is taking is left to it, rather than waited for. SQLite has one writer at a time.
      if (kind === 'postgres') due = due.forUpdate().skipLocked();
      const rows = await database
        .updateTable('webhook_deliveries')
        .set((column) => ({
          owner_id: ownerId,
          attempts: column('attempts', '+', 1),
          attempted_at: at,
          next_attempt_at: until,
        }))
        .where('position', 'in', due)
        .where('status', '=', 'pending')
        .where('next_attempt_at', '<=', at)
        .returningAll()
        .execute();
      if (rows.length === 0) return [];
      const events = await database
        .selectFrom('events')
        .selectAll()
        .where(
          'id',
          'in',
          rows.map((row) => row.event_id),
        )
        .execute();
      const byId = new Map(events.map((row) => [row.id, toEvent(row)]));
      return rows.flatMap((row) => {
        const event = byId.get(row.event_id);
        // Pruned in between, and the delivery with it.
        return event === undefined ? [] : [{ ...fromRow(row), event }];
      });
    },
    async finish({ id, ownerId, status, responseStatus, reason, nextAttemptAt }) {
      const { numUpdatedRows } = await database
        .updateTable('webhook_deliveries')
        .set({ status, response_status: responseStatus, reason, next_attempt_at: nextAttemptAt, owner_id: null })
        .where('position', '=', id)
        .where('owner_id', '=', ownerId)
        .where('status', '=', 'pending')
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async release(id, ownerId) {
      await database
        .updateTable('webhook_deliveries')
        .set((column) => ({ owner_id: null, attempts: column('attempts', '-', 1), next_attempt_at: now() }))
        .where('position', '=', id)
        .where('owner_id', '=', ownerId)
        .execute();
    },
    async latest(projectId, webhookIds) {
      if (webhookIds.length === 0) return new Map();
      const rows = await database
        .selectFrom('webhook_deliveries')
        .selectAll()
        .where('position', 'in', (query) =>
          query
            .selectFrom('webhook_deliveries')
            .select((expression) => expression.fn.max('position').as('position'))
            .where('project_id', '=', projectId)
            .where('webhook_id', 'in', webhookIds)
            .groupBy('webhook_id'),
        )
        .execute();
      return new Map(rows.map((row) => [row.webhook_id, fromRow(row)]));
    },
    async abandon(projectId, webhookId, reason) {
      const { numUpdatedRows } = await database
        .updateTable('webhook_deliveries')
        .set({ status: 'failed', reason, owner_id: null })
        .where('project_id', '=', projectId)
        .where('webhook_id', '=', webhookId)
        .where('status', '=', 'pending')
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },
  };
}

function fromRow(row: Selectable<Tables['webhook_deliveries']>): StoredDelivery {
  return {
    id: row.position,
    projectId: row.project_id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    eventType: row.event_type as EventType,
    status: row.status as DeliveryStatus,
    attempts: row.attempts,
    responseStatus: row.response_status,
    reason: row.reason,
    attemptedAt: toDateOrNull(row.attempted_at),
    nextAttemptAt: toDate(row.next_attempt_at),
  };
}
