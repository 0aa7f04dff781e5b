import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './markdown.ts';

const requirements = readFileSync(join(root, 'test/wire/src/requirements.ts'), 'utf8');
const pages = globSync('docs/invariants/*.md', { cwd: root });

test.each(pages)('%s names tests that there are, for every invariant', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const [, invariants = ''] = text.split('## Invariants');
  const rows = invariants.split('\n').filter((line) => /^\| (?!What holds|---)/.test(line));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) {
    const cell = row.split('|').at(-2) ?? '';
    const named = [...cell.matchAll(/(?<!\[)`([a-z-]+\.[a-z-]+)`/g)].map(([, id]) => id);
    // Links to files are followed by the test of links.
    expect(named.length + (cell.includes('](') ? 1 : 0), row).toBeGreaterThan(0);
    for (const id of named) expect(requirements, row).toContain(`'${id}': {`);
  }
});
