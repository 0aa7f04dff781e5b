import type {
  CustomDefinitions,
  CustomToolCall,
  CustomToolResult,
  JackfieldError,
  JsonObject,
} from '@jackfield/contract';
import type { Transport } from './transport.ts';

export interface ServeCustomToolsOptions {
  /** Calls that run at once. Default: 10. */
  readonly concurrency?: number | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Hears why the server could not be asked; it is asked again. Default: nobody. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The custom tools of a session, being served. */
export interface CustomToolServer {
  /** Takes no more calls, and waits for those that run. */
  close(): Promise<void>;
  /** Settles when it has ended. @throws JackfieldError what no repetition mends, such as `SESSION_NOT_FOUND` */
  readonly done: Promise<void>;
}

/** All that this module needs: it imports nothing, so that bundlers put it aside until somebody serves tools. */
interface Serving extends ServeCustomToolsOptions {
  readonly transport: Transport;
  readonly sessionId: string;
  readonly definitions: CustomDefinitions | undefined;
  /** Runs a tool. Rejects when it was given up. */
  readonly run: (
    slug: string,
    args: JsonObject,
    signal: AbortSignal,
  ) => Promise<Pick<CustomToolResult, 'data' | 'error'>>;
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly isJackfieldError: (error: unknown) => error is JackfieldError;
}

const firstPauseMs = 250;
const longestPauseMs = 10_000;
const givenUp = { data: {}, error: 'The call was given up.' };

/** Runs the custom tools of a session for whoever calls them elsewhere. Resolves once the server knows. */
export async function serveCustomTools(serving: Serving): Promise<CustomToolServer> {
  const { transport, sessionId, definitions, run, sleep, isJackfieldError, concurrency = 10, onError } = serving;
  const workerId = crypto.randomUUID();
  const params = { sessionId };
  const running = new Map<string, AbortController>();
  const ending = new AbortController();
  const tasks = new Set<Promise<void>>();
  if (serving.signal?.aborted) ending.abort();
  serving.signal?.addEventListener('abort', () => ending.abort(), { once: true });

  const ask = (
    capacity: number,
    more: { results?: CustomToolResult[]; withDefinitions?: boolean; leaves?: boolean },
    signal?: AbortSignal,
  ) =>
    transport.call(
      'sessions.serveCustomTools',
      {
        params,
        body: {
          workerId,
          capacity,
          running: [...running.keys()],
          results: more.results,
          leaves: more.leaves,
          experimental: more.withDefinitions ? definitions : undefined,
        },
      },
      { signal },
    );

  /** Whether asking again is of no use. */
  const isFinal = (error: unknown) =>
    isJackfieldError(error) && !error.retryable && error.status < 500 && error.status !== 408 && error.status !== 429;

  async function work({ callId, toolSlug, arguments: args }: CustomToolCall): Promise<void> {
    const cancel = new AbortController();
    running.set(callId, cancel);
    let { data, error } = await run(toolSlug, args, cancel.signal).catch(() => givenUp);
    running.delete(callId);
    for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
      try {
        await ask(0, { results: [{ callId, data, error }] });
        return;
      } catch (thrown) {
        if (isJackfieldError(thrown) && thrown.code === 'REQUEST_TOO_LARGE' && error === null) {
          data = {};
          error = 'It answered more than the server takes.';
        } else if (isFinal(thrown) || pause >= longestPauseMs) return;
        else await sleep(pause, undefined);
      }
    }
  }

  async function loop(): Promise<void> {
    let withDefinitions = false;
    for (let pause = firstPauseMs; !ending.signal.aborted; ) {
      try {
        // One that has its hands full only says that it is still there.
        const capacity = Math.max(0, concurrency - running.size);
        const { calls, cancelled } = await ask(capacity, { withDefinitions }, ending.signal);
        withDefinitions = false;
        pause = firstPauseMs;
        for (const callId of cancelled) running.get(callId)?.abort();
        for (const call of calls) {
          const task = work(call).finally(() => tasks.delete(task));
          tasks.add(task);
        }
        if (capacity === 0) await Promise.race([sleep(1_000, undefined), ...tasks]);
      } catch (error) {
        if (ending.signal.aborted) break;
        if (isFinal(error)) throw error;
        onError?.(error);
        // A server that was made anew may know nothing of us.
        withDefinitions = true;
        await sleep(pause, ending.signal).catch(() => {});
        pause = Math.min(2 * pause, longestPauseMs);
      }
    }
    // Not to have calls wait for who is gone; without it, they do for some seconds.
    await ask(0, { leaves: true }).catch(() => {});
    // What runs is kept alive until it has ended.
    while (tasks.size > 0) {
      await Promise.race([sleep(3_000, undefined), Promise.all(tasks)]);
      if (tasks.size > 0) await ask(0, { leaves: true }).catch(() => {});
    }
  }

  await ask(0, { withDefinitions: true }, ending.signal);
  const done = loop();
  done.catch(() => {});
  return {
    done,
    async close() {
      ending.abort();
      await done;
    },
  };
}
