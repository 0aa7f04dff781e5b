import type { CallContext, Engine } from '@jackfield/engine';
import { wireOperation } from '../bind-route.ts';
import { toClientField } from './auth-config-routes.ts';
import { pageOfAll } from './client-page.ts';
import type { CompatRoute } from './compat-route.ts';
import { everyItem } from './every-item.ts';
import { pageQuery } from './page-query.ts';
import { lowerCase } from './session-routes.ts';
import { objectIn, objectsIn, pick, type WireObject, wireObject } from './wire-object.ts';

const pageLimits = { usual: 50, maximum: 500 };

/** Toolkits, as section 12 of the wire contract has them. */
export function catalogueRoutes(engine: Engine): readonly CompatRoute[] {
  const list = wireOperation('toolkits.list', engine);
  const get = wireOperation('toolkits.get', engine);

  async function sorted(filter: WireObject, context: CallContext): Promise<readonly WireObject[]> {
    const toolkits: WireObject[] = [];
    for await (const toolkit of everyItem(list, filter, pageLimits.maximum, context)) toolkits.push(toolkit);
    return toolkits.sort(bySlug);
  }

  return [
    {
      name: 'toolkits.list',
      method: 'GET',
      path: '/toolkits',
      async answer({ query, context }) {
        const filter = { ...pick(query, ['search']), ...originOf(query) };
        // There are no categories, and what is in one is nothing.
        if (query.category !== undefined) return { items: [], ...pageOfAll([], query, pageLimits).envelope };
        if (query.sort_by === 'alphabetically') {
          const { items, envelope } = pageOfAll(await sorted(filter, context), query, pageLimits);
          return { items: items.map(toClientToolkit), ...envelope };
        }
        const native = { ...filter, ...pageQuery(query, pageLimits.maximum) };
        const page = wireObject(await list({ query: native }, context));
        return { ...page, items: objectsIn(page, 'items').map(toClientToolkit) };
      },
    },
    {
      name: 'toolkits.categories',
      method: 'GET',
      path: '/toolkits/categories',
      answer: async () => ({ items: [], next_cursor: null, total_pages: 0, current_page: 1, total_items: 0 }),
    },
    {
      name: 'toolkits.changelog',
      method: 'GET',
      path: '/toolkits/changelog',
      answer: async () => ({ items: [] }),
    },
    {
      name: 'toolkits.multi',
      method: 'POST',
      path: '/toolkits/multi',
      async answer({ body, context }) {
        const slugs = [body.toolkits, body.toolkit_slugs, body.slugs].find(Array.isArray) ?? [];
        const found = await Promise.all(
          slugs.map((slug) => get({ params: { slug: lowerCase(slug) } }, context).catch(() => undefined)),
        );
        const items = found.flatMap((toolkit) => (toolkit === undefined ? [] : [toClientToolkit(wireObject(toolkit))]));
        return { items, next_cursor: null, total_pages: 1, current_page: 1, total_items: items.length };
      },
    },
    {
      name: 'toolkits.get',
      method: 'GET',
      path: '/toolkits/{slug}',
      async answer({ params, context }) {
        const toolkit = wireObject(await get({ params: { slug: lowerCase(params.slug) } }, context));
        return {
          ...toClientToolkit(toolkit),
          enabled: true,
          ...pick(toolkit, ['base_url']),
          auth_config_details: objectsIn(toolkit, 'auth_scheme_details').map(toClientScheme),
        };
      },
    },
  ];
}

/** What comes with the server stands for what comes with another platform. */
function originOf({ managed_by: by }: WireObject): { origin?: string } {
  if (by === 'project') return { origin: 'project' };
  return by === 'composio' ? { origin: 'server' } : {};
}

function bySlug(one: WireObject, other: WireObject): number {
  return String(one.slug) < String(other.slug) ? -1 : 1;
}

/** Toolkits have no dates: they change with the program that has them. */
const noDate = new Date(0).toISOString();

function toClientToolkit(toolkit: WireObject): WireObject {
  const { version } = toolkit;
  return {
    ...pick(toolkit, ['slug', 'name', 'no_auth', 'auth_schemes']),
    composio_managed_auth_schemes: [],
    is_local_toolkit: false,
    meta: {
      ...pick(objectIn(toolkit, 'meta'), ['logo', 'description', 'tools_count']),
      triggers_count: 0,
      categories: [],
      available_versions: version === undefined ? [] : [version],
      ...(version === undefined ? {} : { version }),
      created_at: noDate,
      updated_at: noDate,
    },
  };
}

/** What the project's auth config needs, and what its user fills in. */
function toClientScheme(scheme: WireObject): WireObject {
  const fields = objectsIn(scheme, 'fields').map(toClientField);
  const needsClient = scheme.mode === 'OAUTH2' || scheme.mode === 'S2S_OAUTH2';
  const client = needsClient ? clientFields : [];
  return {
    name: scheme.id,
    mode: scheme.mode,
    fields: {
      auth_config_creation: { required: client, optional: [] },
      connected_account_initiation: {
        required: fields.filter(({ required }) => required === true),
        optional: fields.filter(({ required }) => required !== true),
      },
    },
  };
}

const clientFields: readonly WireObject[] = [
  { name: 'client_id', label: 'Client id', secret: false, required: true },
  { name: 'client_secret', label: 'Client secret', secret: true, required: true },
].map(toClientField);
