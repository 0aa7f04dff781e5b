import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ListenOptions } from '@jackfield/server/node';

/** A server in a process of its own. */
export interface SpawnedServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it wrote to its log so far. */
  log(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

type SpawnSettings = Pick<
  ListenOptions,
  'dataDir' | 'databaseUrl' | 'encryptionKey' | 'apiKey' | 'allowPrivateNetwork' | 'gracePeriod' | 'limits'
> & {
  /** By toolkit slug. */
  readonly documents: Readonly<Record<string, object>>;
};

/** @throws Error with the log, if the server does not start */
export async function spawnServer(settings: SpawnSettings): Promise<SpawnedServer> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@jackfield/source',
      fileURLToPath(import.meta.resolve('./server-process.ts')),
      JSON.stringify(settings),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log: string[] = [];
  child.stderr.on('data', (chunk) => log.push(String(chunk)));
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const first = await Promise.race([lines.next(), ended.then(() => undefined)]);
  if (typeof first?.value !== 'string') throw new Error(`The server did not start:\n${log.join('')}`);
  return { url: first.value, process: child, log: () => log.join(''), ended };
}
