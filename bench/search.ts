#!/usr/bin/env node
/** Runs the search on a set of queries: see docs/search.md. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Straight from the sources, so that nothing has to be built.
const main = fileURLToPath(new URL('./src/search/main.ts', import.meta.url));
const { status } = spawnSync(process.execPath, ['--conditions=@jackfield/source', main, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
