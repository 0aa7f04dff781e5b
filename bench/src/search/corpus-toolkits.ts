import type { Tool, Toolkit } from '@jackfield/engine';
import type { CorpusTool } from './query-set.ts';

export interface CorpusToolkits {
  readonly toolkits: readonly Toolkit[];
  /** Ids by the slugs that the tools got. */
  readonly ids: ReadonlyMap<string, string>;
  /** Slugs by the toolkits' names in the corpus. */
  readonly slugs: ReadonlyMap<string, string>;
}

/** Makes toolkits of a corpus. What tools do is never asked. */
export function toToolkits(corpus: readonly CorpusTool[]): CorpusToolkits {
  const slugs = new Map<string, string>();
  const ids = new Map<string, string>();
  const groups = new Map<string, Tool[]>();
  for (const each of corpus) {
    const toolkit = slugFor(each.toolkit, slugs);
    // An id is to a corpus what a slug is to us.
    const slug = uniqueSlug(`${toolkit}_${each.id}`, ids);
    ids.set(slug, each.id);
    const tools = groups.get(each.toolkit) ?? [];
    tools.push({
      slug,
      name: each.name,
      description: each.description,
      tags: [],
      inputSchema: { ...each.parameters, type: 'object' },
      hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
      security: [],
      scopes: [],
      deprecated: false,
      binding: { kind: 'function', execute: () => undefined },
    });
    groups.set(each.toolkit, tools);
  }
  const toolkits = [...groups].map(
    ([name, tools]): Toolkit => ({
      slug: slugFor(name, slugs),
      name: name === '' ? 'Tools' : name,
      description: '',
      version: '1',
      authSchemes: [],
      tools,
    }),
  );
  return { toolkits, ids, slugs };
}

function slugFor(name: string, slugs: Map<string, string>): string {
  const known = slugs.get(name);
  if (known !== undefined) return known;
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 30);
  const base = /^[a-z]/.test(words) ? words : `tools${words === '' ? '' : `_${words}`}`;
  const taken = new Set(slugs.values());
  let slug = base;
  for (let number = 2; taken.has(slug); number += 1) slug = `${base}_${number}`;
  slugs.set(name, slug);
  return slug;
}

function uniqueSlug(text: string, taken: ReadonlyMap<string, string>): string {
  const base = text
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .slice(0, 58);
  let slug = base;
  for (let number = 2; taken.has(slug); number += 1) slug = `${base}_${number}`;
  return slug;
}
