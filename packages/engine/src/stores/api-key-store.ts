import type { Selectable } from 'kysely';
import { toDate, toDateOrNull } from './codec.ts';
import { createId } from './create-id.ts';
import type { ApiKey, ApiKeyStore } from './store.ts';
import type { Database, Tables } from './tables.ts';

export function createApiKeyStore(database: Database, now: () => Date): ApiKeyStore {
  return {
    async create({ projectId, name, hash, hint }) {
      const row = await database
        .insertInto('api_keys')
        .values({
          id: createId('key'),
          project_id: projectId,
          name,
          hash,
          hint,
          created_at: now(),
          revoked_at: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },
    async findByHash(hash) {
      const row = await database
        .selectFrom('api_keys')
        .selectAll()
        .where('hash', '=', hash)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return row && fromRow(row);
    },
    async list(projectId) {
      const rows = await database
        .selectFrom('api_keys')
        .selectAll()
        .where('project_id', '=', projectId)
        .orderBy('position', 'desc')
        .execute();
      return rows.map(fromRow);
    },
    async revoke(projectId, id) {
      const { numUpdatedRows } = await database
        .updateTable('api_keys')
        .set({ revoked_at: now() })
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}

function fromRow(row: Selectable<Tables['api_keys']>): ApiKey {
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    hint: row.hint,
    createdAt: toDate(row.created_at),
    revokedAt: toDateOrNull(row.revoked_at),
  };
}
