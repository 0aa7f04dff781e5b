import { toSearchable } from '@jackfield/engine/search';
import { expect, test } from 'vitest';
import { catalog } from '../catalog.ts';
import { measureReachability } from './reachability.ts';

/** The whole catalogue is measured by `pnpm --filter @jackfield/catalog reachability`. */
test('tools of every size of toolkit are among the first five for their slug, and for their title with their app', async () => {
  const source = catalog();
  const entries = (await source.list()).toSorted((a, b) => a.toolCount - b.toolCount);
  const toolkits = entries
    .filter((_, index) => index % 40 === 39)
    .map(({ slug, name, aliases }) => ({
      toolkit: { slug, name, aliases },
      tools: source.load(slug).tools.map(toSearchable),
    }));
  const { tools, missedBySlug, missedByTitle } = await measureReachability(toolkits, 17);
  expect(tools).toBeGreaterThan(80);
  expect(missedBySlug).toEqual([]);
  expect(missedByTitle).toEqual([]);
}, 60_000);
