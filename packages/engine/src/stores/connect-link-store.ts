import type { Selectable } from 'kysely';
import { toDate, toDateOrNull } from './codec.ts';
import type { ConnectLink, ConnectLinkStore } from './store.ts';
import type { Database, Tables } from './tables.ts';

export function createConnectLinkStore(database: Database, now: () => Date): ConnectLinkStore {
  return {
    async create({
      tokenHash,
      projectId,
      connectedAccountId,
      replacesAccountId = null,
      callbackUrl,
      publicUrl = null,
      expiresAt,
    }) {
      const row = await database
        .insertInto('connect_links')
        .values({
          token_hash: tokenHash,
          project_id: projectId,
          connected_account_id: connectedAccountId,
          replaces_account_id: replacesAccountId,
          callback_url: callbackUrl,
          created_at: now(),
          expires_at: expiresAt,
          consumed_at: null,
          public_url: publicUrl,
          browser_hash: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },
    async findByHash(tokenHash) {
      const row = await database
        .selectFrom('connect_links')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      return row && fromRow(row);
    },
    async bind(tokenHash, browserHash) {
      const row = await database
        .updateTable('connect_links')
        .set({ browser_hash: browserHash })
        .where('token_hash', '=', tokenHash)
        .where((where) => where.or([where('browser_hash', 'is', null), where('browser_hash', '=', browserHash)]))
        .returning('token_hash')
        .executeTakeFirst();
      return row !== undefined;
    },
    async consume(tokenHash, { late = false } = {}) {
      const consumedAt = now();
      let query = database
        .updateTable('connect_links')
        .set({ consumed_at: consumedAt })
        .where('token_hash', '=', tokenHash)
        .where('consumed_at', 'is', null)
        .returningAll();
      if (!late) query = query.where('expires_at', '>', consumedAt);
      const row = await query.executeTakeFirst();
      return row && fromRow(row);
    },
  };
}

function fromRow(row: Selectable<Tables['connect_links']>): ConnectLink {
  return {
    projectId: row.project_id,
    connectedAccountId: row.connected_account_id,
    replacesAccountId: row.replaces_account_id,
    callbackUrl: row.callback_url,
    publicUrl: row.public_url,
    browserHash: row.browser_hash,
    createdAt: toDate(row.created_at),
    expiresAt: toDate(row.expires_at),
    consumedAt: toDateOrNull(row.consumed_at),
  };
}
