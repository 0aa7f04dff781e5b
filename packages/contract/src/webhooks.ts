import type { EventType } from './events.ts';
import type { CursorPage, PageQuery } from './pagination.ts';

/** A URL that events are sent to, signed as the Standard Webhooks specification says. */
export interface Webhook {
  id: string;
  url: string;
  /** What is sent to it; `null`: everything. */
  types: EventType[] | null;
  /** For people. Empty when none was given. */
  description: string;
  status: 'ENABLED' | 'DISABLED';
  /** Why it is disabled, where the server did that. */
  statusReason: string | null;
  /** What was sent to it last, or is about to be. */
  lastDelivery: WebhookDelivery | null;
  createdAt: string;
  updatedAt: string;
}

/** One event on its way to a webhook. */
export interface WebhookDelivery {
  eventId: string;
  type: EventType;
  /** `failed`: given up. */
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  /** HTTP status of the last attempt's answer. */
  responseStatus: number | null;
  /** Why the last attempt did not succeed. */
  reason: string | null;
  /** Of the last attempt; `null` before the first. */
  attemptedAt: string | null;
  /** `null` when there is none to come. */
  nextAttemptAt: string | null;
}

export interface CreatedWebhook extends Webhook {
  /** To verify signatures with: `whsec_…`. It is stored encrypted and cannot be had again. */
  secret: string;
}

export interface CreateWebhookBody {
  /** `http` or `https`. In private networks only where the server may call those. */
  url: string;
  /** Default: everything, also what there will be later. */
  types?: EventType[] | null | undefined;
  description?: string | undefined;
}

/** What is left out stays. */
export interface UpdateWebhookBody {
  url?: string | undefined;
  types?: EventType[] | null | undefined;
  description?: string | undefined;
  enabled?: boolean | undefined;
}

export type ListWebhooksQuery = PageQuery;
export type WebhookListResponse = CursorPage<Webhook>;

export interface DeleteWebhookResponse {
  success: true;
}

/** What came of a message of type `webhook.test`. */
export interface TestWebhookResponse {
  delivered: boolean;
  responseStatus: number | null;
  reason: string | null;
}
