import { JackfieldError } from '@jackfield/contract';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stubError, stubServer, stubSession } from './stub-server.ts';
import { type Fetch, Transport, type TransportOptions } from './transport.ts';

const session = { params: { sessionId: 'ses_1' } };
const page = { items: [], nextCursor: null };

function transportOf(fetch: Fetch, options: Partial<TransportOptions> = {}) {
  return new Transport({ apiKey: 'key', baseURL: 'https://jackfield.test', framework: 'test', fetch, ...options });
}

async function failureOf(call: Promise<unknown>): Promise<JackfieldError> {
  const failure = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!JackfieldError.isInstance(failure)) throw new Error(`Expected a JackfieldError, got ${String(failure)}`);
  return failure;
}

describe('requests', () => {
  test('carry the key, the framework and the wish for camelCase', async () => {
    const { fetch, requests } = stubServer({ 'sessions.get': () => stubSession() });
    await transportOf(fetch).call('sessions.get', session);
    const [request] = requests;
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      accept: 'application/json',
      'user-agent': expect.stringMatching(/^jackfield-core\/\d+\.\d+\.\d+/),
      'x-api-key': 'key',
      'x-framework': 'test',
      'x-jackfield-names': 'camelCase',
    });
  });

  test('encode path parameters, join lists and leave out what is undefined', async () => {
    const { fetch, requests } = stubServer({
      'sessions.get': () => stubSession(),
      'connectedAccounts.list': () => page,
    });
    await transportOf(fetch).call('sessions.get', { params: { sessionId: 'a/b ?' } });
    expect(requests[0]?.url.pathname).toBe('/v1/tool_router/session/a%2Fb%20%3F');
    await transportOf(fetch).call('connectedAccounts.list', {
      query: { userIds: ['a', 'ü&'], statuses: ['ACTIVE'], cursor: undefined, limit: 5 },
    });
    expect(requests[1]?.url.search).toBe('?user_ids=a%2C%C3%BC%26&statuses=ACTIVE&limit=5');
    await transportOf(fetch).call('connectedAccounts.list', { query: { userIds: ['cn=a,ou=b'], toolkitSlugs: ['c'] } });
    expect(requests[2]?.url.searchParams.get('user_ids')).toBe('["cn=a,ou=b"]');
    expect(requests[2]?.url.searchParams.get('toolkit_slugs')).toBe('c');
  });

  test('keep the path of the base URL, with or without a slash at its end', async () => {
    const fetch = vi.fn<Fetch>(async () => Response.json({}));
    await transportOf(fetch, { baseURL: 'https://jackfield.test/prefix//' }).call('sessions.get', session);
    expect(fetch.mock.calls[0]?.[0]).toBe('https://jackfield.test/prefix/v1/tool_router/session/ses_1');
  });

  test.each(['', '.', '..'])('refuse the id %j, which would name another route', async (sessionId) => {
    const { fetch, requests } = stubServer({});
    const failure = await failureOf(transportOf(fetch).call('sessions.delete', { params: { sessionId } }));
    expect(failure).toMatchObject({
      code: 'INVALID_REQUEST',
      message: `\`sessionId\` must be an id, not "${sessionId}".`,
    });
    expect(requests).toEqual([]);
  });

  test('rename keys, but not those of the user', async () => {
    const { fetch, requests } = stubServer({
      'sessions.execute': () => ({
        data: { some_key: { inner_key: 1 } },
        error: null,
        successful: true,
        logId: 'log_1',
      }),
    });
    const spy = vi.fn(fetch);
    const result = await transportOf(spy).call('sessions.execute', {
      ...session,
      body: { toolSlug: 'T', arguments: { camelCase: 1, snake_case: 2 } },
    });
    expect(spy.mock.calls[0]?.[1].body).toBe('{"tool_slug":"T","arguments":{"camelCase":1,"snake_case":2}}');
    expect(result).toEqual({ data: { some_key: { inner_key: 1 } }, error: null, successful: true, logId: 'log_1' });
    expect(requests[0]?.headers.get('content-type')).toBe('application/json');
  });
});

describe('configuration', () => {
  beforeEach(() => {
    vi.stubEnv('JACKFIELD_API_KEY', undefined);
    vi.stubEnv('JACKFIELD_BASE_URL', undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  test('comes from the environment, read at the call', async () => {
    const { fetch, requests } = stubServer({ 'sessions.get': () => stubSession() });
    vi.stubGlobal('fetch', fetch);
    const transport = new Transport({ framework: 'test' });
    vi.stubEnv('JACKFIELD_API_KEY', 'from-environment');
    vi.stubEnv('JACKFIELD_BASE_URL', 'https://environment.test');
    await transport.call('sessions.get', session);
    expect(requests[0]?.url.origin).toBe('https://environment.test');
    expect(requests[0]?.headers.get('x-api-key')).toBe('from-environment');
  });

  test('without a key nothing is sent, and the error says what to do', async () => {
    const send = vi.fn();
    vi.stubGlobal('fetch', send);
    const failure = await failureOf(new Transport({ framework: 'test' }).call('sessions.get', session));
    expect(failure.code).toBe('UNAUTHENTICATED');
    expect(failure.fix).toContain('JACKFIELD_API_KEY');
    expect(send).not.toHaveBeenCalled();
  });

  test("a fetch of one's own needs no key", async () => {
    const { fetch, requests } = stubServer({ 'sessions.get': () => stubSession() });
    await new Transport({ framework: 'test', fetch }).call('sessions.get', session);
    expect(requests[0]?.url.origin).toBe('http://localhost:7777');
    expect(requests[0]?.headers.has('x-api-key')).toBe(false);
  });

  test.each(['localhost:7777', 'ftp://x', '', 'https://', 'https://x?y', 'https://x/#y', 'https://x y'])(
    'refuses the base URL %j',
    async (baseURL) => {
      const { fetch } = stubServer({});
      const failure = await failureOf(transportOf(fetch, { baseURL }).call('sessions.get', session));
      expect(failure).toMatchObject({ code: 'INVALID_CONFIGURATION' });
      expect(failure.message).toContain(JSON.stringify(baseURL));
    },
  );
});

describe('secrets', () => {
  test('do not stand in the error about a base URL', async () => {
    const transport = transportOf(stubServer({}).fetch, { baseURL: 'https://user:secret@jackfield.test' });
    const failure = await failureOf(transport.call('sessions.get', session));
    expect(failure.code).toBe('INVALID_CONFIGURATION');
    expect(JSON.stringify(failure)).not.toContain('secret');
  });

  test.each(['sec\nret', 'secrét', 'sec ret', ''])('nor in the one about the key %j', async (apiKey) => {
    const transport = new Transport({ apiKey, framework: 'test' });
    const failure = await failureOf(transport.call('sessions.get', session));
    expect(failure).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: 'The API key has characters that no key has.',
    });
    expect(failure.cause).toBeUndefined();
  });
});

describe('errors', () => {
  test('are those of the server, word for word', async () => {
    const { fetch } = stubServer({
      'sessions.get': () =>
        stubError(404, {
          code: 'SESSION_NOT_FOUND',
          message: 'There is no session ses_1.',
          fix: 'Create one.',
          details: { session_id: 'ses_1' },
          request_id: 'req_1',
        }),
    });
    const failure = await failureOf(transportOf(fetch).call('sessions.get', session));
    expect(failure.toJSON()).toEqual({
      code: 'SESSION_NOT_FOUND',
      status: 404,
      message: 'There is no session ses_1.',
      fix: 'Create one.',
      details: { session_id: 'ses_1' },
      retryable: false,
      requestId: 'req_1',
    });
  });

  test('of a newer server keep their message when the code is not known here', async () => {
    const { fetch } = stubServer({
      'sessions.get': () => stubError(403, { code: 'TOO_NEW', message: 'New.' }, { 'x-request-id': 'req_2' }),
    });
    const failure = await failureOf(transportOf(fetch).call('sessions.get', session));
    expect(failure).toMatchObject({ code: 'FORBIDDEN', status: 403, message: 'New.', requestId: 'req_2' });
  });

  test.each([
    [200, 'INVALID_CONFIGURATION'],
    [401, 'UNAUTHENTICATED'],
    [404, 'NOT_FOUND'],
    [413, 'REQUEST_TOO_LARGE'],
  ])('an HTML answer with status %d says who answered', async (status, code) => {
    const html = '<!doctype html><title>Welcome to nginx</title>';
    const fetch: Fetch = async () => new Response(html, { status, headers: { 'content-type': 'text/html' } });
    const failure = await failureOf(transportOf(fetch).call('sessions.get', session));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(`https://jackfield.test/v1/tool_router/session/ses_1 answered ${status}`);
    expect(failure.message).toContain('Welcome to nginx');
    expect(failure.fix).toContain('baseURL');
  });

  test.each(['null', '[]', '"text"', ''])('so does the answer %j', async (body) => {
    const failure = await failureOf(transportOf(async () => new Response(body)).call('sessions.get', session));
    expect(failure.code).toBe('INVALID_CONFIGURATION');
  });

  test('an idempotency key that no header can carry is refused', async () => {
    const { fetch, requests } = stubServer({});
    for (const idempotencyKey of ['', 'a b', 'ü', 'a'.repeat(256)]) {
      const failure = await failureOf(transportOf(fetch).call('sessions.get', session, { idempotencyKey }));
      expect(failure.message).toContain('`idempotencyKey` must be 1 to 255 visible ASCII characters');
    }
    expect(requests).toEqual([]);
  });

  test('a redirect is not followed: it would carry the key along', async () => {
    const fetch = vi.fn<Fetch>(async () => Response.redirect('https://elsewhere.test/', 301));
    const failure = await failureOf(transportOf(fetch).call('sessions.get', session));
    expect(fetch.mock.calls[0]?.[1].redirect).toBe('manual');
    expect(failure).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    expect(failure.message).toContain('redirects to https://elsewhere.test/');
  });

  test('a server that is not there is named, with the reason', async () => {
    const failure = await failureOf(
      new Transport({ apiKey: 'key', baseURL: 'http://127.0.0.1:1', framework: 'test' }).call('sessions.create', {
        body: { userId: 'u' },
      }),
    );
    expect(failure.code).toBe('UNAVAILABLE');
    expect(failure.message).toMatch(/http:\/\/127\.0\.0\.1:1\/v1\/tool_router\/session: .*(ECONNREFUSED|bad port)/);
    expect(failure.cause).toBeInstanceOf(Error);
  });

  test('throw what a server in this process says that it cannot do', async () => {
    const own = new JackfieldError('INVALID_CONFIGURATION', { message: 'There is no folder.' });
    const failure = await failureOf(
      transportOf(async () => {
        throw own;
      }).call('sessions.get', session),
    );
    expect(failure).toBe(own);
  });
});

describe('repeating', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const unavailable = { code: 'UNAVAILABLE', message: 'Busy.', retryable: true };

  async function settle<T>(call: Promise<T>): Promise<T> {
    call.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(5_000);
    return call;
  }

  test('a safe call is repeated twice', async () => {
    let calls = 0;
    const { fetch } = stubServer({
      'sessions.get': () => {
        calls += 1;
        return calls < 3 ? stubError(503, unavailable) : stubSession();
      },
    });
    await settle(transportOf(fetch).call('sessions.get', session));
    expect(calls).toBe(3);
    calls = -10;
    expect((await failureOf(settle(transportOf(fetch).call('sessions.get', session)))).message).toBe('Busy.');
    expect(calls).toBe(-7);
  });

  test('a lost connection is one reason', async () => {
    const fetch = vi.fn<Fetch>().mockRejectedValueOnce(new TypeError('fetch failed'));
    fetch.mockResolvedValueOnce(Response.json({ items: [], next_cursor: null }));
    await settle(transportOf(fetch).call('sessions.list', { query: {} }));
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test('so is a proxy that has no server', async () => {
    const fetch = vi.fn<Fetch>(async () => new Response('<h1>Bad Gateway</h1>', { status: 502 }));
    const failure = await failureOf(settle(transportOf(fetch).call('sessions.list', { query: {} })));
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', status: 502 });
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  test('an error that says it would be the same again is not', async () => {
    const { fetch, requests } = stubServer({
      'sessions.get': () => stubError(500, { code: 'INTERNAL', message: 'Broken.', retryable: false }),
    });
    await failureOf(settle(transportOf(fetch).call('sessions.get', session)));
    expect(requests).toHaveLength(1);
  });

  test('a call that does something is repeated only with an idempotency key', async () => {
    const { fetch, requests } = stubServer({ 'sessions.execute': () => stubError(503, unavailable) });
    const execute = { ...session, body: { toolSlug: 'T' } };
    await failureOf(settle(transportOf(fetch).call('sessions.execute', execute)));
    expect(requests).toHaveLength(1);
    await failureOf(settle(transportOf(fetch).call('sessions.execute', execute, { idempotencyKey: 'once' })));
    expect(requests).toHaveLength(4);
    expect(requests.slice(1).map(({ headers }) => headers.get('idempotency-key'))).toEqual(['once', 'once', 'once']);
  });

  test.each([
    ['2', 2_000],
    [new Date(Date.UTC(2030, 0, 1, 0, 0, 4)).toUTCString(), 4_000],
  ])('waits as the server asks: %s', async (value, milliseconds) => {
    vi.setSystemTime(Date.UTC(2030, 0, 1));
    const { fetch, requests } = stubServer({
      'sessions.get': () =>
        requests.length === 1
          ? stubError(429, { code: 'RATE_LIMITED', message: 'Slow.', retryable: true }, { 'retry-after': value })
          : stubSession(),
    });
    const call = transportOf(fetch).call('sessions.get', session);
    await vi.advanceTimersByTimeAsync(milliseconds - 1);
    expect(requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(requests).toHaveLength(2);
    await call;
  });

  test('does not wait for minutes', async () => {
    const { fetch, requests } = stubServer({
      'sessions.get': () => stubError(503, unavailable, { 'retry-after': '120' }),
    });
    expect((await failureOf(transportOf(fetch).call('sessions.get', session))).code).toBe('UNAVAILABLE');
    expect(requests).toHaveLength(1);
  });
});

describe('giving up', () => {
  const hang: Fetch = (_url, { signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
    });

  test('an abort rejects with the reason of the signal, in flight', async () => {
    const controller = new AbortController();
    const call = transportOf(hang).call('sessions.get', session, { signal: controller.signal });
    const reason = new Error('The user left.');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  test('before anything was sent', async () => {
    const fetch = vi.fn<Fetch>();
    const call = transportOf(fetch).call('sessions.get', session, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(fetch).not.toHaveBeenCalled();
  });

  test('while waiting to repeat', async () => {
    const controller = new AbortController();
    const fetch = vi.fn<Fetch>(async () => {
      setTimeout(() => controller.abort(), 5);
      throw new TypeError('fetch failed');
    });
    const call = transportOf(fetch).call('sessions.get', session, { signal: controller.signal });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('while the body is read', async () => {
    const controller = new AbortController();
    const fetch: Fetch = async (_url, { signal }) =>
      new Response(
        new ReadableStream({
          start(stream) {
            signal?.addEventListener('abort', () => stream.error(signal.reason));
          },
        }),
      );
    const call = transportOf(fetch).call('sessions.get', session, { signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a time limit is a TIMEOUT that names the call', async () => {
    const failure = await failureOf(transportOf(hang).call('sessions.get', session, { timeout: 5 }));
    expect(failure).toMatchObject({
      code: 'TIMEOUT',
      message: 'GET https://jackfield.test/v1/tool_router/session/ses_1 did not answer within 5 ms.',
    });
  });

  test('no time limit is none', async () => {
    const fetch: Fetch = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return Response.json({});
    };
    await transportOf(fetch).call('sessions.get', session, { timeout: Number.POSITIVE_INFINITY });
  });

  test('leaves no listener on the signal and no timer', async () => {
    vi.useFakeTimers();
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const { fetch } = stubServer({ 'sessions.get': () => stubSession() });
    await transportOf(fetch).call('sessions.get', session, { signal });
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(add.mock.calls.map(([, listener]) => listener));
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
