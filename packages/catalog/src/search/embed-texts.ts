import { Worker } from 'node:worker_threads';
import type { VectorCache } from './vector-cache.ts';

const batch = 64;

export interface EmbedTextsOptions {
  readonly cache: VectorCache;
  readonly threads: number;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
}

/** Embeds the texts that the cache does not have. */
export async function embedTexts(texts: readonly string[], options: EmbedTextsOptions): Promise<void> {
  const { cache, threads, onProgress } = options;
  const missing = [...new Set(texts)].filter((text) => cache.get(text) === undefined);
  let next = 0;
  let done = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./embed-worker.ts', import.meta.url));
      let current: readonly string[] = [];
      const send = () => {
        current = missing.slice(next, next + batch);
        next += batch;
        if (current.length === 0) void worker.terminate().then(() => resolve());
        else worker.postMessage(current);
      };
      worker.on('message', (vectors: readonly Int8Array[]) => {
        cache.add(current.flatMap((text, index) => ({ text, vector: vectors[index] ?? new Int8Array(0) })));
        done += current.length;
        onProgress({ done, total: missing.length });
        send();
      });
      worker.on('error', (cause) => reject(new Error('Texts could not be embedded.', { cause })));
      send();
    });
  if (missing.length > 0) await Promise.all(Array.from({ length: Math.max(1, threads) }, work));
}
