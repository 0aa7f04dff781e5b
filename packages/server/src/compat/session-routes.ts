import { JackfieldError } from '@jackfield/contract';
import { type Engine, failureText } from '@jackfield/engine';
import { wireOperation } from '../bind-route.ts';
import { toClientTool } from './client-tool.ts';
import { compatPath } from './compat-path.ts';
import type { CompatCall, CompatRoute } from './compat-route.ts';
import { pageQuery } from './page-query.ts';
import {
  customDefinitions,
  refuseUnavailable,
  toClientConfig,
  toNativeConfig,
  warningsAboutConfig,
} from './session-config.ts';
import {
  isJsonObject,
  objectIn,
  objectsIn,
  pick,
  renamed,
  textIn,
  type WireObject,
  wireObject,
} from './wire-object.ts';

const session = '/tool_router/session';
const one = `${session}/{session_id}`;

/** Sessions, as section 2 to 10 of the wire contract have them. */
export function sessionRoutes(engine: Engine): readonly CompatRoute[] {
  const create = wireOperation('sessions.create', engine);
  const get = wireOperation('sessions.get', engine);
  const attach = wireOperation('sessions.attach', engine);
  const update = wireOperation('sessions.update', engine);
  const remove = wireOperation('sessions.delete', engine);
  const configHistory = wireOperation('sessions.configHistory', engine);
  const toolkits = wireOperation('sessions.toolkits', engine);
  const link = wireOperation('sessions.link', engine);
  const search = wireOperation('sessions.search', engine);
  const execute = wireOperation('sessions.execute', engine);
  const proxyExecute = wireOperation('sessions.proxyExecute', engine);

  async function run({ params, context }: CompatCall, body: WireObject): Promise<WireObject> {
    const native = {
      ...pick(body, ['tool_slug', 'account']),
      arguments: body.arguments ?? {},
      ...customDefinitions(body),
    };
    const answer = wireObject(await execute({ params, body: native }, context));
    return pick(answer, ['data', 'error', 'log_id']);
  }

  return [
    {
      name: 'sessions.create',
      method: 'POST',
      path: session,
      status: 201,
      isUnsafe: true,
      async answer(call) {
        const { body, context } = call;
        refuseUnavailable(body);
        const experimental = {
          ...customDefinitions(body).experimental,
          ...pick(objectIn(body, 'experimental'), ['assistive_prompt_config']),
        };
        const native = { user_id: body.user_id, ...toNativeConfig(body), experimental };
        return toClientSession(await create({ body: native }, context), call);
      },
    },
    {
      name: 'sessions.get',
      method: 'GET',
      path: one,
      answer: async (call) => toClientSession(await get({ params: call.params }, call.context), call),
    },
    {
      name: 'sessions.attach',
      method: 'POST',
      path: `${one}/attach`,
      answer: async (call) =>
        toClientSession(await attach({ params: call.params, body: customDefinitions(call.body) }, call.context), call),
    },
    {
      name: 'sessions.update',
      method: 'PATCH',
      path: one,
      isUnsafe: true,
      async answer(call) {
        const { params, body, context } = call;
        refuseUnavailable(body);
        const native = {
          ...toNativeConfig(body),
          ...pick(body, ['expected_config_version']),
          // These clients have no word for it: with them an update may always allow more.
          widen: true,
        };
        return toClientSession(await update({ params, body: native }, context), call);
      },
    },
    {
      name: 'sessions.delete',
      method: 'DELETE',
      path: one,
      answer: async ({ params, context }) => wireObject(await remove({ params }, context)),
    },
    {
      name: 'sessions.configHistory',
      method: 'GET',
      path: `${one}/config_history`,
      async answer({ params, query, context }) {
        const page = wireObject(await configHistory({ params, query: pageQuery(query, 100) }, context));
        const items = objectsIn(page, 'items').map((item) => ({
          ...item,
          config: toClientConfig(objectIn(item, 'config')),
        }));
        return { ...page, items };
      },
    },
    {
      name: 'sessions.tools',
      method: 'GET',
      path: `${one}/tools`,
      isOpenToTokens: true,
      async answer({ params, query, context }) {
        const { cursor, limit } = pageQuery(query, 500);
        const page = await engine.operations['sessions.tools'](
          {
            params: { sessionId: params.session_id ?? '' },
            query: { cursor, ...(limit === undefined ? {} : { limit: Number(limit) }) },
          },
          context,
        );
        return {
          items: page.items.map(toClientTool),
          next_cursor: page.nextCursor,
          total_pages: page.totalPages,
          current_page: page.currentPage,
          total_items: page.totalItems,
        };
      },
    },
    {
      name: 'sessions.toolkits',
      method: 'GET',
      path: `${one}/toolkits`,
      async answer({ params, query, context }) {
        const native = { ...pageQuery(query, 50), ...pick(query, ['is_connected', 'search']), ...toolkitsOf(query) };
        const page = wireObject(await toolkits({ params, query: native }, context));
        return { ...page, items: objectsIn(page, 'items').map(toClientSessionToolkit) };
      },
    },
    {
      name: 'sessions.link',
      method: 'POST',
      path: `${one}/link`,
      status: 201,
      isUnsafe: true,
      async answer({ params, body, context }) {
        refuseShared(body);
        const native = { ...pick(body, ['callback_url', 'alias']), toolkit: lowerCase(body.toolkit) };
        const answer = wireObject(await link({ params, body: native }, context));
        return pick(answer, ['connected_account_id', 'redirect_url', 'link_token']);
      },
    },
    {
      name: 'sessions.search',
      method: 'POST',
      path: `${one}/search`,
      isOpenToTokens: true,
      async answer({ params, body, context }) {
        const native = {
          queries: objectsIn(body, 'queries').map((query) => pick(query, ['use_case', 'known_fields'])),
          ...(Array.isArray(body.toolkits) ? { toolkits: body.toolkits.map(lowerCase) } : {}),
          ...pick(body, ['model']),
          ...customDefinitions(body),
        };
        return toClientSearch(wireObject(await search({ params, body: native }, context)));
      },
    },
    {
      name: 'sessions.execute',
      method: 'POST',
      path: `${one}/execute`,
      isUnsafe: true,
      isOpenToTokens: true,
      sayLateFailure: sayFailedExecution,
      answer: (call) => run(call, call.body),
    },
    {
      name: 'sessions.executeMeta',
      method: 'POST',
      path: `${one}/execute_meta`,
      isUnsafe: true,
      isOpenToTokens: true,
      sayLateFailure: sayFailedExecution,
      async answer(call) {
        const slug = textIn(call.body, 'slug') ?? '';
        const prefix = `${call.context.metaToolPrefix}_`;
        if (!slug.startsWith(prefix)) {
          throw new JackfieldError('INVALID_REQUEST', {
            message: `${JSON.stringify(slug)} is no meta tool.`,
            fix: `Send the slug of one, which begins with ${prefix}, or run the tool through execute.`,
          });
        }
        return run(call, { ...call.body, tool_slug: slug });
      },
    },
    {
      name: 'sessions.proxyExecute',
      method: 'POST',
      path: `${one}/proxy_execute`,
      isUnsafe: true,
      sayLateFailure: sayFailedProxy,
      answer: async ({ params, body, context }) =>
        toClientProxy(wireObject(await proxyExecute({ params, body: toNativeProxy(body) }, context))),
    },
  ];
}

export function sayFailedExecution(error: JackfieldError, { context }: CompatCall): WireObject {
  return { data: {}, error: failureText(error), successful: false, log_id: context.requestId };
}

export function sayFailedProxy(error: JackfieldError): WireObject {
  return { status: error.status, data: { message: failureText(error) } };
}

/** @throws JackfieldError `INVALID_REQUEST` for what cannot be sent on, which must not be sent without it */
export function toNativeProxy(body: WireObject): WireObject {
  for (const name of ['binary_body', 'custom_connection_data']) {
    if (body[name] === undefined || body[name] === null) continue;
    throw new JackfieldError('INVALID_REQUEST', {
      message: `${name} cannot be used here.`,
      fix: 'Send the body as JSON, and connect the account that is meant.',
    });
  }
  return {
    ...pick(body, ['endpoint', 'method', 'body', 'parameters']),
    toolkit_slug: lowerCase(body.toolkit_slug),
  };
}

/** Clients fetch what is not text by a URL: this one holds it. */
export function toClientProxy(answer: WireObject): WireObject {
  const { content_type: type, size, content } = objectIn(answer, 'binary_data');
  return {
    ...pick(answer, ['status', 'data', 'headers']),
    ...(content === undefined
      ? {}
      : { binary_data: { content_type: type, size, url: `data:${type};base64,${content}` } }),
  };
}

/** @throws JackfieldError `INVALID_REQUEST`: accounts belong to one user each */
export function refuseShared(body: WireObject): void {
  const { account_type: type, acl_config_for_shared: acl } = objectIn(body, 'experimental');
  if (type === 'SHARED') {
    throw new JackfieldError('INVALID_REQUEST', {
      message: 'account_type is SHARED, but a connected account belongs to one user here.',
      fix: 'Connect the account for each user, or run sessions for a user that stands for all of them.',
    });
  }
  if (acl === undefined || acl === null) return;
  throw new JackfieldError('INVALID_REQUEST', {
    // Clients look for these words.
    message: 'acl_config_for_shared is only valid on SHARED accounts, which there are none of here.',
    fix: 'Leave it out.',
  });
}

export function lowerCase(slug: unknown): unknown {
  return typeof slug === 'string' ? slug.toLowerCase() : slug;
}

function toolkitsOf({ toolkits }: Readonly<Record<string, string>>): { toolkits?: string } {
  return toolkits === undefined ? {} : { toolkits: toolkits.toLowerCase() };
}

function toClientSession(answer: unknown, { body, origin }: CompatCall): WireObject {
  const native = wireObject(answer);
  const id = String(native.session_id);
  const warnings = [...objectsIn(native, 'warnings'), ...warningsAboutConfig(body)];
  return {
    session_id: id,
    mcp: { type: 'http', url: `${origin}${compatPath}/mcp/${encodeURIComponent(id)}` },
    config: toClientConfig(objectIn(native, 'config')),
    config_version: native.config_version,
    tool_router_tools: native.tool_router_tools,
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(native.experimental === undefined ? {} : { experimental: native.experimental }),
  };
}

function toClientSessionToolkit(item: WireObject): WireObject {
  const { connected_account: account } = item;
  return {
    ...pick(item, ['slug', 'name', 'meta', 'is_no_auth', 'enabled']),
    composio_managed_auth_schemes: [],
    connected_account: isJsonObject(account)
      ? {
          ...pick(account, ['id', 'status', 'created_at', 'user_id']),
          auth_config: { ...objectIn(account, 'auth_config'), is_composio_managed: false },
        }
      : null,
  };
}

/** Two names of this answer are in camel case, and absent is not the same as null (section 7). */
function toClientSearch(answer: WireObject): WireObject {
  const schemas = Object.entries(objectIn(answer, 'tool_schemas')).map(([slug, schema]) => [
    slug,
    renamed(schema, { has_full_schema: 'hasFullSchema', schema_ref: 'schemaRef' }),
  ]);
  return {
    ...pick(answer, ['success', 'error', 'next_steps_guidance', 'session', 'time_info']),
    results: objectsIn(answer, 'results').map(({ explanation: _, ...result }) => result),
    tool_schemas: Object.fromEntries(schemas),
    toolkit_connection_statuses: objectsIn(answer, 'toolkit_connection_statuses').map((status) =>
      pick(status, ['toolkit', 'description', 'has_active_connection', 'status_message']),
    ),
  };
}
