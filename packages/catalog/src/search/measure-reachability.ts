/**
 * Looks for every tool of the compiled catalogue by its slug and by its title: `pnpm reachability [every nth]`. All of
 * them take a quarter of an hour.
 */
import { measureReachability } from './reachability.ts';
import { readSearchableCatalog } from './searchable-catalog.ts';
import { showProgress } from './show-progress.ts';

const [every = '1'] = process.argv.slice(2);
const { toolkits } = await readSearchableCatalog(showProgress('read', 'toolkits'));
const { tools, missedBySlug, missedByTitle, sharedTitles } = await measureReachability(toolkits, Number(every));
process.stdout.write(
  `${tools} tools: ${missedBySlug.length} not found by their slug, ${missedByTitle.length} of ${tools - sharedTitles} not by their title\n${[...missedBySlug, ...missedByTitle].map((slug) => `${slug}\n`).join('')}`,
);
