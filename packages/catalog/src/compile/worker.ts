import { parentPort } from 'node:worker_threads';
import { CompileCache } from './compile-cache.ts';
import { type CompileJob, compileToolkit } from './compile-toolkit.ts';

/** Compiles one toolkit for each message, and answers with it. */
const cache = new CompileCache();

parentPort?.on('message', (job: CompileJob) => {
  const key = cache.key(job);
  let compiled = cache.get(key);
  const isCached = compiled !== undefined;
  if (compiled === undefined) {
    compiled = compileToolkit(job);
    cache.set(key, compiled);
  }
  parentPort?.postMessage({ ...compiled, isCached });
});
