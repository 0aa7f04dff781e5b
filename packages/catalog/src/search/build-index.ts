/** Makes `dist/search/index.bin` of the compiled toolkits: `pnpm index`. */
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeIndex, IndexFile, indexTool } from '@jackfield/engine/search';
import { catalog } from '../catalog.ts';
import { indexFile, openFile } from '../search-files.ts';
import { readSearchableCatalog, textsOf } from './searchable-catalog.ts';
import { showProgress } from './show-progress.ts';

const packages = new URL('../../../', import.meta.url);

/** What the index depends on beside the toolkits. */
const code = ['catalog/phrases/*.txt', 'catalog/src/search/*.ts', 'engine/src/search/*.ts'];

async function revisionOf(): Promise<string> {
  const source = await catalog().revision();
  const hash = createHash('sha256').update(source);
  for (const path of globSync(code, { cwd: fileURLToPath(packages) }).sort()) {
    if (!path.endsWith('.test.ts')) hash.update(path).update(readFileSync(new URL(path, packages)));
  }
  return `${source}.${hash.digest('hex').slice(0, 16)}`;
}

async function isCurrent(revision: string): Promise<boolean> {
  try {
    return (await IndexFile.open(await openFile(indexFile))).revision === revision;
  } catch {
    return false;
  }
}

const started = performance.now();
const revision = await revisionOf();
if (await isCurrent(revision)) {
  process.stderr.write('the search index is up to date\n');
} else {
  const searchable = await readSearchableCatalog(showProgress('read', 'toolkits'));
  const progress = showProgress('indexed', 'toolkits');
  const indexed = searchable.toolkits.map(({ toolkit, tools }, index) => {
    progress({ done: index + 1, total: searchable.toolkits.length });
    return { toolkit, tools: tools.map((tool) => indexTool(tool, toolkit)) };
  });
  const bytes = encodeIndex(indexed, { revision, texts: textsOf(searchable).hash });
  mkdirSync(new URL('.', indexFile), { recursive: true });
  const temporary = new URL(`${indexFile.href}.${process.pid}`);
  writeFileSync(temporary, bytes);
  renameSync(temporary, indexFile);
  process.stderr.write(
    `search index of ${(bytes.length / 1e6).toFixed(1)} MB in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  );
}
