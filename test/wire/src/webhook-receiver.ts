import { createServer, type IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';

export interface ReceivedMessage {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

/** Somebody else's server that takes webhooks. */
export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedMessage[];
  /** What it answers from now on; `hold` answers nothing until {@link release}. */
  answer(how: { readonly status: number; readonly headers?: Record<string, string> } | 'hold'): void;
  release(): void;
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedMessage[] = [];
  let how: Parameters<WebhookReceiver['answer']>[0] = { status: 204 };
  let waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    received.push({ headers: request.headers, body, at: Date.now() });
    if (how === 'hold') await new Promise<void>((resolve) => waiting.push(resolve));
    const { status, headers = {} } = how === 'hold' ? { status: 204 } : how;
    response.writeHead(status, headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.');
  const release = () => {
    for (const go of waiting) go();
    waiting = [];
  };
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    port: address.port,
    received,
    answer(next) {
      how = next;
    },
    release,
    async close() {
      release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the library of the Standard Webhooks project makes of a message. @throws WebhookVerificationError */
export function verify({ headers, body }: ReceivedMessage, secret: string): unknown {
  return new Webhook(secret).verify(body, {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  });
}
