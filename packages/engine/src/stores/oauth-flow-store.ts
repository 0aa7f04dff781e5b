import type { Selectable } from 'kysely';
import { toDate, toDateOrNull } from './codec.ts';
import type { OAuthFlow, OAuthFlowStore } from './store.ts';
import type { Database, Tables } from './tables.ts';

export function createOAuthFlowStore(database: Database, now: () => Date): OAuthFlowStore {
  return {
    async create(flow) {
      await database
        .insertInto('oauth_flows')
        .values({
          state_hash: flow.stateHash,
          project_id: flow.projectId,
          connected_account_id: flow.connectedAccountId,
          link_token_hash: flow.linkTokenHash,
          browser_hash: flow.browserHash,
          redirect_uri: flow.redirectUri,
          issuer: flow.issuer,
          client_id: flow.clientId,
          scopes: JSON.stringify(flow.scopes),
          secret: flow.secret,
          created_at: now(),
          expires_at: flow.expiresAt,
          consumed_at: null,
        })
        .execute();
    },
    async consume(stateHash) {
      const consumedAt = now();
      const row = await database
        .updateTable('oauth_flows')
        .set({ consumed_at: consumedAt })
        .where('state_hash', '=', stateHash)
        .where('consumed_at', 'is', null)
        .where('expires_at', '>', consumedAt)
        .returningAll()
        .executeTakeFirst();
      return row && fromRow(row);
    },
    async deleteExpired() {
      const { numDeletedRows } = await database
        .deleteFrom('oauth_flows')
        .where('expires_at', '<=', now())
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}

function fromRow(row: Selectable<Tables['oauth_flows']>): OAuthFlow {
  return {
    stateHash: row.state_hash,
    projectId: row.project_id,
    connectedAccountId: row.connected_account_id,
    linkTokenHash: row.link_token_hash,
    browserHash: row.browser_hash,
    redirectUri: row.redirect_uri,
    issuer: row.issuer,
    clientId: row.client_id,
    scopes: JSON.parse(row.scopes),
    secret: new Uint8Array(row.secret),
    createdAt: toDate(row.created_at),
    expiresAt: toDate(row.expires_at),
    consumedAt: toDateOrNull(row.consumed_at),
  };
}
