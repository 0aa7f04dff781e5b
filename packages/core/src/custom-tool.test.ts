import { JackfieldError, type JsonObject } from '@jackfield/contract';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { z as zodMini } from 'zod/mini';
import { zodToJsonSchema } from 'zod-to-json-schema';
import { z as z3 } from 'zod3';
import { type CustomTool, createTool, createToolkit } from './custom-tool.ts';
import { Jackfield } from './jackfield.ts';
import { type StubHandlers, stubServer, stubSession, stubTool } from './stub-server.ts';

// Its types are those of the zod beside it, which is 4 here: too much for the type checker to compare.
const zod3ToJsonSchema = zodToJsonSchema as (schema: unknown) => object;

const base = { name: 'Issue', description: 'Opens an issue.' };

/** A session whose server names custom tools as the contract says. */
async function sessionOf(
  tools: readonly CustomTool[],
  toolkits: Parameters<typeof createToolkit>[] = [],
  handlers: StubHandlers = {},
) {
  const server = stubServer({
    'sessions.create': ({ body }) =>
      stubSession({
        config: { userId: 'user_1', ...(body.preload && { preload: body.preload }) },
        experimental: {
          customTools: body.experimental?.customTools?.map(({ slug, extendsToolkit }) => ({
            slug: ['LOCAL', extendsToolkit, slug]
              .filter((part) => part !== undefined)
              .join('_')
              .toUpperCase(),
            originalSlug: slug,
            ...(extendsToolkit !== undefined && { extendsToolkit }),
          })),
          customToolkits: body.experimental?.customToolkits?.map((toolkit) => ({
            slug: toolkit.slug,
            tools: toolkit.tools.map(({ slug }) => ({
              slug: `LOCAL_${toolkit.slug}_${slug}`.toUpperCase(),
              originalSlug: slug,
            })),
          })),
        },
      }),
    'sessions.tools': () => ({
      items: [stubTool('GITHUB_STAR')],
      nextCursor: null,
      totalItems: 1,
      totalPages: 1,
      currentPage: 1,
    }),
    ...handlers,
  });
  const session = await new Jackfield({ fetch: server.fetch }).create('user_1', {
    experimental: { customTools: tools, customToolkits: toolkits.map((toolkit) => createToolkit(...toolkit)) },
  });
  return { session, requests: server.requests };
}

describe('createTool takes', () => {
  const seen: unknown[] = [];
  const libraries: Record<string, CustomTool> = {
    'zod 4': createTool('open-issue', {
      ...base,
      input: z.object({ title: z.string(), labels: z.array(z.string()).default([]) }),
      execute: ({ title, labels }) => seen.push([title.toUpperCase(), labels.length]),
    }),
    'zod 4 mini': createTool('open-issue', {
      ...base,
      input: zodMini.object({ title: zodMini.string(), labels: zodMini._default(zodMini.array(zodMini.string()), []) }),
      inputJsonSchema: zodMini.toJSONSchema(
        zodMini.object({ title: zodMini.string(), labels: zodMini.optional(zodMini.array(zodMini.string())) }),
      ),
      execute: ({ title, labels }) => seen.push([title.toUpperCase(), labels.length]),
    }),
    'zod 3': (() => {
      const input = z3.object({ title: z3.string(), labels: z3.array(z3.string()).default([]) });
      return createTool('open-issue', {
        ...base,
        input,
        inputJsonSchema: zod3ToJsonSchema(input),
        execute: ({ title, labels }) => seen.push([title.toUpperCase(), labels.length]),
      });
    })(),
    valibot: createTool('open-issue', {
      ...base,
      input: toStandardJsonSchema(v.object({ title: v.string(), labels: v.optional(v.array(v.string()), []) })),
      execute: ({ title, labels }) => seen.push([title.toUpperCase(), labels.length]),
    }),
    arktype: createTool('open-issue', {
      ...base,
      input: type({ title: 'string', labels: type('string[]').default(() => []) }),
      execute: ({ title, labels }) => seen.push([title.toUpperCase(), labels.length]),
    }),
  };

  test.each(Object.entries(libraries))('%s: its JSON Schema, its defaults, its faults', async (_library, tool) => {
    expect(tool.inputSchema).toMatchObject({
      type: 'object',
      properties: { title: { type: 'string' }, labels: { type: 'array', items: { type: 'string' } } },
      required: ['title'],
    });
    expect(tool.inputSchema).not.toHaveProperty('$schema');
    const { session } = await sessionOf([tool]);
    expect(await session.execute('LOCAL_OPEN-ISSUE', { title: 'a' })).toEqual({
      data: { value: expect.any(Number) },
      error: null,
      successful: true,
    });
    expect(seen.at(-1)).toEqual(['A', 0]);
    const before = seen.length;
    const refused = await session.execute('open-issue', { title: 5, labels: ['x', 1] });
    expect(refused).toMatchObject({ data: {}, successful: false, failure: { code: 'INVALID_ARGUMENTS' } });
    expect(refused.error).toMatch(/^Invalid arguments: `title`: .*string.*; `labels\[1\]`: .*string/i);
    expect(refused.error).toMatch(/Correct the named arguments and call the tool again\.$/);
    expect(seen).toHaveLength(before);
  });

  test('plain JSON Schema', async () => {
    const input = {
      type: 'object',
      properties: { title: { type: 'string' }, state: { enum: ['open', 'closed'] } },
      required: ['title'],
      additionalProperties: false,
    } as const;
    const tool = createTool('open-issue', { ...base, input, execute: ({ title }) => ({ title }) });
    expect(tool.inputSchema).toEqual(input);
    const { session } = await sessionOf([tool]);
    expect((await session.execute('open-issue', { title: 'a' })).data).toEqual({ title: 'a' });
    expect((await session.execute('open-issue', { state: 'new', extra: 1 })).error).toBe(
      'Invalid arguments: `title`: is required; `state`: must be one of ["open","closed"]; `extra`: is not known; known are title, state. Correct the named arguments and call the tool again.',
    );
  });

  test('an output schema, for agents to know', () => {
    const tool = createTool('count', {
      ...base,
      input: z.object({}),
      output: z.object({ count: z.number() }),
      execute: () => ({ count: 1 }),
    });
    expect(tool.outputSchema).toMatchObject({ type: 'object', properties: { count: { type: 'number' } } });
  });
});

describe('createTool refuses', () => {
  const input = z.object({});
  const make = (slug: string, options: object = {}) =>
    createTool(slug, { ...base, input, execute: () => ({}), ...options });

  test.each(['', 'a b', 'ü', 'LOCAL_X', 'local_x', 'Composio_x', 'jackfield_x'])('the slug %j', (slug) => {
    expect(() => make(slug)).toThrow(`${JSON.stringify(slug)} cannot be the slug of a custom tool or toolkit.`);
  });

  test('a slug that is too long with its prefix', () => {
    expect(() => make('a'.repeat(54))).not.toThrow();
    expect(() => make('a'.repeat(55))).toThrow('has 61 characters with its prefix');
    expect(() => make('a'.repeat(54), { extendsToolkit: 'github' })).toThrow('has 67 characters');
    expect(() => createToolkit('github', { ...base, tools: [make('a'.repeat(54))] })).toThrow('has 67 characters');
  });

  test('a schema without JSON Schema form', () => {
    const failure = refusal(() => make('x', { input: z3.object({}) }));
    expect(failure.message).toBe('The input schema of the custom tool x has no JSON Schema form.');
    expect(failure.fix).toContain('`inputJsonSchema`');
  });

  test('a schema that JSON Schema cannot say', () => {
    const failure = refusal(() => make('x', { input: z.object({ at: z.date() }) }));
    expect(failure.message).toContain('The input schema of the custom tool x cannot be written as JSON Schema: ');
    expect(failure.cause).toBeInstanceOf(Error);
  });

  test('an input that is no object', () => {
    expect(refusal(() => make('x', { input: z.string() })).message).toBe(
      'The input of the custom tool x must be an object.',
    );
  });

  test('a tool of a toolkit that extends another', () => {
    const tool = make('x', { extendsToolkit: 'github' });
    expect(refusal(() => createToolkit('mine', { ...base, tools: [tool] })).message).toBe(
      'The custom tool x extends github and cannot also belong to the custom toolkit mine.',
    );
  });

  function refusal(make: () => unknown): JackfieldError {
    try {
      make();
    } catch (error) {
      if (JackfieldError.isInstance(error) && error.code === 'INVALID_CUSTOM_TOOL') return error;
      throw error;
    }
    throw new Error('It was not refused.');
  }
});

describe('a custom tool', () => {
  const empty = z.object({});

  test('is listed when it is preloaded, after the tools of the server', async () => {
    const input = z.object({});
    const { session } = await sessionOf(
      [
        createTool('listed', { ...base, input, preload: true, execute: () => ({}) }),
        createTool('hidden', { ...base, input, execute: () => ({}) }),
      ],
      [
        [
          'kit',
          {
            ...base,
            preload: true,
            tools: [
              createTool('inherits', { ...base, input, execute: () => ({}) }),
              createTool('declines', { ...base, input, preload: false, execute: () => ({}) }),
            ],
          },
        ],
      ],
    );
    const tools = await session.tools();
    expect(tools.map((tool) => tool.function.name)).toEqual(['GITHUB_STAR', 'LOCAL_LISTED', 'LOCAL_KIT_INHERITS']);
    expect(tools[1]?.function).toMatchObject({ description: 'Opens an issue.', parameters: { type: 'object' } });
  });

  test('is not listed twice when the server lists it', async () => {
    const { session } = await sessionOf(
      [createTool('twice', { ...base, input: empty, preload: true, execute: () => ({}) })],
      [],
      {
        'sessions.tools': () => ({
          items: [stubTool('LOCAL_TWICE')],
          nextCursor: null,
          totalItems: 1,
          totalPages: 1,
          currentPage: 1,
        }),
      },
    );
    expect((await session.tools()).map((tool) => tool.function.name)).toEqual(['LOCAL_TWICE']);
  });

  test('is defined with each search and each remote call', async () => {
    const { session, requests } = await sessionOf(
      [createTool('mine', { ...base, input: empty, extendsToolkit: 'github', execute: () => ({}) })],
      [],
      {
        'sessions.execute': () => ({ data: {}, error: null, successful: true, logId: 'log_1' }),
        'sessions.search': () => ({
          success: true,
          error: null,
          results: [],
          toolSchemas: {},
          toolkitConnectionStatuses: [],
          nextStepsGuidance: [],
          session: { id: 'x', generateId: true, instructions: '' },
          timeInfo: { currentTimeUtc: '', currentTimeUtcEpochSeconds: 0, message: '' },
        }),
      },
    );
    await session.execute('GITHUB_STAR');
    await session.search({ query: 'x' });
    await session.tools();
    const definitions = {
      customTools: [
        {
          slug: 'mine',
          ...base,
          extendsToolkit: 'github',
          inputSchema: { type: 'object', properties: {} },
        },
      ],
      customToolkits: [],
    };
    const [create, execute, search, list] = requests;
    for (const request of [create, execute, search]) expect(request?.body).toMatchObject({ experimental: definitions });
    expect(list?.body).toBeUndefined();
  });

  test('is found by any case, by its short slug, but not when that is ambiguous', async () => {
    const tool = (result: string) => createTool('greet', { ...base, input: empty, execute: () => result });
    const { session } = await sessionOf(
      [],
      [
        ['one', { ...base, tools: [tool('one'), createTool('only', { ...base, input: empty, execute: () => 1 })] }],
        ['two', { ...base, tools: [tool('two')] }],
      ],
    );
    expect((await session.execute('local_two_greet')).data).toEqual({ value: 'two' });
    expect((await session.execute('Only')).data).toEqual({ value: 1 });
    await expect(session.execute('greet')).rejects.toMatchObject({
      code: 'UNKNOWN_TOOL',
      message: 'Several custom tools are called greet.',
      fix: 'Call one by its full slug: LOCAL_ONE_GREET, LOCAL_TWO_GREET.',
    });
  });

  test('has a context: user, session, signal and calls of its own', async () => {
    const controller = new AbortController();
    const { session, requests } = await sessionOf(
      [
        createTool('mine', {
          ...base,
          input: z.object({ repo: z.string() }),
          async execute({ repo }, { userId, session: own, signal, execute, proxyExecute }) {
            const { data } = await execute('GITHUB_STAR', { repo });
            const { status } = await proxyExecute({ toolkit: 'github', endpoint: '/user', method: 'GET' });
            return { userId, sessionId: own.sessionId, sameSignal: signal === controller.signal, data, status };
          },
        }),
      ],
      [],
      {
        'sessions.execute': () => ({ data: { starred: true }, error: null, successful: true, logId: 'log_1' }),
        'sessions.proxyExecute': () => ({ status: 200 }),
      },
    );
    const { data } = await session.execute('mine', { repo: 'x' }, { signal: controller.signal });
    expect(data).toEqual({
      userId: 'user_1',
      sessionId: 'ses_1',
      sameSignal: true,
      data: { starred: true },
      status: 200,
    });
    expect(requests.map(({ url }) => url.pathname.split('/').at(-1))).toEqual(['session', 'execute', 'proxy_execute']);
  });

  test.each([
    ['an object', { a: 1, left: undefined }, { a: 1 }],
    ['a list', [1, 2], { items: [1, 2] }],
    ['a text', 'done', { value: 'done' }],
    ['a date', new Date(0), { value: '1970-01-01T00:00:00.000Z' }],
    ['nothing', undefined, {}],
    ['null', null, {}],
  ])('that answers %s has an object as data', async (_name, result, data) => {
    const { session } = await sessionOf([createTool('mine', { ...base, input: empty, execute: () => result })]);
    expect(await session.execute('mine')).toEqual({ data, error: null, successful: true });
  });

  test.each<[string, () => JsonObject, string]>([
    [
      'throws',
      () => {
        throw new Error('The printer is on fire.');
      },
      'The printer is on fire.',
    ],
    [
      'throws something else',
      () => {
        throw 'smoke';
      },
      'smoke',
    ],
    [
      'answers what JSON cannot say',
      () => {
        const circle: JsonObject = {};
        circle.self = circle;
        return circle;
      },
      'circular',
    ],
  ])('that %s has failed', async (_name, execute, error) => {
    const { session } = await sessionOf([createTool('mine', { ...base, input: empty, execute })]);
    const result = await session.executor()('LOCAL_MINE', {});
    expect(result).toMatchObject({ data: {}, successful: false, error: expect.stringContaining(error) });
  });

  test('that is given up throws the reason', async () => {
    const controller = new AbortController();
    const { session } = await sessionOf([
      createTool('mine', {
        ...base,
        input: empty,
        execute() {
          controller.abort(new Error('Enough.'));
          throw new Error('Stopped.');
        },
      }),
    ]);
    await expect(session.executor()('LOCAL_MINE', {}, { signal: controller.signal })).rejects.toThrow('Enough.');
  });

  test('is copied: what it keeps of its result does not change the result', async () => {
    const kept = { count: 1 };
    const { session } = await sessionOf([createTool('mine', { ...base, input: empty, execute: () => kept })]);
    const { data } = await session.execute('mine');
    kept.count = 2;
    expect(data).toEqual({ count: 1 });
  });
});
