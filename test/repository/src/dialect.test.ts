import { expect, test } from 'vitest';
import { readImports, readSources } from './workspace.ts';

const server = [...readSources('packages/server')];
const dialect = 'packages/server/src/compat/';

test('the dialect of existing clients is known only where it is mounted', () => {
  const importers = server
    .filter(([path]) => !path.startsWith(dialect))
    .filter(([, source]) => readImports(source).some((name) => name.includes('/compat/')))
    .map(([path]) => path);
  expect(importers.sort()).toEqual([
    'packages/server/src/embedded.ts',
    'packages/server/src/index.ts',
    'packages/server/src/listen.ts',
  ]);
});

test('the engine and the contract do not know that there is such a dialect', () => {
  const knowing = ['packages/engine', 'packages/contract']
    .flatMap((folder) => [...readSources(folder)])
    .filter(([path]) => !path.includes('.test.'))
    .filter(([, source]) => /composio|api\/v3/i.test(source))
    .map(([path]) => path);
  // A toolkit of that name would have the meta tools' slugs.
  expect(knowing).toEqual(['packages/engine/src/toolkits/reserved-slug.ts']);
});
