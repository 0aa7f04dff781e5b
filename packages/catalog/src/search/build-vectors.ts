/**
 * Makes the vectors of `@jackfield/catalog-vectors`: `pnpm vectors`. Takes a quarter of an hour of one processor the first
 * time; what was embedded before comes from a cache, also when it is broken off.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { embeddings } from '@jackfield/embeddings';
import { blend, encodeVectors, IndexFile, quantise, VectorFile } from '@jackfield/engine/search';
import { indexFile, openFile } from '../search-files.ts';
import { embedTexts } from './embed-texts.ts';
import { readSearchableCatalog, textsOf } from './searchable-catalog.ts';
import { showProgress } from './show-progress.ts';
import { VectorCache } from './vector-cache.ts';

const model = embeddings();
const vectorsFile = new URL('../../../catalog-vectors/dist/vectors.bin', import.meta.url);
const cacheFolder = new URL('../../node_modules/.cache/jackfield-vectors/', import.meta.url);

/** Whether they are of the texts that the index says; what the index is of, `pnpm index` looks after. */
async function isCurrent(): Promise<boolean> {
  try {
    const index = await IndexFile.open(await openFile(indexFile));
    const vectors = await VectorFile.open(await openFile(vectorsFile));
    return vectors.texts === index.texts && vectors.model === model.id;
  } catch {
    return false;
  }
}

const started = performance.now();
const cache = new VectorCache(cacheFolder, model);
if (await isCurrent()) {
  process.stderr.write('the vectors are up to date\n');
  process.exit();
}
const texts = textsOf(await readSearchableCatalog(showProgress('read', 'toolkits')));
await embedTexts([...texts.tools.flat().map(([text]) => text), ...texts.phrases.map(({ text }) => text)], {
  cache,
  threads: availableParallelism(),
  onProgress: showProgress('embedded', 'texts'),
});

function vectorOf(text: string): Int8Array {
  const vector = cache.get(text);
  if (vector === undefined) throw new Error(`${JSON.stringify(text)} was not embedded.`);
  return vector;
}

const bytes = encodeVectors({
  model: model.id,
  dimensions: model.dimensions,
  texts: texts.hash,
  vectors: texts.tools.map((own) => quantise(blend(own.map(([text, weight]) => ({ vector: vectorOf(text), weight }))))),
  extra: texts.phrases.map(({ tool, text }) => ({ tool, vector: vectorOf(text) })),
});
mkdirSync(new URL('.', vectorsFile), { recursive: true });
const temporary = new URL(`${vectorsFile.href}.${process.pid}`);
writeFileSync(temporary, bytes);
renameSync(temporary, vectorsFile);
process.stderr.write(
  `vectors of ${texts.tools.length} tools, ${(bytes.length / 1e6).toFixed(1)} MB in ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
);
