import type { SessionConfig } from '@jackfield/contract';
import type { Catalog, CatalogTool, CatalogToolkit } from '../toolkits/catalog.ts';
import { ToolFilter } from './tool-filter.ts';

/** What one session config makes of one catalog. Holds nothing of a single session: those with equal configs share it. */
export class SessionScope {
  readonly catalog: Catalog;
  readonly #filter: ToolFilter;
  readonly #preload: 'all' | readonly string[];
  #toolkits: readonly CatalogToolkit[] | undefined;
  #tools: readonly CatalogTool[] | undefined;
  #preloaded: readonly CatalogTool[] | undefined;

  constructor(config: Pick<SessionConfig, 'toolkits' | 'tools' | 'tags' | 'preload'>, catalog: Catalog) {
    this.catalog = catalog;
    this.#filter = new ToolFilter(config);
    this.#preload = config.preload?.tools ?? [];
  }

  allowsToolkit(slug: string): boolean {
    return this.#filter.allowsToolkit(slug);
  }

  allows({ tool, toolkit }: CatalogTool): boolean {
    return this.#filter.allows({ slug: tool.slug, toolkit: toolkit.slug, hints: tool.hints });
  }

  /** In the catalog's order. */
  get toolkits(): readonly CatalogToolkit[] {
    this.#toolkits ??= [...this.catalog.toolkits.values()].filter(({ slug }) => this.#filter.allowsToolkit(slug));
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
