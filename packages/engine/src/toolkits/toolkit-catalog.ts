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
}

/** What can be told of a toolkit without its tools. */
export interface ToolkitSummary extends Pick<Toolkit, 'slug' | 'name' | 'description' | 'version' | 'logo'> {
  readonly toolCount: number;
  /** Every tool works without a connected account. */
  readonly noAuth: boolean;
  readonly authModes: readonly AuthScheme['mode'][];
}
