import { type EventListResponse, JackfieldError, type ListEventsQuery } from '@jackfield/contract';
import type { CallContext } from '../engine.ts';
import { cursorAt, sequenceOf } from '../stores/event-id.ts';
import type { EventStore } from '../stores/store.ts';
import type { EventFeed } from './event-feed.ts';
import { toEvent } from './to-event.ts';

export interface EventServiceOptions {
  readonly events: EventStore;
  readonly feed: EventFeed;
}

/** For how long events are kept. */
export const eventsKeptDays = 30;

const defaultLimit = 100;

export class EventService {
  readonly #options: EventServiceOptions;

  constructor(options: EventServiceOptions) {
    this.#options = options;
  }

  /** @throws JackfieldError `NOT_FOUND` when the event to go on after is not kept any more, or never was */
  async list(
    { types, userId, after, wait = 0, limit = defaultLimit }: ListEventsQuery,
    { projectId, signal }: CallContext,
  ): Promise<EventListResponse> {
    const { events, feed } = this.#options;
    const end = performance.now() + wait * 1000;
    let from = await this.#start(after, projectId);
    for (;;) {
      // Before the list, so that nothing that is left out of it comes after.
      const { last } = await events.bounds(projectId);
      const found = await events.list({ projectId, after: from, types, userId, limit });
      const newest = found.at(-1);
      if (newest !== undefined) {
        const isWhole = found.length < limit && newest.sequence < last;
        return { items: found.map(toEvent), after: isWhole ? cursorAt(last) : newest.id };
      }
      from = Math.max(from, last);
      const rest = end - performance.now();
      if (rest <= 0 || !(await feed.wait(projectId, from, rest, signal))) {
        return { items: [], after: cursorAt(from) };
      }
    }
  }

  async #start(after: string | undefined, projectId: string): Promise<number> {
    const { first, last } = await this.#options.events.bounds(projectId);
    if (after === undefined || after === 'oldest') return first === undefined ? last : first - 1;
    if (after === 'latest') return last;
    const sequence = sequenceOf(after);
    if (sequence === undefined) {
      throw new JackfieldError('INVALID_REQUEST', {
        message: `\`after\` is ${JSON.stringify(after)}, which is no id of an event.`,
        fix: 'Pass the id of an event, the `after` of the previous answer, `latest` or `oldest`.',
      });
    }
    const isForgotten = sequence < (first ?? last + 1) - 1;
    if (isForgotten || sequence > last) {
      throw new JackfieldError('NOT_FOUND', {
        message: isForgotten
          ? `What happened after ${after} is not kept any more: events are kept for ${eventsKeptDays} days.`
          : `The project has had no event ${after}.`,
        fix: 'List the connected accounts to see how they are now, and go on with `latest`.',
      });
    }
    return sequence;
  }
}
