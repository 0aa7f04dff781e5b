import { createServer, request as sendRequest } from 'node:http';
import { onTestFinished } from 'vitest';

export interface Proxy {
  readonly url: string;
}

/**
 * A proxy that puts headers on each request, for clients that cannot be given any, and sends it to one backend after the
 * other. Ends with the test.
 */
export async function startProxy(
  backends: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Proxy> {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const backend = new URL(backends[turn++ % backends.length] ?? '');
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
    forwarded.on('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    });
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return { url: `http://localhost:${address.port}` };
}
