import { expect, test } from 'vitest';
import { verifyWebhook } from './verify-webhook.ts';

// That of the tests of the Standard Webhooks libraries.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const body = '{"id":"evt_1","type":"webhook.test","timestamp":"2030-01-01T00:00:00Z","data":{}}';

async function sign(id: string, timestamp: number | string, text: string, by = secret): Promise<string> {
  const bytes = Uint8Array.from(atob(by.slice(6)), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${id}.${timestamp}.${text}`));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`;
}

const now = () => Math.floor(Date.now() / 1000);

async function headersOf(text = body, timestamp: number | string = now()) {
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': await sign('evt_1', timestamp, text),
  };
}

test('knows the signature of the specification', async () => {
  // https://github.com/standard-webhooks/standard-webhooks: what each of its libraries is tested with.
  const signature = await sign('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}');
  expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('makes an event of a message, in the names of TypeScript', async () => {
  const text = '{"id":"evt_1","type":"connected_account.expired","data":{"user_id":"ada","auth_config":{"id":"ac_1"}}}';
  const headers = await headersOf(text);
  const event = { id: 'evt_1', type: 'connected_account.expired', data: { userId: 'ada', authConfig: { id: 'ac_1' } } };
  expect(await verifyWebhook(text, headers, secret)).toEqual(event);
  expect(await verifyWebhook(text, new Headers(headers), secret)).toEqual(event);
});

test('takes one of several signatures, of which others may be of another kind', async () => {
  const headers = await headersOf();
  const signatures = ['v1a,AAAA', 'v1,!', `v1,${btoa('another')}`, headers['webhook-signature']].join(' ');
  expect(await verifyWebhook(body, { ...headers, 'webhook-signature': signatures }, secret)).toMatchObject({
    type: 'webhook.test',
  });
});

test('refuses what was changed, is old, or is not signed', async () => {
  const headers = await headersOf();
  const another = `whsec_${btoa('another secret')}`;
  const wrong: readonly Parameters<typeof verifyWebhook>[] = [
    [`${body} `, headers, secret],
    [body, headers, another],
    [body, { ...headers, 'webhook-id': 'evt_2' }, secret],
    [body, { ...headers, 'webhook-timestamp': String(now() - 1) }, secret],
    [body, await headersOf(body, now() - 301), secret],
    [body, await headersOf(body, now() + 301), secret],
    [body, await headersOf(body, 'yesterday'), secret],
    [body, { ...headers, 'webhook-signature': 'v1,' }, secret],
    [body, { ...headers, 'webhook-signature': ['v1,a', 'v1,b'] }, secret],
    [body, {}, secret],
  ];
  for (const each of wrong) await expect(verifyWebhook(...each)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await verifyWebhook(body, await headersOf(body, now() - 301), secret, { tolerance: 400 })).toBeDefined();
});

test('refuses a secret that cannot be one, and does not show it', async () => {
  for (const wrong of [undefined, '', 'planted', 'whsec_', 'whsec_!planted']) {
    const headers = await headersOf();
    const error: unknown = await verifyWebhook(body, headers, wrong).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    expect(JSON.stringify(error)).not.toContain('planted');
  }
});
