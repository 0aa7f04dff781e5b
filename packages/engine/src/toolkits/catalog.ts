import type { JackfieldError, ToolItem } from '@jackfield/contract';
import type { AuthScheme, Tool, Toolkit } from '../toolkit.ts';
import { contentHash } from './content-hash.ts';
import { toToolItem } from './tool-item.ts';
import type { ToolkitCatalog, ToolkitSummary } from './toolkit-catalog.ts';

function isNoAuth({ security }: Tool): boolean {
  return security.length === 0 || security.some((schemes) => schemes.length === 0);
}

/** A tool together with its toolkit, and what is derived from both once. */
export class CatalogTool {
  readonly tool: Tool;
  readonly toolkit: CatalogToolkit;
  /** Works without a connected account. */
  readonly noAuth: boolean;
  #item: ToolItem | undefined;
  #hash: string | undefined;

  constructor(tool: Tool, toolkit: CatalogToolkit) {
    this.tool = tool;
    this.toolkit = toolkit;
    this.noAuth = isNoAuth(tool);
  }

  get slug(): string {
    return this.tool.slug;
  }

  /** As agents see it. Frozen, and the same object in every list. */
  get item(): ToolItem {
    this.#item ??= toToolItem(this.tool, this.toolkit.toolkit, this.noAuth);
    return this.#item;
  }

  /** Of the item's content: the same in every process, another one after any change. */
  get hash(): string {
    this.#hash ??= contentHash(this.item);
    return this.#hash;
  }
}

/** A toolkit of the engine: in memory, or known by its summary and read when its tools are first needed. */
export class CatalogToolkit {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly logo: string | undefined;
  readonly version: string;
  readonly toolCount: number;
  readonly authModes: readonly AuthScheme['mode'][];
  /** Every tool works without a connected account. */
  readonly noAuth: boolean;
  /** Its base URL only stands for one that whoever runs the server has to name. */
  readonly needsBaseUrl: boolean;
  /** One of a catalogue, which may be in memory by now. */
  readonly isLazy: boolean;
  /** The catalogue that it is one of. */
  readonly source: ToolkitCatalog | undefined;
  readonly #read: () => Toolkit;
  #toolkit: Toolkit | undefined;
  #tools: ReadonlyMap<string, CatalogTool> | undefined;

  private constructor(summary: ToolkitSummary, source: ToolkitCatalog | undefined, read: () => Toolkit) {
    this.isLazy = source !== undefined;
    this.source = source;
    this.slug = summary.slug;
    this.name = summary.name;
    this.description = summary.description;
    this.logo = summary.logo;
    this.version = summary.version;
    this.toolCount = summary.toolCount;
    this.authModes = summary.authModes;
    this.noAuth = summary.noAuth;
    this.needsBaseUrl = summary.needsBaseUrl ?? false;
    this.#read = read;
  }

  static of(toolkit: Toolkit): CatalogToolkit {
    const { tools, authSchemes } = toolkit;
    const made = new CatalogToolkit(
      {
        ...toolkit,
        // Of tools that are not known yet nobody can say.
        noAuth: toolkit.upstream !== undefined && tools.length === 0 ? authSchemes.length === 0 : tools.every(isNoAuth),
        toolCount: tools.length,
        authModes: [...new Set(authSchemes.map(({ mode }) => mode))],
      },
      undefined,
      () => toolkit,
    );
    made.#toolkit = toolkit;
    return made;
  }

  /** One of a catalogue. */
  static lazy(summary: ToolkitSummary, catalog: ToolkitCatalog): CatalogToolkit {
    return new CatalogToolkit(summary, catalog, () => catalog.load(summary.slug));
  }

  /** Its tools are those that an MCP server lists for the user of a session. */
  get isLive(): boolean {
    return this.#toolkit?.upstream !== undefined;
  }

  /** Whether it is in memory already. */
  get isLoaded(): boolean {
    return this.#toolkit !== undefined;
  }

  get toolkit(): Toolkit {
    this.#toolkit ??= this.#read();
    return this.#toolkit;
  }

  /** By slug, in the toolkit's order. */
  get tools(): ReadonlyMap<string, CatalogTool> {
    this.#tools ??= new Map(this.toolkit.tools.map((tool) => [tool.slug, new CatalogTool(tool, this)]));
    return this.#tools;
  }
}

/** Every toolkit that could be loaded, at one moment. Never changes; loading makes a new one. */
export class Catalog {
  /** By slug, in the order in which they were given to the engine. */
  readonly toolkits: ReadonlyMap<string, CatalogToolkit>;
  /** Why the other sources are missing. */
  readonly failures: readonly JackfieldError[];
  /** Those of the toolkits that were in memory from the start. */
  readonly #tools: ReadonlyMap<string, CatalogTool>;

  constructor(toolkits: readonly CatalogToolkit[], failures: readonly JackfieldError[]) {
    this.toolkits = new Map(toolkits.map((toolkit) => [toolkit.slug, toolkit]));
    this.failures = failures;
    const tools = new Map<string, CatalogTool>();
    for (const toolkit of toolkits) {
      if (toolkit.isLazy) continue;
      for (const [slug, tool] of toolkit.tools) if (!tools.has(slug)) tools.set(slug, tool);
    }
    this.#tools = tools;
  }

  /** Reads at most the toolkits that the slug begins with. */
  findTool(slug: string): CatalogTool | undefined {
    const known = this.#tools.get(slug);
    if (known !== undefined) return known;
    for (const toolkit of this.#toolkitsNamedBy(slug)) {
      const tool = toolkit.tools.get(slug);
      if (tool !== undefined) return tool;
    }
    return undefined;
  }

  /**
   * Tools that somebody may have meant by a slug which is none: those of the toolkits that it begins with, and of those
   * that are in memory anyway.
   */
  toolsLike(slug: string): readonly CatalogTool[] {
    const named = this.#toolkitsNamedBy(slug).flatMap(({ tools }) => [...tools.values()]);
    return [...new Set([...this.#tools.values(), ...named])];
  }

  /** Slug of the toolkit that a tool's slug begins with. */
  toolkitOf(slug: string): string | undefined {
    return this.#toolkitsNamedBy(slug)[0]?.slug;
  }

  /** The toolkit, if its tools come from an MCP server, that the slug begins with. */
  liveToolkitOf(slug: string): CatalogToolkit | undefined {
    return this.#toolkitsNamedBy(slug).find(({ isLive }) => isLive);
  }

  /** `GOOGLE_ADMIN_X` may be a tool of `google_admin` or of `google`. */
  #toolkitsNamedBy(slug: string): readonly CatalogToolkit[] {
    const words = slug.toLowerCase().split('_');
    const found: CatalogToolkit[] = [];
    for (let count = words.length - 1; count > 0; count -= 1) {
      const toolkit = this.toolkits.get(words.slice(0, count).join('_'));
      if (toolkit !== undefined) found.push(toolkit);
    }
    return found;
  }
}
