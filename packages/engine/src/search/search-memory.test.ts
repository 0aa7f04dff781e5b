import { expect, test } from 'vitest';
import { testContext, testEngine } from '../create-engine.fixture.ts';
import type { Tool, Toolkit } from '../toolkit.ts';

function tool(action: string, name: string): Tool {
  return {
    slug: `DESK_${action}`,
    name,
    description: name,
    tags: [],
    inputSchema: { type: 'object', properties: { fail: { type: 'boolean' } } },
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    security: [],
    scopes: [],
    deprecated: false,
    binding: {
      kind: 'function',
      execute: ({ fail }: { fail?: boolean }) => {
        if (fail === true) throw new Error('It failed.');
        return { done: true };
      },
    },
  };
}

const desk: Toolkit = {
  slug: 'desk',
  name: 'Desk',
  description: '',
  version: '1',
  authSchemes: [],
  tools: [tool('LIST_TICKETS', 'List tickets'), tool('LIST_QUEUES', 'List queues'), tool('GET_BOARD', 'Get the board')],
};
const query = 'list what is waiting in tickets';

async function desks(options: Parameters<typeof testEngine>[0] = {}) {
  const setup = await testEngine({ toolkits: [desk], ...options });
  const { operations, context, engine } = setup;
  return {
    ...setup,
    async session(projectId = context.projectId) {
      const own = testContext(projectId);
      const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, own);
      return {
        search: async (useCase = query) => {
          const body = { queries: [{ useCase }], explain: true };
          const { results } = await operations['sessions.search']({ params: { sessionId }, body }, own);
          return results[0]?.explanation ?? [];
        },
        execute: async (toolSlug: string, args = {}) => {
          const body = { toolSlug, arguments: args };
          await operations['sessions.execute']({ params: { sessionId }, body }, own);
          // What is learned is written after the answer; closing waits for it.
          await new Promise((resolve) => setTimeout(resolve, 50));
        },
      };
    },
    engine,
  };
}

test('a tool that was used after a search is lifted the next time, and the explanation says so', async () => {
  const { session } = await desks();
  const first = await session();
  expect((await first.search()).map(({ toolSlug }) => toolSlug)[0]).toBe('DESK_LIST_TICKETS');
  await first.execute('DESK_LIST_QUEUES');
  const again = await (await session()).search('list what is still waiting in tickets');
  const used = again.find(({ toolSlug }) => toolSlug === 'DESK_LIST_QUEUES');
  expect(used?.parts.learned).toBeGreaterThan(0.05);
  expect(again.filter(({ parts }) => parts.learned !== undefined)).toHaveLength(1);
  expect(
    (await (await session()).search('get a cup of coffee')).every(({ parts }) => parts.learned === undefined),
  ).toBe(true);
});

test('a tool that no search showed, or that failed, teaches nothing', async () => {
  const { session, store, project } = await desks();
  const { search, execute } = await session();
  await execute('DESK_LIST_QUEUES');
  await search('list queues');
  await execute('DESK_LIST_QUEUES', { fail: true });
  expect(await store.searchMemory.list(project.id)).toEqual([]);
});

test('what one project learned is nothing to another', async () => {
  const { session, store } = await desks();
  const other = await store.projects.ensure('other');
  const { search, execute } = await session();
  await search();
  await execute('DESK_LIST_QUEUES');
  expect((await (await session()).search()).some(({ parts }) => parts.learned !== undefined)).toBe(true);
  expect((await (await session(other.id)).search()).every(({ parts }) => parts.learned === undefined)).toBe(true);
});

test('it can be switched off', async () => {
  const { session, store, project } = await desks({ search: { memory: false } });
  const { search, execute } = await session();
  await search();
  await execute('DESK_LIST_QUEUES');
  expect(await store.searchMemory.list(project.id)).toEqual([]);
  expect((await search()).every(({ parts }) => parts.learned === undefined)).toBe(true);
});

test('words of a search are kept as stems, in no order', async () => {
  const { session, store, project } = await desks();
  const { search, execute } = await session();
  await search('Listing the tickets of ada@example.com');
  await execute('DESK_LIST_TICKETS');
  expect(await store.searchMemory.list(project.id)).toEqual([
    { words: 'ada com exampl list ticket', toolSlug: 'DESK_LIST_TICKETS', uses: 1 },
  ]);
});
