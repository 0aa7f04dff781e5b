import { sql } from 'kysely';
import type { SecretStore, SecretTable } from './store.ts';
import type { Database } from './tables.ts';

interface SecretColumns {
  readonly id: string;
  readonly secret: string;
}

/** Where encrypted texts stand, and the column that names their row within a project. */
const columns: { readonly [Table in SecretTable]: SecretColumns } = {
  auth_configs: { id: 'id', secret: 'secret' },
  connected_accounts: { id: 'id', secret: 'credential' },
  webhooks: { id: 'id', secret: 'secret' },
  oauth_flows: { id: 'state_hash', secret: 'secret' },
};

export const secretTables: readonly SecretTable[] = ['auth_configs', 'connected_accounts', 'webhooks', 'oauth_flows'];

export function createSecretStore(database: Database): SecretStore {
  return {
    async count(table) {
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from ${sql.table(table)} where ${sql.ref(columns[table].secret)} is not null
      `.execute(database);
      return rows[0]?.count ?? 0;
    },
    async list(table, { after, limit }) {
      const [id, secret] = [sql.ref(columns[table].id), sql.ref(columns[table].secret)];
      const { rows } = await sql<{ project_id: string; id: string; secret: Uint8Array }>`
        select project_id, ${id} as id, ${secret} as secret from ${sql.table(table)}
        where ${secret} is not null and (project_id, ${id}) > (${after?.projectId ?? ''}, ${after?.id ?? ''})
        order by project_id, ${id} limit ${limit}
      `.execute(database);
      return rows.map((row) => ({ projectId: row.project_id, id: row.id, secret: new Uint8Array(row.secret) }));
    },
    async replace(table, { projectId, id, secret }, by) {
      const column = sql.ref(columns[table].secret);
      const { numAffectedRows = 0n } = await sql`
        update ${sql.table(table)} set ${column} = ${by}
        where project_id = ${projectId} and ${sql.ref(columns[table].id)} = ${id} and ${column} = ${secret}
      `.execute(database);
      return numAffectedRows > 0n;
    },
  };
}
