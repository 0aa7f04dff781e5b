import {
  type CreatedWebhook,
  type CreateWebhookBody,
  type DeleteWebhookResponse,
  JackfieldError,
  type ListWebhooksQuery,
  type TestWebhookResponse,
  type UpdateWebhookBody,
  type Webhook,
  type WebhookDelivery,
  type WebhookListResponse,
} from '@jackfield/contract';
import type { CallContext } from '../engine.ts';
import { createId } from '../stores/create-id.ts';
import { eventId } from '../stores/event-id.ts';
import type { Store, StoredDelivery, StoredWebhook } from '../stores/store.ts';
import type { Vault } from '../vault/vault.ts';
import { decryptWebhookKeys, encryptWebhookKeys, newWebhookSecret } from './webhook-keys.ts';
import type { WebhookSender } from './webhook-sender.ts';

export interface WebhookServiceOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly sender: WebhookSender;
  readonly now: () => Date;
}

const defaultPageSize = 50;
const maxWebhooks = 50;
/** For how long the secret before goes on to sign. */
const overlapMs = 24 * 60 * 60 * 1000;

export class WebhookService {
  readonly #options: WebhookServiceOptions;

  constructor(options: WebhookServiceOptions) {
    this.#options = options;
  }

  /** @throws JackfieldError `CONFLICT` when the project has too many, `INVALID_REQUEST` */
  async create(
    { url, types = null, description = '' }: CreateWebhookBody,
    { projectId }: CallContext,
  ): Promise<CreatedWebhook> {
    const { store, vault } = this.#options;
    checkUrl(url);
    if ((await store.webhooks.count(projectId)) >= maxWebhooks) {
      throw new JackfieldError('CONFLICT', {
        message: `The project has ${maxWebhooks} webhooks, which is as many as there can be.`,
        fix: 'Delete one that is not needed, or change its URL.',
      });
    }
    const id = createId('wh');
    const secret = newWebhookSecret();
    const webhook = await store.webhooks.create({
      id,
      projectId,
      url,
      types: types && [...new Set(types)],
      description,
      secret: await encryptWebhookKeys(vault, { projectId, id }, [{ secret }]),
    });
    return { ...toWebhook(webhook, undefined), secret };
  }

  async list(
    { cursor, limit = defaultPageSize }: ListWebhooksQuery,
    { projectId }: CallContext,
  ): Promise<WebhookListResponse> {
    const { store } = this.#options;
    const { items, nextCursor } = await store.webhooks.list({ projectId, cursor, limit });
    const ids = items.map(({ id }) => id);
    const latest = await store.deliveries.latest(projectId, ids);
    return { items: items.map((webhook) => toWebhook(webhook, latest.get(webhook.id))), nextCursor };
  }

  /** @throws JackfieldError `NOT_FOUND` */
  async get(id: string, { projectId }: CallContext): Promise<Webhook> {
    return this.#answer(await this.#find(id, projectId));
  }

  /** @throws JackfieldError `NOT_FOUND`, `INVALID_REQUEST` */
  async update(
    id: string,
    { url, types, description, enabled }: UpdateWebhookBody,
    { projectId }: CallContext,
  ): Promise<Webhook> {
    const { store } = this.#options;
    if (url !== undefined) checkUrl(url);
    const webhook = await store.webhooks.update({
      projectId,
      id,
      url,
      types: types && [...new Set(types)],
      description,
      enabled,
      // The server's reason is over as soon as somebody decides.
      ...(enabled === undefined ? {} : { statusReason: null }),
    });
    if (enabled === false) await store.deliveries.abandon(projectId, id, 'The webhook was disabled.');
    return this.#answer(webhook);
  }

  /** @throws JackfieldError `NOT_FOUND`, `CONFLICT` */
  async rotateSecret(id: string, { projectId }: CallContext): Promise<CreatedWebhook> {
    const { store, vault, now } = this.#options;
    const webhook = await this.#find(id, projectId);
    const at = now();
    const secret = newWebhookSecret();
    const until = new Date(at.getTime() + overlapMs).toISOString();
    // What cannot be read any more signs nothing any more: a new secret is the way out.
    const readable = await decryptWebhookKeys(vault, webhook, at).catch(() => []);
    const before = readable.map((key) => ({ until, ...key }));
    const updated = await store.webhooks.update({
      projectId,
      id,
      expectedVersion: webhook.version,
      secret: await encryptWebhookKeys(vault, webhook, [{ secret }, ...before]),
    });
    return { ...(await this.#answer(updated)), secret };
  }

  /** @throws JackfieldError `NOT_FOUND` */
  async test(id: string, { projectId, signal }: CallContext): Promise<TestWebhookResponse> {
    const { sender, now } = this.#options;
    const webhook = await this.#find(id, projectId);
    // No event of the project's: those begin with 1.
    const message = { id: eventId(0), type: 'webhook.test', timestamp: now().toISOString(), data: {} };
    const { delivered, responseStatus, reason } = await sender.send(webhook, message, signal);
    return { delivered, responseStatus, reason };
  }

  /** @throws JackfieldError `NOT_FOUND` */
  async delete(id: string, { projectId }: CallContext): Promise<DeleteWebhookResponse> {
    if (!(await this.#options.store.webhooks.delete(projectId, id))) throw webhookNotFound(id);
    return { success: true };
  }

  async #find(id: string, projectId: string): Promise<StoredWebhook> {
    const webhook = await this.#options.store.webhooks.get(projectId, id);
    if (webhook === undefined) throw webhookNotFound(id);
    return webhook;
  }

  async #answer(webhook: StoredWebhook): Promise<Webhook> {
    const { projectId, id } = webhook;
    return toWebhook(webhook, (await this.#options.store.deliveries.latest(projectId, [id])).get(id));
  }
}

function webhookNotFound(id: string): JackfieldError {
  return new JackfieldError('NOT_FOUND', {
    message: `There is no webhook ${id}.`,
    fix: 'Check the id, or list the webhooks.',
  });
}

/** @throws JackfieldError `INVALID_REQUEST` */
function checkUrl(text: string): void {
  const url = new URL(text);
  if (url.username === '' && url.password === '' && url.hash === '') return;
  throw new JackfieldError('INVALID_REQUEST', {
    message: 'The URL of a webhook cannot have a user, a password or a fragment.',
    fix: 'Leave them out: receivers tell by the signature that a message is ours.',
    details: { issues: [{ path: 'url', message: 'has a user, a password or a fragment' }] },
  });
}

function toWebhook(stored: StoredWebhook, delivery: StoredDelivery | undefined): Webhook {
  return {
    id: stored.id,
    url: stored.url,
    types: stored.types && [...stored.types],
    description: stored.description,
    status: stored.enabled ? 'ENABLED' : 'DISABLED',
    statusReason: stored.statusReason,
    lastDelivery: delivery === undefined ? null : toDelivery(delivery),
    createdAt: stored.createdAt.toISOString(),
    updatedAt: stored.updatedAt.toISOString(),
  };
}

function toDelivery(stored: StoredDelivery): WebhookDelivery {
  return {
    eventId: stored.eventId,
    type: stored.eventType,
    status: stored.status,
    attempts: stored.attempts,
    responseStatus: stored.responseStatus,
    reason: stored.reason,
    attemptedAt: stored.attemptedAt?.toISOString() ?? null,
    nextAttemptAt: stored.status === 'pending' ? stored.nextAttemptAt.toISOString() : null,
  };
}
