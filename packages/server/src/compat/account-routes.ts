import { JackfieldError } from '@jackfield/contract';
import type { CallContext, Engine } from '@jackfield/engine';
import { wireOperation } from '../bind-route.ts';
import type { CompatRoute } from './compat-route.ts';
import { toNativeCredential } from './credential.ts';
import { pageQuery } from './page-query.ts';
import { refuseShared } from './session-routes.ts';
import { userIdOf, userSession } from './user-session.ts';
import { objectIn, objectsIn, pick, textIn, type WireObject, wireObject } from './wire-object.ts';

const all = '/connected_accounts';
const one = `${all}/{connected_account_id}`;

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

  return [
    {
      name: 'connectedAccounts.list',
      method: 'GET',
      path: all,
      async answer({ query, context }) {
        const native = {
          ...pageQuery(query, 100),
          ...pick(query, ['user_ids', 'statuses', 'auth_config_ids']),
          ...(query.toolkit_slugs === undefined ? {} : { toolkit_slugs: query.toolkit_slugs.toLowerCase() }),
        };
        // Nobody shares an account here.
        const page =
          query.account_type === 'SHARED'
            ? { items: [], next_cursor: null }
            : wireObject(await list({ query: native }, context));
        const items = objectsIn(page, 'items').map(toClientAccount);
        return { items, next_cursor: page.next_cursor, total_pages: 1, current_page: 1, total_items: items.length };
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
        const account = toClientAccount(wireObject(await revoke({ params }, context)));
        return { ...account, success: true };
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
    ...pick(account, ['id', 'user_id', 'toolkit', 'status', 'is_disabled', 'alias', 'created_at', 'updated_at']),
    status_reason: account.status_reason ?? null,
    word_id: null,
    auth_config: { ...objectIn(account, 'auth_config'), is_composio_managed: false },
  };
}
