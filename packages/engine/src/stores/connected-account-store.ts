import { JackfieldError } from '@jackfield/contract';
import { type Selectable, sql } from 'kysely';
import { fromJsonOrNull, toBytes, toDate, toDateOrNull, toJsonOrNull } from './codec.ts';
import { pageQuery, toPage } from './page.ts';
import type {
  ConnectedAccountFilter,
  ConnectedAccountStatus,
  ConnectedAccountStore,
  StoredConnectedAccount,
} from './store.ts';
import type { Database, Tables } from './tables.ts';
import { versionConflict } from './version-conflict.ts';

export function createConnectedAccountStore(database: Database, now: () => Date): ConnectedAccountStore {
  const find = (projectId: string, id: string) =>
    database
      .selectFrom('connected_accounts')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();

  function select({ projectId, userIds, toolkits, statuses, authConfigIds }: ConnectedAccountFilter) {
    let query = database.selectFrom('connected_accounts').where('project_id', '=', projectId);
    if (userIds !== undefined) query = query.where('user_id', 'in', userIds);
    if (toolkits !== undefined) query = query.where('toolkit', 'in', toolkits);
    if (statuses !== undefined) query = query.where('status', 'in', statuses);
    if (authConfigIds !== undefined) query = query.where('auth_config_id', 'in', authConfigIds);
    return query;
  }

  return {
    async create(account) {
      const createdAt = now();
      const row = await database
        .insertInto('connected_accounts')
        .values({
          id: account.id,
          project_id: account.projectId,
          user_id: account.userId,
          toolkit: account.toolkit,
          auth_config_id: account.authConfigId,
          status: account.status,
          status_reason: account.statusReason ?? null,
          alias: account.alias ?? null,
          identity: toJsonOrNull(account.identity ?? null),
          enabled: account.enabled ?? true,
          credential: account.credential ?? null,
          scopes: toJsonOrNull(account.scopes ?? null),
          credential_expires_at: account.credentialExpiresAt ?? null,
          version: 1,
          created_at: createdAt,
          updated_at: createdAt,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },

    async get(projectId, id) {
      const row = await find(projectId, id);
      return row && fromRow(row);
    },

    async list(filter) {
      const request = pageQuery('connected_accounts', filter);
      if (matchesNothing(filter)) return { items: [], nextCursor: null };
      // Written out: SQLite compiles a statement anew each time its limit is bound, and this one runs with each call.
      let query = select(filter).selectAll().orderBy('position', 'desc').limit(sql.lit(request.limit));
      if (request.before !== undefined) query = query.where('position', '<', request.before);
      return toPage('connected_accounts', await query.execute(), request, (row) => row.position, fromRow);
    },

    async count(filter) {
      if (matchesNothing(filter)) return 0;
      const row = await select(filter)
        .select((expression) => expression.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return row.count;
    },

    async update({ projectId, id, expectedVersion, leaseOwnerId, endLease, ...change }) {
      let query = database
        .updateTable('connected_accounts')
        .set((column) => ({
          version: column('version', '+', 1),
          updated_at: now(),
          status: change.status,
          status_reason: change.statusReason,
          alias: change.alias,
          identity: change.identity === undefined ? undefined : toJsonOrNull(change.identity),
          enabled: change.enabled,
          credential: change.credential,
          scopes: change.scopes === undefined ? undefined : toJsonOrNull(change.scopes),
          credential_expires_at: change.credentialExpiresAt,
          ...(leaseOwnerId === undefined && endLease !== true ? {} : { lease_owner: null, lease_until: null }),
        }))
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .returningAll();
      if (expectedVersion !== undefined) query = query.where('version', '=', expectedVersion);
      if (leaseOwnerId !== undefined) query = query.where('lease_owner', '=', leaseOwnerId);
      const row = await query.executeTakeFirst();
      if (row !== undefined) return fromRow(row);
      const stored = await find(projectId, id);
      if (stored === undefined) {
        throw new JackfieldError('CONNECTED_ACCOUNT_NOT_FOUND', {
          message: `There is no connected account ${id}.`,
          fix: 'Check the id, or connect the account again.',
        });
      }
      if (leaseOwnerId !== undefined && stored.lease_owner !== leaseOwnerId) {
        throw new JackfieldError('CONFLICT', {
          message: `The time to renew the credential of ${id} was over before it was done.`,
          fix: 'Read the account again.',
        });
      }
      throw versionConflict(`The connected account ${id}`, stored.version, expectedVersion);
    },

    async lease({ projectId, id, ownerId, until, expectedVersion }) {
      const row = await database
        .updateTable('connected_accounts')
        .set({ lease_owner: ownerId, lease_until: until })
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .where('version', '=', expectedVersion)
        .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', now())]))
        .returningAll()
        .executeTakeFirst();
      return row && fromRow(row);
    },

    async releaseLease({ projectId, id, ownerId, until }) {
      await database
        .updateTable('connected_accounts')
        .set({ lease_owner: null, lease_until: until ?? null })
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .where('lease_owner', '=', ownerId)
        .execute();
    },

    async delete(projectId, id) {
      const { numDeletedRows } = await database
        .deleteFrom('connected_accounts')
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}

function matchesNothing({ userIds, toolkits, statuses, authConfigIds }: ConnectedAccountFilter): boolean {
  return [userIds, toolkits, statuses, authConfigIds].some((values) => values?.length === 0);
}

function fromRow(row: Selectable<Tables['connected_accounts']>): StoredConnectedAccount {
  return {
    id: row.id,
    projectId: row.project_id,
    userId: row.user_id,
    toolkit: row.toolkit,
    authConfigId: row.auth_config_id,
    status: row.status as ConnectedAccountStatus,
    statusReason: row.status_reason,
    alias: row.alias,
    identity: fromJsonOrNull(row.identity),
    enabled: Boolean(row.enabled),
    scopes: row.scopes === null ? null : JSON.parse(row.scopes),
    credential: toBytes(row.credential),
    credentialExpiresAt: toDateOrNull(row.credential_expires_at),
    lease: row.lease_until === null ? null : { ownerId: row.lease_owner, until: toDate(row.lease_until) },
    version: row.version,
    createdAt: toDate(row.created_at),
    updatedAt: toDate(row.updated_at),
  };
}
