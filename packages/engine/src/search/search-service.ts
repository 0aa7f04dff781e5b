import type {
  FoundToolSchema,
  JsonSchemaObject,
  SearchBody,
  SearchExplanation,
  SearchResponse,
  SearchResult,
  ToolkitConnectionStatus,
} from '@jackfield/contract';
import { describeAccount, isReady, permits, summaryOf } from '../connections/resolve-account.ts';
import type { CallContext } from '../engine.ts';
import { type MetaToolWord, metaToolSlug } from '../execution/meta-tools/meta-tool-slug.ts';
import { type CustomTool, resolveCustomTools } from '../sessions/custom-tools.ts';
import { servedCustomTools } from '../sessions/served-custom-tools.ts';
import type { OpenSession } from '../sessions/session-access.ts';
import type { SessionUpstream } from '../sources/mcp/tool-lists.ts';
import type { Store, StoredConnectedAccount } from '../stores/store.ts';
import { baseUrlMissing } from '../toolkits/base-url-missing.ts';
import type { CatalogTool, CatalogToolkit } from '../toolkits/catalog.ts';
import { similarAtMost, unknownToolkit, wordsOfSlug } from '../toolkits/unknown-name.ts';
import { type ParsedQuery, parseQuery } from './parse-query.ts';
import { type QueryVectors, type RankedTool, RankingMemory, rank, type SegmentView } from './rank.ts';
import type { SearchIndexes } from './search-indexes.ts';
import type { SearchMemory } from './search-memory.ts';
import { joinedName } from './words.ts';

/** A tool that was found, with what an answer says of it. */
interface FoundTool {
  readonly slug: string;
  readonly description: string;
  readonly toolkit: string;
  readonly inputSchema: JsonSchemaObject;
  readonly ranked: RankedTool;
  /** Absent for a custom tool. */
  readonly catalogTool?: CatalogTool;
}

export interface SearchServiceOptions {
  readonly store: Store;
  readonly indexes: SearchIndexes;
  /** Default: nothing is remembered. */
  readonly memory: SearchMemory | undefined;
  readonly now: () => Date;
  /** Characters of schemas in one answer. */
  readonly maxSchemaBytes: number;
}

const defaultLimit = 10;
const primaryAtMost = 5;

/** How far below the best score a tool still counts as an answer and not merely as related. */
const primaryWithin = 0.25;

/** Finds tools within what a session allows. */
export class SearchService {
  readonly #store: Store;
  readonly #indexes: SearchIndexes;
  readonly #memory: SearchMemory | undefined;
  readonly #now: () => Date;
  readonly #maxSchemaBytes: number;
  readonly #rankingMemory = new RankingMemory();
  /** Tools are found again and again. */
  readonly #schemaSizes = new WeakMap<JsonSchemaObject, number>();

  constructor(options: SearchServiceOptions) {
    this.#store = options.store;
    this.#indexes = options.indexes;
    this.#memory = options.memory;
    this.#now = options.now;
    this.#maxSchemaBytes = options.maxSchemaBytes;
  }

  /** @throws JackfieldError `UNKNOWN_TOOLKIT`, `INVALID_CUSTOM_TOOL` */
  async search(session: OpenSession, body: SearchBody, context: CallContext): Promise<SearchResponse> {
    const { switches } = session;
    const { found, isEmpty } = await this.#find(session, body, context);
    const rankings = found.map(({ tools }) => tools);
    const connectTool = switches.manageConnections
      ? metaToolSlug(context.metaToolPrefix, 'MANAGE_CONNECTIONS')
      : undefined;
    const silent = silentUpstreams(session, body, found).map((upstream) => silentStatus(upstream, connectTool));
    const closed = isEmpty ? (reasonsOf(silent) ?? (body.toolkits && outside(session, body.toolkits))) : undefined;
    const results = rankings.map((tools, position) =>
      toResult(tools, body.queries[position]?.useCase ?? '', position + 1, body.explain === true, closed),
    );
    await this.#memory?.searched(
      session.projectId,
      session.id,
      found.map(({ query, tools }) => ({ stems: query.stems, toolSlugs: tools.map((tool) => tool.slug) })),
    );
    const slug = (word: MetaToolWord) => metaToolSlug(context.metaToolPrefix, word);
    const schemasTool = switches.search ? slug('GET_TOOL_SCHEMAS') : undefined;
    const statuses = [
      ...(await this.#connectionStatuses(
        session,
        rankings.flat().flatMap(({ catalogTool }) => catalogTool?.toolkit ?? []),
        connectTool,
      )),
      ...silent,
    ];
    const now = this.#now();
    return {
      success: true,
      error: null,
      results,
      toolSchemas: this.#schemas(rankings, results, schemasTool),
      toolkitConnectionStatuses: statuses.map(({ status }) => status),
      nextStepsGuidance: guidance({
        found: results.some(({ primaryToolSlugs }) => primaryToolSlugs.length > 0),
        closed,
        schemasTool,
        runTool: switches.multiExecute ? slug('MULTI_EXECUTE_TOOL') : undefined,
        connectTool,
        unconnected: statuses.filter(({ needed }) => needed).map(({ status }) => status.toolkit),
      }),
      session: {
        id: session.id,
        generateId: false,
        instructions: 'Every call of this conversation belongs to this session.',
      },
      timeInfo: {
        currentTimeUtc: now.toISOString(),
        currentTimeUtcEpochSeconds: Math.floor(now.getTime() / 1000),
        message: 'Resolve words such as "today" and "last week" from this time, in the time zone of the user.',
      },
    };
  }

  /** Slugs of the tools that fit, best first, for who only looks: nothing is remembered. */
  async find(session: OpenSession, body: SearchBody, context: CallContext): Promise<readonly string[]> {
    const { found } = await this.#find(session, body, context);
    return found.flatMap(({ tools }) => tools.map(({ slug }) => slug));
  }

  /** Slugs of tools that may be meant by a slug that is none, best first; of the words that it is made of. */
  async findSimilar(
    session: OpenSession,
    slug: string,
    context: CallContext,
    definitions?: SearchBody['experimental'],
  ): Promise<readonly string[]> {
    const useCase = wordsOfSlug(slug);
    if (useCase === '') return [];
    const body = { queries: [{ useCase }], limit: similarAtMost, experimental: definitions };
    return this.find(session, body, context);
  }

  async #find(
    session: OpenSession,
    body: SearchBody,
    context: CallContext,
  ): Promise<{
    readonly found: readonly { readonly query: ParsedQuery; readonly tools: readonly FoundTool[] }[];
    /** There was nothing to search in. */
    readonly isEmpty: boolean;
  }> {
    const custom =
      body.experimental === undefined
        ? servedCustomTools(session, context.metaToolPrefix)
        : resolveCustomTools(body.experimental, session.scope.catalog, context.metaToolPrefix).tools;
    // Models fill in an empty list where they mean none.
    const toolkits = body.toolkits?.length === 0 ? undefined : body.toolkits;
    const views = await this.#views(session, custom, toolkits);
    const limit = body.limit ?? defaultLimit;
    const queries = body.queries.map(({ useCase }) => parseQuery(useCase));
    const vectors = await this.#embed(views, queries, context.signal);
    const lifts = await Promise.all(queries.map(({ stems }) => this.#memory?.lifts(session.projectId, stems)));
    const found = queries.map((query, index) => {
      // To a model, any text means something.
      if (!/[\p{L}\p{N}]/u.test(query.text)) return { query, tools: [] };
      const ranked = rank(views, query, {
        limit,
        vectors: vectors?.[index],
        learned: lifts[index],
        memory: this.#rankingMemory,
      });
      return { query, tools: ranked.flatMap((each) => toFound(each, session, custom)) };
    });
    return { found, isEmpty: views.length === 0 };
  }

  async #views(
    { scope }: OpenSession,
    custom: readonly CustomTool[],
    toolkits: readonly string[] | undefined,
  ): Promise<readonly SegmentView[]> {
    const customToolkits = new Set(custom.map(({ toolkit }) => toolkit.slug));
    const unknown = (toolkits ?? []).filter((slug) => !scope.catalog.toolkits.has(slug) && !customToolkits.has(slug));
    if (unknown.length > 0) throw unknownToolkit(unknown, scope.catalog, scope.toolkits);
    const isWanted = ({ slug }: { readonly slug: string }) => toolkits === undefined || toolkits.includes(slug);
    return this.#indexes.views(
      scope,
      toolkits === undefined ? scope.toolkits : scope.toolkits.filter(isWanted),
      custom.filter(({ toolkit }) => isWanted(toolkit)),
    );
  }

  /** Vectors of each query, unless most of the tools have none to be compared with. */
  async #embed(
    views: readonly SegmentView[],
    queries: readonly ParsedQuery[],
    signal: AbortSignal,
  ): Promise<readonly QueryVectors[] | undefined> {
    const all = views.reduce((sum, { count }) => sum + count, 0);
    const embedded = views.reduce((sum, { count, vectors }) => sum + (vectors === undefined ? 0 : count), 0);
    if (embedded === 0 || embedded < all / 2) return undefined;
    const texts = queries.flatMap(({ text, clauses }) => [text, ...clauses.map((clause) => clause.text)]);
    const vectors = await this.#indexes.embed(texts, signal);
    if (vectors === undefined) return undefined;
    let next = 0;
    return queries.map(({ clauses }) => {
      const whole = vectors[next] ?? new Float32Array(0);
      const rest = vectors.slice(next + 1, next + 1 + clauses.length);
      next += 1 + clauses.length;
      return { whole, clauses: rest };
    });
  }

  /** Full schemas for the best tools of every query as far as they fit; a pointer to the rest. */
  #schemas(
    rankings: readonly (readonly FoundTool[])[],
    results: readonly SearchResult[],
    schemasTool: string | undefined,
  ): Record<string, FoundToolSchema> {
    const primary = new Set(results.flatMap(({ primaryToolSlugs }) => primaryToolSlugs));
    const schemas: Record<string, FoundToolSchema> = {};
    let left = this.#maxSchemaBytes;
    const deepest = Math.max(0, ...rankings.map(({ length }) => length));
    // The best of each query before the second best of any.
    for (let place = 0; place < deepest; place += 1) {
      for (const ranking of rankings) {
        const tool = ranking[place];
        if (tool === undefined || schemas[tool.slug] !== undefined) continue;
        const size = primary.has(tool.slug) ? this.#sizeOf(tool.inputSchema) : Number.POSITIVE_INFINITY;
        const isFull = size <= left;
        if (isFull) left -= size;
        schemas[tool.slug] = {
          toolSlug: tool.slug,
          toolkit: tool.toolkit,
          description: tool.description,
          hasFullSchema: isFull,
          ...(isFull ? { inputSchema: tool.inputSchema } : {}),
          ...(isFull || schemasTool === undefined
            ? {}
            : { schemaRef: { tool: schemasTool, args: { tool_slugs: [tool.slug] } } }),
        };
      }
    }
    return schemas;
  }

  #sizeOf(schema: JsonSchemaObject): number {
    let size = this.#schemaSizes.get(schema);
    if (size === undefined) {
      size = JSON.stringify(schema).length;
      this.#schemaSizes.set(schema, size);
    }
    return size;
  }

  async #connectionStatuses(
    { projectId, userId, config }: OpenSession,
    found: readonly CatalogToolkit[],
    connectTool: string | undefined,
  ): Promise<Status[]> {
    const toolkits = [...new Set(found)];
    const withAccounts = toolkits.filter(({ noAuth }) => !noAuth).map(({ slug }) => slug);
    const accounts =
      withAccounts.length === 0
        ? []
        : (
            await this.#store.connectedAccounts.list({
              projectId,
              userIds: [userId],
              toolkits: withAccounts,
              statuses: ['ACTIVE'],
              limit: 500,
            })
          ).items.filter((account) => isReady(account) && permits(config, account));
    return toolkits.map((toolkit) => {
      const own = accounts.filter((account) => account.toolkit === toolkit.slug);
      return {
        status: {
          toolkit: toolkit.slug,
          description: toolkit.toolkit.description,
          hasActiveConnection: own.length > 0,
          statusMessage: statusMessage(toolkit, own, connectTool),
          accounts: own.map(summaryOf),
        },
        needed: own.length === 0 && !toolkit.noAuth && !toolkit.needsBaseUrl,
      };
    });
  }
}

function toFound(ranked: RankedTool, { scope }: OpenSession, custom: readonly CustomTool[]): readonly FoundTool[] {
  const { slug } = ranked;
  const local = custom.find((tool) => tool.slug === slug);
  if (local !== undefined) {
    const { description, inputSchema, toolkit } = local;
    return [{ slug, description, inputSchema, toolkit: toolkit.slug, ranked }];
  }
  const catalogTool = scope.catalog.toolkits.get(ranked.toolkit)?.tools.get(slug);
  // An index says only where to look; the filters of the session are asked again.
  if (catalogTool === undefined || !scope.allows(catalogTool)) return [];
  const { tool, toolkit } = catalogTool;
  return [
    {
      slug,
      description: tool.description,
      get inputSchema() {
        return tool.inputSchema;
      },
      toolkit: toolkit.slug,
      ranked,
      catalogTool,
    },
  ];
}

interface Status {
  readonly status: ToolkitConnectionStatus;
  /** The user has to connect an account. */
  readonly needed: boolean;
}

/** MCP servers without tools to be found, of which the search is: that it names, or all if it found nothing. */
function silentUpstreams(
  { upstreams, scope }: OpenSession,
  { toolkits = [] }: SearchBody,
  found: readonly { readonly query: ParsedQuery; readonly tools: readonly FoundTool[] }[],
): readonly SessionUpstream[] {
  const foundNothing = found.every(({ tools }) => tools.length === 0);
  const isMeant = ({ slug, name }: SessionUpstream['toolkit']) =>
    toolkits.length > 0
      ? toolkits.includes(slug)
      : foundNothing ||
        found.some(({ query: { joined } }) => joined.has(joinedName(slug)) || joined.has(joinedName(name)));
  return upstreams.filter(
    ({ toolkit, lacksAccount, failure }) =>
      (lacksAccount || failure !== undefined) &&
      scope.catalog.toolkits.get(toolkit.slug)?.tools.size === 0 &&
      isMeant(toolkit),
  );
}

function silentStatus({ toolkit, lacksAccount, failure }: SessionUpstream, connectTool: string | undefined): Status {
  const { slug, name, description } = toolkit;
  const statusMessage = lacksAccount
    ? `${name} is not connected, and lists its tools once it is. ${
        connectTool === undefined
          ? 'The user has to connect it in the application first.'
          : `Call ${connectTool} with toolkits ["${slug}"] and give the user the link.`
      }`
    : `${name} has no tools at the moment: ${failure?.message ?? ''}`;
  return {
    status: { toolkit: slug, description, hasActiveConnection: false, statusMessage, accounts: [] },
    needed: lacksAccount,
  };
}

function reasonsOf(silent: readonly Status[]): string | undefined {
  return silent.length === 0 ? undefined : silent.map(({ status }) => status.statusMessage).join(' ');
}

function outside({ scope }: OpenSession, toolkits: readonly string[]): string {
  const allowed = scope.toolkits.slice(0, 10).map(({ slug }) => slug);
  const more = scope.toolkits.length - allowed.length;
  return `This session has no tools of ${toolkits.slice(0, 10).join(', ')}. It has: ${allowed.join(', ') || 'none'}${more > 0 ? ` and ${more} more` : ''}. Search without \`toolkits\`, or in one that it has.`;
}

function toResult(
  found: readonly FoundTool[],
  useCase: string,
  index: number,
  explain: boolean,
  closed: string | undefined,
): SearchResult {
  const best = found[0]?.ranked.score ?? 0;
  const isPrimary = ({ ranked }: FoundTool, place: number) =>
    place < primaryAtMost && ranked.score >= best - primaryWithin;
  return {
    index,
    useCase,
    primaryToolSlugs: found.filter(isPrimary).map(({ slug }) => slug),
    relatedToolSlugs: found.filter((each, place) => !isPrimary(each, place)).map(({ slug }) => slug),
    toolkits: [...new Set(found.map(({ toolkit }) => toolkit))],
    ...(found.length === 0
      ? {
          error: closed ?? 'No tool matches. Word it as one short action, naming the app and the thing it is done to.',
        }
      : {}),
    ...(explain ? { explanation: found.map(({ slug, ranked }) => toExplanation(slug, ranked)) } : {}),
  };
}

function toExplanation(toolSlug: string, { score, parts }: RankedTool): SearchExplanation {
  return {
    toolSlug,
    score: rounded(score),
    parts: Object.fromEntries(Object.entries(parts).map(([reason, part]) => [reason, rounded(part)])),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function statusMessage(
  catalogToolkit: CatalogToolkit,
  accounts: readonly StoredConnectedAccount[],
  connectTool: string | undefined,
): string {
  const { slug, noAuth, toolkit } = catalogToolkit;
  const missing = baseUrlMissing(catalogToolkit);
  if (missing !== undefined) return `Cannot be used. ${missing.message}`;
  if (noAuth) return `${toolkit.name} needs no connection.`;
  const [only, ...others] = accounts;
  if (only === undefined) {
    return connectTool === undefined
      ? `Not connected. The user has to connect ${toolkit.name} in the application first.`
      : `Not connected. Call ${connectTool} with toolkits ["${slug}"] and give the user the link.`;
  }
  return others.length === 0
    ? `Connected: ${describeAccount(only)}.`
    : `Connected: ${accounts.map(describeAccount).join(', ')}. Say which one in \`account\`.`;
}

function guidance({
  found,
  closed,
  schemasTool,
  runTool,
  connectTool,
  unconnected,
}: {
  readonly found: boolean;
  readonly closed: string | undefined;
  readonly schemasTool: string | undefined;
  readonly runTool: string | undefined;
  readonly connectTool: string | undefined;
  readonly unconnected: readonly string[];
}): string[] {
  if (!found && unconnected.length > 0) {
    return [
      connectTool === undefined
        ? `Ask the user to connect ${unconnected.join(', ')}, and search again once they have.`
        : `Call ${connectTool} with toolkits ${JSON.stringify(unconnected)}, give the user the link, and search again once they have connected.`,
    ];
  }
  if (!found && closed !== undefined) return [closed];
  if (!found)
    return ['Search again with other words: one short action that names the app and the thing it is done to.'];
  return [
    ...(unconnected.length === 0
      ? []
      : [
          connectTool === undefined
            ? `Before using tools of ${unconnected.join(', ')}, ask the user to connect it.`
            : `Before using tools of ${unconnected.join(', ')}, call ${connectTool} with toolkits ${JSON.stringify(unconnected)} and give the user the link.`,
        ]),
    ...(schemasTool === undefined
      ? []
      : [`For a tool whose input schema is not in this answer, call ${schemasTool} before running it.`]),
    ...(runTool === undefined
      ? []
      : [`Run the tools with ${runTool}; put calls that do not need each other's results into one.`]),
  ];
}
