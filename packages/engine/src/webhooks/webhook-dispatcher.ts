import { randomUUID } from 'node:crypto';
import { JackfieldError } from '@jackfield/contract';
import type { Logger } from '../engine.ts';
import { toEvent } from '../events/to-event.ts';
import type { ClaimedDelivery, DeliveryAttempt, Store } from '../stores/store.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { SendOutcome, WebhookSender } from './webhook-sender.ts';

export interface WebhookDispatcherOptions {
  readonly store: Pick<Store, 'deliveries' | 'webhooks'>;
  readonly sender: WebhookSender;
  readonly logger: Logger;
  readonly now: () => Date;
  /** For one attempt. */
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  /** Between the first attempt and the second. */
  readonly retryMs: number;
}

/** How often the store is asked for what other processes left, or what is due again. */
const pollMs = 1_000;
const atOnce = 20;
/** So that a receiver that hangs does not keep others waiting: no more are claimed for one that has as many running. */
const atOnceEach = 4;
/** Who has claimed a delivery and lives has finished it by then. */
const leaseMarginMs = 15_000;
/** For how long a server that stops waits for receivers. */
const graceMs = 5_000;

/**
 * Sends what the store holds for webhooks. Any number of processes may do so: each delivery is attempted by one of them at
 * a time, and again by another when that one died with it.
 */
export class WebhookDispatcher {
  readonly #options: WebhookDispatcherOptions;
  readonly #ownerId = randomUUID();
  /** By attempt, the webhook that it is for. */
  readonly #running = new Map<Promise<void>, string>();
  readonly #stopping = new AbortController();
  #claiming: Promise<void> | undefined;
  #isAskedAgain = false;
  /** What was claimed last was not all that there may be. */
  #isFull = false;
  #timer: NodeJS.Timeout | undefined;
  #started = false;

  constructor(options: WebhookDispatcherOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.wake();
  }

  /** There may be something to send. */
  wake(): void {
    if (!this.#started || this.#stopping.signal.aborted) return;
    clearTimeout(this.#timer);
    if (this.#claiming !== undefined) {
      this.#isAskedAgain = true;
      return;
    }
    this.#claiming = this.#claim().finally(() => {
      this.#claiming = undefined;
      if (this.#isAskedAgain) {
        this.#isAskedAgain = false;
        this.wake();
      } else this.#sleep();
    });
  }

  /** Claims nothing more, and lets what runs end for a while; the rest is given back. */
  async close(): Promise<void> {
    this.#started = false;
    clearTimeout(this.#timer);
    await this.#claiming;
    const timer = setTimeout(() => this.#stopping.abort(), graceMs);
    await Promise.all(this.#running.keys());
    clearTimeout(timer);
  }

  #sleep(): void {
    if (!this.#started) return;
    this.#timer = setTimeout(() => this.wake(), pollMs);
    // Deliveries are kept: they need no process that has nothing else to do.
    this.#timer.unref();
  }

  async #claim(): Promise<void> {
    const { store, now, timeoutMs, logger } = this.#options;
    try {
      for (;;) {
        const except = this.#busy();
        const limit = Math.min(atOnce - this.#running.size, atOnceEach);
        this.#isFull = limit === 0 || except.length > 0;
        if (limit === 0 || !this.#started) return;
        const until = new Date(now().getTime() + timeoutMs + leaseMarginMs);
        const claimed = await store.deliveries.claim({ ownerId: this.#ownerId, until, limit, except });
        for (const delivery of claimed) {
          const attempt: Promise<void> = this.#attempt(delivery).finally(() => {
            this.#running.delete(attempt);
            if (this.#isFull) this.wake();
          });
          this.#running.set(attempt, delivery.webhookId);
        }
        if (claimed.length < limit) return;
      }
    } catch (error) {
      logger.warn({ err: error }, 'webhook deliveries could not be read');
    }
  }

  /** Webhooks that have enough under way. */
  #busy(): readonly string[] {
    const counts = new Map<string, number>();
    for (const id of this.#running.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return [...counts].flatMap(([id, count]) => (count >= atOnceEach ? [id] : []));
  }

  async #attempt(delivery: ClaimedDelivery): Promise<void> {
    const { logger, store } = this.#options;
    const { id, webhookId, projectId, event, attempts } = delivery;
    const fields = { webhookId, projectId, eventId: event.id, type: event.type, attempts };
    try {
      const outcome = await this.#send(delivery);
      const finished = await store.deliveries.finish({ id, ownerId: this.#ownerId, ...outcome.attempt });
      if (!finished) return;
      const { status, reason, responseStatus } = outcome.attempt;
      if (status === 'delivered') logger.debug(fields, 'webhook delivered');
      else logger.warn({ ...fields, responseStatus, reason, isGivenUp: status === 'failed' }, 'webhook not delivered');
      if (outcome.isGone) await this.#disable(delivery);
    } catch (error) {
      if (JackfieldError.isInstance(error) && error.code === 'ABORTED') {
        await store.deliveries.release(id, this.#ownerId).catch(() => {});
        return;
      }
      // It is tried again when its lease is over.
      logger.error({ ...fields, err: error }, 'webhook delivery could not be made or recorded');
    }
  }

  async #send(delivery: ClaimedDelivery): Promise<{
    readonly attempt: Omit<DeliveryAttempt, 'id' | 'ownerId'>;
    readonly isGone: boolean;
  }> {
    const { store, sender, now, maxAttempts, retryMs } = this.#options;
    const { projectId, webhookId, event, attempts } = delivery;
    const webhook = await store.webhooks.get(projectId, webhookId);
    if (webhook === undefined || !webhook.enabled) {
      const reason = webhook === undefined ? 'The webhook was deleted.' : 'The webhook is disabled.';
      return { attempt: { status: 'failed', responseStatus: delivery.responseStatus, reason }, isGone: false };
    }
    const outcome: SendOutcome = await sender.send(webhook, toEvent(event), this.#stopping.signal);
    const { delivered, responseStatus, reason } = outcome;
    if (delivered) return { attempt: { status: 'delivered', responseStatus, reason }, isGone: false };
    if (responseStatus === 410) return { attempt: { status: 'failed', responseStatus, reason }, isGone: true };
    if (attempts >= maxAttempts) return { attempt: { status: 'failed', responseStatus, reason }, isGone: false };
    const wait = retryDelayMs({ attempts, retryMs, asked: outcome.retryAfterMs });
    const nextAttemptAt = new Date(now().getTime() + wait);
    return { attempt: { status: 'pending', responseStatus, reason, nextAttemptAt }, isGone: false };
  }

  /** Standard Webhooks: 410 says that the receiver wants no more messages. */
  async #disable({ projectId, webhookId }: ClaimedDelivery): Promise<void> {
    const { store, logger } = this.#options;
    const statusReason = 'The receiver answered 410 Gone.';
    await store.webhooks.update({ projectId, id: webhookId, enabled: false, statusReason });
    await store.deliveries.abandon(projectId, webhookId, statusReason);
    logger.warn({ projectId, webhookId }, 'webhook disabled by its receiver');
  }
}
