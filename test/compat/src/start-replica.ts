import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ListenOptions } from '@jackfield/server/node';
import type { CounterRecord } from './counter-toolkit.ts';
import type { Services } from './create-toolkits.ts';

export interface ReplicaSettings
  extends Pick<ListenOptions, 'databaseUrl' | 'encryptionKey' | 'apiKey' | 'allowPrivateNetwork' | 'limits'> {
  readonly services: Services;
}

export interface ReplicaQuestion {
  readonly id: number;
  readonly ask: 'calls' | 'aborted' | 'stop';
  /** Of the tool whose calls are asked for. */
  readonly slug: string;
}

interface ReplicaAnswer {
  readonly id: number;
  readonly answer: number;
}

/** A server in a process of its own. */
export interface Replica {
  readonly url: string;
  readonly counter: CounterRecord;
  close(): Promise<void>;
}

/** @throws Error if it ends instead of starting */
export async function startReplica(settings: ReplicaSettings): Promise<Replica> {
  const child = fork(fileURLToPath(new URL('./replica.ts', import.meta.url)), [JSON.stringify(settings)], {
    execArgv: ['--conditions=@jackfield/source'],
  });
  const ended = once(child, 'exit');
  const [started] = await Promise.race([once(child, 'message'), ended.then(() => [])]);
  if (started === undefined) throw new Error(`The server did not start: ${child.exitCode ?? child.signalCode}`);

  let questions = 0;
  const waiting = new Map<number, (answer: number) => void>();
  child.on('message', ({ id, answer }: ReplicaAnswer) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  const question = (ask: ReplicaQuestion['ask'], slug = '') =>
    new Promise<number>((resolve) => {
      const id = ++questions;
      waiting.set(id, resolve);
      child.send({ id, ask, slug } satisfies ReplicaQuestion);
    });
  return {
    url: String(Object(started).url),
    counter: {
      calls: (slug) => question('calls', slug),
      aborted: () => question('aborted'),
      async stop() {
        await question('stop');
      },
    },
    async close() {
      child.disconnect();
      await ended;
    },
  };
}
