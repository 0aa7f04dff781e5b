import { JackfieldError } from '@jackfield/contract';
import type { Selectable, Transaction } from 'kysely';
import { fromJson, fromJsonOrNull, toDate, toDateOrNull } from './codec.ts';
import { pageQuery, toPage } from './page.ts';
import { prepareQuery } from './prepare-query.ts';
import type { SessionStore, StoredSession } from './store.ts';
import type { Database, Tables } from './tables.ts';

export function createSessionStore(database: Database, now: () => Date): SessionStore {
  const find = prepareQuery<SessionRow, [projectId: string, id: string]>(database, () =>
    database
      .selectFrom('sessions')
      .innerJoin('projects', 'projects.id', 'sessions.project_id')
      .selectAll('sessions')
      .select('projects.toolkits_version')
      .where('sessions.project_id', '=', '')
      .where('sessions.id', '=', ''),
  );

  const withToolkits = async (
    row: Selectable<Tables['sessions']>,
    transaction: Database | Transaction<Tables>,
  ): Promise<SessionRow> => ({
    ...row,
    ...(await transaction
      .selectFrom('projects')
      .select('toolkits_version')
      .where('id', '=', row.project_id)
      .executeTakeFirstOrThrow()),
  });

  return {
    async create({ id, projectId, userId, config, expiresAt }) {
      const createdAt = now();
      const text = JSON.stringify(config);
      const row = await database.transaction().execute(async (transaction) => {
        const created = await transaction
          .insertInto('sessions')
          .values({
            id,
            project_id: projectId,
            user_id: userId,
            config: text,
            config_version: 1,
            created_at: createdAt,
            updated_at: createdAt,
            expires_at: expiresAt,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        await transaction
          .insertInto('session_config_versions')
          .values({ project_id: projectId, session_id: id, config_version: 1, config: text, created_at: createdAt })
          .execute();
        return withToolkits(created, transaction);
      });
      return toStoredSession(row);
    },

    async get(projectId, id) {
      const [row] = await find(projectId, id);
      return row && toStoredSession(row);
    },

    async list({ projectId, userId, status, ...page }) {
      const request = pageQuery('sessions', page);
      let query = database
        .selectFrom('sessions')
        .innerJoin('projects', 'projects.id', 'sessions.project_id')
        .selectAll('sessions')
        .select('projects.toolkits_version')
        .where('sessions.project_id', '=', projectId)
        .orderBy('sessions.position', 'desc')
        .limit(request.limit);
      if (request.before !== undefined) query = query.where('sessions.position', '<', request.before);
      if (userId !== undefined) query = query.where('user_id', '=', userId);
      if (status === 'expired') query = query.where('expires_at', '<=', now());
      if (status === 'active') {
        query = query.where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now())]));
      }
      return toPage('sessions', await query.execute(), request, (row) => row.position, toStoredSession);
    },

    async update({ projectId, id, config, expiresAt, expectedConfigVersion }) {
      const updatedAt = now();
      const text = config === undefined ? undefined : JSON.stringify(config);
      const updated = await database.transaction().execute(async (transaction) => {
        let query = transaction
          .updateTable('sessions')
          .set({ updated_at: updatedAt })
          .where('project_id', '=', projectId)
          .where('id', '=', id)
          .returningAll();
        if (text !== undefined) {
          query = query.set((column) => ({ config: text, config_version: column('config_version', '+', 1) }));
        }
        if (expiresAt !== undefined) query = query.set({ expires_at: expiresAt });
        if (expectedConfigVersion !== undefined) query = query.where('config_version', '=', expectedConfigVersion);
        const row = await query.executeTakeFirst();
        if (row !== undefined && text !== undefined) {
          await transaction
            .insertInto('session_config_versions')
            .values({
              project_id: projectId,
              session_id: id,
              config_version: row.config_version,
              config: text,
              created_at: updatedAt,
            })
            .execute();
        }
        return row && withToolkits(row, transaction);
      });
      if (updated !== undefined) return toStoredSession(updated);
      const [stored] = await find(projectId, id);
      if (stored === undefined) throw sessionNotFound(id);
      throw new JackfieldError('CONFIG_VERSION_CONFLICT', {
        message: `The session ${id} has config version ${stored.config_version}, not ${expectedConfigVersion}.`,
        fix: 'Read the session again, apply the change to its present config, and send that version.',
        details: { configVersion: stored.config_version },
      });
    },

    async delete(projectId, id) {
      const { numDeletedRows } = await database
        .deleteFrom('sessions')
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },

    async configHistory(projectId, id, page) {
      const request = pageQuery('config_history', page);
      let query = database
        .selectFrom('session_config_versions')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('session_id', '=', id)
        .orderBy('config_version', 'desc')
        .limit(request.limit);
      if (request.before !== undefined) query = query.where('config_version', '<', request.before);
      const rows = await query.execute();
      if (rows.length === 0 && (await find(projectId, id)).length === 0) throw sessionNotFound(id);
      return toPage(
        'config_history',
        rows,
        request,
        (row) => row.config_version,
        (row) => ({
          configVersion: row.config_version,
          config: fromJson(row.config),
          createdAt: toDate(row.created_at),
        }),
      );
    },
  };
}

function sessionNotFound(id: string): JackfieldError {
  return new JackfieldError('SESSION_NOT_FOUND', {
    message: `There is no session ${id}.`,
    fix: 'Check the id; a deleted session is gone for good. Create a new one.',
  });
}

/** A row of `sessions`, with what stands in its project's. */
type SessionRow = Selectable<Tables['sessions']> & Pick<Selectable<Tables['projects']>, 'toolkits_version'>;

/** What a row says. */
export function toStoredSession(row: Omit<SessionRow, 'position'>): StoredSession {
  return {
    id: row.id,
    projectId: row.project_id,
    userId: row.user_id,
    config: fromJson(row.config),
    configVersion: row.config_version,
    createdAt: toDate(row.created_at),
    updatedAt: toDate(row.updated_at),
    expiresAt: toDateOrNull(row.expires_at),
    toolkitsVersion: row.toolkits_version,
    customTools: fromJsonOrNull(row.custom_tools),
  };
}
