import { type Selectable, sql } from 'kysely';
import { fromJson, toDate, toDateOrNull } from './codec.ts';
import { pageQuery, toPage } from './page.ts';
import { prepareQuery } from './prepare-query.ts';
import { toStoredSession } from './session-store.ts';
import type { SessionTokenStore, StoredSessionToken } from './store.ts';
import type { Database, Tables } from './tables.ts';

type TokenWithSession = Selectable<Tables['session_tokens']> &
  Pick<Selectable<Tables['projects']>, 'toolkits_version'> &
  Pick<Selectable<Tables['sessions']>, 'user_id' | 'config' | 'config_version' | 'updated_at' | 'custom_tools'> & {
    session_created_at: Selectable<Tables['sessions']>['created_at'];
    session_expires_at: Selectable<Tables['sessions']>['expires_at'];
  };

export function createSessionTokenStore(database: Database, now: () => Date): SessionTokenStore {
  const findWithSession = prepareQuery<TokenWithSession, [hash: string]>(database, () =>
    database
      .selectFrom('session_tokens')
      .innerJoin('sessions', (join) =>
        join
          .onRef('sessions.project_id', '=', 'session_tokens.project_id')
          .onRef('sessions.id', '=', 'session_tokens.session_id'),
      )
      .innerJoin('projects', 'projects.id', 'session_tokens.project_id')
      .selectAll('session_tokens')
      .select([
        'sessions.user_id',
        'sessions.config',
        'sessions.config_version',
        'sessions.created_at as session_created_at',
        'sessions.updated_at',
        'sessions.expires_at as session_expires_at',
        'projects.toolkits_version',
        'sessions.custom_tools',
      ])
      .where('session_tokens.hash', '=', ''),
  );

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
      const [row] = await findWithSession(hash);
      if (row === undefined) return undefined;
      const token = fromRow(row);
      const isOver = token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now());
      if (isOver) return undefined;
      const { session_id: id, session_created_at: created_at, session_expires_at: expires_at } = row;
      return { token, session: toStoredSession({ ...row, id, created_at, expires_at }) };
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
