import { request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { serveOnLoopback } from './serve-on-loopback.ts';

export interface Proxy {
  readonly url: string;
}

/**
 * A proxy that puts headers on each request, for clients that cannot be given any, and sends it to one backend after the
 * other; to the next, where one does not listen any more. Ends with the test.
 */
export async function startProxy(
  backends: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Proxy> {
  let turn = 0;
  const origin = await serveOnLoopback(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const first = turn++;
    const forward = (attempt: number) => {
      const backend = new URL(backends[(first + attempt) % backends.length] ?? '');
      const forwarded = sendRequest(
        {
          host: backend.hostname,
          port: backend.port,
          path: incoming.url,
          method: incoming.method,
          headers: { ...incoming.headers, ...headers },
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
          answer.on('error', () => outgoing.destroy());
        },
      );
      forwarded.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED' && attempt + 1 < backends.length) forward(attempt + 1);
        else if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(502).end('The server behind this proxy went away.');
      });
      outgoing.on('close', () => forwarded.destroy());
      forwarded.end(body);
    };
    forward(0);
  });
  return { url: `http://localhost:${new URL(origin).port}` };
}
