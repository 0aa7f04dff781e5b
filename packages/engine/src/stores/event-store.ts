import type { EventType } from '@jackfield/contract';
import type { Selectable, Transaction } from 'kysely';
import { toDate } from './codec.ts';
import { eventId } from './event-id.ts';
import type { EventAccount, EventStore, StoredConnectedAccount, StoredEvent } from './store.ts';
import type { Database, Tables } from './tables.ts';

export function createEventStore(database: Database): EventStore {
  return {
    async bounds(projectId) {
      const [project, first] = await Promise.all([
        database.selectFrom('projects').select('last_event').where('id', '=', projectId).executeTakeFirst(),
        database
          .selectFrom('events')
          .select('sequence')
          .where('project_id', '=', projectId)
          .orderBy('sequence')
          .limit(1)
          .executeTakeFirst(),
      ]);
      return { first: first?.sequence, last: project?.last_event ?? 0 };
    },
    async list({ projectId, after, types, userId, limit }) {
      let query = database
        .selectFrom('events')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('sequence', '>', after)
        .orderBy('sequence')
        .limit(limit);
      if (types !== undefined) query = query.where('type', 'in', types);
      if (userId !== undefined) query = query.where('user_id', '=', userId);
      return (await query.execute()).map(toEvent);
    },
    async deleteBefore(instant) {
      const { numDeletedRows } = await database
        .deleteFrom('events')
        .where('created_at', '<', instant)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}

/** Writes an event and what is to be sent of it, in the transaction of what it tells. */
export async function addEvent(
  transaction: Transaction<Tables>,
  type: EventType,
  { id, toolkit, authConfigId, alias, identity, status, statusReason, ...account }: StoredConnectedAccount,
  at: Date,
): Promise<void> {
  const { projectId, userId } = account;
  const { last_event: sequence } = await transaction
    .updateTable('projects')
    .set((column) => ({ last_event: column('last_event', '+', 1) }))
    .where('id', '=', projectId)
    .returning('last_event')
    .executeTakeFirstOrThrow();
  const event = eventId(sequence);
  const snapshot: EventAccount = { id, toolkit, authConfigId, alias, identity, status, statusReason };
  await transaction
    .insertInto('events')
    .values({
      id: event,
      project_id: projectId,
      sequence,
      type,
      user_id: userId,
      account: JSON.stringify(snapshot),
      created_at: at,
    })
    .execute();
  const webhooks = await transaction
    .selectFrom('webhooks')
    .select(['id', 'types'])
    .where('project_id', '=', projectId)
    .where('enabled', '=', true)
    .execute();
  const interested = webhooks.filter(({ types }) => types === null || JSON.parse(types).includes(type));
  if (interested.length === 0) return;
  await transaction
    .insertInto('webhook_deliveries')
    .values(
      interested.map(({ id: webhookId }) => ({
        project_id: projectId,
        webhook_id: webhookId,
        event_id: event,
        event_type: type,
        status: 'pending',
        attempts: 0,
        response_status: null,
        reason: null,
        attempted_at: null,
        next_attempt_at: at,
        owner_id: null,
      })),
    )
    .execute();
}

export function toEvent(row: Selectable<Tables['events']>): StoredEvent {
  return {
    id: row.id,
    projectId: row.project_id,
    sequence: row.sequence,
    type: row.type as EventType,
    userId: row.user_id,
    account: JSON.parse(row.account),
    createdAt: toDate(row.created_at),
  };
}
