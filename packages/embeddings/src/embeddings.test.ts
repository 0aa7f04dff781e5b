import type { Embedder } from '@jackfield/engine';
import { expect, expectTypeOf, test } from 'vitest';
import { embeddings, type LocalEmbedder } from './embeddings.ts';

function cosine(x: Float32Array, y: Float32Array): number {
  return x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
}

test('texts that mean the same are nearer than those that share words', async () => {
  const { embed, dimensions } = embeddings();
  const [query, same, other] = await embed(['remove a message', 'delete an email', 'play a song by an artist']);
  if (query === undefined || same === undefined || other === undefined) throw new Error('There are three.');
  expect(query).toHaveLength(dimensions);
  expect(cosine(query, query)).toBeCloseTo(1, 5);
  expect(cosine(query, same)).toBeGreaterThan(cosine(query, other) + 0.1);
});

test('a text of any length is embedded, and the same one always alike', async () => {
  const embedder = embeddings();
  const [empty, long, again] = await embedder.embed(['', 'word '.repeat(5_000), 'word '.repeat(6_000)]);
  expect(empty).toHaveLength(384);
  expect(long).toEqual(again);
});

test('both runtimes make the same of a text', async () => {
  const text = ['create an issue'];
  const [[native], [wasm]] = await Promise.all([
    embeddings({ runtime: 'native' }).embed(text),
    embeddings({ runtime: 'wasm' }).embed(text),
  ]);
  if (native === undefined || wasm === undefined) throw new Error('There is one of each.');
  expect(cosine(native, wasm)).toBeGreaterThan(0.9999);
}, 30_000);

test('an aborted signal ends it', async () => {
  await expect(embeddings().embed(['a'], { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('the engine takes it', () => {
  expectTypeOf<LocalEmbedder>().toExtend<Embedder>();
});
