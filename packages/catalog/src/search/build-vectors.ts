/**
 * Makes the vectors of `@jackfield/catalog-vectors`: `pnpm vectors`. Takes a quarter of an hour of one processor the first
 * time; what was embedded before comes from a cache, also when it is broken off.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { embeddings } from '@jackfield/embeddings';
import { blend, encodeVectors, quantise } from '@jackfield/engine/search';
import { embedTexts } from './embed-texts.ts';
import { readSearchableCatalog, textsOf } from './searchable-catalog.ts';
import { showProgress } from './show-progress.ts';
import { VectorCache } from './vector-cache.ts';

const vectorsFile = new URL('../../../catalog-vectors/dist/vectors.bin', import.meta.url);
const cacheFolder = new URL('../../node_modules/.cache/jackfield-vectors/', import.meta.url);

const started = performance.now();
const model = embeddings();
const cache = new VectorCache(cacheFolder, model);
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
