import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Compiled } from './compile-cache.ts';
import type { CompileJob } from './compile-toolkit.ts';

export interface Progress {
  readonly done: number;
  readonly cached: number;
  readonly total: number;
}

/** Compiles in as many threads as there are processors. What comes back is in the order of the jobs. */
export async function compileAll(
  jobs: readonly CompileJob[],
  onProgress: (progress: Progress) => void,
): Promise<readonly Compiled[]> {
  const results = new Map<CompileJob, Compiled>();
  // The largest first, so that no thread is left with one at the end.
  const pending = jobs.toSorted((a, b) => a.document.operations - b.document.operations);
  let cached = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        resourceLimits: { maxOldGenerationSizeMb: 3072 },
      });
      let job: CompileJob | undefined;
      const next = () => {
        job = pending.pop();
        if (job === undefined) void worker.terminate().then(() => resolve());
        else worker.postMessage(job);
      };
      worker.on('message', ({ isCached, result, bytes }: Compiled & { isCached: boolean }) => {
        if (job !== undefined) {
          results.set(job, bytes === undefined ? { result } : { result, bytes: Buffer.from(bytes) });
        }
        if (isCached) cached += 1;
        onProgress({ done: results.size, cached, total: jobs.length });
        next();
      });
      worker.on('error', (cause) => {
        reject(new Error(`${job?.entry.slug} (${job?.document.document}) could not be compiled.`, { cause }));
      });
      next();
    });
  await Promise.all(Array.from({ length: Math.min(8, Math.max(1, availableParallelism())) }, work));
  return jobs.flatMap((job) => results.get(job) ?? []);
}
