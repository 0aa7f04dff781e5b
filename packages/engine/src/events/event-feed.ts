import type { EventStore } from '../stores/store.ts';

/** How often the store is asked for what other processes did, as long as somebody waits. */
const pollMs = 500;

interface Waiter {
  readonly after: number;
  readonly wake: () => void;
}

/** Tells who waits for events of a project that there are some, whichever process made them. */
export class EventFeed {
  readonly #events: Pick<EventStore, 'bounds'>;
  readonly #waiting = new Map<string, Set<Waiter>>();
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(events: Pick<EventStore, 'bounds'>) {
    this.#events = events;
  }

  /** Something happened in this process. */
  notify(projectId: string): void {
    for (const { wake } of this.#waiting.get(projectId) ?? []) wake();
  }

  /**
   * Resolves when there may be an event after the sequence, the time is over, the signal fires or the feed ends.
   *
   * @returns whether to look again
   */
  async wait(projectId: string, after: number, milliseconds: number, signal: AbortSignal): Promise<boolean> {
    if (this.#ended || signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter = { after, wake: () => resolve(!this.#ended) };
    const waiters = this.#waiting.get(projectId) ?? new Set();
    this.#waiting.set(projectId, waiters.add(waiter));
    const stop = () => resolve(false);
    const timer = setTimeout(stop, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
    this.#schedule();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      waiters.delete(waiter);
      if (waiters.size === 0) this.#waiting.delete(projectId);
    }
  }

  /** Lets everybody who waits go, and nobody wait any more. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    for (const projectId of this.#waiting.keys()) this.notify(projectId);
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#ended || this.#waiting.size === 0) return;
    this.#timer = setTimeout(async () => {
      await Promise.all([...this.#waiting].map(([projectId, waiters]) => this.#look(projectId, waiters)));
      this.#timer = undefined;
      this.#schedule();
    }, pollMs);
  }

  async #look(projectId: string, waiters: ReadonlySet<Waiter>): Promise<void> {
    try {
      const { last } = await this.#events.bounds(projectId);
      for (const { after, wake } of waiters) if (after < last) wake();
    } catch {
      // They look themselves, and get to know what is wrong.
      for (const { wake } of waiters) wake();
    }
  }
}
