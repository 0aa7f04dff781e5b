import type { Selectable } from 'kysely';
import { toDate } from './codec.ts';
import { pageQuery, toPage } from './page.ts';
import type { StoredWebhook, WebhookStore } from './store.ts';
import type { Database, Tables } from './tables.ts';
import { notUpdated } from './version-conflict.ts';

export function createWebhookStore(database: Database, now: () => Date): WebhookStore {
  const find = (projectId: string, id: string) =>
    database
      .selectFrom('webhooks')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();

  return {
    async create({ id, projectId, url, types, description, secret }) {
      const at = now();
      const row = await database
        .insertInto('webhooks')
        .values({
          id,
          project_id: projectId,
          url,
          types: types && JSON.stringify(types),
          description,
          enabled: true,
          status_reason: null,
          secret,
          version: 1,
          created_at: at,
          updated_at: at,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },
    async get(projectId, id) {
      const row = await find(projectId, id);
      return row && fromRow(row);
    },
    async list({ projectId, ...page }) {
      const request = pageQuery('webhooks', page);
      let query = database
        .selectFrom('webhooks')
        .selectAll()
        .where('project_id', '=', projectId)
        .orderBy('position', 'desc')
        .limit(request.limit);
      if (request.before !== undefined) query = query.where('position', '<', request.before);
      return toPage('webhooks', await query.execute(), request, (row) => row.position, fromRow);
    },
    async count(projectId) {
      const row = await database
        .selectFrom('webhooks')
        .select((expression) => expression.fn.countAll<number>().as('count'))
        .where('project_id', '=', projectId)
        .executeTakeFirstOrThrow();
      return row.count;
    },
    async update({ projectId, id, expectedVersion, url, types, description, enabled, statusReason, secret }) {
      let query = database
        .updateTable('webhooks')
        .set((column) => ({
          version: column('version', '+', 1),
          updated_at: now(),
          url,
          types: types && JSON.stringify(types),
          description,
          enabled,
          status_reason: statusReason,
          secret,
        }))
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .returningAll();
      if (expectedVersion !== undefined) query = query.where('version', '=', expectedVersion);
      const row = await query.executeTakeFirst();
      if (row !== undefined) return fromRow(row);
      const stored = await find(projectId, id);
      throw notUpdated('webhook', id, stored, expectedVersion);
    },
    async delete(projectId, id) {
      return database.transaction().execute(async (transaction) => {
        await transaction
          .deleteFrom('webhook_deliveries')
          .where('project_id', '=', projectId)
          .where('webhook_id', '=', id)
          .execute();
        const { numDeletedRows } = await transaction
          .deleteFrom('webhooks')
          .where('project_id', '=', projectId)
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        return numDeletedRows > 0n;
      });
    },
  };
}

function fromRow(row: Selectable<Tables['webhooks']>): StoredWebhook {
  return {
    id: row.id,
    projectId: row.project_id,
    url: row.url,
    types: row.types === null ? null : JSON.parse(row.types),
    description: row.description,
    enabled: Boolean(row.enabled),
    statusReason: row.status_reason,
    secret: new Uint8Array(row.secret),
    version: row.version,
    createdAt: toDate(row.created_at),
    updatedAt: toDate(row.updated_at),
  };
}
