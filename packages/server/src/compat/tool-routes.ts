import { JackfieldError, type ToolItem } from '@jackfield/contract';
import type { CallContext, Engine } from '@jackfield/engine';
import { wireOperation } from '../bind-route.ts';
import { limitOf, pageOfAll, positionOf } from './client-page.ts';
import { toClientTool } from './client-tool.ts';
import type { CompatRoute } from './compat-route.ts';
import { sayFailedExecution, sayFailedProxy, toClientProxy, toNativeProxy } from './session-routes.ts';
import { userIdOf, userSession } from './user-session.ts';
import { isJsonObject, objectIn, pick, textIn, type WireObject, wireObject } from './wire-object.ts';

/** Read from the engine at a time. */
const pageSize = 500;
/** Of a whole catalogue every toolkit would have to be read. */
const enumerableToolkits = 200;
/** The maximum is what nobody needs more of in one answer. */
const pageLimits = { usual: 20, maximum: 10_000 };

/** Tools outside of sessions, as sections 10 and 12 of the wire contract have them. */
export function toolRoutes(engine: Engine): readonly CompatRoute[] {
  const { operations } = engine;
  const execute = wireOperation('sessions.execute', engine);
  const proxyExecute = wireOperation('sessions.proxyExecute', engine);
  const getAccount = wireOperation('connectedAccounts.get', engine);

  async function toolOf(slug: string, context: CallContext): Promise<ToolItem> {
    return operations['tools.get']({ params: { slug } }, context);
  }

  async function toolsOf(toolkit: string, context: CallContext): Promise<readonly ToolItem[]> {
    const tools: ToolItem[] = [];
    for (let cursor: string | null | undefined; cursor !== null && tools.length < pageLimits.maximum; ) {
      const page = await operations['tools.list'](
        { query: { toolkit, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) } },
        context,
      );
      tools.push(...page.items);
      cursor = page.nextCursor;
    }
    return tools;
  }

  async function toolkitSlugs(context: CallContext): Promise<readonly string[]> {
    const slugs: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await operations['toolkits.list'](
        { query: { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) } },
        context,
      );
      slugs.push(...page.items.map(({ slug }) => slug));
      cursor = page.nextCursor;
    }
    return slugs;
  }

  /** Best first, or in the order of the request. Unknown slugs of tools are left out, as clients expect. */
  async function find(
    query: Readonly<Record<string, string>>,
    limit: number,
    context: CallContext,
  ): Promise<readonly ToolItem[]> {
    const slugs = listOf(query.tool_slugs);
    const toolkits = listOf(query.toolkit_slug).map((slug) => slug.toLowerCase());
    const words = query.query ?? query.search;
    if (slugs.length > 0) {
      const found = await Promise.all(slugs.map((slug) => toolOf(slug, context).catch(ignoreUnknown)));
      return found.filter((tool) => tool !== undefined);
    }
    if (words !== undefined) {
      const pages = await Promise.all(
        (toolkits.length === 0 ? [undefined] : toolkits).map((toolkit) =>
          operations['tools.list'](
            { query: { search: words, limit: Math.min(limit, 50), ...(toolkit === undefined ? {} : { toolkit }) } },
            context,
          ),
        ),
      );
      return pages.flatMap(({ items }) => items);
    }
    if (toolkits.length > 0) return (await Promise.all(toolkits.map((toolkit) => toolsOf(toolkit, context)))).flat();
    const tools: ToolItem[] = [];
    // A toolkit is read when its tools are asked for: of a catalogue, no more of them than the page needs.
    for (const toolkit of await toolkitSlugs(context)) {
      if (tools.length <= limit) tools.push(...(await toolsOf(toolkit, context)));
    }
    return tools;
  }

  /** The user that an account belongs to, and the account by its toolkit. */
  async function ofAccount(id: string, context: CallContext) {
    const account = wireObject(await getAccount({ params: { connected_account_id: id } }, context));
    const toolkit = textIn(objectIn(account, 'toolkit'), 'slug') ?? '';
    return { toolkit, userId: textIn(account, 'user_id') ?? '', pinned: { connectedAccounts: { [toolkit]: [id] } } };
  }

  return [
    {
      name: 'tools.list',
      method: 'GET',
      path: '/tools',
      async answer({ query, context }) {
        const tags = listOf(query.tags);
        const scopes = listOf(query.scopes);
        const found = (await find(query, positionOf(query) + limitOf(query, pageLimits), context)).filter(
          (tool) =>
            (tags.length === 0 || tags.some((tag) => hasTag(tool, tag))) &&
            (scopes.length === 0 || scopes.some((scope) => tool.scopes.includes(scope))),
        );
        const { items, envelope } = pageOfAll(found, query, pageLimits);
        return { items: items.map(toClientTool), ...envelope };
      },
    },
    {
      name: 'tools.enum',
      method: 'GET',
      path: '/tools/enum',
      async answer({ context }) {
        const slugs = await toolkitSlugs(context);
        if (slugs.length > enumerableToolkits) {
          throw new JackfieldError('INVALID_REQUEST', {
            message: `The tools of ${slugs.length} toolkits are too many for one list.`,
            fix: 'List the tools of the toolkits that you use: GET /tools?toolkit_slug=…',
          });
        }
        const tools = await Promise.all(slugs.map((slug) => toolsOf(slug, context)));
        return tools.flat().map(({ slug }) => slug);
      },
    },
    {
      name: 'tools.get',
      method: 'GET',
      path: '/tools/{slug}',
      answer: async ({ params, context }) => toClientTool(await toolOf(params.slug ?? '', context)),
    },
    {
      name: 'tools.executeProxy',
      method: 'POST',
      path: '/tools/execute/proxy',
      isUnsafe: true,
      sayLateFailure: sayFailedProxy,
      async answer({ body, context }) {
        const id = textIn(body, 'connected_account_id');
        if (id === undefined) {
          throw new JackfieldError('INVALID_REQUEST', {
            message: 'connected_account_id is missing.',
            fix: 'Say whose account the request is to be sent with.',
          });
        }
        const { toolkit, userId, pinned } = await ofAccount(id, context);
        const session = await userSession(engine, userId, context, pinned);
        const native = toNativeProxy({ ...body, toolkit_slug: toolkit });
        return toClientProxy(wireObject(await proxyExecute({ params: session.params, body: native }, session.context)));
      },
    },
    {
      name: 'tools.execute',
      method: 'POST',
      path: '/tools/execute/{slug}',
      isUnsafe: true,
      sayLateFailure: sayFailedExecution,
      async answer({ params, body, context }) {
        refuseUnusable(body);
        const id = textIn(body, 'connected_account_id');
        const account = id === undefined ? undefined : await ofAccount(id, context);
        const session = await userSession(engine, account?.userId ?? userIdOf(body), context, account?.pinned);
        const native = { tool_slug: params.slug, arguments: body.arguments ?? {} };
        const answer = wireObject(await execute({ params: session.params, body: native }, session.context));
        const failure = objectIn(answer, 'failure');
        if (failure.code === 'CONNECTION_REQUIRED') {
          // Clients know this one as an error.
          throw new JackfieldError('CONNECTION_REQUIRED', {
            message: String(failure.message),
            fix: textIn(failure, 'fix'),
          });
        }
        return pick(answer, ['data', 'error', 'successful', 'log_id']);
      },
    },
  ];
}

/** @throws JackfieldError `INVALID_REQUEST`: a call that asks for other credentials must not go out with those at hand */
function refuseUnusable(body: WireObject): void {
  for (const name of ['custom_auth_params', 'custom_connection_data'] as const) {
    if (!isJsonObject(body[name]) || Object.keys(objectIn(body, name)).length === 0) continue;
    throw new JackfieldError('INVALID_REQUEST', {
      message: `${name} cannot be used here: credentials are those of connected accounts.`,
      fix: 'Connect an account with the credential, and name it in `connected_account_id`.',
    });
  }
  if (typeof body.text !== 'string' || body.text === '' || isJsonObject(body.arguments)) return;
  throw new JackfieldError('INVALID_REQUEST', {
    message: 'The request says in words what the tool is to do, and no model reads them here.',
    fix: 'Send `arguments`.',
  });
}

/** Unknown tools of a list are left out. */
function ignoreUnknown(error: unknown): undefined {
  if (JackfieldError.isInstance(error) && error.code === 'UNKNOWN_TOOL') return undefined;
  throw error;
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').filter((item) => item !== '');
}

function hasTag({ tags, annotations }: ToolItem, tag: string): boolean {
  return (
    tags.includes(tag) ||
    (Object.hasOwn(annotations, tag) && Object.entries(annotations).some(([name, on]) => name === tag && on))
  );
}
