import type { TokenNarrowing } from '@jackfield/contract';
import type { FilteredTool } from '../sessions/tool-filter.ts';
import type { Catalog } from '../toolkits/catalog.ts';

/** What is left of a session for a token. */
export interface NarrowedScope {
  /** Whether any tool of the toolkit may be left. */
  allowsToolkit(slug: string): boolean;
  allows(tool: FilteredTool): boolean;
}

/** A narrowing, ready to be asked. It can only take away: what it allows, the session must allow, too. */
export function narrowScope({ tools, toolkits, readOnly }: TokenNarrowing, catalog: Catalog): NarrowedScope {
  const toolSlugs = tools && new Set(tools);
  const toolkitSlugs = toolkits && new Set(toolkits);
  const owners =
    tools &&
    new Set(
      tools.flatMap((slug) => {
        const tool = catalog.findTool(slug);
        return tool === undefined ? [] : [tool.toolkit.slug];
      }),
    );
  const allowsToolkit = (slug: string) => toolkitSlugs?.has(slug) !== false && owners?.has(slug) !== false;
  return {
    allowsToolkit,
    allows: ({ slug, toolkit, hints }) =>
      allowsToolkit(toolkit) && toolSlugs?.has(slug) !== false && (readOnly !== true || hints.readOnlyHint),
  };
}
