import type { RandomAccess } from '../search/index-file.ts';
import type { AuthScheme, Toolkit } from '../toolkit.ts';

/** Many toolkits, each of which is read when it is first used. */
export interface ToolkitCatalog {
  /**
   * What there is, in the order in which lists show it, without reading any of it. Asked once, and again if it failed.
   *
   * @throws JackfieldError when it cannot be told
   */
  list(): Promise<readonly ToolkitSummary[]>;
  /**
   * Reads a toolkit that `list` names, from this machine: calls wait for it. Its slugs begin with the toolkit's own, and
   * no two toolkits of the catalogue have a tool of the same slug.
   *
   * @throws JackfieldError `UNKNOWN_TOOLKIT`
   */
  load(slug: string): Toolkit;
  /**
   * Its tools as they were indexed ahead of time. Asked once. Default: toolkits are indexed when they are first searched.
   *
   * @throws JackfieldError when the index cannot be read; toolkits are then indexed when they are first searched
   */
  searchIndex?(): Promise<CatalogSearchIndex>;
}

/** Files that builds of search indexes make. */
export interface CatalogSearchIndex {
  /** Of the catalogue; an index of another one is not used. */
  readonly revision: string;
  readonly index: RandomAccess;
  /** Default: none, so that the catalogue is searched by words alone. */
  readonly vectors?: RandomAccess | undefined;
}

/** What can be told of a toolkit without its tools. */
export interface ToolkitSummary extends Pick<Toolkit, 'slug' | 'name' | 'description' | 'version' | 'logo'> {
  readonly toolCount: number;
  /** Every tool works without a connected account. */
  readonly noAuth: boolean;
  readonly authModes: readonly AuthScheme['mode'][];
  /**
   * The base URL only stands for one that whoever runs the server has to name: nothing is sent there. Default: false.
   */
  readonly needsBaseUrl?: boolean | undefined;
}
