import { createHash } from 'node:crypto';
import {
  appNameOf,
  embeddingTexts,
  type SearchableTool,
  type SearchableToolkit,
  toSearchable,
} from '@jackfield/engine/search';
import { catalog } from '../catalog.ts';
import { readPhrases } from './phrases.ts';

/** Everything of the compiled catalogue that is searched. */
export interface SearchableCatalog {
  readonly revision: string;
  readonly toolkits: readonly {
    readonly toolkit: SearchableToolkit;
    readonly tools: readonly SearchableTool[];
  }[];
}

/** By slug. Reads every toolkit: seconds. */
export async function readSearchableCatalog(
  onProgress: (progress: { readonly done: number; readonly total: number }) => void,
): Promise<SearchableCatalog> {
  const source = catalog();
  const phrases = readPhrases();
  const entries = (await source.list()).toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  const known = new Set<string>();
  const toolkits = entries.map(({ slug, name, aliases }, index) => {
    const tools = source.load(slug).tools.map((tool): SearchableTool => {
      const own = phrases.get(tool.slug);
      if (own !== undefined) known.add(tool.slug);
      return own === undefined ? toSearchable(tool) : { ...toSearchable(tool), phrases: own };
    });
    onProgress({ done: index + 1, total: entries.length });
    return { toolkit: { slug, name, aliases }, tools };
  });
  const unknown = [...phrases.keys()].filter((slug) => !known.has(slug));
  if (unknown.length > 0) throw new Error(`There are phrases for tools that do not exist: ${unknown.join(', ')}.`);
  return { revision: await source.revision(), toolkits };
}

/** What is embedded: of each tool its texts, which are blended, and its phrases, which are not. */
export interface CatalogTexts {
  readonly tools: readonly (readonly (readonly [text: string, weight: number])[])[];
  readonly phrases: readonly { readonly tool: number; readonly text: string }[];
  /** Changes with any of them. */
  readonly hash: string;
}

export function textsOf({ toolkits }: SearchableCatalog): CatalogTexts {
  const all = toolkits.flatMap(({ toolkit, tools }) => {
    const app = appNameOf(toolkit);
    return tools.map((tool) => ({ texts: embeddingTexts(tool, app), phrases: tool.phrases ?? [] }));
  });
  const tools = all.map(({ texts }) => texts);
  const phrases = all.flatMap((each, tool) => each.phrases.map((text) => ({ tool, text })));
  const hash = createHash('sha256');
  for (const texts of tools) hash.update(`${JSON.stringify(texts)}\n`);
  for (const phrase of phrases) hash.update(`${JSON.stringify(phrase)}\n`);
  return { tools, phrases, hash: hash.digest('hex').slice(0, 16) };
}
