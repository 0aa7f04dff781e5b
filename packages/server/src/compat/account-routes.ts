import { JackfieldError } from '@jackfield/contract';
import type { CallContext, Engine } from '@jackfield/engine';
import { wireOperation } from '../bind-route.ts';
import { limitOf, pageOfAll, pageOfUncounted, uncountedCursor } from './client-page.ts';
import type { CompatRoute } from './compat-route.ts';
import { toNativeCredential } from './credential.ts';
import { everyItem } from './every-item.ts';
import { refuseShared } from './session-routes.ts';
import { userIdOf, userSession } from './user-session.ts';
import { objectIn, objectsIn, pick, textIn, type WireObject, wireObject } from './wire-object.ts';

const all = '/connected_accounts';
const one = `${all}/{connected_account_id}`;

const pageLimits = { usual: 50, maximum: 100 };
/** Sorted by something else than age, all that match are read: of more than anybody looks through, no order is made. */
const sortableAccounts = 5_000;

/** Connected accounts, as section 8 of the wire contract has them. */
export function accountRoutes(engine: Engine): readonly CompatRoute[] {
  const list = wireOperation('connectedAccounts.list', engine);
  const get = wireOperation('connectedAccounts.get', engine);
  const create = wireOperation('connectedAccounts.create', engine);
  const update = wireOperation('connectedAccounts.update', engine);
  const updateStatus = wireOperation('connectedAccounts.updateStatus', engine);
  const refresh = wireOperation('connectedAccounts.refresh', engine);
  const revoke = wireOperation('connectedAccounts.revoke', engine);
  const remove = wireOperation('connectedAccounts.delete', engine);
  const getAuthConfig = wireOperation('authConfigs.get', engine);
  const link = wireOperation('sessions.link', engine);

  /** Begins to connect an account under an auth config. */
  async function begin(authConfigId: string, body: WireObject, context: CallContext): Promise<WireObject> {
    refuseShared(body);
    const authConfig = wireObject(await getAuthConfig({ params: { auth_config_id: authConfigId } }, context));
    const toolkit = textIn(objectIn(authConfig, 'toolkit'), 'slug') ?? '';
    const session = await userSession(engine, userIdOf(body), context, { authConfigs: { [toolkit]: authConfigId } });
    const native = { toolkit, ...pick(body, ['callback_url', 'alias']) };
    const made = wireObject(await link({ params: session.params, body: native }, session.context));
    return { ...made, auth_scheme: authConfig.auth_scheme };
  }

  /** Every account that matches, the one that was made or changed longest ago first. */
  async function sorted(filter: WireObject, by: SortKey, context: CallContext): Promise<WireObject[]> {
    const accounts: WireObject[] = [];
    for await (const account of everyItem(list, filter, pageLimits.maximum, context)) {
      accounts.push(account);
      if (accounts.length <= sortableAccounts) continue;
      throw new JackfieldError('INVALID_REQUEST', {
        message: `More than ${sortableAccounts} accounts are too many to be sorted that way.`,
        fix: 'Name users or toolkits, or leave `order_by` and `order_direction` out: the newest come first.',
      });
    }
    // Read newest first; what is equal keeps the order in which it was made.
    accounts.reverse();
    const key = (account: WireObject) => Date.parse(String(account[by]));
    return accounts.sort((one, other) => key(one) - key(other)).map(toClientAccount);
  }

  return [
    {
      name: 'connectedAccounts.list',
      method: 'GET',
      path: all,
      async answer({ query, context }) {
        const statuses = query.statuses?.split(',');
        const isWanted = ({ status }: WireObject) => statuses === undefined || statuses.includes(String(status));
        const wantsDisabled = statuses?.includes(disabled) === true;
        const filter = {
          ...pick(query, ['user_ids', 'auth_config_ids', ...(wantsDisabled ? [] : ['statuses'])]),
          ...(query.toolkit_slugs === undefined ? {} : { toolkit_slugs: query.toolkit_slugs.toLowerCase() }),
        };
        const by = sortKey(query);
        const isAscending = query.order_direction === 'asc';
        // Nobody shares an account here.
        if (query.account_type === 'SHARED') return { items: [], ...pageOfAll([], query, pageLimits).envelope };
        if (by === 'created_at' && !isAscending && !wantsDisabled) {
          const limit = limitOf(query, pageLimits);
          const { before, ...cursor } = uncountedCursor(query);
          const page = wireObject(await list({ query: { ...filter, ...cursor, limit: String(limit) } }, context));
          const items = objectsIn(page, 'items').map(toClientAccount).filter(isWanted);
          return { items, ...pageOfUncounted({ items, nextCursor: page.next_cursor, before }, limit) };
        }
        const accounts = (await sorted(filter, by, context)).filter(isWanted);
        const { items, envelope } = pageOfAll(isAscending ? accounts : accounts.reverse(), query, pageLimits);
        return { items, ...envelope };
      },
    },
    {
      name: 'connectedAccounts.get',
      method: 'GET',
      path: one,
      answer: async ({ params, context }) => toClientAccount(wireObject(await get({ params }, context))),
    },
    {
      name: 'connectedAccounts.link',
      method: 'POST',
      path: `${all}/link`,
      status: 201,
      isUnsafe: true,
      async answer({ body, context }) {
        const made = await begin(textIn(body, 'auth_config_id') ?? '', body, context);
        return pick(made, ['connected_account_id', 'redirect_url', 'link_token', 'expires_at']);
      },
    },
    {
      name: 'connectedAccounts.create',
      method: 'POST',
      path: all,
      status: 201,
      isUnsafe: true,
      async answer({ body, context }) {
        const authConfigId = textIn(objectIn(body, 'auth_config'), 'id') ?? '';
        const connection = objectIn(body, 'connection');
        const state = objectIn(connection, 'state');
        const credential = toNativeCredential(state);
        if (credential === undefined) {
          const made = await begin(authConfigId, { ...connection, experimental: body.experimental }, context);
          return toInitiated(made.connected_account_id, String(made.auth_scheme), {
            status: 'INITIATED',
            redirectUrl: made.redirect_url,
          });
        }
        const native = {
          user_id: userIdOf(connection),
          auth_config_id: authConfigId,
          ...pick(connection, ['alias']),
          credential,
        };
        const account = wireObject(await create({ body: native }, context));
        return toInitiated(account.id, String(state.authScheme), { status: account.status });
      },
    },
    {
      name: 'connectedAccounts.update',
      method: 'PATCH',
      path: one,
      isUnsafe: true,
      async answer({ params, body, context }) {
        refuseShared(body);
        if (body.alias === undefined) {
          throw new JackfieldError('INVALID_REQUEST', {
            message: 'The request changes nothing that an account has here.',
            fix: 'Send `alias`.',
          });
        }
        return toClientAccount(wireObject(await update({ params, body: pick(body, ['alias']) }, context)));
      },
    },
    {
      name: 'connectedAccounts.updateStatus',
      method: 'PATCH',
      path: `${one}/status`,
      isUnsafe: true,
      answer: async ({ params, body, context }) =>
        wireObject(await updateStatus({ params, body: pick(body, ['enabled']) }, context)),
    },
    {
      name: 'connectedAccounts.refresh',
      method: 'POST',
      path: `${one}/refresh`,
      isUnsafe: true,
      answer: async ({ params, context }) =>
        pick(wireObject(await refresh({ params }, context)), ['id', 'status', 'redirect_url']),
    },
    {
      name: 'connectedAccounts.revoke',
      method: 'POST',
      path: `${one}/revoke`,
      isUnsafe: true,
      answer: async ({ params, context }) => {
        const { status: before } = wireObject(await get({ params }, context));
        const account = wireObject(await revoke({ params }, context));
        return {
          // What the service was told cannot be told apart here; an account that was revoked before has none.
          revoked_tokens: before === 'REVOKED' ? [] : ['credential'],
          connected_account: pick(account, ['id', 'status']),
        };
      },
    },
    {
      name: 'connectedAccounts.delete',
      method: 'DELETE',
      path: one,
      answer: async ({ params, context }) => wireObject(await remove({ params }, context)),
    },
  ];
}

/** Clients have a status for what is switched off, whatever it was before. */
const disabled = 'INACTIVE';

type SortKey = 'created_at' | 'updated_at';

/** @throws JackfieldError `INVALID_REQUEST` */
function sortKey({ order_by: by = 'created_at', order_direction: direction = 'desc' }: WireObject): SortKey {
  if (direction !== 'asc' && direction !== 'desc') {
    throw new JackfieldError('INVALID_REQUEST', {
      message: `order_direction is ${JSON.stringify(direction)}.`,
      fix: 'Use "asc" or "desc".',
    });
  }
  if (by === 'created_at' || by === 'updated_at') return by;
  throw new JackfieldError('INVALID_REQUEST', {
    message: `order_by is ${JSON.stringify(by)}.`,
    fix: 'Use "created_at" or "updated_at".',
  });
}

function toInitiated(id: unknown, authScheme: string, val: WireObject): WireObject {
  return {
    id,
    connectionData: { authScheme, val },
    status: val.status,
    redirect_url: val.redirectUrl ?? null,
    redirect_uri: val.redirectUrl ?? null,
    deprecated: { uuid: id, authConfigUuid: '' },
  };
}

/** No secrets: clients can do without them, and nobody should have them. */
function toClientAccount(account: WireObject): WireObject {
  return {
    ...pick(account, ['id', 'user_id', 'toolkit', 'is_disabled', 'alias', 'created_at', 'updated_at']),
    status: account.is_disabled === true ? disabled : account.status,
    status_reason: account.status_reason ?? null,
    word_id: null,
    auth_config: { ...objectIn(account, 'auth_config'), is_composio_managed: false },
  };
}
