import type {
  FoundToolSchema,
  JsonSchemaObject,
  SearchBody,
  SearchResponse,
  SearchResult,
  ToolkitConnectionStatus,
} from '@jackfield/contract';
import { describeAccount, isReady, permits, summaryOf } from '../connections/resolve-account.ts';
import type { CallContext } from '../engine.ts';
import { type MetaToolWord, metaToolSlug } from '../execution/meta-tools/meta-tool-slug.ts';
import { type CustomTool, resolveCustomTools } from '../sessions/custom-tools.ts';
import type { OpenSession } from '../sessions/session-access.ts';
import type { Store, StoredConnectedAccount } from '../stores/store.ts';
import type { CatalogTool, CatalogToolkit } from '../toolkits/catalog.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import { LexicalIndex, LexicalPart } from './lexical-index.ts';
import type { RankedTool, SearchableTool } from './tool-index.ts';

interface FoundTool extends SearchableTool {
  readonly inputSchema: JsonSchemaObject;
  readonly outputSchema?: JsonSchemaObject | undefined;
  /** Absent for a custom tool. */
  readonly catalogTool?: CatalogTool;
}

export interface SearchServiceOptions {
  readonly store: Store;
  readonly now: () => Date;
  /** Characters of schemas in one answer. */
  readonly maxSchemaBytes: number;
}

const defaultLimit = 10;
const primaryAtMost = 5;

/** Share of the best score down to which a tool counts as an answer and not merely as related. */
const primaryShare = 0.6;

/** Finds tools within what a session allows. */
export class SearchService {
  readonly #store: Store;
  readonly #now: () => Date;
  readonly #maxSchemaBytes: number;
  readonly #parts = new WeakMap<CatalogToolkit, LexicalPart<FoundTool>>();

  constructor(options: SearchServiceOptions) {
    this.#store = options.store;
    this.#now = options.now;
    this.#maxSchemaBytes = options.maxSchemaBytes;
  }

  /** @throws JackfieldError `UNKNOWN_TOOLKIT`, `INVALID_CUSTOM_TOOL` */
  async search(session: OpenSession, body: SearchBody, context: CallContext): Promise<SearchResponse> {
    const { scope, switches } = session;
    const custom = resolveCustomTools(body.experimental, scope.catalog, context.metaToolPrefix).tools;
    const index = this.#index(session, custom, body.toolkits);
    const limit = body.limit ?? defaultLimit;
    const rankings = body.queries.map(({ useCase }) => index.rank(useCase, { limit, allows: allowedBy(session) }));
    const results = rankings.map((ranked, position) =>
      toResult(ranked, body.queries[position]?.useCase ?? '', position + 1, body.explain === true),
    );
    const slug = (word: MetaToolWord) => metaToolSlug(context.metaToolPrefix, word);
    const schemasTool = switches.search ? slug('GET_TOOL_SCHEMAS') : undefined;
    const statuses = await this.#connectionStatuses(
      session,
      rankings.flat().flatMap(({ tool }) => tool.catalogTool?.toolkit ?? []),
      switches.manageConnections ? slug('MANAGE_CONNECTIONS') : undefined,
    );
    const now = this.#now();
    return {
      success: true,
      error: null,
      results,
      toolSchemas: this.#schemas(rankings, results, schemasTool),
      toolkitConnectionStatuses: statuses.map(({ status }) => status),
      nextStepsGuidance: guidance({
        found: results.some(({ primaryToolSlugs }) => primaryToolSlugs.length > 0),
        schemasTool,
        runTool: switches.multiExecute ? slug('MULTI_EXECUTE_TOOL') : undefined,
        connectTool: switches.manageConnections ? slug('MANAGE_CONNECTIONS') : undefined,
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

  #index(
    { scope }: OpenSession,
    custom: readonly CustomTool[],
    toolkits: readonly string[] | undefined,
  ): LexicalIndex<FoundTool> {
    const customToolkits = new Set(custom.map(({ toolkit }) => toolkit.slug));
    const unknown = (toolkits ?? []).filter((slug) => !scope.catalog.toolkits.has(slug) && !customToolkits.has(slug));
    if (unknown.length > 0) throw unknownToolkit(unknown, scope.catalog);
    const isWanted = ({ slug }: { readonly slug: string }) => toolkits === undefined || toolkits.includes(slug);
    const parts = scope.toolkits.filter(isWanted).map((toolkit) => this.#part(toolkit));
    const local = custom.filter(({ toolkit }) => isWanted(toolkit)).map((tool) => ({ ...tool, tags: [] }));
    return new LexicalIndex(local.length === 0 ? parts : [...parts, new LexicalPart<FoundTool>(local)]);
  }

  #part(toolkit: CatalogToolkit): LexicalPart<FoundTool> {
    let part = this.#parts.get(toolkit);
    if (part === undefined) {
      part = new LexicalPart([...toolkit.tools.values()].map(toFoundTool));
      this.#parts.set(toolkit, part);
    }
    return part;
  }

  /** Full schemas for the best tools of every query as far as they fit; a pointer to the rest. */
  #schemas(
    rankings: readonly (readonly RankedTool<FoundTool>[])[],
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
        const tool = ranking[place]?.tool;
        if (tool === undefined || schemas[tool.slug] !== undefined) continue;
        const size = primary.has(tool.slug) ? JSON.stringify(tool.inputSchema).length : Number.POSITIVE_INFINITY;
        const isFull = size <= left;
        if (isFull) left -= size;
        schemas[tool.slug] = {
          toolSlug: tool.slug,
          toolkit: tool.toolkit.slug,
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

  async #connectionStatuses(
    { projectId, userId, config }: OpenSession,
    found: readonly CatalogToolkit[],
    connectTool: string | undefined,
  ): Promise<{ readonly status: ToolkitConnectionStatus; readonly needed: boolean }[]> {
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
        needed: own.length === 0 && !toolkit.noAuth,
      };
    });
  }
}

function allowedBy({ scope }: OpenSession): (tool: FoundTool) => boolean {
  return ({ catalogTool }) => catalogTool === undefined || scope.allows(catalogTool);
}

function toFoundTool(catalogTool: CatalogTool): FoundTool {
  const { tool, toolkit } = catalogTool;
  return {
    slug: tool.slug,
    name: tool.name,
    description: tool.description,
    tags: tool.tags,
    toolkit: { slug: toolkit.slug, name: toolkit.toolkit.name },
    inputSchema: tool.inputSchema,
    outputSchema: tool.outputSchema,
    catalogTool,
  };
}

function toResult(
  ranked: readonly RankedTool<FoundTool>[],
  useCase: string,
  index: number,
  explain: boolean,
): SearchResult {
  const best = ranked[0]?.score ?? 0;
  const isPrimary = ({ score }: RankedTool<FoundTool>, place: number) =>
    place < primaryAtMost && score >= best * primaryShare;
  return {
    index,
    useCase,
    primaryToolSlugs: ranked.filter(isPrimary).map(({ tool }) => tool.slug),
    relatedToolSlugs: ranked.filter((each, place) => !isPrimary(each, place)).map(({ tool }) => tool.slug),
    toolkits: [...new Set(ranked.map(({ tool }) => tool.toolkit.slug))],
    ...(ranked.length === 0
      ? { error: 'No tool matches. Word it as one short action, naming the app and the thing it is done to.' }
      : {}),
    ...(explain
      ? { explanation: ranked.map(({ tool, score, parts }) => ({ toolSlug: tool.slug, score, parts: { ...parts } })) }
      : {}),
  };
}

function statusMessage(
  { slug, noAuth, toolkit }: CatalogToolkit,
  accounts: readonly StoredConnectedAccount[],
  connectTool: string | undefined,
): string {
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
  schemasTool,
  runTool,
  connectTool,
  unconnected,
}: {
  readonly found: boolean;
  readonly schemasTool: string | undefined;
  readonly runTool: string | undefined;
  readonly connectTool: string | undefined;
  readonly unconnected: readonly string[];
}): string[] {
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
