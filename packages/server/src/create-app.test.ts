import { JackfieldError } from '@jackfield/contract';
import type { Engine } from '@jackfield/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashApiKey } from './api-keys.ts';
import { createAuthenticator } from './authenticate.ts';
import { type AppOptions, createApp, nativeMount } from './create-app.ts';
import { createLogger } from './logger.ts';
import { type OpenEngine, openEngine } from './open-engine.ts';

let opened: OpenEngine;
let projectId: string;
beforeAll(async () => {
  opened = await openEngine({ dataDir: ':memory:' });
  projectId = (await opened.store.projects.ensure('default')).id;
});
afterAll(() => opened.close());

const lines: string[] = [];
const logger = createLogger({ write: (line) => lines.push(line) });

function app(changes: Partial<AppOptions> = {}) {
  const { fetch } = createApp({
    engine: opened.engine,
    authenticate: createAuthenticator({ staticKeys: [{ hash: hashApiKey('key'), projectId, keyId: 'test' }] }),
    mounts: [nativeMount],
    version: '1.2.3',
    checkReady: async () => undefined,
    logger,
    ...changes,
  });
  return async (method: string, path: string, body?: unknown) => {
    const headers = { 'x-api-key': 'key', 'content-type': 'application/json', 'x-framework': 'vercel' };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(new Request(`http://localhost${path}`, init));
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
}

/** The engine with one operation that fails. */
function failing(thrown: unknown): Engine {
  const { engine } = opened;
  return { ...engine, operations: { ...engine.operations, 'sessions.list': () => Promise.reject(thrown) } };
}

const sessions = '/v1/tool_router/session';

describe('createApp', () => {
  test('answers an exception that nobody expected as INTERNAL, and tells only the log what it was', async () => {
    lines.length = 0;
    const send = app({ engine: failing(new Error('the secret detail', { cause: new Error('deeper') })) });
    const answer = await send('GET', sessions);
    expect(answer.status).toBe(500);
    expect(answer.body.error).toEqual({
      code: 'INTERNAL',
      status: 500,
      message: 'Something went wrong inside Jackfield.',
      fix: expect.stringContaining('request id'),
      retryable: true,
      request_id: answer.headers.get('x-request-id'),
    });
    const log = lines.join('');
    expect(log).toContain('the secret detail');
    expect(log).toContain('deeper');
    expect(log).toContain(answer.body.error.request_id);
  });

  test.each([undefined, null, 'a text', 7, { message: 'an object' }])('survives that %j is thrown', async (thrown) => {
    const answer = await app({ engine: failing(thrown) })('GET', sessions);
    expect([answer.status, answer.body.error.code]).toEqual([500, 'INTERNAL']);
  });

  test('answers an error of the engine as it is, without its cause', async () => {
    const error = new JackfieldError('UNAVAILABLE', {
      message: 'The database is away.',
      fix: 'Wait.',
      details: { since: 'noon' },
      cause: new Error('postgres://user:hunter2@host'),
    });
    const answer = await app({ engine: failing(error) })('GET', sessions);
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({
      message: 'The database is away.',
      error: {
        code: 'UNAVAILABLE',
        status: 503,
        message: 'The database is away.',
        fix: 'Wait.',
        details: { since: 'noon' },
        retryable: true,
        request_id: expect.any(String),
      },
    });
    expect(answer.headers.get('x-should-retry')).toBeNull();
  });

  test('is not ready while the store does not answer, but lives', async () => {
    const send = app({
      checkReady: () => Promise.reject(new JackfieldError('UNAVAILABLE', { message: 'No.', fix: 'Wait.' })),
    });
    expect((await send('GET', '/readyz')).status).toBe(503);
    expect((await send('GET', '/healthz')).status).toBe(200);
  });

  test('serves the same routes under every mount, in its dialect', async () => {
    const send = app({
      mounts: [nativeMount, { path: '/api/v9', mcpPath: '/api/v9/mcp', dialect: { metaToolPrefix: 'OTHER' } }],
    });
    const { body } = await send('POST', '/api/v9/tool_router/session', { user_id: 'anna' });
    const slugsUnder = async (mount: string) =>
      (await send('GET', `${mount}/tool_router/session/${body.session_id}/tools`)).body.items.map(
        (item: { slug: string }) => item.slug.split('_')[0],
      );
    expect(new Set(await slugsUnder('/v1'))).toEqual(new Set(['JACKFIELD']));
    expect(new Set(await slugsUnder('/api/v9'))).toEqual(new Set(['OTHER']));
  });

  test.each([
    ['/v1/v1/toolkits', 'Leave /v1 out of the base URL: clients add /v1 on their own.'],
    ['/tools/v1/toolkits', 'Leave /tools out of the base URL: clients add /v1 on their own.'],
    ['/v1/tool_router/session/', 'An id in the path is empty.'],
    ['/v1/connected_accounts//status', 'An id in the path is empty.'],
    ['/v1/toolkit', /^Did you mean \/v1\/toolkits\?/],
    ['/nothing', /^The document at \/openapi\.json/],
  ])('says of %s what was meant', async (path, fix) => {
    const answer = await app()('GET', path);
    expect(answer.status).toBe(404);
    if (typeof fix === 'string') expect(answer.body.error.fix).toBe(fix);
    else expect(answer.body.error.fix).toMatch(fix);
  });

  test('logs one line a request, probes only at debug level', async () => {
    lines.length = 0;
    const send = app();
    await send('GET', '/healthz');
    await send('GET', `${sessions}/ses_none`);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        msg: 'request',
        requestId: expect.stringMatching(/^req_/),
        route: `${sessions}/{session_id}`,
        name: 'sessions.get',
        unsafe: false,
        projectId,
        keyId: 'test',
        errorCode: 'SESSION_NOT_FOUND',
        framework: 'vercel',
        method: 'GET',
        status: 404,
        durationMs: expect.any(Number),
      },
    ]);
  });

  test('takes an idempotency key that fits a header, and refuses another', async () => {
    const { fetch } = createApp({
      engine: opened.engine,
      authenticate: async () => ({ projectId, keyId: 'test' }),
      mounts: [nativeMount],
      version: '1.2.3',
      checkReady: async () => undefined,
    });
    for (const [key, status] of [
      ['5e6f-1', 200],
      ['x'.repeat(256), 400],
      ['two words', 400],
    ] as const) {
      const response = await fetch(new Request(`http://localhost${sessions}`, { headers: { 'idempotency-key': key } }));
      expect(response.status).toBe(status);
    }
  });
});
