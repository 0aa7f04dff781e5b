import { gzipSync } from 'node:zlib';
import {
  type AuthSchemeMode,
  authSchemeModes,
  type CountedPage,
  type CreateToolkitBody,
  type DeleteToolkitResponse,
  JackfieldError,
  type ListToolkitsQuery,
  type ListToolsQuery,
  type ToolDetails,
  type ToolItem,
  type ToolkitAuthScheme,
  type ToolkitDetails,
  type ToolkitItem,
  type ToolkitListResponse,
} from '@jackfield/contract';
import { isUsable } from '../connections/auth-choice.ts';
import { fieldsOfScheme } from '../connections/connection-fields.ts';
import type { CallContext } from '../engine.ts';
import { countedPage } from '../sessions/counted-page.ts';
import { loadOpenApi, type OpenApiLocation } from '../sources/openapi/index.ts';
import type { FetchDocument } from '../sources/toolkit-source.ts';
import type { Store, StoredToolkit } from '../stores/store.ts';
import type { AuthScheme } from '../toolkit.ts';
import { baseUrlMissing } from './base-url-missing.ts';
import type { Catalog, CatalogToolkit } from './catalog.ts';
import { contentHash } from './content-hash.ts';
import { exampleArguments } from './example-arguments.ts';
import {
  type AddedToolkitSettings,
  type AddedToolkitSource,
  addedToolkit,
  destinationsOf,
  type ProjectCatalogs,
} from './project-catalogs.ts';
import { checkReservedSlug } from './reserved-slug.ts';
import { similarAtMost, unknownTool, unknownToolkit, withSimilarTools, wordsOfSlug } from './unknown-name.ts';

export interface ToolkitServiceOptions {
  readonly store: Store;
  readonly catalogs: ProjectCatalogs;
  /** For documents that are given by URL. */
  readonly fetch: FetchDocument;
  /** Characters of a document's text. */
  readonly maxDocumentLength: number;
  /** Deletes the accounts of an auth config, and withdraws their credentials at the service. */
  readonly discardAccounts: (authConfigId: string, projectId: string) => Promise<void>;
  /** Slugs of the tools that do this, best first. */
  readonly find: (query: FindToolsQuery, catalog: Catalog, context: CallContext) => Promise<readonly string[]>;
}

export interface FindToolsQuery {
  readonly search: string;
  readonly toolkit: string | undefined;
  readonly limit: number;
}

const toolkitsAtOnce = 500;
const toolsAtOnce = 500;
const foundAtOnce = 20;

/** The toolkits and tools of a project, whatever session they are used in. */
export class ToolkitService {
  readonly #options: ToolkitServiceOptions;

  constructor(options: ToolkitServiceOptions) {
    this.#options = options;
  }

  /** The project's own first, then those of the server in its order. */
  async list(query: ListToolkitsQuery, { projectId }: CallContext): Promise<ToolkitListResponse> {
    const { catalogs } = this.#options;
    const catalog = await catalogs.of(projectId);
    const added = await catalogs.added(projectId);
    const wanted = query.search?.trim().toLowerCase() ?? '';
    const matching = [...catalog.toolkits.values()].filter(
      ({ slug, name, description }) =>
        (query.origin === undefined || (query.origin === 'project') === added.has(slug)) &&
        (wanted === '' || [slug, name, description].some((text) => text.toLowerCase().includes(wanted))),
    );
    // Who searches for a name wants what is called so before what mentions it.
    const closeness = ({ slug, name }: CatalogToolkit) =>
      slug === wanted ? 2 : slug.includes(wanted) || name.toLowerCase().includes(wanted) ? 1 : 0;
    const shown = wanted === '' ? matching : matching.sort((one, other) => closeness(other) - closeness(one));
    const page = countedPage('toolkits', shown, query, toolkitsAtOnce);
    return { ...page, items: page.items.map((toolkit) => toToolkitItem(toolkit, added.has(toolkit.slug))) };
  }

  /** @throws JackfieldError `UNKNOWN_TOOLKIT` */
  async get(slug: string, { projectId }: CallContext): Promise<ToolkitDetails> {
    const { catalogs, store } = this.#options;
    const catalog = await catalogs.of(projectId);
    const found = catalog.toolkits.get(slug);
    if (found === undefined) throw unknownToolkit([slug], catalog);
    const added = (await catalogs.added(projectId)).get(slug);
    const stored = added && (await store.toolkits.list(projectId)).find((toolkit) => toolkit.slug === slug);
    return toToolkitDetails(found, added && stored && { added, stored });
  }

  /**
   * Adds a toolkit, or replaces one. What is there already in the same form stays as it is.
   *
   * @throws JackfieldError `INVALID_REQUEST`; `INVALID_TOOLKIT` saying what is wrong with the document and where;
   *   `CONFLICT` when the slug is taken, or credentials of the project would go to another place; what fetching throws
   */
  async create(body: CreateToolkitBody, { projectId, signal }: CallContext): Promise<ToolkitDetails> {
    const { store, catalogs } = this.#options;
    const { document, documentUrl } = await this.#read(body, signal);
    const slug = body.slug ?? slugOf(document);
    const settings: AddedToolkitSettings = {
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.baseUrl === undefined ? {} : { baseUrl: body.baseUrl }),
      ...(body.url === undefined ? {} : { url: body.url }),
      ...(documentUrl === undefined ? {} : { documentUrl }),
    };
    const hash = contentHash([settings, document]);
    const made = makeToolkit(slug, hash, settings, document);
    const server = await catalogs.ofServer();
    const added = await catalogs.added(projectId);
    const before = added.get(slug);
    if (before?.hash === hash) return this.#details(slug, projectId);
    checkSlug(slug, server, before !== undefined, body);
    checkToolSlugs(made, server, added);
    await this.#checkDestinations(made, before, projectId);
    await store.toolkits.put(
      { projectId, slug, hash, settings: { ...settings }, document: gzipSync(JSON.stringify(document)) },
      before?.hash,
    );
    return this.#details(slug, projectId);
  }

  /** @throws JackfieldError `NOT_FOUND` */
  async delete(slug: string, { projectId }: CallContext): Promise<DeleteToolkitResponse> {
    const { store, catalogs, discardAccounts } = this.#options;
    if (!(await catalogs.added(projectId)).has(slug)) {
      const isOfServer = (await catalogs.ofServer()).toolkits.has(slug);
      throw new JackfieldError('NOT_FOUND', {
        message: `The project has added no toolkit ${slug}${isOfServer ? ': it is one of the server' : ''}.`,
        fix: isOfServer
          ? 'Leave it out of sessions with `toolkits: { disable: […] }`.'
          : 'See which it has: `toolkits.list({ origin: "project" })`, `jackfield toolkits list --own`.',
        details: { toolkit: slug },
      });
    }
    const deletedAccounts = await store.connectedAccounts.count({ projectId, toolkits: [slug] });
    // While the toolkit is there: it says where credentials are withdrawn.
    let authConfigs = await store.authConfigs.list({ projectId, toolkit: slug, limit: toolkitsAtOnce });
    while (authConfigs.items.length > 0) {
      for (const { id } of authConfigs.items) {
        await discardAccounts(id, projectId);
        await store.authConfigs.delete(projectId, id);
      }
      authConfigs = await store.authConfigs.list({ projectId, toolkit: slug, limit: toolkitsAtOnce });
    }
    await store.toolkits.delete(projectId, slug);
    return { success: true, deletedAccounts };
  }

  /** @throws JackfieldError `INVALID_REQUEST`, `UNKNOWN_TOOLKIT`, `INVALID_CURSOR` */
  async tools(
    { search, toolkit, cursor, limit }: ListToolsQuery,
    context: CallContext,
  ): Promise<CountedPage<ToolItem>> {
    const catalog = await this.#options.catalogs.of(context.projectId);
    if (toolkit !== undefined && !catalog.toolkits.has(toolkit)) throw unknownToolkit([toolkit], catalog);
    if (search !== undefined && search.trim() !== '') {
      const slugs = await this.#options.find({ search, toolkit, limit: limit ?? foundAtOnce }, catalog, context);
      const items = slugs.flatMap((slug) => catalog.findTool(slug)?.item ?? []);
      return countedPage('tools', items, {}, toolsAtOnce);
    }
    if (toolkit === undefined) {
      throw new JackfieldError('INVALID_REQUEST', {
        message: 'The request says neither which toolkit the tools are of nor what they are to do.',
        fix: 'Name the toolkit, or give words to search for.',
      });
    }
    const tools = [...(catalog.toolkits.get(toolkit)?.tools.values() ?? [])];
    const page = countedPage('tools', tools, { cursor, limit }, toolsAtOnce);
    return { ...page, items: page.items.map(({ item }) => item) };
  }

  /** @throws JackfieldError `UNKNOWN_TOOL` */
  async tool(slug: string, context: CallContext): Promise<ToolDetails> {
    const catalog = await this.#options.catalogs.of(context.projectId);
    const found = catalog.findTool(slug);
    if (found === undefined) throw await this.#withSimilar(unknownTool([slug], catalog), slug, catalog, context);
    const { tool, toolkit, item } = found;
    const modes = new Map(toolkit.toolkit.authSchemes.map((scheme) => [scheme.id, modeOf(scheme)]));
    return {
      ...item,
      auth: tool.security.flatMap((ids) => {
        const schemes = ids.map((id) => ({ id, mode: modes.get(id) }));
        const usable = schemes.flatMap(({ id, mode }) => (mode === undefined ? [] : [{ id, mode }]));
        return usable.length === ids.length ? [usable] : [];
      }),
      exampleArguments: exampleArguments(tool.inputSchema),
    };
  }

  /** Names the tools of similar words, of the toolkit that the slug begins with if there is one. */
  async #withSimilar(
    error: JackfieldError,
    slug: string,
    catalog: Catalog,
    context: CallContext,
  ): Promise<JackfieldError> {
    if (error.code !== 'UNKNOWN_TOOL') return error;
    const query = { search: wordsOfSlug(slug), toolkit: catalog.toolkitOf(slug), limit: similarAtMost };
    return withSimilarTools(error, await this.#options.find(query, catalog, context));
  }

  async #details(slug: string, projectId: string): Promise<ToolkitDetails> {
    const added = (await this.#options.catalogs.added(projectId)).get(slug);
    const stored = (await this.#options.store.toolkits.list(projectId)).find((toolkit) => toolkit.slug === slug);
    if (added === undefined || stored === undefined) {
      throw new JackfieldError('CONFLICT', {
        message: `The toolkit ${slug} was removed while it was being added.`,
        fix: 'Add it again, if it is still meant to be there.',
      });
    }
    return toToolkitDetails(added.toolkit, { added, stored });
  }

  async #read({ url, document }: CreateToolkitBody, signal: AbortSignal) {
    if ((url === undefined) === (document === undefined)) {
      throw new JackfieldError('INVALID_REQUEST', {
        message: `The request holds ${url === undefined ? 'neither' : 'both'} \`document\` ${url === undefined ? 'nor' : 'and'} \`url\`.`,
        fix: 'Send the OpenAPI document, or say where it is.',
      });
    }
    const { fetch, maxDocumentLength } = this.#options;
    const location: OpenApiLocation = url === undefined ? { document: document ?? '' } : { url };
    if (typeof document === 'string' && document.length > maxDocumentLength) throw tooLong(maxDocumentLength);
    const loaded = await loadOpenApi(location, { fetch, signal });
    return loaded;
  }

  /**
   * A toolkit's slug is what credentials are stored under: another toolkit of that slug would get them. So it may only
   * send them to where they went before.
   */
  async #checkDestinations(
    { toolkit: { slug, toolkit } }: AddedToolkitSource,
    before: AddedToolkitSource | undefined,
    projectId: string,
  ): Promise<void> {
    const known = before === undefined ? new Set<string>() : destinationsOf(before.toolkit.toolkit);
    const others = [...destinationsOf(toolkit)].filter((origin) => !known.has(origin));
    if (others.length === 0) return;
    const { store } = this.#options;
    const accounts = await store.connectedAccounts.count({ projectId, toolkits: [slug] });
    const authConfigs = await store.authConfigs.list({ projectId, toolkit: slug, limit: toolkitsAtOnce });
    if (accounts === 0 && authConfigs.items.every(({ secret }) => secret === null)) return;
    throw new JackfieldError('CONFLICT', {
      message: `The project has ${accounts} connected accounts of a toolkit ${slug}, whose credentials would go to ${others.join(', ')}${known.size === 0 ? '' : ` and not only to ${[...known].join(', ')}`}.`,
      fix:
        before === undefined
          ? 'Choose another slug, or delete the auth configs of that toolkit first.'
          : 'Remove the toolkit first, which deletes the accounts, or add the new document under another slug.',
      details: { toolkit: slug, accounts, origins: others },
    });
  }
}

function makeToolkit(
  slug: string,
  hash: string,
  settings: AddedToolkitSettings,
  document: { readonly [key: string]: unknown },
): AddedToolkitSource {
  let made: AddedToolkitSource;
  try {
    made = addedToolkit(slug, hash, settings, document);
  } catch (error) {
    if (JackfieldError.isInstance(error)) throw error;
    throw new JackfieldError('INVALID_TOOLKIT', {
      message: `The document cannot be made into a toolkit: ${error instanceof Error ? error.message : String(error)}.`,
      fix: 'Check it with a linter of OpenAPI documents.',
      cause: error,
    });
  }
  const { lost, operations } = made.report;
  if (made.toolkit.tools.size > 0) return made;
  const [first] = lost;
  throw new JackfieldError('INVALID_TOOLKIT', {
    message:
      first === undefined || operations === 0
        ? 'The document has no operations under "paths".'
        : `None of the document's ${operations} operations can be a tool. ${first.method} ${first.path}: ${first.reason}`,
    fix: 'Give a document that describes at least one operation.',
    details: { pointer: '/paths', lost: lost.slice(0, 20) },
  });
}

/** @throws JackfieldError `INVALID_TOOLKIT`, `CONFLICT` */
function checkSlug(slug: string, server: Catalog, isThere: boolean, { replace }: CreateToolkitBody): void {
  checkReservedSlug(slug);
  if (isThere && replace !== true) {
    throw new JackfieldError('CONFLICT', {
      message: `The project has a toolkit ${slug} already, made from another document.`,
      fix: 'Replace it (`replace: true`, `--replace`), or give this one another slug (`slug`, `--slug`).',
      details: { toolkit: slug },
    });
  }
  const taken = server.toolkits.get(slug);
  if (taken === undefined || isThere) return;
  throw new JackfieldError('CONFLICT', {
    message: `The server has a toolkit ${slug} already: ${taken.name}.`,
    fix: `Use that one, or give this one another slug (\`slug\`, \`--slug\`), such as my_${slug}.`.slice(0, 200),
    details: { toolkit: slug },
  });
}

/** @throws JackfieldError `CONFLICT` */
function checkToolSlugs(
  { toolkit }: AddedToolkitSource,
  server: Catalog,
  added: ReadonlyMap<string, AddedToolkitSource>,
): void {
  const others = [...added.values()].filter((other) => other.toolkit.slug !== toolkit.slug);
  for (const slug of toolkit.tools.keys()) {
    const owner =
      server.findTool(slug)?.toolkit.slug ?? others.find((other) => other.toolkit.tools.has(slug))?.toolkit.slug;
    if (owner === undefined || owner === toolkit.slug) continue;
    throw new JackfieldError('CONFLICT', {
      message: `The toolkit ${owner} has a tool ${slug}, too.`,
      fix: 'Give this one another slug (`slug`, `--slug`).',
      details: { toolkit: owner, tool: slug },
    });
  }
}

function tooLong(maximum: number): JackfieldError {
  return new JackfieldError('REQUEST_TOO_LARGE', {
    message: `The document is longer than ${maximum} characters.`,
    fix: 'Leave out what no tool is to be made of, or raise the limit where the server is started.',
    details: { maximum },
  });
}

/** From the title: `Acme Pet Store API` becomes `acme_pet_store`. */
function slugOf(document: { readonly [key: string]: unknown }): string {
  const { info } = document;
  const title = typeof info === 'object' && info !== null && 'title' in info ? String(info.title) : '';
  const words = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  while (words.length > 1 && /^(?:api|apis|rest|openapi|swagger|v\d+|service)$/.test(words.at(-1) ?? '')) words.pop();
  const slug = words.join('_').slice(0, 40).replace(/_$/, '');
  if (/^[a-z]/.test(slug)) return slug;
  throw new JackfieldError('INVALID_TOOLKIT', {
    message:
      title === ''
        ? 'The document has no title to name the toolkit after.'
        : `No slug can be made of the title ${JSON.stringify(title.slice(0, 100))}.`,
    fix: 'Say what the toolkit is called (`slug`, `--slug`): lower-case letters, digits and underscores.',
    details: { pointer: '/info/title' },
  });
}

function toToolkitItem(toolkit: CatalogToolkit, isAdded: boolean): ToolkitItem {
  const { slug, name, version, description, logo, noAuth, toolCount, authModes } = toolkit;
  const schemes = new Set<string>(authModes);
  return {
    slug,
    name,
    version,
    meta: { logo: logo ?? '', description, toolsCount: toolCount },
    noAuth,
    authSchemes: authSchemeModes.filter((mode) => schemes.has(mode)),
    origin: isAdded ? 'project' : 'server',
  };
}

function toToolkitDetails(
  toolkit: CatalogToolkit,
  own: { readonly added: AddedToolkitSource; readonly stored: StoredToolkit } | undefined,
): ToolkitDetails {
  const { baseUrl, authSchemes } = toolkit.toolkit;
  return {
    ...toToolkitItem(toolkit, own !== undefined),
    ...(baseUrl === undefined || baseUrlMissing(toolkit) !== undefined ? {} : { baseUrl }),
    authSchemeDetails: authSchemes.flatMap(toAuthSchemeDetails),
    ...(own === undefined ? {} : { added: toAdded(own) }),
  };
}

function toAdded({ added, stored }: { readonly added: AddedToolkitSource; readonly stored: StoredToolkit }) {
  const { url } = added.settings;
  return {
    ...(url === undefined ? {} : { url }),
    hash: added.hash,
    createdAt: stored.createdAt.toISOString(),
    updatedAt: stored.updatedAt.toISOString(),
    lost: added.report.lost.map((operation) => ({ ...operation })),
    unresolvedReferences: [...added.report.unresolvedReferences],
  };
}

function toAuthSchemeDetails(scheme: AuthScheme): ToolkitAuthScheme[] {
  const mode = modeOf(scheme);
  if (mode === undefined) return [];
  const fields = isUsable(scheme) && scheme.mode !== 'OAUTH2' ? fieldsOfScheme(scheme, [scheme]) : [];
  return [
    {
      id: scheme.id,
      mode,
      fields: fields.map(({ name, label, hint, secret, required }) => ({
        name,
        label,
        ...(hint === undefined ? {} : { hint }),
        secret,
        required,
      })),
    },
  ];
}

function modeOf({ mode }: AuthScheme): AuthSchemeMode | undefined {
  return authSchemeModes.find((known) => known === mode);
}
