import { createServer, type Server, request as send } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { toNodeHandler } from './to-node-handler.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handler: (request: Request) => Promise<Response>): Promise<number> {
  const server = createServer(toNodeHandler(handler));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

describe('toNodeHandler', () => {
  test('passes a request in and the answer out', async () => {
    const port = await serve(async (request) => {
      const { pathname, search } = new URL(request.url);
      const told = [request.method, pathname + search, request.headers.get('x-test'), await request.text()];
      return new Response(JSON.stringify(told), { status: 201, headers: { 'x-answer': 'yes' } });
    });
    const response = await fetch(`http://127.0.0.1:${port}/a%2Fb?c=d`, {
      method: 'POST',
      body: 'Zoë',
      headers: { 'x-test': '1' },
    });
    expect([response.status, response.headers.get('x-answer')]).toEqual([201, 'yes']);
    expect(await response.json()).toEqual(['POST', '/a%2Fb?c=d', '1', 'Zoë']);
  });

  test('fires the signal when the client closes the connection', async () => {
    const begun = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const port = await serve(async (request) => {
      request.signal.addEventListener('abort', () => aborted.resolve());
      begun.resolve();
      await aborted.promise;
      return new Response();
    });
    const controller = new AbortController();
    const answering = fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    await begun.promise;
    controller.abort();
    await expect(answering).rejects.toThrow();
    await aborted.promise;
  });

  test('leaves the globals of the process as they are', async () => {
    const before = [globalThis.Request, globalThis.Response];
    await serve(async () => new Response());
    expect([globalThis.Request, globalThis.Response]).toEqual(before);
  });

  test('answers a Host that makes no URL in the form of all errors', async () => {
    const port = await serve(async () => new Response('reached'));
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const outgoing = send({ port, host: '127.0.0.1', headers: { host: 'a b/c' } }, (incoming) => {
        let text = '';
        incoming.on('data', (chunk) => {
          text += chunk;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode, text }));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).error.code).toBe('INVALID_REQUEST');
  });
});
