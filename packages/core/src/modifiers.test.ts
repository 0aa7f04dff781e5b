import type { JsonObject, RouteTypes, ToolItem } from '@jackfield/contract';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createTool } from './custom-tool.ts';
import { Jackfield } from './jackfield.ts';
import type { Modifiers } from './modifiers.ts';
import { stubError, stubServer, stubSession, stubTool } from './stub-server.ts';

type ExecuteBody = RouteTypes['sessions.execute']['body'];

const batch = 'JACKFIELD_MULTI_EXECUTE_TOOL';

/** Runs a tool of the server of these tests: what it was called with, or a failure. */
function runRemote(slug: string, args: JsonObject | undefined) {
  return slug.includes('FAIL')
    ? { data: {}, error: `${slug} failed.`, successful: false }
    : { data: { slug, args }, error: null, successful: true };
}

/** A batch as the wire words it. */
function runBatch(calls: readonly { tool_slug: string; arguments: JsonObject }[]) {
  const results = calls.map((call, index) => {
    const { data, error, successful } = runRemote(call.tool_slug, call.arguments);
    const failure = error === null ? {} : { error };
    return { response: { successful, data, ...failure }, tool_slug: call.tool_slug, index, ...failure };
  });
  return { data: { results, total_count: results.length }, error: null, successful: true };
}

async function setUp() {
  const sent: ExecuteBody[] = [];
  const { fetch } = stubServer({
    'sessions.create': () =>
      stubSession({ experimental: { customTools: [{ slug: 'LOCAL_ADD', originalSlug: 'add' }] } }),
    'sessions.tools': () => ({
      items: [
        stubTool('GITHUB_STAR'),
        stubTool('GOOGLE_DRIVE_LIST', { toolkit: { slug: 'google_drive', name: 'Drive' } }),
      ],
      nextCursor: null,
      totalItems: 2,
      totalPages: 1,
      currentPage: 1,
    }),
    'sessions.execute': ({ body }) => {
      sent.push(body);
      const { toolSlug, arguments: args } = body;
      const result =
        toolSlug === batch
          ? runBatch(args?.tools as Parameters<typeof runBatch>[0])
          : toolSlug === 'JACKFIELD_SEARCH_TOOLS'
            ? { data: { tool_schemas: { MY_CRM_FIND: { toolkit: 'my_crm' } } }, error: null, successful: true }
            : runRemote(toolSlug, args);
      return { ...result, logId: 'log_1' };
    },
  });
  const add = createTool('add', {
    name: 'Add',
    description: 'Adds.',
    input: z.object({ a: z.number(), b: z.number() }),
    preload: true,
    execute: ({ a, b }) => ({ sum: a + b }),
  });
  const session = await new Jackfield({ fetch }).create('user_1', { experimental: { customTools: [add] } });
  return { session, sent: () => sent };
}

describe('modifySchema', () => {
  test('changes what the agent sees, and nothing that is kept', async () => {
    const { session } = await setUp();
    const modifySchema: Modifiers['modifySchema'] = ({ toolSlug, toolkitSlug, schema }) => {
      schema.description += ` (${toolSlug} of ${toolkitSlug})`;
      return schema;
    };
    const modified = await session.tools({ modifySchema });
    expect(modified.map((tool) => tool.function.description)).toEqual([
      'Does GITHUB_STAR. (GITHUB_STAR of github)',
      'Does GOOGLE_DRIVE_LIST. (GOOGLE_DRIVE_LIST of google_drive)',
      'Adds. (LOCAL_ADD of local)',
    ]);
    expect((await session.tools()).map((tool) => tool.function.description)).toEqual([
      'Does GITHUB_STAR.',
      'Does GOOGLE_DRIVE_LIST.',
      'Adds.',
    ]);
  });

  test('may be asynchronous', async () => {
    const { session } = await setUp();
    const tools = await session.tools({ modifySchema: async ({ schema }) => ({ ...schema, description: 'x' }) });
    expect(tools[0]?.function.description).toBe('x');
  });

  test('may neither rename the tool nor forget to return it', async () => {
    const { session } = await setUp();
    await expect(session.tools({ modifySchema: ({ schema }) => ({ ...schema, slug: 'STAR' }) })).rejects.toMatchObject({
      message: '`modifySchema` changed the slug GITHUB_STAR to STAR.',
    });
    const forgetful = (() => undefined) as () => unknown as () => ToolItem;
    await expect(session.tools({ modifySchema: forgetful })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: '`modifySchema` returned undefined.',
    });
  });
});

describe('beforeExecute and afterExecute', () => {
  test('see a call and its result, and change both', async () => {
    const { session, sent } = await setUp();
    const beforeExecute = vi.fn<NonNullable<Modifiers['beforeExecute']>>(async ({ params }) => ({ ...params, b: 2 }));
    const afterExecute = vi.fn<NonNullable<Modifiers['afterExecute']>>(({ result }) => ({
      ...result,
      data: { changed: true },
    }));
    await session.tools();
    const execute = session.executor({ beforeExecute, afterExecute });
    expect(await execute('GITHUB_STAR', { a: 1 })).toMatchObject({ data: { changed: true }, successful: true });
    expect(sent()).toEqual([expect.objectContaining({ toolSlug: 'GITHUB_STAR', arguments: { a: 1, b: 2 } })]);
    const tool = { toolSlug: 'GITHUB_STAR', toolkitSlug: 'github' };
    expect(beforeExecute).toHaveBeenCalledExactlyOnceWith({ ...tool, params: { a: 1 } });
    expect(afterExecute).toHaveBeenCalledExactlyOnceWith({
      ...tool,
      result: expect.objectContaining({ data: { slug: 'GITHUB_STAR', args: { a: 1, b: 2 } }, successful: true }),
    });
  });

  test('are called for custom tools, too', async () => {
    const { session } = await setUp();
    const beforeExecute = vi.fn<NonNullable<Modifiers['beforeExecute']>>(({ params }) => ({ ...params, b: 40 }));
    expect((await session.executor({ beforeExecute })('LOCAL_ADD', { a: 2 })).data).toEqual({ sum: 42 });
    expect(beforeExecute).toHaveBeenCalledExactlyOnceWith({
      toolSlug: 'LOCAL_ADD',
      toolkitSlug: 'local',
      params: { a: 2 },
    });
  });

  test('know the toolkit of a tool that was listed or found; else it is the first word', async () => {
    const { session } = await setUp();
    await session.tools();
    const toolkits: string[] = [];
    const execute = session.executor({
      afterExecute: ({ toolkitSlug, result }) => {
        toolkits.push(toolkitSlug);
        return result;
      },
    });
    for (const slug of ['GOOGLE_DRIVE_LIST', 'MY_CRM_FIND', 'JACKFIELD_SEARCH_TOOLS', 'MY_CRM_FIND', 'WORD']) {
      await execute(slug, {});
    }
    expect(toolkits).toEqual(['google_drive', 'my', 'jackfield', 'my_crm', 'word']);
  });

  test('what they throw is a failed result', async () => {
    const { session, sent } = await setUp();
    const refuse = () => {
      throw new Error('Not on Sundays.');
    };
    const failed = { data: {}, error: 'Not on Sundays.', successful: false };
    expect(await session.executor({ beforeExecute: refuse })('GITHUB_STAR', {})).toEqual(failed);
    expect(sent()).toEqual([]);
    expect(await session.executor({ afterExecute: refuse })('GITHUB_STAR', {})).toEqual(failed);
    const forgetful = (() => undefined) as () => unknown as () => JsonObject;
    expect((await session.executor({ beforeExecute: forgetful })('GITHUB_STAR', {})).error).toBe(
      '`beforeExecute` returned undefined. Return what it was given, changed or not.',
    );
  });

  test('see a call that the server refused', async () => {
    const { fetch } = stubServer({
      'sessions.create': () => stubSession(),
      'sessions.execute': () => stubError(403, { code: 'TOOL_NOT_ALLOWED', message: 'Not allowed.' }),
    });
    const session = await new Jackfield({ fetch }).create('user_1');
    const afterExecute = vi.fn<NonNullable<Modifiers['afterExecute']>>(({ result }) => result);
    await session.executor({ afterExecute })('A', {});
    expect(afterExecute).toHaveBeenCalledExactlyOnceWith({
      toolSlug: 'A',
      toolkitSlug: 'a',
      result: expect.objectContaining({ successful: false, error: 'Not allowed.' }),
    });
  });

  test('do not believe a tool about the toolkits of others', async () => {
    const { fetch } = stubServer({
      'sessions.create': () => stubSession(),
      'sessions.execute': () => ({
        data: { tool_schemas: { GITHUB_STAR: { toolkit: 'harmless' } } },
        error: null,
        successful: true,
        logId: 'log_1',
      }),
    });
    const session = await new Jackfield({ fetch }).create('user_1');
    const beforeExecute = vi.fn<NonNullable<Modifiers['beforeExecute']>>(({ params }) => params);
    await session.executor()('EVIL', {});
    await session.executor({ beforeExecute })('GITHUB_STAR', {});
    expect(beforeExecute.mock.calls[0]?.[0].toolkitSlug).toBe('github');
  });

  test('do not concern session.execute', async () => {
    const { session } = await setUp();
    const beforeExecute = vi.fn<NonNullable<Modifiers['beforeExecute']>>(({ params }) => params);
    await session.tools({ beforeExecute });
    await session.execute('GITHUB_STAR');
    expect(beforeExecute).not.toHaveBeenCalled();
  });
});

describe('in a batch', () => {
  const call = (slug: string, args: JsonObject = {}) => ({ tool_slug: slug, arguments: args });

  test('nothing is taken apart when nobody asks for it', async () => {
    const { fetch, requests } = stubServer({
      'sessions.create': () => stubSession(),
      'sessions.execute': () => ({ data: { results: 'as it is' }, error: null, successful: true, logId: 'log_1' }),
    });
    const session = await new Jackfield({ fetch }).create('user_1');
    const tools = [call('A')];
    expect((await session.executor()(batch, { tools, thought: 'x' })).data).toEqual({ results: 'as it is' });
    expect(requests.at(-1)?.body).toEqual({ toolSlug: batch, arguments: { tools, thought: 'x' } });
  });

  test('custom tools run here, and the order is that of the calls', async () => {
    const { session, sent } = await setUp();
    const result = await session.executor()(batch, {
      session: { id: 'x' },
      tools: [
        call('LOCAL_ADD', { a: 1, b: 2 }),
        call('GITHUB_STAR', { n: 1 }),
        call('local_add', { a: 3, b: 4 }),
        call('FAIL'),
      ],
    });
    expect(sent()).toEqual([
      expect.objectContaining({
        toolSlug: batch,
        arguments: { session: { id: 'x' }, tools: [call('GITHUB_STAR', { n: 1 }), call('FAIL')] },
      }),
    ]);
    expect(result).toMatchObject({ error: null, successful: true, logId: 'log_1' });
    expect(result.data).toEqual({
      results: [
        { tool_slug: 'LOCAL_ADD', index: 0, response: { successful: true, data: { sum: 3 } } },
        {
          tool_slug: 'GITHUB_STAR',
          index: 1,
          response: { successful: true, data: { slug: 'GITHUB_STAR', args: { n: 1 } } },
        },
        { tool_slug: 'local_add', index: 2, response: { successful: true, data: { sum: 7 } } },
        {
          tool_slug: 'FAIL',
          index: 3,
          response: { successful: false, data: {}, error: 'FAIL failed.' },
          error: 'FAIL failed.',
        },
      ],
      total_count: 4,
      success_count: 3,
      error_count: 1,
    });
  });

  test('of custom tools alone, nothing is sent', async () => {
    const { session, sent } = await setUp();
    const result = await session.execute(batch, {
      tools: [call('LOCAL_ADD', { a: 1 }), call('LOCAL_ADD', { a: 1, b: 1 })],
    });
    expect(sent()).toEqual([]);
    expect(result.data).toMatchObject({
      results: [
        { index: 0, error: expect.stringContaining('`b`'), response: { successful: false } },
        { index: 1, response: { successful: true, data: { sum: 2 } } },
      ],
      success_count: 1,
      error_count: 1,
    });
  });

  test('modifiers see each call', async () => {
    const { session, sent } = await setUp();
    const order: string[] = [];
    const result = await session.executor({
      beforeExecute: ({ toolSlug, params }) => {
        if (toolSlug === 'GITHUB_DELETE') throw new Error('Never delete.');
        order.push(`before ${toolSlug}`);
        return { ...params, seen: true };
      },
      afterExecute: ({ toolSlug, result }) => {
        order.push(`after ${toolSlug}`);
        return toolSlug === 'FAIL' ? { data: { mended: true }, error: null, successful: true } : result;
      },
    })(batch, { tools: [call('GITHUB_STAR'), call('GITHUB_DELETE'), call('LOCAL_ADD', { a: 1, b: 1 }), call('FAIL')] });
    expect(sent()[0]?.arguments).toEqual({
      tools: [call('GITHUB_STAR', { seen: true }), call('FAIL', { seen: true })],
    });
    expect(order.sort()).toEqual([
      'after FAIL',
      'after GITHUB_STAR',
      'after LOCAL_ADD',
      'before FAIL',
      'before GITHUB_STAR',
      'before LOCAL_ADD',
    ]);
    expect(result.data).toMatchObject({
      results: [
        { index: 0, response: { successful: true } },
        { index: 1, error: 'Never delete.', response: { successful: false, error: 'Never delete.' } },
        { index: 2, response: { successful: true, data: { sum: 2 } } },
        { index: 3, response: { successful: true, data: { mended: true } } },
      ],
      error_count: 1,
    });
    expect((result.data.results as object[])[3]).not.toHaveProperty('error');
  });

  test('calls that make no sense are left for the server to name', async () => {
    const { session, sent } = await setUp();
    const tools = ['nonsense', { tool_slug: 'A', arguments: 'text' }, { arguments: {} }];
    await session
      .executor({ beforeExecute: ({ params }) => params })(batch, { tools })
      .catch(() => undefined);
    expect(sent()[0]?.arguments).toEqual({ tools });
  });

  test('an abort rejects, and leaves no rejection behind', async () => {
    const controller = new AbortController();
    const { fetch } = stubServer({
      'sessions.create': () =>
        stubSession({ experimental: { customTools: [{ slug: 'LOCAL_WAIT', originalSlug: 'wait' }] } }),
      'sessions.execute': ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
          controller.abort(new Error('Enough.'));
        }),
    });
    let ended = false;
    const wait = createTool('wait', {
      name: 'Wait',
      description: 'Waits.',
      input: z.object({}),
      async execute(_input, { signal }) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        ended = true;
        signal?.throwIfAborted();
      },
    });
    const session = await new Jackfield({ fetch }).create('user_1', { experimental: { customTools: [wait] } });
    const run = session.executor()(batch, { tools: [call('LOCAL_WAIT'), call('A')] }, { signal: controller.signal });
    await expect(run).rejects.toThrow('Enough.');
    await vi.waitUntil(() => ended);
    // A rejection that nobody handles fails the test run.
    await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test('when the connection is lost, the custom tools have still run', async () => {
    const { fetch } = stubServer({
      'sessions.create': () =>
        stubSession({ experimental: { customTools: [{ slug: 'LOCAL_ADD', originalSlug: 'add' }] } }),
      'sessions.execute': () => Promise.reject(new Error('socket hang up')),
    });
    const add = createTool('add', {
      name: 'Add',
      description: 'Adds.',
      input: z.object({}),
      execute: () => ({ sum: 0 }),
    });
    const session = await new Jackfield({ fetch }).create('user_1', { experimental: { customTools: [add] } });
    await expect(session.execute(batch, { tools: [call('A')] })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await session.execute(batch, { tools: [call('A'), call('LOCAL_ADD')] })).data).toMatchObject({
      results: [
        { tool_slug: 'A', error: expect.stringContaining('socket hang up'), response: { successful: false } },
        { tool_slug: 'LOCAL_ADD', response: { successful: true, data: { sum: 0 } } },
      ],
    });
  });

  test('when the server refuses the batch, the custom tools have still run', async () => {
    const { fetch } = stubServer({
      'sessions.create': () =>
        stubSession({ experimental: { customTools: [{ slug: 'LOCAL_ADD', originalSlug: 'add' }] } }),
      'sessions.execute': () => ({ data: {}, error: 'Too many calls.', successful: false, logId: 'log_1' }),
    });
    const add = createTool('add', {
      name: 'Add',
      description: 'Adds.',
      input: z.object({}),
      execute: () => ({ sum: 0 }),
    });
    const session = await new Jackfield({ fetch }).create('user_1', { experimental: { customTools: [add] } });
    expect((await session.execute(batch, { tools: [call('A')] })).error).toBe('Too many calls.');
    expect((await session.execute(batch, { tools: [call('A'), call('LOCAL_ADD')] })).data).toMatchObject({
      results: [
        { tool_slug: 'A', error: 'Too many calls.', response: { successful: false } },
        { tool_slug: 'LOCAL_ADD', response: { successful: true, data: { sum: 0 } } },
      ],
    });
  });
});
