import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { testEngine, testUpstream } from '../../create-engine.fixture.ts';
import type { FunctionToolContext, Toolkit } from '../../toolkit.ts';
import { defineTool } from './define-tool.ts';
import { defineToolkit } from './define-toolkit.ts';

async function runner(toolkit: Toolkit, limits = {}) {
  const setup = await testEngine({ toolkits: [toolkit], limits });
  const { operations, context } = setup;
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  return {
    ...setup,
    sessionId,
    run: (toolSlug: string, args = {}) =>
      operations['sessions.execute']({ params: { sessionId }, body: { toolSlug, arguments: args } }, context),
  };
}

test('a function with a zod schema becomes a tool, its input inferred and its defaults filled in', async () => {
  const toolkit = defineToolkit({
    slug: 'notes',
    name: 'Notes',
    description: 'Notes of the user.',
    tools: [
      defineTool({
        slug: 'create_note',
        name: 'Create a note',
        description: 'Writes a note.',
        input: z.object({ text: z.string().min(1), tags: z.array(z.string()).default([]) }),
        output: z.object({ id: z.number() }),
        execute(input, { userId }) {
          expectTypeOf(input).toEqualTypeOf<{ text: string; tags: string[] }>();
          return { id: input.text.length + input.tags.length, userId };
        },
      }),
    ],
  });
  const [tool] = toolkit.tools;
  expect(tool).toMatchObject({
    slug: 'NOTES_CREATE_NOTE',
    inputSchema: { type: 'object', required: ['text'] },
    outputSchema: { type: 'object', properties: { id: { type: 'number' } } },
    security: [],
    hints: { readOnlyHint: false, destructiveHint: true },
  });
  expect(tool?.inputSchema).not.toHaveProperty('$schema');
  const { run } = await runner(toolkit);
  expect(await run('NOTES_CREATE_NOTE', { text: 'abc' })).toMatchObject({ data: { id: 3, userId: 'ada' } });
  expect(await run('NOTES_CREATE_NOTE', { text: '' })).toMatchObject({ failure: { code: 'INVALID_ARGUMENTS' } });
});

test('plain JSON Schema works, and the given schema is not touched', async () => {
  const input = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } as const;
  const toolkit = defineToolkit({
    slug: 'math',
    name: 'Math',
    description: 'Sums.',
    tools: [
      defineTool({
        slug: 'MATH_COUNT',
        name: 'Count',
        description: 'Counts up.',
        input,
        output: { type: 'array', items: { type: 'integer' } },
        hints: { readOnlyHint: true },
        execute: ({ n }) => Array.from({ length: Number(n) }, (_, index) => index),
      }),
    ],
  });
  const { run, operations, context, sessionId } = await runner(toolkit);
  expect(await run('MATH_COUNT', { n: 2 })).toMatchObject({ data: { items: [0, 1] } });
  await operations['sessions.update']({ params: { sessionId }, body: { preload: { tools: ['MATH_COUNT'] } } }, context);
  const { items } = await operations['sessions.tools']({ params: { sessionId }, query: {} }, context);
  expect(items.at(-1)).toMatchObject({
    slug: 'MATH_COUNT',
    noAuth: true,
    outputParameters: { type: 'object', properties: { items: { type: 'array' } } },
  });
  expect(Object.isFrozen(items.at(-1)?.inputParameters)).toBe(true);
  expect(Object.isFrozen(input)).toBe(false);
});

test('what a function throws, returns that is not JSON, or never returns is a failed result', async () => {
  const tool = (slug: string, execute: (context: FunctionToolContext) => unknown) =>
    defineTool({
      slug,
      name: slug,
      description: 'Fails.',
      input: { type: 'object' },
      execute: (_input, context) => execute(context),
    });
  const signals: AbortSignal[] = [];
  const toolkit = defineToolkit({
    slug: 'bad',
    name: 'Bad',
    description: 'Fails.',
    tools: [
      tool('THROW', () => {
        throw new Error('the disk is full');
      }),
      tool('CYCLE', () => {
        const cycle: Record<string, unknown> = {};
        cycle.self = cycle;
        return cycle;
      }),
      tool('FUNCTION', () => () => 1),
      tool('NOTHING', () => undefined),
      tool('HANG', ({ signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      }),
      tool('BIG', () => 'x'.repeat(2000)),
      tool('FETCH', async ({ fetch }) => fetch('http://10.0.0.1/')),
    ],
  });
  const { run } = await runner(toolkit, { toolTimeoutMs: 100, maxResponseBytes: 1000 });
  expect(await run('BAD_THROW')).toMatchObject({
    successful: false,
    error: expect.stringContaining('the disk is full'),
    failure: { code: 'UPSTREAM_ERROR' },
  });
  expect(await run('BAD_CYCLE')).toMatchObject({ failure: { code: 'UPSTREAM_INVALID_RESPONSE' } });
  expect(await run('BAD_FUNCTION')).toMatchObject({ failure: { code: 'UPSTREAM_INVALID_RESPONSE' } });
  expect(await run('BAD_NOTHING')).toMatchObject({ successful: true, data: {} });
  expect(await run('BAD_HANG')).toMatchObject({ failure: { code: 'TIMEOUT', retryable: false } });
  expect(signals[0]?.aborted).toBe(true);
  expect(await run('BAD_BIG')).toMatchObject({ failure: { code: 'UPSTREAM_RESPONSE_TOO_LARGE' } });
});

test("fetch carries the credential to the toolkit's origin and to no other", async () => {
  const answer: Parameters<typeof testUpstream>[0] = ({ headers }, _, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(headers));
  const [api, other] = [await testUpstream(answer), await testUpstream(answer)];
  const toolkit = defineToolkit({
    slug: 'svc',
    name: 'Service',
    description: 'A service.',
    baseUrl: `${api.url}/v1/`,
    auth: [{ id: 'key', mode: 'API_KEY', in: 'header', name: 'x-key' }],
    tools: [
      defineTool({
        slug: 'CALL',
        name: 'Call',
        description: 'Calls a URL.',
        input: z.object({ url: z.string() }),
        async execute({ url }, { fetch, credential }) {
          const response = await fetch(url, { method: 'POST', body: 'hi', headers: { 'x-own': '1' } });
          return { sent: await response.json(), mode: credential?.mode };
        },
      }),
    ],
  });
  const { run, operations, context } = await runner(toolkit);
  await operations['connectedAccounts.create'](
    { body: { userId: 'ada', toolkit: 'svc', credential: { mode: 'API_KEY', apiKey: 'the-secret-key' } } },
    context,
  );
  expect(await run('SVC_CALL', { url: `${api.url}/x` })).toMatchObject({
    data: { sent: { 'x-key': '[redacted]', 'x-own': '1' }, mode: 'API_KEY' },
  });
  expect(api.requests[0]).toMatchObject({ headers: { 'x-key': 'the-secret-key' }, body: 'hi', method: 'POST' });
  await run('SVC_CALL', { url: other.url });
  expect(other.requests[0]?.headers).not.toHaveProperty('x-key');
});

test.each([
  [() => defineToolkit({ slug: 'My Kit', name: 'x', description: '', tools: [] }), 'cannot be the slug'],
  [() => defineToolkit({ slug: 'kit', name: '', description: '', tools: [] }), 'no name'],
  [() => defineToolkit({ slug: 'kit', name: 'x', description: '', baseUrl: 'ftp://a', tools: [] }), 'not an http'],
  [
    () => defineToolkit({ slug: 'kit', name: 'x', description: '', tools: [valid('A'), valid('a')] }),
    'two tools KIT_A',
  ],
  [() => defineToolkit({ slug: 'kit', name: 'x', description: '', tools: [valid('A'.repeat(61))] }), '65 characters'],
  [() => valid('a-b'), 'cannot be the slug'],
  [
    () => defineToolkit({ slug: 'kit', name: 'x', description: '', tools: [{ ...valid('A'), account: 'required' }] }),
    'no way to connect',
  ],
  [
    () => defineTool({ slug: 'A', name: 'A', description: '', input: z.string(), execute: () => 1 }),
    'must be an object',
  ],
])('a rule that is broken is named (%#)', (make, message) => {
  expect(make).toThrow(expect.objectContaining({ code: 'INVALID_TOOLKIT', message: expect.stringContaining(message) }));
});

function valid(slug: string) {
  return defineTool({ slug, name: slug, description: 'x', input: { type: 'object' }, execute: () => ({}) });
}

test('wrong options do not compile', () => {
  const base = { slug: 'A', name: 'A', description: 'x', input: z.object({ a: z.number() }) };
  const output = z.object({ id: z.string() });
  defineTool({ ...base, output, execute: () => ({ id: 'x' }) });
  // @ts-expect-error the output has a string
  defineTool({ ...base, output, execute: () => ({ id: 1 }) });
  // @ts-expect-error there is no such argument
  defineTool({ ...base, execute: ({ b }) => b });
});
