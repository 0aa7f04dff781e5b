import { type EventType, JackfieldError } from '@jackfield/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import { fromJsonOrNull, toBytes, toDate, toDateOrNull, toJsonOrNull } from './codec.ts';
import { addEvent } from './event-store.ts';
import { pageQuery, toPage } from './page.ts';
import { prepareQuery } from './prepare-query.ts';
import type {
  ConnectedAccountFilter,
  ConnectedAccountStatus,
  ConnectedAccountStore,
  StoredConnectedAccount,
} from './store.ts';
import type { Database, Tables } from './tables.ts';
import { versionConflict } from './version-conflict.ts';

/** Of a user's accounts of one toolkit, more than anybody has. */
const mostOfUser = 100;

export function createConnectedAccountStore(database: Database, now: () => Date): ConnectedAccountStore {
  const find = (projectId: string, id: string) =>
    database
      .selectFrom('connected_accounts')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();

  const findOfUser = prepareQuery<
    Selectable<Tables['connected_accounts']>,
    [projectId: string, userId: string, toolkit: string]
  >(database, () =>
    select({ projectId: '', userIds: [''], toolkits: [''] })
      .selectAll()
      .orderBy('position', 'desc')
      // Written out: SQLite compiles a statement anew each time its limit is bound.
      .limit(sql.lit(mostOfUser)),
  );

  function select({ projectId, userIds, toolkits, statuses, authConfigIds }: ConnectedAccountFilter) {
    let query = database.selectFrom('connected_accounts').where('project_id', '=', projectId);
    if (userIds !== undefined) query = query.where('user_id', 'in', userIds);
    if (toolkits !== undefined) query = query.where('toolkit', 'in', toolkits);
    if (statuses !== undefined) query = query.where('status', 'in', statuses);
    if (authConfigIds !== undefined) query = query.where('auth_config_id', 'in', authConfigIds);
    return query;
  }

  /** Does it together with its event, or by itself. */
  function told<Result>(
    event: EventType | undefined,
    act: (on: Kysely<Tables>) => Promise<Result>,
    accountOf: (result: Result) => StoredConnectedAccount | undefined,
    isSeveral = false,
  ): Promise<Result> {
    if (event === undefined && !isSeveral) return act(database);
    return database.transaction().execute(async (transaction) => {
      const result = await act(transaction);
      const account = accountOf(result);
      if (account !== undefined && event !== undefined) await addEvent(transaction, event, account, now());
      return result;
    });
  }

  /** Puts an account out of use, for another one that takes its place. */
  async function retire(on: Kysely<Tables>, projectId: string, id: string, successor: string): Promise<void> {
    await on
      .updateTable('connected_accounts')
      .set((column) => ({
        version: column('version', '+', 1),
        updated_at: now(),
        status: 'INACTIVE',
        status_reason: `Replaced by ${successor}.`,
        alias: null,
        lease_owner: null,
        lease_until: null,
      }))
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .execute();
  }

  /** Says who has the alias, where that is why a write was refused. */
  async function explained(
    error: unknown,
    account: Pick<StoredConnectedAccount, 'projectId' | 'userId' | 'toolkit' | 'alias' | 'id'>,
  ): Promise<unknown> {
    const { alias } = account;
    if (alias === null || !JackfieldError.isInstance(error) || error.code !== 'CONFLICT') return error;
    const holder = await aliasHolder({ ...account, alias });
    return holder === undefined || holder === account.id ? error : aliasTaken(account.toolkit, alias, holder);
  }

  async function aliasHolder({
    projectId,
    userId,
    toolkit,
    alias,
  }: Parameters<ConnectedAccountStore['aliasHolder']>[0]): Promise<string | undefined> {
    const row = await database
      .selectFrom('connected_accounts')
      .select('id')
      .where('project_id', '=', projectId)
      .where('user_id', '=', userId)
      .where('toolkit', '=', toolkit)
      .where('alias', '=', alias)
      .where('status', 'not in', withoutName)
      .executeTakeFirst();
    return row?.id;
  }

  return {
    aliasHolder,

    async create(account) {
      const createdAt = now();
      const insert = async (on: Kysely<Tables>) => {
        const row = await on
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
      };
      try {
        return await told(account.event, insert, (stored) => stored);
      } catch (error) {
        throw await explained(error, { ...account, alias: account.alias ?? null });
      }
    },

    async get(projectId, id) {
      const row = await find(projectId, id);
      return row && fromRow(row);
    },

    async listOfUser({ projectId, userId, toolkit }) {
      return (await findOfUser(projectId, userId, toolkit)).map(fromRow);
    },

    async list(filter) {
      const request = pageQuery('connected_accounts', filter);
      if (matchesNothing(filter)) return { items: [], nextCursor: null };
      let query = select(filter).selectAll().orderBy('position', 'desc').limit(request.limit);
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

    async update({ projectId, id, expectedVersion, leaseOwnerId, endLease, event, replaces, ...change }) {
      const write = async (on: Kysely<Tables>) => {
        // First, so that it takes nothing back when this account cannot have its name.
        if (replaces !== undefined) await retire(on, projectId, replaces, id);
        let query = on
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
        if (row === undefined && replaces !== undefined) throw accountNotFound(id);
        return row && fromRow(row);
      };
      const updated = await told(event, write, (account) => account, replaces !== undefined).catch(
        async (error: unknown) => {
          const before = await find(projectId, id);
          const alias = change.alias === undefined ? before?.alias : change.alias;
          throw before === undefined || alias === undefined
            ? error
            : await explained(error, { ...fromRow(before), alias });
        },
      );
      if (updated !== undefined) return updated;
      const stored = await find(projectId, id);
      if (stored === undefined) {
        throw accountNotFound(id);
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

    async delete(projectId, id, revoked) {
      const remove = async (on: Kysely<Tables>) => {
        const row = await on
          .deleteFrom('connected_accounts')
          .where('project_id', '=', projectId)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst();
        return row && fromRow(row);
      };
      const event = revoked === undefined ? undefined : 'connected_account.revoked';
      const deleted = await told(
        event,
        remove,
        (account) => account && { ...account, status: 'REVOKED', statusReason: revoked ?? null },
      );
      return deleted !== undefined;
    },
  };
}

/** Those that keep no other account from having their alias. */
const withoutName: readonly ConnectedAccountStatus[] = ['INITIATED', 'FAILED'];

function accountNotFound(id: string): JackfieldError {
  return new JackfieldError('CONNECTED_ACCOUNT_NOT_FOUND', {
    message: `There is no connected account ${id}.`,
    fix: 'Check the id, or connect the account again.',
  });
}

export function aliasTaken(toolkit: string, alias: string, holder: string): JackfieldError {
  return new JackfieldError('CONFLICT', {
    message: `The user's account ${holder} of ${toolkit} has the alias ${JSON.stringify(alias)} already.`,
    fix: 'Choose another alias, or delete that account.',
    details: { connectedAccountId: holder, alias },
  });
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
