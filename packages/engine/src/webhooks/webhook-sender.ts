import { compileCasing, JackfieldError } from '@jackfield/contract';
import type { Egress } from '../egress/egress.ts';
import { retryAfterMs } from '../egress/retry-after.ts';
import type { StoredWebhook } from '../stores/store.ts';
import type { Vault } from '../vault/vault.ts';
import { decryptWebhookKeys, signWebhook } from './webhook-keys.ts';

export interface WebhookSenderOptions {
  readonly vault: Vault;
  readonly egress: Egress;
  readonly timeoutMs: number;
  readonly now: () => Date;
}

export interface WebhookMessage {
  /** The same for each attempt. */
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: object;
}

export interface SendOutcome {
  readonly delivered: boolean;
  readonly responseStatus: number | null;
  /** Why it was not delivered. */
  readonly reason: string | null;
  /** Milliseconds that the receiver asks to be left alone for. */
  readonly retryAfterMs?: number | undefined;
}

const toWire = compileCasing([], 'snake');
const maxResponseBytes = 1_000_000;

/** Sends messages as the Standard Webhooks specification says. */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** @throws JackfieldError `ABORTED` when the signal fires */
  async send(webhook: StoredWebhook, message: WebhookMessage, signal: AbortSignal): Promise<SendOutcome> {
    const { vault, egress, timeoutMs, now } = this.#options;
    const at = now();
    const { id } = message;
    const body = JSON.stringify(toWire(message));
    const timestamp = Math.floor(at.getTime() / 1000);
    try {
      const keys = await decryptWebhookKeys(vault, webhook, at);
      const { status, headers } = await egress.fetch({
        url: webhook.url,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signWebhook(keys, { id, timestamp, body }),
        },
        body,
        // Repetitions are ours, and redirects would take what is signed for one receiver to another.
        idempotent: false,
        followRedirects: false,
        timeoutMs,
        maxResponseBytes,
        signal,
      });
      if (status >= 200 && status < 300) return { delivered: true, responseStatus: status, reason: null };
      const isRedirect = status >= 300 && status < 400;
      return {
        delivered: false,
        responseStatus: status,
        reason: `The receiver answered ${status}${isRedirect ? '; redirects are not followed' : ''}.`,
        retryAfterMs: retryAfterMs(headers['retry-after'], at.getTime()),
      };
    } catch (error) {
      if (!JackfieldError.isInstance(error) || error.code === 'ABORTED') throw error;
      return { delivered: false, responseStatus: null, reason: error.message };
    }
  }
}
