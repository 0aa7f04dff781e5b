import { JackfieldError } from '@jackfield/contract';
import type { Selectable } from 'kysely';
import { fromJsonOrNull, toDate, toJsonOrNull } from './codec.ts';
import type { IdempotencyKey, IdempotencyRecord, IdempotencyState, IdempotencyStore } from './store.ts';
import type { Database, Tables } from './tables.ts';

/** How often `begin` looks again for a record that expired between its two statements. */
const attempts = 5;

export function createIdempotencyStore(database: Database, now: () => Date): IdempotencyStore {
  async function get({ projectId, scope, key }: IdempotencyKey): Promise<IdempotencyRecord | undefined> {
    const row = await database
      .selectFrom('idempotency_records')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('scope', '=', scope)
      .where('key', '=', key)
      .where('expires_at', '>', now())
      .executeTakeFirst();
    return row && fromRow(row);
  }

  return {
    get,

    async begin({ projectId, scope, key, argumentHash, ownerId, expiresAt }) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const createdAt = now();
        const fresh = {
          argument_hash: argumentHash,
          state: 'running',
          response: null,
          owner_id: ownerId,
          created_at: createdAt,
          expires_at: expiresAt,
        };
        const row = await database
          .insertInto('idempotency_records')
          .values({ project_id: projectId, scope, key, ...fresh })
          .onConflict((conflict) =>
            conflict
              .columns(['project_id', 'scope', 'key'])
              .doUpdateSet(fresh)
              .where('idempotency_records.expires_at', '<=', createdAt),
          )
          .returningAll()
          .executeTakeFirst();
        if (row !== undefined) return { created: true, record: fromRow(row) };
        const existing = await get({ projectId, scope, key });
        if (existing !== undefined) return { created: false, record: existing };
      }
      throw new JackfieldError('UNAVAILABLE', {
        message: 'The record of this idempotency key keeps expiring while it is read.',
        fix: 'Let the record live longer, and check that the clocks of the servers agree.',
      });
    },

    async complete({ projectId, scope, key, ownerId, state, response }) {
      const { numUpdatedRows } = await database
        .updateTable('idempotency_records')
        .set({ state, response: toJsonOrNull(response) })
        .where('project_id', '=', projectId)
        .where('scope', '=', scope)
        .where('key', '=', key)
        .where('owner_id', '=', ownerId)
        .where('state', '=', 'running')
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },

    async release({ projectId, scope, key, ownerId }) {
      const { numDeletedRows } = await database
        .deleteFrom('idempotency_records')
        .where('project_id', '=', projectId)
        .where('scope', '=', scope)
        .where('key', '=', key)
        .where('owner_id', '=', ownerId)
        .where('state', '=', 'running')
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },

    async deleteExpired() {
      const { numDeletedRows } = await database
        .deleteFrom('idempotency_records')
        .where('expires_at', '<=', now())
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}

function fromRow(row: Selectable<Tables['idempotency_records']>): IdempotencyRecord {
  return {
    projectId: row.project_id,
    scope: row.scope,
    key: row.key,
    argumentHash: row.argument_hash,
    state: row.state as IdempotencyState,
    response: fromJsonOrNull(row.response),
    ownerId: row.owner_id,
    createdAt: toDate(row.created_at),
    expiresAt: toDate(row.expires_at),
  };
}
