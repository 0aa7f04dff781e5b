import { createHmac, randomBytes } from 'node:crypto';
import type { StoredWebhook } from '../stores/store.ts';
import type { SecretOwner, Vault } from '../vault/vault.ts';

/** One of a webhook's secrets: the newest without an end, the one before until it. */
export interface WebhookKey {
  /** `whsec_` and 32 bytes in base64 (Standard Webhooks, "Symmetric"). */
  readonly secret: string;
  /** ISO 8601 instant. */
  readonly until?: string | undefined;
}

type WebhookRow = Pick<StoredWebhook, 'projectId' | 'id'>;

export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

export function encryptWebhookKeys(
  vault: Vault,
  webhook: WebhookRow,
  keys: readonly WebhookKey[],
): Promise<Uint8Array> {
  return vault.encrypt(JSON.stringify(keys), ownerOf(webhook));
}

/** Those that sign at an instant, the newest first. */
export async function decryptWebhookKeys(
  vault: Vault,
  webhook: WebhookRow & Pick<StoredWebhook, 'secret'>,
  at: Date,
): Promise<readonly WebhookKey[]> {
  const keys: readonly WebhookKey[] = JSON.parse(await vault.decrypt(webhook.secret, ownerOf(webhook)));
  return keys.filter(({ until }) => until === undefined || Date.parse(until) > at.getTime());
}

/** The `webhook-signature` of a message: one signature for each key, parted by spaces. */
export function signWebhook(
  keys: readonly WebhookKey[],
  { id, timestamp, body }: { readonly id: string; readonly timestamp: number; readonly body: string },
): string {
  return keys
    .map(({ secret }) => {
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    })
    .join(' ');
}

function ownerOf({ projectId, id }: WebhookRow): SecretOwner {
  return { projectId, table: 'webhooks', id };
}
