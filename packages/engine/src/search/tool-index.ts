import type { BehaviourHints } from '../toolkit.ts';

/** What of a tool can be found. */
export interface SearchableTool {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly hints?: BehaviourHints | undefined;
  readonly toolkit: { readonly slug: string; readonly name: string };
}

export interface RankedTool<Tool> {
  readonly tool: Tool;
  readonly score: number;
  /** Part of the score by reason. */
  readonly parts: Readonly<Record<string, number>>;
}

export interface RankOptions<Tool> {
  readonly limit: number;
  readonly allows: (tool: Tool) => boolean;
}

/** Tools that can be searched together. Ranking is a pure function of the tools and the query. */
export interface ToolIndex<Tool extends SearchableTool> {
  /** Best first; equals in the order of their slugs. */
  rank(query: string, options: RankOptions<Tool>): readonly RankedTool<Tool>[];
}
