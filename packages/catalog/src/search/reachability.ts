import { appNameOf, IndexFile, indexTool, parseQuery, RankingMemory, rank } from '@jackfield/engine/search';
import { indexFile, openFile } from '../search-files.ts';
import type { SearchableCatalog } from './searchable-catalog.ts';

export interface Reachability {
  readonly tools: number;
  /** Tools that are not among the first five for their own slug. */
  readonly missedBySlug: readonly string[];
  /** Tools that are not among the first five for their title with the name of their app. */
  readonly missedByTitle: readonly string[];
  /** Tools left out by title: more than five of the app have one of the same words. */
  readonly sharedTitles: number;
}

const within = 5;

/**
 * Whether tools of the compiled catalogue are found, among all of it and by words alone, for what they are called.
 *
 * @param every looks at each tool of that number only
 */
export async function measureReachability(
  toolkits: SearchableCatalog['toolkits'],
  every: number,
): Promise<Reachability> {
  const segment = await (await IndexFile.open(await openFile(indexFile))).whole();
  const view = { segment, count: segment.size, totalLength: segment.totalLength };
  const memory = new RankingMemory();
  const first = (text: string) => rank([view], parseQuery(text), { limit: within, memory }).map(({ slug }) => slug);
  const missedBySlug: string[] = [];
  const missedByTitle: string[] = [];
  let sharedTitles = 0;
  let seen = 0;
  let tools = 0;
  for (const { toolkit, tools: own } of toolkits) {
    const keys = own.map((tool) => indexTool(tool, toolkit).titleKey);
    const titles = new Map<number, number>();
    for (const key of keys) titles.set(key, (titles.get(key) ?? 0) + 1);
    for (const [index, { slug, name }] of own.entries()) {
      seen += 1;
      if (seen % every !== 0) continue;
      tools += 1;
      if (!first(slug).includes(slug)) missedBySlug.push(slug);
      if ((titles.get(keys[index] ?? 0) ?? 0) > within) sharedTitles += 1;
      else if (!first(`${name} ${appNameOf(toolkit)}`).includes(slug)) missedByTitle.push(slug);
    }
  }
  return { tools, missedBySlug, missedByTitle, sharedTitles };
}
