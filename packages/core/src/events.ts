import { type EventFilter, type EventListResponse, JackfieldError, type JackfieldEvent } from '@jackfield/contract';
import { sleep } from './sleep.ts';
import type { Transport } from './transport.ts';

export interface SubscribeOptions extends EventFilter {
  /** Id of the last event that was seen, or `oldest`. Default: `latest`, what happens from the first `next()` on. */
  readonly after?: string | undefined;
  /** Ends the subscription: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What becomes of connected accounts. */
export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Events as they happen, each once and in order, until the loop is left or the signal fires. Once it has begun it
   * outlasts a server that is away.
   *
   * ```ts
   * for await (const event of jackfield.events.subscribe()) console.log(event.type, event.data.userId);
   * ```
   *
   * @throws JackfieldError `NOT_FOUND` when the event to go on after is not kept any more
   */
  async *subscribe(options: SubscribeOptions = {}): AsyncGenerator<JackfieldEvent, void, undefined> {
    const { signal, after = 'latest', ...filter } = options;
    const query = { ...filter, after, wait: 0 };
    let delay = 0;
    for (;;) {
      let page: EventListResponse | undefined;
      try {
        page = await this.#transport.call('events.list', { query }, { signal });
      } catch (error) {
        if (query.wait === 0 || !JackfieldError.isInstance(error) || !error.retryable) throw error;
        delay = Math.min(delay * 2 || 500, 15_000);
        await sleep(delay, signal);
        continue;
      }
      yield* page.items;
      query.after = page.after;
      query.wait = 25;
      delay = 0;
    }
  }
}
