import { expect, test } from 'vitest';
import { httpTool, testContext, testEngine, testToolkit } from '../create-engine.fixture.ts';
import type { Tool } from '../toolkit.ts';

const url = 'https://api.example.com';
const names = Array.from({ length: 7 }, (_, index) => `CALL_${index}`);

async function lister(tools: readonly Tool[] = names.map((name) => httpTool('many', name, url)), metaTools = false) {
  const setup = await testEngine({ toolkits: [testToolkit('many', tools, { logo: 'https://many.example/logo.png' })] });
  const { operations, engine, context } = setup;
  const { sessionId } = await operations['sessions.create'](
    {
      body: {
        userId: 'ada',
        toolkits: { enable: ['many'] },
        preload: { tools: 'all' },
        ...(metaTools
          ? {}
          : {
              search: { enable: false },
              execute: { enableMultiExecute: false },
              manageConnections: { enable: false },
            }),
      },
    },
    context,
  );
  const params = { sessionId };
  return {
    ...setup,
    sessionId,
    list: (query = {}, caller = context) => operations['sessions.tools']({ params, query }, caller),
    etag: (query = {}, caller = context) => engine.toolListEtag({ params, query }, caller),
  };
}

test('a list is read in pages, in a stable order', async () => {
  const { list } = await lister();
  const first = await list({ limit: 3 });
  expect(first).toMatchObject({ totalItems: 7, totalPages: 3, currentPage: 1 });
  const second = await list({ limit: 3, cursor: first.nextCursor });
  const third = await list({ limit: 3, cursor: second.nextCursor });
  expect(third).toMatchObject({ nextCursor: null, currentPage: 3 });
  const slugs = [first, second, third].flatMap(({ items }) => items.map(({ slug }) => slug));
  expect(slugs).toEqual(names.map((name) => `MANY_${name}`));
  await expect(list({ cursor: 'made-up' })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
});

test('items are shared and frozen, and say what a tool is', async () => {
  const { list } = await lister();
  const [first, again] = [(await list()).items[0], (await list()).items[0]];
  expect(again).toBe(first);
  expect(Object.isFrozen(first?.inputParameters)).toBe(true);
  expect(first).toEqual({
    slug: 'MANY_CALL_0',
    name: 'Call 0',
    description: 'To call 0.',
    inputParameters: { type: 'object', properties: {} },
    tags: [],
    toolkit: { slug: 'many', name: 'Many', logo: 'https://many.example/logo.png' },
    version: '1.2.0',
    availableVersions: ['1.2.0'],
    scopes: [],
    noAuth: false,
    isDeprecated: false,
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  });
});

test('preloaded tools come in the order of the config, after the meta tools', async () => {
  const { operations, context } = await lister();
  const session = await operations['sessions.create'](
    { body: { userId: 'ada', preload: { tools: ['MANY_CALL_5', 'MANY_CALL_1', 'MANY_CALL_5'] } } },
    context,
  );
  expect(session.toolRouterTools.slice(-3)).toEqual(['JACKFIELD_MANAGE_CONNECTIONS', 'MANY_CALL_5', 'MANY_CALL_1']);
});

test('the entity tag changes with the config, the tools, the prefix and the page, and with nothing else', async () => {
  const { etag, operations, context, sessionId, project } = await lister(undefined, true);
  const tag = await etag();
  expect(tag).toMatch(/^"[\w-]+"$/);
  expect(await etag()).toBe(tag);
  expect(await etag({ limit: 3 })).not.toBe(tag);
  expect(await etag({}, testContext(project.id, { metaToolPrefix: 'COMPOSIO' }))).not.toBe(tag);
  await operations['sessions.update']({ params: { sessionId }, body: { tags: { enable: ['readOnlyHint'] } } }, context);
  expect(await etag()).not.toBe(tag);
});

test('the entity tag is the same in another process and another one for a changed tool', async () => {
  const tagOf = async (description: string) => {
    const { etag } = await lister([httpTool('many', 'CALL', url, { description })]);
    return etag();
  };
  expect(await tagOf('Calls.')).toBe(await tagOf('Calls.'));
  expect(await tagOf('Calls.')).not.toBe(await tagOf('Calls now.'));
});
