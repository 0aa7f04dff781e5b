import type { Logger } from '../engine.ts';
import type { Store } from '../stores/store.ts';
import { eventsKeptDays } from './event-service.ts';

const everyMs = 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

/** Forgets, once an hour, what is not to be kept any longer. */
export class Housekeeping {
  readonly #store: Pick<Store, 'events' | 'idempotency'>;
  readonly #logger: Logger;
  readonly #now: () => Date;
  #timer: NodeJS.Timeout | undefined;
  #tidying: Promise<void> | undefined;

  constructor(store: Pick<Store, 'events' | 'idempotency'>, logger: Logger, now: () => Date) {
    this.#store = store;
    this.#logger = logger;
    this.#now = now;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#begin(), everyMs);
    this.#timer.unref();
    this.#begin();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#tidying;
  }

  #begin(): void {
    this.#tidying ??= this.#tidy().finally(() => {
      this.#tidying = undefined;
    });
  }

  async #tidy(): Promise<void> {
    try {
      const events = await this.#store.events.deleteBefore(new Date(this.#now().getTime() - eventsKeptDays * dayMs));
      const idempotencyKeys = await this.#store.idempotency.deleteExpired();
      if (events + idempotencyKeys > 0) this.#logger.debug({ events, idempotencyKeys }, 'old records deleted');
    } catch (error) {
      this.#logger.warn({ err: error }, 'old records could not be deleted');
    }
  }
}
