import type {
  CreatedWebhook,
  CreateWebhookBody,
  PageQuery,
  TestWebhookResponse,
  UpdateWebhookBody,
  Webhook,
} from '@jackfield/contract';
import { firstPage, type Page } from './page.ts';
import type { CallOptions, Transport } from './transport.ts';

/** URLs that events are sent to. */
export class Webhooks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Answers the secret to verify messages with, this once. @throws JackfieldError `CONFLICT` when there are too many */
  create(webhook: CreateWebhookBody, options?: CallOptions): Promise<CreatedWebhook> {
    return this.#transport.call('webhooks.create', { body: webhook }, options);
  }

  /** Newest first. */
  list(query: PageQuery = {}, options?: CallOptions): Promise<Page<Webhook>> {
    return firstPage(query, (page) => this.#transport.call('webhooks.list', { query: page }, options));
  }

  /** @throws JackfieldError `NOT_FOUND` */
  get(webhookId: string, options?: CallOptions): Promise<Webhook> {
    return this.#transport.call('webhooks.get', { params: { webhookId } }, options);
  }

  /** Changes what is given; `enabled: true` also brings back one that its receiver ended. @throws JackfieldError `NOT_FOUND` */
  update(webhookId: string, change: UpdateWebhookBody, options?: CallOptions): Promise<Webhook> {
    return this.#transport.call('webhooks.update', { params: { webhookId }, body: change }, options);
  }

  /** Makes a new secret. For a day, messages are signed with the one before, too. @throws JackfieldError `NOT_FOUND` */
  rotateSecret(webhookId: string, options?: CallOptions): Promise<CreatedWebhook> {
    return this.#transport.call('webhooks.rotateSecret', { params: { webhookId } }, options);
  }

  /** Sends a message of type `webhook.test` now, once. @throws JackfieldError `NOT_FOUND` */
  test(webhookId: string, options?: CallOptions): Promise<TestWebhookResponse> {
    return this.#transport.call('webhooks.test', { params: { webhookId } }, options);
  }

  /** What was still to be sent to it is forgotten. @throws JackfieldError `NOT_FOUND` */
  async delete(webhookId: string, options?: CallOptions): Promise<void> {
    await this.#transport.call('webhooks.delete', { params: { webhookId } }, options);
  }
}
