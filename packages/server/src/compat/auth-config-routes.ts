import { JackfieldError } from '@jackfield/contract';
import type { CallContext, Engine } from '@jackfield/engine';
import { wireOperation } from '../bind-route.ts';
import { pageOfAll } from './client-page.ts';
import type { CompatRoute } from './compat-route.ts';
import { everyItem } from './every-item.ts';
import { isJsonObject, objectIn, objectsIn, pick, textIn, type WireObject, wireObject } from './wire-object.ts';

const all = '/auth_configs';
const one = `${all}/{auth_config_id}`;

const pageLimits = { usual: 50, maximum: 100 };

/** Auth configs, as section 8 of the wire contract has them. */
export function authConfigRoutes(engine: Engine): readonly CompatRoute[] {
  const list = wireOperation('authConfigs.list', engine);
  const get = wireOperation('authConfigs.get', engine);
  const create = wireOperation('authConfigs.create', engine);
  const update = wireOperation('authConfigs.update', engine);
  const enable = wireOperation('authConfigs.enable', engine);
  const disable = wireOperation('authConfigs.disable', engine);
  const remove = wireOperation('authConfigs.delete', engine);
  const listAccounts = wireOperation('connectedAccounts.list', engine);

  /** How often the config is used; more than a page of accounts are not counted. */
  async function connectionsOf(id: unknown, context: CallContext): Promise<number> {
    const query = { auth_config_ids: String(id), statuses: 'ACTIVE', limit: '100' };
    return objectsIn(wireObject(await listAccounts({ query }, context)), 'items').length;
  }

  async function toClient(answer: unknown, context: CallContext): Promise<WireObject> {
    const config = wireObject(answer);
    return toClientAuthConfig(config, await connectionsOf(config.id, context));
  }

  return [
    {
      name: 'authConfigs.list',
      method: 'GET',
      path: all,
      async answer({ query, context }) {
        const filter = query.toolkit_slug === undefined ? {} : { toolkit_slug: query.toolkit_slug.toLowerCase() };
        const configs: WireObject[] = [];
        for await (const config of everyItem(list, filter, pageLimits.maximum, context)) configs.push(config);
        const wanted = query.search?.toLowerCase() ?? '';
        const shown = configs.filter(
          ({ name, status }) =>
            // Every config is the project's own.
            query.is_composio_managed !== 'true' &&
            (query.show_disabled === 'true' || status === 'ENABLED') &&
            String(name).toLowerCase().includes(wanted),
        );
        const { items, envelope } = pageOfAll(shown, query, pageLimits);
        return { items: await Promise.all(items.map((config) => toClient(config, context))), ...envelope };
      },
    },
    {
      name: 'authConfigs.create',
      method: 'POST',
      path: all,
      status: 201,
      isUnsafe: true,
      async answer({ body, context }) {
        const made = wireObject(await create({ body: toNativeAuthConfig(body) }, context));
        return {
          toolkit: pick(objectIn(made, 'toolkit'), ['slug']),
          auth_config: { ...pick(made, ['id', 'auth_scheme']), is_composio_managed: false },
        };
      },
    },
    {
      name: 'authConfigs.get',
      method: 'GET',
      path: one,
      answer: async ({ params, context }) => toClient(await get({ params }, context), context),
    },
    {
      name: 'authConfigs.update',
      method: 'PATCH',
      path: one,
      isUnsafe: true,
      async answer({ params, body, context }) {
        refuseRestrictions(body);
        const credentials = objectIn(body, 'credentials');
        const native = {
          ...pick(body, ['name']),
          ...scopesOf({ ...pick(body, ['scopes']), ...credentials }),
          ...clientOf(credentials),
        };
        return { success: true, ...(await toClient(await update({ params, body: native }, context), context)) };
      },
    },
    {
      name: 'authConfigs.enable',
      method: 'PATCH',
      path: `${one}/ENABLED`,
      answer: async ({ params, context }) => {
        await enable({ params }, context);
        return { success: true };
      },
    },
    {
      name: 'authConfigs.disable',
      method: 'PATCH',
      path: `${one}/DISABLED`,
      answer: async ({ params, context }) => {
        await disable({ params }, context);
        return { success: true };
      },
    },
    {
      name: 'authConfigs.delete',
      method: 'DELETE',
      path: one,
      answer: async ({ params, context }) => wireObject(await remove({ params }, context)),
    },
  ];
}

/** @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME` for a client that is lent: everybody brings their own here */
function toNativeAuthConfig(body: WireObject): WireObject {
  const toolkit = (textIn(objectIn(body, 'toolkit'), 'slug') ?? '').toLowerCase();
  const { auth_config: given } = body;
  const config = isJsonObject(given) ? given : { type: 'use_composio_managed_auth' };
  const credentials = objectIn(config, 'credentials');
  refuseRestrictions(config);
  if (config.type === 'use_composio_managed_auth') {
    throw new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
      message: `There is no client for ${toolkit} that this server lends.`,
      fix: 'Register one of your own at the service, and create the auth config with `type: "use_custom_auth"`.',
    });
  }
  return {
    toolkit,
    ...pick(config, ['name']),
    ...(textIn(config, 'authScheme') === undefined ? {} : { auth_scheme: config.authScheme }),
    ...scopesOf(credentials),
    ...clientOf(credentials),
  };
}

/**
 * What would let less happen with the config than happens here.
 *
 * @throws JackfieldError `INVALID_REQUEST`
 */
function refuseRestrictions(config: WireObject): void {
  const access = objectIn(config, 'tool_access_config');
  const lists = {
    restrict_to_following_tools: config.restrict_to_following_tools,
    'tool_access_config.tools_available_for_execution': access.tools_available_for_execution,
    'tool_access_config.tools_for_connected_account_creation': access.tools_for_connected_account_creation,
  };
  const restriction =
    config.is_enabled_for_tool_router === false
      ? 'is_enabled_for_tool_router'
      : Object.entries(lists).find(([, list]) => Array.isArray(list) && list.length > 0)?.[0];
  if (restriction === undefined) return;
  throw new JackfieldError('INVALID_REQUEST', {
    message: `${restriction} would limit the auth config, and has no effect here.`,
    fix: 'Leave it out, and say in the session what may run (`toolkits`, `tools`, `tags`, `auth_configs`).',
  });
}

function clientOf(credentials: WireObject): { credentials?: WireObject } {
  const client = pick(credentials, ['client_id', 'client_secret']);
  return Object.keys(client).length === 0 ? {} : { credentials: client };
}

/** A list, or one text with commas or blanks between them. */
function scopesOf({ scopes }: WireObject): { scopes?: readonly unknown[] } {
  if (Array.isArray(scopes)) return { scopes };
  return typeof scopes === 'string' ? { scopes: scopes.split(/[\s,]+/).filter((scope) => scope !== '') } : {};
}

function toClientAuthConfig(config: WireObject, connections: number): WireObject {
  return {
    ...pick(config, ['id', 'name', 'status', 'auth_scheme', 'created_at']),
    uuid: config.id,
    type: 'custom',
    toolkit: config.toolkit,
    no_of_connections: connections,
    is_composio_managed: false,
    is_enabled_for_tool_router: config.status === 'ENABLED',
    credentials: {},
    expected_input_fields: objectsIn(config, 'fields').map(toClientField),
    last_updated_at: config.updated_at,
    restrict_to_following_tools: [],
    tool_access_config: { tools_available_for_execution: [], tools_for_connected_account_creation: [] },
  };
}

/** A field of a form, as clients show it. */
export function toClientField(field: WireObject): WireObject {
  return {
    name: field.name,
    displayName: field.label,
    description: field.hint ?? '',
    type: 'string',
    required: field.required,
    is_secret: field.secret,
  };
}
