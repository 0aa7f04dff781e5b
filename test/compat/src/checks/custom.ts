import assert from 'node:assert/strict';
import type { Check } from '../check.ts';
import { rejection } from '../expectations.ts';
import type { Lane, VercelTool } from '../lane.ts';

function customOf({ core, z }: Lane, ran: string[]) {
  const tool = (slug: string, more: object = {}) =>
    core.experimental_createTool(slug, {
      name: `Tool ${slug}`,
      description: `Does ${slug}.`,
      inputParams: z.object({ text: z.string().describe('What') }),
      execute: async ({ text }: { text: string }, context: { userId: string }) => {
        ran.push(`${slug} ${text} ${context.userId}`);
        return { echoed: text };
      },
      ...more,
    });
  return {
    tool,
    plain: tool('NOTE'),
    extending: tool('DISCOUNT', { extendsToolkit: 'shop' }),
    kit: (slug: string, child: string, more: object = {}) =>
      core.experimental_createToolkit(slug, {
        name: `Kit ${slug}`,
        description: `Kit ${slug} of the checks.`,
        tools: [tool(child)],
        ...more,
      }),
  };
}

/** Section 6: tools that run in the program of the client. */
export const customChecks: readonly Check[] = [
  {
    sections: '6',
    name: 'custom tools: all three kinds are echoed, found, and run where they are defined',
    async run({ lane, connected, calls }) {
      const ran: string[] = [];
      const { plain, extending, kit } = customOf(lane, ran);
      const { session, userId } = await connected(
        {
          toolkits: ['shop', 'counter'],
          experimental: { customTools: [plain, extending], customToolkits: [kit('DESK', 'LAMP')] },
        },
        new lane.VercelProvider(),
      );
      assert.deepEqual(
        session.customTools().map(({ slug }) => slug),
        ['LOCAL_NOTE', 'LOCAL_SHOP_DISCOUNT', 'LOCAL_DESK_LAMP'],
      );
      assert.partialDeepStrictEqual(session.customToolkits(), [{ slug: 'DESK', tools: [{ slug: 'LOCAL_DESK_LAMP' }] }]);
      for (const slug of ['NOTE', 'LOCAL_SHOP_DISCOUNT', 'LAMP']) {
        assert.partialDeepStrictEqual(await session.execute(slug, { text: slug }), {
          data: { echoed: slug },
          error: null,
        });
      }
      assert.deepEqual(ran, [`NOTE NOTE ${userId}`, `DISCOUNT LOCAL_SHOP_DISCOUNT ${userId}`, `LAMP LAMP ${userId}`]);
      const found = await session.search({ query: 'note' });
      assert.ok(JSON.stringify(found.results).includes('LOCAL_NOTE'), JSON.stringify(found.results));

      const before = await calls('COUNTER_TICK');
      const tools = Object(await session.tools()) as Record<string, VercelTool>;
      const mixed = await tools.COMPOSIO_MULTI_EXECUTE_TOOL?.execute(
        {
          tools: [
            { tool_slug: 'LOCAL_NOTE', arguments: { text: 'one' } },
            { tool_slug: 'COUNTER_TICK', arguments: {} },
            { tool_slug: 'LOCAL_DESK_LAMP', arguments: { text: 'two' } },
            { tool_slug: 'NOTHING', arguments: {} },
          ],
        },
        { toolCallId: 'call_1', messages: [] },
      );
      const results = Object(mixed?.data).results as { index: number; tool_slug: string; error?: string }[];
      assert.deepEqual(
        results.map(({ index, tool_slug: slug, error }) => [index, slug, Boolean(error)]),
        [
          [0, 'LOCAL_NOTE', false],
          [1, 'COUNTER_TICK', false],
          [2, 'LOCAL_DESK_LAMP', false],
          [3, 'NOTHING', true],
        ],
      );
      assert.partialDeepStrictEqual(mixed?.data, { total_count: 4, success_count: 3, error_count: 1 });
      assert.equal((await calls('COUNTER_TICK')) - before, 1);
    },
  },
  {
    sections: '6',
    name: 'custom tools: run others, of the server and of the program, and its requests, as the same user',
    async run({ lane, connected, calls, shop }) {
      const ran: string[] = [];
      const { tool, plain } = customOf(lane, ran);
      interface Context {
        execute(slug: string, input: object): Promise<{ error: unknown; data: unknown }>;
        proxyExecute(request: object): Promise<{ status: number }>;
      }
      const outer = tool('OUTER', {
        execute: async (_: unknown, context: Context) => {
          const ticked = await context.execute('COUNTER_TICK', {});
          const noted = await context.execute('LOCAL_NOTE', { text: 'from inside' });
          const proxied = await context.proxyExecute({ toolkit: 'shop', endpoint: '/items', method: 'GET' });
          return { ticked: ticked.data, noted: noted.data, proxied: proxied.status };
        },
      });
      const before = await calls('COUNTER_TICK');
      const { session, userId } = await connected(
        { toolkits: ['shop', 'counter'], experimental: { customTools: [outer, plain] } },
        new lane.VercelProvider(),
      );
      const answer = await session.execute('OUTER', { text: 'x' });
      assert.partialDeepStrictEqual(answer, { error: null, data: { noted: { echoed: 'from inside' }, proxied: 200 } });
      assert.equal((await calls('COUNTER_TICK')) - before, 1);
      assert.deepEqual(ran, [`NOTE from inside ${userId}`]);
      assert.ok(shop.requests.some(({ authorization }) => authorization === `Bearer token-of-${userId}`));
    },
  },
  {
    sections: '6',
    name: 'custom tools: two of one name are told apart by their toolkits alone',
    async run({ lane, connected }) {
      const ran: string[] = [];
      const { kit } = customOf(lane, ran);
      const { session } = await connected(
        { experimental: { customToolkits: [kit('RED', 'SWITCH'), kit('BLUE', 'SWITCH')] } },
        new lane.VercelProvider(),
      );
      await rejection(session.execute('SWITCH', { text: 'x' }), { name: 'ValidationError' });
      assert.equal((await session.execute('LOCAL_BLUE_SWITCH', { text: 'x' })).error, null);
      assert.equal(ran.length, 1);
    },
  },
  {
    sections: '6, 3',
    name: 'custom tools: preloaded ones are listed and run',
    async run({ lane, connected }) {
      const ran: string[] = [];
      const { tool } = customOf(lane, ran);
      const { session } = await connected(
        { experimental: { customTools: [tool('NOTE', { preload: true }), tool('HIDDEN')] } },
        new lane.VercelProvider(),
      );
      const tools = Object(await session.tools()) as Record<string, VercelTool>;
      assert.ok('LOCAL_NOTE' in tools && !('LOCAL_HIDDEN' in tools), Object.keys(tools).join());
      await tools.LOCAL_NOTE?.execute({ text: 'now' }, { toolCallId: 'call_1', messages: [] });
      assert.equal(ran.length, 1);
    },
  },
  {
    sections: '6, 2.3',
    name: 'custom tools: attached to a session that is used again, and gone without',
    async run({ lane, connected, composio }) {
      const ran: string[] = [];
      const { plain, extending, kit } = customOf(lane, ran);
      const { session, userId } = await connected({ toolkits: ['shop'] });
      const provider = new lane.VercelProvider();
      const attached = await composio(provider).use(session.sessionId, {
        customTools: [plain, extending],
        customToolkits: [kit('DESK', 'LAMP')],
      });
      assert.equal(attached.customTools().length, 3);
      await attached.execute('NOTE', { text: 'a' });
      assert.deepEqual(ran, [`NOTE a ${userId}`]);
      const without = await composio(provider).use(session.sessionId);
      assert.deepEqual(without.customTools(), []);
      await rejection(without.execute('LOCAL_NOTE', { text: 'b' }), { status: 400, says: /LOCAL_NOTE/ });
    },
  },
  {
    sections: '6, 2.1',
    name: 'custom tools: what cannot be is refused by the server, too',
    async run({ lane, composio, newUser, send }) {
      const { tool, kit } = customOf(lane, []);
      const { sessions } = composio(new lane.VercelProvider());
      const create = (experimental: object) => sessions.create(newUser(), { experimental });
      await rejection(create({ customTools: [tool('X', { extendsToolkit: 'nothing' })] }), {
        status: 400,
        says: /nothing/,
      });
      await rejection(create({ customToolkits: [kit('shop', 'X')] }), { status: 400, says: /shop/ });
      const definition = { name: 'X', description: 'X', input_schema: { type: 'object', properties: {} } };
      for (const slug of ['COMPOSIO_X', 'LOCAL_X', 'a b', 'X'.repeat(60)]) {
        const body = { user_id: newUser(), experimental: { custom_tools: [{ slug, ...definition }] } };
        assert.equal((await send('POST', '/api/v3.1/tool_router/session', body)).status, 400, slug);
      }
    },
  },
];
