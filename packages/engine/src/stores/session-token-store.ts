import { type Selectable, sql } from 'kysely';
import { fromJson, toDate, toDateOrNull } from './codec.ts';
import { pageQuery, toPage } from './page.ts';
import type { SessionTokenStore, StoredSessionToken } from './store.ts';
import type { Database, Tables } from './tables.ts';

export function createSessionTokenStore(database: Database, now: () => Date): SessionTokenStore {
  return {
    async create({ id, projectId, sessionId, name, hash, hint, narrowing, expiresAt }) {
      const row = await database
        .insertInto('session_tokens')
        .values({
          id,
          project_id: projectId,
          session_id: sessionId,
          name,
          hash,
          hint,
          narrowing: JSON.stringify(narrowing),
          created_at: now(),
          expires_at: expiresAt,
          revoked_at: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },
    async findByHash(hash) {
      const row = await database
        .selectFrom('session_tokens')
        .selectAll()
        .where('hash', '=', hash)
        .where('revoked_at', 'is', null)
        .where((expression) =>
          expression.or([expression('expires_at', 'is', null), expression('expires_at', '>', now())]),
        )
        .executeTakeFirst();
      return row && fromRow(row);
    },
    async list({ projectId, sessionId, ...page }) {
      const query = pageQuery('session_tokens', page);
      let rows = database
        .selectFrom('session_tokens')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('session_id', '=', sessionId);
      if (query.before !== undefined) rows = rows.where('position', '<', query.before);
      const found = await rows.orderBy('position', 'desc').limit(query.limit).execute();
      return toPage('session_tokens', found, query, (row) => Number(row.position), fromRow);
    },
    async revoke(projectId, sessionId, id) {
      const { numUpdatedRows } = await database
        .updateTable('session_tokens')
        .set({ revoked_at: sql<Date>`coalesce(revoked_at, ${now()})` })
        .where('project_id', '=', projectId)
        .where('session_id', '=', sessionId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}

function fromRow(row: Selectable<Tables['session_tokens']>): StoredSessionToken {
  return {
    id: row.id,
    projectId: row.project_id,
    sessionId: row.session_id,
    name: row.name,
    hint: row.hint,
    narrowing: fromJson(row.narrowing),
    createdAt: toDate(row.created_at),
    expiresAt: toDateOrNull(row.expires_at),
    revokedAt: toDateOrNull(row.revoked_at),
  };
}
