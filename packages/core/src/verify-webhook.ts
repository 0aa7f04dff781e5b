/** For receivers of webhooks; stands alone, so that a program which only sends requests does not carry it. */
import { compileCasing, JackfieldError, type JackfieldEvent } from '@jackfield/contract';

/** What `jackfield.webhooks.test()` sends. */
export interface WebhookTest {
  id: string;
  type: 'webhook.test';
  timestamp: string;
  data: Record<string, never>;
}

export type WebhookMessage = JackfieldEvent | WebhookTest;

/** Of a `Request`, or of Node's `IncomingMessage`. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyWebhookOptions {
  /** Seconds by which the time of a message may differ from now. Default: 300. */
  readonly tolerance?: number | undefined;
}

const toCamel = compileCasing([], 'camel');

/**
 * Makes an event of a message that was sent to a webhook, once its signature is found to be right (Standard Webhooks
 * 1.0.0, HMAC-SHA256). A message may come twice: go by its `id`.
 *
 * ```ts
 * const message = await verifyWebhook(await request.text(), request.headers, process.env.JACKFIELD_WEBHOOK_SECRET);
 * ```
 *
 * @param body As it came, before anything parsed it.
 * @param secret `whsec_…`, as it was answered by `webhooks.create` or `webhooks.rotateSecret`.
 * @throws JackfieldError `UNAUTHENTICATED` when the message is not the server's, was changed, or is too old;
 *   `INVALID_CONFIGURATION` when the secret cannot be one
 */
export async function verifyWebhook(
  body: string,
  headers: WebhookHeaders,
  secret: string | undefined,
  { tolerance = 300 }: VerifyWebhookOptions = {},
): Promise<WebhookMessage> {
  const key = await importSecret(secret);
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(headers, name),
  );
  if (id === undefined || timestamp === undefined || signatures === undefined) {
    throw refused('It has no `webhook-id`, `webhook-timestamp` and `webhook-signature`.');
  }
  const age = Date.now() / 1000 - Number(timestamp);
  if (!/^\d+$/.test(timestamp) || Math.abs(age) > tolerance) {
    throw refused(`It says that it was sent at ${JSON.stringify(timestamp)}, which is too far from now.`);
  }
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  // After a rotation there are two. Compared by the runtime, in constant time.
  for (const signature of signatures.split(' ')) {
    const [version, text = ''] = signature.split(',');
    const bytes = version === 'v1' ? fromBase64(text) : undefined;
    if (bytes !== undefined && (await crypto.subtle.verify('HMAC', key, bytes, signed))) {
      return toCamel(JSON.parse(body)) as WebhookMessage;
    }
  }
  throw refused('No signature of it fits the secret.');
}

async function importSecret(secret: string | undefined): Promise<CryptoKey> {
  const bytes = secret?.startsWith('whsec_') ? fromBase64(secret.slice('whsec_'.length)) : undefined;
  if (bytes === undefined || bytes.length === 0) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: secret === undefined ? 'There is no secret to verify with.' : 'The secret is not one of a webhook.',
      fix: 'Pass what `webhooks.create` or `webhooks.rotateSecret` answered as `secret`: it begins with whsec_.',
    });
  }
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function refused(message: string): JackfieldError {
  return new JackfieldError('UNAUTHENTICATED', {
    message: `The message cannot be trusted. ${message}`,
    fix: 'Pass the body as it came, and the secret of the webhook that sends it; check the clock of this machine.',
  });
}
