import { setTimeout as delay } from 'node:timers/promises';
import {
  JackfieldError,
  type JsonObject,
  type ServeCustomToolsBody,
  type ServeCustomToolsResponse,
} from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import type { CallContext } from '../engine.ts';
import type { Performed } from '../execution/action.ts';
import type { EngineLimits } from '../execution/limits.ts';
import { createId } from '../stores/create-id.ts';
import type { CustomToolWorker, Store } from '../stores/store.ts';
import { resolveCustomTools } from './custom-tools.ts';
import type { SessionAccess } from './session-access.ts';

export interface CustomToolQueueOptions {
  readonly store: Store;
  readonly access: SessionAccess;
  readonly limits: EngineLimits;
  readonly now: () => Date;
}

/** What another server of the store did is found out by looking. */
const lookMs = 50;
const longestLookMs = 250;

/**
 * Takes calls of custom tools to the processes that run them, and the results back. Calls and workers stand in the store:
 * a worker asks any server for calls, and any server has one made. A call is handed out once.
 */
export class CustomToolQueue {
  readonly #options: CustomToolQueueOptions;
  /** Those in this process who wait for something to happen in a session: woken at once, not only when they look. */
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #closing = new AbortController();

  constructor(options: CustomToolQueueOptions) {
    this.#options = options;
  }

  /**
   * What a worker says, and what it is to do next. Waits for a call, if it takes any.
   *
   * @throws JackfieldError `SESSION_NOT_FOUND`, `SESSION_EXPIRED`, `INVALID_CUSTOM_TOOL`, `UNKNOWN_TOOLKIT`
   */
  async serve(sessionId: string, body: ServeCustomToolsBody, context: CallContext): Promise<ServeCustomToolsResponse> {
    const { store, access, limits } = this.#options;
    const session = await access.open(sessionId, context);
    const { projectId } = session;
    const { workerId, experimental, results = [], running = [], capacity, leaves } = body;
    const worker: CustomToolWorker = { projectId, sessionId, workerId };
    if (experimental !== undefined) {
      resolveCustomTools(experimental, session.scope.catalog, context.metaToolPrefix);
      const definitions: JsonObject = { ...experimental };
      if (JSON.stringify(session.stored.customTools) !== JSON.stringify(definitions)) {
        await store.customTools.define(projectId, sessionId, definitions);
      }
    }
    for (const { callId, data, error } of results) {
      const isTooLarge = JSON.stringify(data).length > limits.maxResponseBytes;
      await store.customTools.finish(
        worker,
        callId,
        isTooLarge ? { data: {}, error: `It answered more than ${limits.maxResponseBytes} bytes.` } : { data, error },
      );
    }
    if (results.length > 0) this.#wake(sessionId);
    // It says again that it is there well before it is taken to be gone.
    const waitMs = limits.customToolLeaseMs / 3;
    const end = performance.now() + waitMs;
    const leaseUntil = new Date(this.#options.now().getTime() + limits.customToolLeaseMs);
    if (leaves === true) await store.customTools.leave(worker);
    else if (capacity > 0 || results.length === 0) await store.customTools.seen(worker, leaseUntil, capacity);
    for (let look = lookMs; ; look = Math.min(2 * look, longestLookMs)) {
      const cancelled = await store.customTools.renew(worker, running, leaseUntil);
      const calls = capacity === 0 ? [] : await store.customTools.claim(worker, capacity, leaseUntil);
      const isOver = performance.now() >= end || context.signal.aborted || this.#closing.signal.aborted;
      if (calls.length > 0 || cancelled.length > 0 || capacity === 0 || isOver) {
        return {
          calls: calls.map(({ id, tool, input }) => ({ callId: id, toolSlug: tool, arguments: input })),
          cancelled: [...cancelled],
        };
      }
      await this.#change(sessionId, Math.min(look, end - performance.now()), context.signal);
    }
  }

  /** Has a worker run a tool. One that took the call and then fell silent may have run it: the call is not made again. */
  async call(
    { projectId, sessionId }: Omit<CustomToolWorker, 'workerId'>,
    tool: string,
    input: JsonObject,
    signal: AbortSignal,
  ): Promise<Performed<JsonObject>> {
    const { customTools } = this.#options.store;
    if (!(await customTools.hasWorker(projectId, sessionId))) throw nobodyServes(tool);
    const id = createId('log');
    await customTools.add({ id, projectId, sessionId, tool, input });
    this.#wake(sessionId);
    const { limits } = this.#options;
    const end = performance.now() + limits.toolTimeoutMs;
    let workerCheck = performance.now() + 1_000;
    try {
      for (let look = lookMs; ; look = Math.min(2 * look, longestLookMs)) {
        await this.#change(sessionId, look, signal);
        const call = await customTools.get(id);
        if (call?.result !== undefined && call.result !== null) return performed(call.result, tool);
        if (signal.aborted || performance.now() >= end) {
          if (!(await customTools.takeBack(id))) await customTools.cancel(id);
          this.#wake(sessionId);
          signal.throwIfAborted();
          throw timeOver(tool, limits);
        }
        if (call === undefined) throw workerLost(tool);
        const now = this.#options.now();
        if (call.state === 'running' && call.leaseUntil !== null && call.leaseUntil <= now) {
          await customTools.remove(id);
          throw workerLost(tool);
        }
        if (call.state === 'queued' && performance.now() >= workerCheck) {
          workerCheck = performance.now() + 1_000;
          const isServed = await customTools.hasWorker(projectId, sessionId);
          if (!isServed && (await customTools.takeBack(id))) throw nobodyServes(tool);
        }
      }
    } finally {
      // A call that was given up is kept until its worker has heard so.
      const call = await customTools.get(id);
      if (call?.state === 'done') await customTools.remove(id);
    }
  }

  /** Lets everybody who waits go. */
  close(): void {
    this.#closing.abort();
    for (const sessionId of this.#waiting.keys()) this.#wake(sessionId);
  }

  #wake(sessionId: string): void {
    for (const wake of this.#waiting.get(sessionId) ?? []) wake();
  }

  /** Until something happens in this process, the time is over, or the signal fires. */
  async #change(sessionId: string, ms: number, signal: AbortSignal): Promise<void> {
    const waiting = this.#waiting.get(sessionId) ?? new Set();
    this.#waiting.set(sessionId, waiting);
    const done = new AbortController();
    const wake = () => done.abort();
    waiting.add(wake);
    try {
      await delay(Math.max(0, ms), undefined, { signal: AbortSignal.any([done.signal, signal]) }).catch(() => {});
    } finally {
      waiting.delete(wake);
      if (waiting.size === 0) this.#waiting.delete(sessionId);
    }
  }
}

function performed({ data, error }: JsonObject, tool: string): Performed<JsonObject> {
  const result = isJsonObject(data) ? data : {};
  if (typeof error !== 'string') return { data: result };
  return {
    data: result,
    failure: new JackfieldError('UPSTREAM_ERROR', {
      message: error === '' ? `${tool} failed.` : error,
      details: { tool },
    }),
  };
}

function nobodyServes(tool: string): JackfieldError {
  return new JackfieldError('CUSTOM_TOOL_UNAVAILABLE', {
    message: `${tool} is a custom tool, and no process that runs it is connected at the moment.`,
    fix: 'Try again in a moment. In the program that defines it, keep `session.serveCustomTools()` running.',
    details: { tool },
  });
}

function workerLost(tool: string): JackfieldError {
  return new JackfieldError('UPSTREAM_UNREACHABLE', {
    message: `The process that ran ${tool} went away before it answered.`,
    fix: 'Check whether the call had its effect before repeating it.',
    details: { tool },
    retryable: false,
  });
}

function timeOver(tool: string, { toolTimeoutMs }: EngineLimits): JackfieldError {
  return new JackfieldError('TIMEOUT', {
    message: `${tool} did not finish within ${toolTimeoutMs} ms.`,
    fix: 'Check whether it had its effect before repeating it.',
    details: { tool },
    retryable: false,
  });
}
