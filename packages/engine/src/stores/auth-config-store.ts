import { JackfieldError } from '@jackfield/contract';
import { type Insertable, type Selectable, sql } from 'kysely';
import { fromJson, toBytes, toDate } from './codec.ts';
import { pageQuery, toPage } from './page.ts';
import { prepareQuery } from './prepare-query.ts';
import type { AuthConfigFilter, AuthConfigStore, NewAuthConfig, StoredAuthConfig } from './store.ts';
import type { Database, Tables } from './tables.ts';
import { notUpdated } from './version-conflict.ts';

export function createAuthConfigStore(database: Database, now: () => Date): AuthConfigStore {
  const find = prepareQuery<Selectable<Tables['auth_configs']>, [projectId: string, id: string]>(database, () =>
    database.selectFrom('auth_configs').selectAll().where('project_id', '=', '').where('id', '=', ''),
  );

  const findDefault = (projectId: string, toolkit: string) =>
    database
      .selectFrom('auth_configs')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('toolkit', '=', toolkit)
      .where('is_default', '=', true)
      .executeTakeFirst();

  function select({ projectId, toolkit, enabled, search }: AuthConfigFilter) {
    let query = database.selectFrom('auth_configs').where('project_id', '=', projectId);
    if (toolkit !== undefined) query = query.where('toolkit', '=', toolkit);
    if (enabled !== undefined) query = query.where('enabled', '=', enabled);
    if (search !== undefined) {
      const pattern = `%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
      query = query.where(
        sql<boolean>`(lower(name) like ${pattern} escape '\\' or lower(id) like ${pattern} escape '\\' or lower(toolkit) like ${pattern} escape '\\')`,
      );
    }
    return query;
  }

  return {
    async create(authConfig) {
      const row = await database
        .insertInto('auth_configs')
        .values(toRow(authConfig, false, now()))
        .returningAll()
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },

    async ensureDefault(projectId, toolkit, make) {
      const existing = await findDefault(projectId, toolkit);
      if (existing !== undefined) return fromRow(existing);
      const created = await database
        .insertInto('auth_configs')
        .values(toRow({ ...make(), projectId, toolkit }, true, now()))
        .onConflict((conflict) =>
          conflict.columns(['project_id', 'toolkit']).where(sql<boolean>`is_default`).doNothing(),
        )
        .returningAll()
        .executeTakeFirst();
      if (created !== undefined) return fromRow(created);
      const made = await findDefault(projectId, toolkit);
      if (made !== undefined) return fromRow(made);
      throw new JackfieldError('UNAVAILABLE', {
        message: `The default auth config of ${toolkit} was deleted while it was being read.`,
        fix: 'Try again.',
      });
    },

    async get(projectId, id) {
      const [row] = await find(projectId, id);
      return row && fromRow(row);
    },

    async list(filter) {
      const request = pageQuery('auth_configs', filter);
      let query = select(filter).selectAll().orderBy('position', 'desc').limit(request.limit);
      if (request.before !== undefined) query = query.where('position', '<', request.before);
      return toPage('auth_configs', await query.execute(), request, (row) => row.position, fromRow);
    },

    async count(filter) {
      const row = await select(filter)
        .select((expression) => expression.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return row.count;
    },

    async update({ projectId, id, expectedVersion, name, enabled, settings, secret }) {
      let query = database
        .updateTable('auth_configs')
        .set((column) => ({
          version: column('version', '+', 1),
          updated_at: now(),
          name,
          enabled,
          settings: settings && JSON.stringify(settings),
          secret,
        }))
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .returningAll();
      if (expectedVersion !== undefined) query = query.where('version', '=', expectedVersion);
      const row = await query.executeTakeFirst();
      if (row !== undefined) return fromRow(row);
      const [stored] = await find(projectId, id);
      throw notUpdated('auth config', id, stored, expectedVersion);
    },

    async delete(projectId, id) {
      const { numDeletedRows } = await database
        .deleteFrom('auth_configs')
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}

function toRow(authConfig: NewAuthConfig, isDefault: boolean, now: Date): Insertable<Tables['auth_configs']> {
  return {
    id: authConfig.id,
    project_id: authConfig.projectId,
    toolkit: authConfig.toolkit,
    scheme_id: authConfig.schemeId,
    mode: authConfig.mode,
    name: authConfig.name,
    is_default: isDefault,
    enabled: authConfig.enabled ?? true,
    settings: JSON.stringify(authConfig.settings ?? {}),
    secret: authConfig.secret ?? null,
    version: 1,
    created_at: now,
    updated_at: now,
  };
}

function fromRow(row: Selectable<Tables['auth_configs']>): StoredAuthConfig {
  return {
    id: row.id,
    projectId: row.project_id,
    toolkit: row.toolkit,
    schemeId: row.scheme_id,
    mode: row.mode,
    name: row.name,
    isDefault: Boolean(row.is_default),
    enabled: Boolean(row.enabled),
    settings: fromJson(row.settings),
    secret: toBytes(row.secret),
    version: row.version,
    createdAt: toDate(row.created_at),
    updatedAt: toDate(row.updated_at),
  };
}
