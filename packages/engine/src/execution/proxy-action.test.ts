import type { ProxyExecuteBody } from '@jackfield/contract';
import { expect, test } from 'vitest';
import { httpTool, testEngine, testToolkit, testUpstream, type Upstream } from '../create-engine.fixture.ts';

const token = 'secret-token-of-ada';

async function proxied(answer: Parameters<typeof testUpstream>[0], base = '/v1') {
  const upstream: Upstream = await testUpstream(answer);
  const toolkit = testToolkit('api', [httpTool('api', 'CALL', upstream.url)], { baseUrl: `${upstream.url}${base}` });
  const other = testToolkit('other', [httpTool('other', 'CALL', upstream.url)], { baseUrl: upstream.url });
  const setup = await testEngine({ toolkits: [toolkit, other] });
  const { operations, context } = setup;
  await operations['connectedAccounts.create'](
    { body: { userId: 'ada', toolkit: 'api', credential: { mode: 'BEARER_TOKEN', token } } },
    context,
  );
  const { sessionId } = await operations['sessions.create'](
    { body: { userId: 'ada', toolkits: { enable: ['api'] } } },
    context,
  );
  const proxy = (body: Partial<ProxyExecuteBody>) =>
    operations['sessions.proxyExecute'](
      { params: { sessionId }, body: { toolkitSlug: 'api', endpoint: '/me', method: 'GET', ...body } },
      context,
    );
  return { ...setup, upstream, proxy };
}

test('a request goes below the base URL with the credential, and its answer comes back as it is', async () => {
  const { proxy, upstream } = await proxied((_request, _, response) =>
    response
      .writeHead(422, { 'content-type': 'application/json', 'x-limit': '5', 'set-cookie': 'sid=1' })
      .end(JSON.stringify([{ token }])),
  );
  const answer = await proxy({
    endpoint: 'things?a=1',
    method: 'POST',
    body: { b: 2 },
    parameters: [
      { name: 'c', type: 'query', value: 'x y' },
      { name: 'X-Trace', type: 'header', value: 't' },
    ],
  });
  expect(answer).toMatchObject({ status: 422, data: [{ token: '[redacted]' }], headers: { 'x-limit': '5' } });
  expect(answer.headers).not.toHaveProperty('set-cookie');
  expect(upstream.requests[0]).toMatchObject({
    method: 'POST',
    url: '/v1/things?a=1&c=x+y',
    body: '{"b":2}',
    headers: { authorization: `Bearer ${token}`, 'x-trace': 't', 'content-type': 'application/json' },
  });
});

test.each([
  'https://evil.example/x',
  '//evil.example/x',
  '\\\\evil.example\\x',
  '../admin',
  '%2e%2e/admin',
  '/a/../../admin',
  'http://127.0.0.1:1/x',
])('the endpoint %s reaches nothing else', async (endpoint) => {
  const { proxy, upstream } = await proxied((_request, _, response) => response.end('{}'));
  const outcome = await proxy({ endpoint }).then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );
  if (outcome === 'answered') expect(upstream.requests[0]?.url).toMatch(/^\/v1\//);
  else expect(outcome).toBe('EGRESS_DENIED');
});

test('an absolute URL on the host of the toolkit is allowed', async () => {
  const { proxy, upstream } = await proxied((_request, _, response) => response.end('{}'));
  expect(await proxy({ endpoint: `${upstream.url}/v2/me#top` })).toMatchObject({ status: 200 });
  expect(upstream.requests[0]?.url).toBe('/v2/me');
});

test.each([
  ['Authorization', 'Bearer mine'],
  ['cookie', 'a=b'],
  ['Host', 'evil.example'],
  ['x-a', 'b\r\nx-c: d'],
  ['bad name', 'a'],
])('the header %s: %s is refused', async (name, value) => {
  const { proxy, upstream } = await proxied((_request, _, response) => response.end('{}'));
  await expect(proxy({ parameters: [{ name, type: 'header', value }] })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  });
  expect(upstream.requests).toHaveLength(0);
});

test('bytes come back as base64', async () => {
  const { proxy } = await proxied((_request, _, response) =>
    response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from([1, 2, 255])),
  );
  expect(await proxy({})).toMatchObject({ binaryData: { contentType: 'image/png', size: 3, content: 'AQL/' } });
});

test('a toolkit that the session leaves out, an unknown one and a missing account are errors', async () => {
  const { proxy, operations, context, project, store } = await proxied((_request, _, response) => response.end('{}'));
  await expect(proxy({ toolkitSlug: 'other' })).rejects.toMatchObject({ code: 'TOOL_NOT_ALLOWED' });
  await expect(proxy({ toolkitSlug: 'apis' })).rejects.toMatchObject({
    code: 'UNKNOWN_TOOLKIT',
    message: expect.stringContaining('did you mean "api"'),
  });
  const { items } = await operations['connectedAccounts.list']({ query: {} }, context);
  await store.connectedAccounts.delete(project.id, items[0]?.id ?? '');
  await expect(proxy({})).rejects.toMatchObject({ code: 'CONNECTION_REQUIRED' });
});
