import type { BehaviourTag, SessionConfig, SlugFilter, TagFilter } from '@jackfield/contract';
import type { BehaviourHints } from '../toolkit.ts';

/** What of a tool decides whether a session allows it. */
export interface FilteredTool {
  readonly slug: string;
  readonly toolkit: string;
  readonly hints: BehaviourHints;
}

type Filters = Pick<SessionConfig, 'toolkits' | 'tools' | 'tags'>;

/**
 * Which toolkits and tools a session config allows (wire contract, section 3): toolkits first; then, within a toolkit,
 * `tools[toolkit].enable` or `.disable` alone decides if it is there; else the tags given for that toolkit, which
 * replace the session's own.
 */
export class ToolFilter {
  readonly #toolkits: (slug: string) => boolean;
  readonly #session: (hints: BehaviourHints) => boolean;
  readonly #byToolkit: ReadonlyMap<string, (tool: FilteredTool) => boolean>;

  constructor({ toolkits, tools, tags }: Filters) {
    this.#toolkits = slugPredicate(toolkits);
    this.#session = tagPredicate(tags);
    this.#byToolkit = new Map(
      Object.entries(tools ?? {}).map(([toolkit, filter]) => {
        if ('tags' in filter) {
          const passes = tagPredicate(filter.tags);
          return [toolkit, (tool: FilteredTool) => passes(tool.hints)];
        }
        const passes = slugPredicate(filter);
        return [toolkit, (tool: FilteredTool) => passes(tool.slug)];
      }),
    );
  }

  allowsToolkit(slug: string): boolean {
    return this.#toolkits(slug);
  }

  allows(tool: FilteredTool): boolean {
    if (!this.#toolkits(tool.toolkit)) return false;
    const own = this.#byToolkit.get(tool.toolkit);
    return own === undefined ? this.#session(tool.hints) : own(tool);
  }
}

function slugPredicate(filter: SlugFilter | undefined): (slug: string) => boolean {
  if (filter === undefined) return () => true;
  if ('enable' in filter) {
    const enabled = new Set(filter.enable);
    return (slug) => enabled.has(slug);
  }
  const disabled = new Set(filter.disable);
  return (slug) => !disabled.has(slug);
}

function tagPredicate(filter: TagFilter | undefined): (hints: BehaviourHints) => boolean {
  if (filter === undefined) return () => true;
  const { enable, disable = [] } = filter;
  const has = (hints: BehaviourHints) => (tag: BehaviourTag) => hints[tag];
  return (hints) => (enable === undefined || enable.some(has(hints))) && !disable.some(has(hints));
}
