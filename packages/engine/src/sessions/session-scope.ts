import type { SessionConfig, TokenNarrowing } from '@jackfield/contract';
import { type NarrowedScope, narrowScope } from '../tokens/narrow-scope.ts';
import type { Catalog, CatalogTool, CatalogToolkit } from '../toolkits/catalog.ts';
import { type FilteredTool, ToolFilter } from './tool-filter.ts';

/**
 * What one session config makes of one catalog, less what the caller's token leaves out. Holds nothing of a single
 * session: those with equal configs share it.
 */
export class SessionScope {
  readonly catalog: Catalog;
  readonly #filter: ToolFilter;
  readonly #narrowed: NarrowedScope | undefined;
  readonly #preload: 'all' | readonly string[];
  #toolkits: readonly CatalogToolkit[] | undefined;
  #tools: readonly CatalogTool[] | undefined;
  #preloaded: readonly CatalogTool[] | undefined;

  constructor(
    config: Pick<SessionConfig, 'toolkits' | 'tools' | 'tags' | 'preload'>,
    catalog: Catalog,
    narrowing?: TokenNarrowing,
  ) {
    this.catalog = catalog;
    this.#filter = new ToolFilter(config);
    this.#narrowed = narrowing && narrowScope(narrowing, catalog);
    this.#preload = config.preload?.tools ?? [];
  }

  allowsToolkit(slug: string): boolean {
    return this.#filter.allowsToolkit(slug) && this.#narrowed?.allowsToolkit(slug) !== false;
  }

  allows({ tool, toolkit }: CatalogTool): boolean {
    return this.allowsCandidate({ slug: tool.slug, toolkit: toolkit.slug, hints: tool.hints });
  }

  /** The same for a tool that has not been read. */
  allowsCandidate(candidate: FilteredTool): boolean {
    return this.#filter.allows(candidate) && this.#narrowed?.allows(candidate) !== false;
  }

  /** Whether it is only the caller's token that leaves the tool out. */
  isNarrowedOut(tool: CatalogTool): boolean {
    return (
      !this.allows(tool) && this.#filter.allows({ slug: tool.slug, toolkit: tool.toolkit.slug, hints: tool.tool.hints })
    );
  }

  /** In the catalog's order. */
  get toolkits(): readonly CatalogToolkit[] {
    this.#toolkits ??= [...this.catalog.toolkits.values()].filter(({ slug }) => this.allowsToolkit(slug));
    return this.#toolkits;
  }

  /** In the catalog's order. */
  get tools(): readonly CatalogTool[] {
    this.#tools ??= this.toolkits.flatMap(({ tools }) => [...tools.values()].filter((tool) => this.allows(tool)));
    return this.#tools;
  }

  /** What `session.tools()` lists beside the meta tools, in the order of `preload`. */
  get preloaded(): readonly CatalogTool[] {
    this.#preloaded ??=
      this.#preload === 'all'
        ? this.tools
        : [...new Set(this.#preload)].flatMap((slug) => {
            const tool = this.catalog.findTool(slug);
            return tool !== undefined && this.allows(tool) ? [tool] : [];
          });
    return this.#preloaded;
  }
}
