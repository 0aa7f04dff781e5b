import { getEventListeners, once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { JackfieldError } from '@jackfield/contract';
import { afterEach, describe, expect, test } from 'vitest';
import { createEgress, type Egress, type EgressOptions, type EgressRequest } from './egress.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

/** Starts a server on loopback; answers its port. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function serve(handler: RequestListener): Promise<number> {
  return listen(createServer(handler));
}

/** An egress for which every host name is this machine. */
function openEgress(options: EgressOptions = {}): Egress {
  const egress = createEgress({
    allowPrivateNetwork: true,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    ...options,
  });
  cleanUp.push(() => egress.close());
  return egress;
}

const get = (url: string, request: Partial<EgressRequest> = {}): EgressRequest => ({
  url,
  method: 'GET',
  idempotent: true,
  ...request,
});
const post = (url: string, request: Partial<EgressRequest> = {}): EgressRequest => ({
  url,
  method: 'POST',
  body: '{}',
  idempotent: false,
  ...request,
});

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function failure(promise: Promise<unknown>): Promise<JackfieldError> {
  try {
    await promise;
  } catch (error) {
    if (JackfieldError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}

describe('a call', () => {
  test('sends method, path, headers and body, and reads the answer', async () => {
    let seen: IncomingMessage | undefined;
    let body = '';
    const port = await serve(async (request, response) => {
      seen = request;
      body = (await bodyOf(request)).toString();
      response.writeHead(201, { 'content-type': 'application/json', 'x-a': ['1', '2'] }).end('{"ok":"é"}');
    });
    const response = await openEgress().fetch(
      post(`http://api.test:${port}/a%20b?q=1`, { headers: { 'X-Trace': 't', 'Content-Type': 'application/json' } }),
    );
    expect(seen).toMatchObject({ method: 'POST', url: '/a%20b?q=1' });
    expect(seen?.headers).toMatchObject({
      host: `api.test:${port}`,
      'x-trace': 't',
      'content-type': 'application/json',
      'content-length': '2',
      'user-agent': 'Jackfield',
      'accept-encoding': 'gzip, deflate, br, zstd',
    });
    expect(body).toBe('{}');
    expect(response).toMatchObject({ status: 201, headers: { 'content-type': 'application/json', 'x-a': '1, 2' } });
    expect(response.url.href).toBe(`http://api.test:${port}/a%20b?q=1`);
    expect(response.json()).toEqual({ ok: 'é' });
    expect(response.text()).toBe('{"ok":"é"}');
    expect(response.bytes()).toEqual(new TextEncoder().encode('{"ok":"é"}'));
  });

  test('sends a form with its files', async () => {
    let form: FormData | undefined;
    const port = await serve(async (request, response) => {
      form = await new Response(new Uint8Array(await bodyOf(request)), {
        headers: { 'content-type': request.headers['content-type'] ?? '' },
      }).formData();
      response.end();
    });
    const body = new FormData();
    body.set('name', 'Zoë');
    body.set('file', new Blob([new Uint8Array([0, 255])]), 'a.bin');
    await openEgress().fetch(post(`http://api.test:${port}/`, { body }));
    expect(form?.get('name')).toBe('Zoë');
    const file = form?.get('file');
    expect(file instanceof File && (await file.bytes())).toEqual(new Uint8Array([0, 255]));
  });

  test('answers any status', async () => {
    const port = await serve((request, response) => {
      response.writeHead(Number(request.url?.slice(1))).end();
    });
    const egress = openEgress();
    for (const status of [204, 304, 400, 401, 404, 418, 500, 503]) {
      const response = await egress.fetch(get(`http://api.test:${port}/${status}`));
      expect(response.status).toBe(status);
      expect(response.bytes()).toEqual(new Uint8Array());
    }
  });

  test('reads the answer to HEAD, whatever length it names', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '99999999999' }).end();
    });
    const response = await openEgress().fetch(get(`http://api.test:${port}/`, { method: 'HEAD' }));
    expect(response.headers['content-length']).toBe('99999999999');
  });

  test('decodes text as its charset says', async () => {
    const port = await serve((request, response) => {
      response.writeHead(200, { 'content-type': `text/plain; charset=${request.url?.slice(1)}` });
      response.end(Buffer.from([0xe9]));
    });
    const egress = openEgress();
    expect((await egress.fetch(get(`http://api.test:${port}/iso-8859-1`))).text()).toBe('é');
    expect((await egress.fetch(get(`http://api.test:${port}/no-such`))).text()).toBe('\ufffd');
  });

  test('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const port = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x');
    });
    const egress = openEgress();
    for (let count = 0; count < 5; count++) await egress.fetch(get(`http://api.test:${port}/`));
    // undici lets a connection rest for one turn of the event loop and takes a second one meanwhile.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  test('refuses headers and paths that cannot be sent, without showing them', async () => {
    const port = await serve((_request, response) => response.end());
    const egress = openEgress();
    for (const headers of [{ 'x-key': 'secret\r\nx: y' }, { 'x-key': 'secret\u0000' }, { 'x-key': 'secret€' }]) {
      const error = await failure(egress.fetch(get(`http://api.test:${port}/`, { headers })));
      expect(error.code).toBe('INVALID_REQUEST');
      expect(JSON.stringify(error)).not.toContain('secret');
      expect(error.message).toContain('x-key');
    }
    for (const name of ['Host', 'content-length', 'Transfer-Encoding', 'Connection']) {
      const error = await failure(egress.fetch(get(`http://api.test:${port}/`, { headers: { [name]: 'x' } })));
      expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining(name) });
    }
    expect(await failure(egress.fetch(get('not a url')))).toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

describe('compressed answers', () => {
  const text = JSON.stringify({ items: Array.from({ length: 100 }, (_, index) => ({ index, name: 'näme' })) });
  test.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['GZIP', gzipSync(text)],
    ['identity', Buffer.from(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
  ])('in %s are decompressed', async (encoding, body) => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding, 'content-length': body.length }).end(body);
    });
    expect((await openEgress().fetch(get(`http://api.test:${port}/`))).text()).toBe(text);
  });

  test.each([
    ['gzip', Buffer.from('not gzip')],
    ['gzip', gzipSync(text).subarray(0, 50)],
    ['made-up', Buffer.from(text)],
  ])('in %s that cannot be decompressed are an error', async (encoding, body) => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });
    expect(await failure(openEgress().fetch(get(`http://api.test:${port}/`)))).toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
    });
  });

  test.each([
    ['gzip', gzipSync(Buffer.alloc(50_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(50_000_000))],
  ])('in %s that grow beyond the limit are an error', async (encoding, body) => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });
    expect(body.length).toBeLessThan(100_000);
    const error = await failure(openEgress().fetch(get(`http://api.test:${port}/`)));
    expect(error).toMatchObject({ code: 'UPSTREAM_RESPONSE_TOO_LARGE', details: { maxResponseBytes: 10_000_000 } });
  });
});

describe('bad answers', () => {
  test.each([
    ['an HTML page', 'text/html', '<html>'],
    ['nothing', undefined, ''],
    ['cut JSON', 'application/json', '{"a":'],
  ])('%s instead of JSON', async (_name, contentType, body) => {
    const port = await serve((_request, response) => {
      if (contentType !== undefined) response.setHeader('content-type', contentType);
      response.end(body);
    });
    const response = await openEgress().fetch(get(`http://api.test:${port}/`));
    expect(() => response.json()).toThrow(
      expect.objectContaining({
        code: 'UPSTREAM_INVALID_RESPONSE',
        details: { status: 200, contentType: contentType ?? null },
      }),
    );
  });

  test('more bytes than the limit, announced', async () => {
    let closed: Promise<unknown> | undefined;
    const port = await serve((request, response) => {
      closed = once(request.socket, 'close');
      response.writeHead(200, { 'content-length': 10_000_001 });
      response.write('x');
    });
    const error = await failure(openEgress().fetch(get(`http://api.test:${port}/`)));
    expect(error).toMatchObject({ code: 'UPSTREAM_RESPONSE_TOO_LARGE', retryable: false });
    await closed;
  });

  test('more bytes than the limit, not announced, end early', async () => {
    let written = 0;
    const port = await serve(async (request, response) => {
      while (!request.socket.destroyed && written < 200_000_000) {
        written += 1_000_000;
        response.write(Buffer.alloc(1_000_000));
        await delay(1);
      }
    });
    const error = await failure(openEgress().fetch(get(`http://api.test:${port}/`)));
    expect(error.code).toBe('UPSTREAM_RESPONSE_TOO_LARGE');
    expect(written).toBeLessThan(60_000_000);
  });

  test('exactly the limit is not too much', async () => {
    const port = await serve((_request, response) => response.end(Buffer.alloc(1000)));
    const egress = openEgress();
    expect((await egress.fetch(get(`http://api.test:${port}/`, { maxResponseBytes: 1000 }))).bytes()).toHaveLength(
      1000,
    );
    expect(await failure(egress.fetch(get(`http://api.test:${port}/`, { maxResponseBytes: 999 })))).toMatchObject({
      code: 'UPSTREAM_RESPONSE_TOO_LARGE',
    });
  });

  test('a body that is cut', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"a":', () => response.destroy());
    });
    expect(await failure(openEgress().fetch(get(`http://api.test:${port}/`)))).toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
    });
  });

  test('something that is not HTTP', async () => {
    const port = await listen(
      createTcpServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.0\r\n'))),
    );
    expect(await failure(openEgress().fetch(get(`http://api.test:${port}/`)))).toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
    });
  });

  test('more headers than anyone needs', async () => {
    const port = await serve((_request, response) => {
      for (let index = 0; index < 100; index++) response.setHeader(`x-${index}`, 'x'.repeat(1000));
      response.end();
    });
    expect(await failure(openEgress().fetch(get(`http://api.test:${port}/`)))).toMatchObject({
      code: 'UPSTREAM_RESPONSE_TOO_LARGE',
    });
  });

  test('a server that does not speak TLS', async () => {
    const port = await serve((_request, response) => response.end());
    expect(await failure(openEgress().fetch(get(`https://api.test:${port}/`)))).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      retryable: false,
      message: expect.stringContaining('TLS'),
    });
  });
});

describe('a service that cannot be reached', () => {
  test('because nothing listens', async () => {
    const port = await serve(() => {});
    await cleanUp.pop()?.();
    for (const request of [get(`http://api.test:${port}/`), post(`http://api.test:${port}/`)]) {
      expect(await failure(openEgress().fetch(request))).toMatchObject({
        code: 'UPSTREAM_UNREACHABLE',
        retryable: true,
        message: expect.stringContaining(`api.test:${port}`),
      });
    }
  });

  test('because its name does not exist', async () => {
    const egress = createEgress();
    cleanUp.push(() => egress.close());
    expect(await failure(egress.fetch(get('http://no-such-host.invalid/?key=secret')))).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      message: 'The host name no-such-host.invalid cannot be resolved.',
    });
  });

  test('because it resets the connection', async () => {
    let connections = 0;
    const port = await listen(
      createTcpServer((socket) => {
        connections++;
        socket.once('data', () => socket.resetAndDestroy());
      }),
    );
    const egress = openEgress();
    expect(await failure(egress.fetch(get(`http://api.test:${port}/`)))).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      retryable: true,
    });
    expect(await failure(egress.fetch(post(`http://api.test:${port}/`)))).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      // It was sent: nobody knows what it did.
      retryable: false,
    });
    expect(connections).toBe(2);
  });

  test('because it closed a kept connection: what is idempotent is sent again', async () => {
    let requests = 0;
    const port = await serve((request, response) => {
      requests++;
      if (requests === 2 || requests === 5) request.socket.end();
      else response.end('x');
    });
    const egress = openEgress({ maxConnectionsPerOrigin: 1 });
    await egress.fetch(get(`http://api.test:${port}/`));
    expect((await egress.fetch(get(`http://api.test:${port}/`))).text()).toBe('x');
    expect(requests).toBe(3);
    await egress.fetch(get(`http://api.test:${port}/`));
    expect(await failure(egress.fetch(post(`http://api.test:${port}/`)))).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      retryable: false,
    });
    expect(requests).toBe(5);
  });

  test('because the egress was closed', async () => {
    const port = await serve((_request, response) => response.end());
    const egress = openEgress();
    await egress.close();
    expect(await failure(egress.fetch(get(`http://api.test:${port}/`)))).toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('time', () => {
  test('runs out when a service hangs, and the socket closes', async () => {
    let closed: Promise<unknown> | undefined;
    const port = await serve((request) => {
      closed = once(request.socket, 'close');
    });
    const egress = openEgress();
    const started = performance.now();
    const error = await failure(egress.fetch(get(`http://api.test:${port}/?key=secret`, { timeoutMs: 100 })));
    expect(performance.now() - started).toBeLessThan(1000);
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true });
    expect(error.message).toBe(`api.test:${port} did not answer within 100 ms.`);
    await closed;
    expect(await failure(egress.fetch(post(`http://api.test:${port}/`, { timeoutMs: 100 })))).toMatchObject({
      code: 'TIMEOUT',
      retryable: false,
    });
  });

  test('runs out when a service drips', async () => {
    const port = await serve((request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 20);
      request.socket.on('close', () => clearInterval(timer));
    });
    const error = await failure(openEgress({ timeoutMs: 200 }).fetch(get(`http://api.test:${port}/`)));
    expect(error).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('finish its answer') });
  });

  test('runs out while connecting', async () => {
    const egress = openEgress({ resolve: () => new Promise(() => {}), connectTimeoutMs: 5000 });
    expect(await failure(egress.fetch(post('http://api.test/', { timeoutMs: 50 })))).toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });
    const impatient = openEgress({ resolve: () => new Promise(() => {}), connectTimeoutMs: 50 });
    expect(await failure(impatient.fetch(post('http://api.test/')))).toMatchObject({ code: 'TIMEOUT' });
  });

  test('is not reset by redirects', async () => {
    const port = await serve(async (request, response) => {
      await delay(60);
      response.writeHead(302, { location: `/${Number(request.url?.slice(1)) + 1}` }).end();
    });
    expect(await failure(openEgress().fetch(get(`http://api.test:${port}/0`, { timeoutMs: 150 })))).toMatchObject({
      code: 'TIMEOUT',
    });
  });
});

describe('an abort', () => {
  test('closes the socket of a call that waits', async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> | undefined;
    const port = await serve((request) => {
      closed = once(request.socket, 'close');
      controller.abort();
    });
    const error = await failure(openEgress().fetch(get(`http://api.test:${port}/`, { signal: controller.signal })));
    expect(error).toMatchObject({ code: 'ABORTED', message: expect.stringContaining(`api.test:${port}`) });
    await closed;
  });

  test('closes the socket of a call that reads', async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> | undefined;
    const port = await serve((request, response) => {
      closed = once(request.socket, 'close');
      response.writeHead(200);
      response.write('x');
      setTimeout(() => controller.abort(), 50);
    });
    expect(
      await failure(openEgress().fetch(get(`http://api.test:${port}/`, { signal: controller.signal }))),
    ).toMatchObject({ code: 'ABORTED' });
    await closed;
  });

  test('before the call sends nothing', async () => {
    let requests = 0;
    const port = await serve((_request, response) => {
      requests++;
      response.end();
    });
    const error = await failure(openEgress().fetch(get(`http://api.test:${port}/`, { signal: AbortSignal.abort() })));
    expect(error.code).toBe('ABORTED');
    expect(requests).toBe(0);
  });

  test('ends the wait before a repetition', async () => {
    const controller = new AbortController();
    const port = await serve((_request, response) => {
      response.writeHead(429, { 'retry-after': '20' }).end();
      setTimeout(() => controller.abort(), 50);
    });
    expect(
      await failure(openEgress().fetch(get(`http://api.test:${port}/`, { signal: controller.signal }))),
    ).toMatchObject({ code: 'ABORTED' });
  });

  test('leaves nothing behind on a signal that outlives the call', async () => {
    const port = await serve((_request, response) => response.end());
    const controller = new AbortController();
    const egress = openEgress();
    await egress.fetch(get(`http://api.test:${port}/`, { signal: controller.signal }));
    await egress.fetch(get('http://api.test:1/', { signal: controller.signal })).catch(() => {});
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

describe('Retry-After', () => {
  async function busyServer(answers: readonly [number, string | undefined][]) {
    const requests: string[] = [];
    const port = await serve((request: IncomingMessage, response: ServerResponse) => {
      const [status, retryAfter] = answers[requests.length] ?? [200, undefined];
      requests.push(`${request.method}`);
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
      response.writeHead(status).end('busy');
    });
    return { url: `http://api.test:${port}/`, requests };
  }

  test.each(['0', new Date(0).toUTCString()])('%j is obeyed for what is idempotent', async (retryAfter) => {
    const { url, requests } = await busyServer([
      [429, retryAfter],
      [503, retryAfter],
    ]);
    expect((await openEgress().fetch(get(url))).status).toBe(200);
    expect(requests).toHaveLength(3);
  });

  test('is waited for', async () => {
    const { url } = await busyServer([[503, '1']]);
    const started = performance.now();
    expect((await openEgress().fetch(get(url))).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  test('is obeyed twice at most', async () => {
    const { url, requests } = await busyServer(Array.from({ length: 10 }, () => [429, '0']));
    const response = await openEgress().fetch(get(url));
    expect(response.status).toBe(429);
    expect(response.headers['retry-after']).toBe('0');
    expect(requests).toHaveLength(3);
  });

  test('is not obeyed for what is not idempotent', async () => {
    const { url, requests } = await busyServer([[429, '0']]);
    expect((await openEgress().fetch(post(url))).status).toBe(429);
    expect(requests).toEqual(['POST']);
  });

  test.each([
    ['a wait beyond the time limit', 429, '3600'],
    ['an answer without it', 503, undefined],
    ['another status', 500, '0'],
  ])('%s is handed to the caller', async (_name, status, retryAfter) => {
    const { url, requests } = await busyServer([[status, retryAfter]]);
    expect((await openEgress().fetch(get(url))).status).toBe(status);
    expect(requests).toHaveLength(1);
  });
});

describe('hosts', () => {
  test('other than those allowed are refused', async () => {
    const port = await serve((_request, response) => response.end('x'));
    const egress = openEgress();
    const allowedHosts = [`api.test:${port}`];
    expect((await egress.fetch(get(`http://API.test:${port}/`, { allowedHosts }))).status).toBe(200);
    for (const url of [`http://other.test:${port}/`, 'http://api.test/', `http://api.test.evil.test:${port}/`]) {
      expect(await failure(egress.fetch(get(url, { allowedHosts })))).toMatchObject({ code: 'EGRESS_DENIED' });
    }
    const predicate = (url: URL) => url.hostname.endsWith('.test');
    expect((await egress.fetch(get(`http://a.test:${port}/`, { allowedHosts: predicate }))).status).toBe(200);
  });

  test.each(['file:///etc/passwd', 'ftp://api.test/', 'data:text/plain,x'])('%s is refused', async (url) => {
    expect(await failure(openEgress().fetch(get(url)))).toMatchObject({ code: 'EGRESS_DENIED' });
  });

  test('credentials in a URL are refused and not shown', async () => {
    const error = await failure(openEgress().fetch(get('http://user:secret@api.test/')));
    expect(error.code).toBe('EGRESS_DENIED');
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});

describe('addresses', () => {
  test.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f.1',
    'http://0177.0.0.1',
    'http://127.1.',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::]',
    'http://0.0.0.0',
    'http://169.254.169.254',
    'http://localhost',
  ])('%s is refused by default', async (origin) => {
    let connections = 0;
    const port = await listen(createTcpServer(() => connections++));
    const egress = createEgress();
    cleanUp.push(() => egress.close());
    const error = await failure(egress.fetch(get(`${origin}:${port}/`, { timeoutMs: 2000 })));
    expect(error).toMatchObject({ code: 'EGRESS_DENIED', retryable: false });
    expect(error.fix).toContain('allowPrivateNetwork');
    expect(connections).toBe(0);
  });

  test('a public name that resolves to a private address is refused', async () => {
    let connections = 0;
    const port = await listen(createTcpServer(() => connections++));
    const egress = openEgress({ allowPrivateNetwork: false });
    const error = await failure(egress.fetch(get(`http://rebind.test:${port}/`)));
    expect(error).toMatchObject({ code: 'EGRESS_DENIED', message: expect.stringContaining('rebind.test') });
    expect(error.message).not.toContain('127.0.0.1');
    expect(connections).toBe(0);
  });

  test('of several addresses only the allowed are tried', async () => {
    const port = await serve((_request, response) => response.end('x'));
    const egress = openEgress({
      allowPrivateNetwork: ['127.0.0.1'],
      resolve: async () => {
        return [
          { address: '127.0.0.2', family: 4 },
          { address: '::1', family: 6 },
          { address: '127.0.0.1', family: 4 },
        ];
      },
    });
    expect((await egress.fetch(get(`http://api.test:${port}/`))).text()).toBe('x');
    expect((await egress.fetch(get(`http://api.test:${port}/`))).text()).toBe('x');
  });

  test.each([
    ['127.0.0.2', ['127.0.0.1']],
    ['169.254.169.254', true],
    ['[fe80::1]', true],
  ] as const)('a redirect to %s is refused', async (target, allowPrivateNetwork) => {
    const port = await serve((_request, response) => {
      response.writeHead(302, { location: `http://${target}:${port}/latest/meta-data` }).end();
    });
    const egress = openEgress({
      allowPrivateNetwork: typeof allowPrivateNetwork === 'boolean' ? allowPrivateNetwork : [...allowPrivateNetwork],
    });
    expect(await failure(egress.fetch(get(`http://api.test:${port}/`)))).toMatchObject({ code: 'EGRESS_DENIED' });
  });

  test('a redirect to a name with a private address is refused', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(307, { location: `http://internal.test:${port}/` }).end();
    });
    const egress = openEgress({
      allowPrivateNetwork: ['127.0.0.1'],
      resolve: async (hostname) => [{ address: hostname === 'internal.test' ? '127.0.0.2' : '127.0.0.1', family: 4 }],
    });
    expect(await failure(egress.fetch(get(`http://api.test:${port}/`)))).toMatchObject({
      code: 'EGRESS_DENIED',
      message: expect.stringContaining('internal.test'),
    });
  });
});

describe('redirects', () => {
  test('are followed, with credentials only on the same origin', async () => {
    const seen: { host: string | undefined; path: string | undefined; authorization: unknown; key: unknown }[] = [];
    const port = await serve((request, response) => {
      const { host, authorization } = request.headers;
      seen.push({ host, path: request.url, authorization, key: request.headers['x-api-key'] });
      const location = {
        '/a': '/b',
        '/b': `http://other.test:${port}/c`,
        // Back again: what was dropped stays dropped.
        '/c': `http://api.test:${port}/d`,
      }[request.url ?? ''];
      if (location === undefined) response.end('done');
      else response.writeHead(302, { location }).end();
    });
    const response = await openEgress().fetch(
      get(`http://api.test:${port}/a`, {
        headers: { Authorization: 'Bearer secret', 'X-API-Key': 'secret', Cookie: 'a=b' },
        credentialHeaders: ['X-Api-Key'],
        allowedHosts: [`api.test:${port}`],
      }),
    );
    expect(response.text()).toBe('done');
    expect(response.url.href).toBe(`http://api.test:${port}/d`);
    const secret = { authorization: 'Bearer secret', key: 'secret' };
    const none = { authorization: undefined, key: undefined };
    expect(seen).toEqual([
      { host: `api.test:${port}`, path: '/a', ...secret },
      { host: `api.test:${port}`, path: '/b', ...secret },
      { host: `other.test:${port}`, path: '/c', ...none },
      { host: `api.test:${port}`, path: '/d', ...none },
    ]);
  });

  test('keep or drop the body as their status says', async () => {
    const seen: string[] = [];
    const port = await serve(async (request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['content-type']} ${await bodyOf(request)}`);
      const [, status] = request.url?.split('/') ?? [];
      if (status === 'end') response.end();
      else response.writeHead(Number(status), { location: '/end' }).end();
    });
    const egress = openEgress();
    for (const status of [303, 308]) {
      await egress.fetch(
        post(`http://api.test:${port}/${status}`, { headers: { 'content-type': 'text/plain' }, body: 'b' }),
      );
    }
    expect(seen).toEqual([
      'POST /303 text/plain b',
      'GET /end undefined ',
      'POST /308 text/plain b',
      'POST /end text/plain b',
    ]);
  });

  test('of a POST to another host are refused', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(307, { location: `http://other.test:${port}/` }).end();
    });
    expect(
      await failure(openEgress().fetch(post(`http://api.test:${port}/`, { allowedHosts: [`api.test:${port}`] }))),
    ).toMatchObject({ code: 'EGRESS_DENIED', message: expect.stringContaining('other.test') });
  });

  test('in a circle end', async () => {
    let requests = 0;
    const port = await serve((_request, response) => {
      requests++;
      response.writeHead(302, { location: '/' }).end();
    });
    expect(await failure(openEgress().fetch(get(`http://api.test:${port}/`)))).toMatchObject({
      code: 'UPSTREAM_ERROR',
    });
    expect(requests).toBe(6);
  });
});

describe('a stream', () => {
  test('comes as it is sent, unencoded, after redirects', async () => {
    let continueSending: (() => void) | undefined;
    const port = await serve((request, response) => {
      if (request.url === '/') {
        response.writeHead(307, { location: '/events' }).end();
        return;
      }
      response.writeHead(200, { 'x-encoding': request.headers['accept-encoding'] });
      response.write('one');
      continueSending = () => response.end('two');
    });
    const { status, headers, url, body } = await openEgress().stream(get(`http://a.test:${port}/`));
    expect([status, headers['x-encoding'], url.pathname]).toEqual([200, 'identity', '/events']);
    const reader = body.getReader();
    const read = async () => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await read()).toBe('one');
    continueSending?.();
    expect(await read()).toBe('two');
    expect(await reader.read()).toMatchObject({ done: true });
  });

  test('outlives the time limit of its beginning, and ends with its signal', async () => {
    let closed = false;
    const port = await serve((_request, response) => {
      response.writeHead(200);
      response.write('one');
      response.on('close', () => {
        closed = true;
      });
    });
    const giveUp = new AbortController();
    const { body } = await openEgress().stream(
      get(`http://a.test:${port}/`, { timeoutMs: 100, signal: giveUp.signal }),
    );
    const reader = body.getReader();
    await reader.read();
    await delay(200);
    expect(closed).toBe(false);
    const rest = reader.read();
    giveUp.abort();
    await expect(rest).rejects.toMatchObject({ code: 'ABORTED' });
    await expect.poll(() => closed).toBe(true);
    expect(getEventListeners(giveUp.signal, 'abort')).toEqual([]);
  });

  test('closes its connection when nobody reads on', async () => {
    let closed = false;
    const port = await serve((_request, response) => {
      response.write('one');
      response.on('close', () => {
        closed = true;
      });
    });
    const { body } = await openEgress().stream(get(`http://a.test:${port}/`));
    await body.cancel();
    await expect.poll(() => closed).toBe(true);
  });

  test('is bounded, and goes nowhere that calls may not go', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/encoded') response.writeHead(200, { 'content-encoding': 'gzip' });
      response.write('x'.repeat(600));
      setTimeout(() => response.end('x'.repeat(600)), 20);
    });
    const egress = openEgress();
    const { body } = await egress.stream(get(`http://a.test:${port}/`, { maxResponseBytes: 1_000 }));
    await expect(new Response(body).text()).rejects.toMatchObject({ code: 'UPSTREAM_RESPONSE_TOO_LARGE' });
    await expect(egress.stream(get(`http://a.test:${port}/encoded`))).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
    });
    const confined = openEgress({ allowPrivateNetwork: false });
    await expect(confined.stream(get(`http://a.test:${port}/`))).rejects.toMatchObject({ code: 'EGRESS_DENIED' });
    await expect(egress.stream(get('http://a.test:9/'))).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
  });
});
