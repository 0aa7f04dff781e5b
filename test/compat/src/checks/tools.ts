import assert from 'node:assert/strict';
import type { Check } from '../check.ts';
import { rejection } from '../expectations.ts';
import type { LangchainTool, VercelTool } from '../lane.ts';

const preloaded = { toolkits: ['shop', 'counter'], preload: { tools: 'all' } };

const metaSlugs = [
  'COMPOSIO_SEARCH_TOOLS',
  'COMPOSIO_GET_TOOL_SCHEMAS',
  'COMPOSIO_MULTI_EXECUTE_TOOL',
  'COMPOSIO_MANAGE_CONNECTIONS',
];

const appSlugs = [
  'SHOP_LIST_ITEMS',
  'SHOP_ADD_ITEM',
  'SHOP_GET_ITEM',
  'SHOP_DELETE_ITEM',
  'SHOP_BREAK',
  'SHOP_BE_BUSY',
  'COUNTER_TICK',
  'COUNTER_FAIL',
  'COUNTER_SLOW',
  'COUNTER_LIST',
  'COUNTER_ODD',
];

/** Section 3, and the loops of agents. */
export const toolChecks: readonly Check[] = [
  {
    sections: '3, 5',
    name: 'tools: the meta tools that the config switches on, under the names that clients know',
    async run({ lane, connected }) {
      const { session } = await connected({}, new lane.VercelProvider());
      assert.deepEqual(Object.keys(Object(await session.tools())), metaSlugs);
      const waiting = await connected({ manageConnections: { waitForConnections: true } }, new lane.VercelProvider());
      assert.ok(Object.keys(Object(await waiting.session.tools())).includes('COMPOSIO_WAIT_FOR_CONNECTIONS'));
      const few = await connected({ manageConnections: false }, new lane.VercelProvider());
      assert.ok(!Object.keys(Object(await few.session.tools())).includes('COMPOSIO_MANAGE_CONNECTIONS'));
    },
  },
  {
    sections: '2.2, 3',
    name: 'tools: the direct-tools preset lists app tools alone',
    async run({ lane, connected }) {
      const config = { sessionPreset: 'direct_tools', toolkits: ['shop', 'counter'] };
      const { session } = await connected(config, new lane.VercelProvider());
      assert.deepEqual(Object.keys(Object(await session.tools())).sort(), [...appSlugs].sort());
    },
  },
  {
    sections: '3',
    name: 'tools: every tool is an object schema for models through the AI SDK',
    async run({ lane, connected }) {
      const { session } = await connected(preloaded, new lane.VercelProvider());
      const tools = Object(await session.tools()) as Record<string, VercelTool>;
      assert.deepEqual(Object.keys(tools), [...metaSlugs, ...appSlugs]);
      for (const [slug, { description, inputSchema }] of Object.entries(tools)) {
        assert.match(slug, /^[\w-]{1,64}$/);
        assert.ok(description, `${slug} is not described`);
        const schema = await lane.asSchema(inputSchema).jsonSchema;
        assert.equal(Object(schema).type, 'object', `${slug}: ${JSON.stringify(schema)}`);
      }
    },
  },
  {
    sections: '3',
    name: 'tools: every tool is an object schema through LangChain',
    async run({ lane, connected }) {
      const { session } = await connected(preloaded, new lane.LangchainProvider());
      const tools = (await session.tools()) as LangchainTool[];
      assert.deepEqual(
        tools.map(({ name }) => name),
        [...metaSlugs, ...appSlugs],
      );
      for (const { name, schema } of tools) {
        const json = await lane.asSchema(schema).jsonSchema;
        assert.equal(Object(json).type, 'object', `${name}: ${JSON.stringify(json)}`);
      }
    },
  },
  {
    sections: '3',
    name: 'tools: every tool is a function for OpenAI',
    async run({ lane, connected }) {
      const { session } = await connected(preloaded, new lane.OpenAIProvider());
      const tools = (await session.tools()) as { type: string; function: { name: string; parameters: object } }[];
      assert.deepEqual(
        tools.map((tool) => tool.function.name),
        [...metaSlugs, ...appSlugs],
      );
      for (const tool of tools) {
        assert.equal(tool.type, 'function');
        assert.match(tool.function.name, /^[\w-]{1,64}$/);
        assert.equal(Object(tool.function.parameters).type, 'object');
      }
    },
  },
  {
    sections: '3',
    name: 'tools: what a schema says is still said',
    async run({ lane, connected }) {
      const { session } = await connected(preloaded, new lane.OpenAIProvider());
      const tools = (await session.tools()) as { function: { name: string; parameters: object } }[];
      const parameters = (slug: string) => tools.find((tool) => tool.function.name === slug)?.function.parameters;
      assert.partialDeepStrictEqual(parameters('SHOP_ADD_ITEM'), {
        properties: {
          name: { type: 'string' },
          note: { type: ['string', 'null'] },
          price: { type: ['number', 'string'] },
          labels: { type: 'array', items: { type: 'string' } },
          tag: { type: 'object', properties: { label: { type: 'string' } } },
        },
        required: ['name'],
      });
      assert.partialDeepStrictEqual(parameters('COUNTER_ODD'), {
        properties: {
          anything: {},
          choice: { type: ['object', 'integer'], properties: { a: { type: 'string' } } },
          both: { type: 'object', properties: { x: { type: 'number' }, y: { type: 'number' } } },
          pair: { type: 'array', items: { type: ['string', 'number'] } },
          flag: { enum: ['yes'] },
          node: { type: 'object', properties: { value: {} } },
          nullable: { enum: ['a', 'b', null] },
        },
      });
    },
  },
  {
    sections: '4, 5',
    name: 'loop: generateText finds a tool, runs it and answers',
    async run({ lane, connected, shop }) {
      const { session, userId } = await connected({ toolkits: ['shop'] }, new lane.VercelProvider());
      const script = [
        { toolName: 'COMPOSIO_SEARCH_TOOLS', input: { queries: [{ use_case: 'list the items for sale' }] } },
        {
          toolName: 'COMPOSIO_MULTI_EXECUTE_TOOL',
          input: { tools: [{ tool_slug: 'SHOP_LIST_ITEMS', arguments: {} }] },
        },
      ];
      const prompts: string[] = [];
      const model = new lane.MockLanguageModel({
        async doGenerate({ prompt }) {
          prompts.push(JSON.stringify(prompt));
          const call = script[prompts.length - 1];
          const usage = {
            inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
            outputTokens: { total: 1, text: 1, reasoning: 0 },
          };
          return call === undefined
            ? {
                content: [{ type: 'text', text: 'There is tea.' }],
                finishReason: { unified: 'stop', raw: 'stop' },
                usage,
                warnings: [],
              }
            : {
                content: [
                  {
                    type: 'tool-call',
                    toolCallId: `call_${prompts.length}`,
                    toolName: call.toolName,
                    input: JSON.stringify(call.input),
                  },
                ],
                finishReason: { unified: 'tool-calls', raw: 'tool_calls' },
                usage,
                warnings: [],
              };
        },
      });
      const { text } = await lane.generateText({
        model,
        tools: await session.tools(),
        stopWhen: lane.stopAfterSteps(5),
        prompt: 'What is for sale?',
      });
      assert.equal(text, 'There is tea.');
      assert.match(prompts[1] ?? '', /SHOP_LIST_ITEMS/);
      assert.match(prompts[2] ?? '', /Tea/);
      const asked = shop.requests.filter(({ authorization }) => authorization === `Bearer token-of-${userId}`);
      assert.deepEqual(
        asked.map(({ method, path }) => `${method} ${path}`),
        ['GET /v1/items'],
      );
    },
  },
  {
    sections: '4, 5',
    name: 'loop: the tool calls of an OpenAI completion are run, those that fail too',
    async run({ lane, connected }) {
      const provider = new lane.OpenAIProvider();
      const { session } = await connected({ toolkits: ['shop', 'counter'] }, provider);
      const call = (id: string, name: string, input: object) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      });
      const batch = { tools: [{ tool_slug: 'COUNTER_LIST', arguments: {} }] };
      const message = {
        role: 'assistant',
        tool_calls: [
          call('call_1', 'SHOP_GET_ITEM', { id: '1' }),
          call('call_2', 'COUNTER_FAIL', {}),
          call('call_3', 'COMPOSIO_MULTI_EXECUTE_TOOL', batch),
        ],
      };
      const outputs = await provider.handleToolCalls(session, { choices: [{ message }] });
      assert.deepEqual(
        outputs.map(({ role, tool_call_id: id }) => [role, id]),
        [
          ['tool', 'call_1'],
          ['tool', 'call_2'],
          ['tool', 'call_3'],
        ],
      );
      const [got, failed, several] = outputs.map(({ content }) => JSON.parse(String(content)));
      assert.partialDeepStrictEqual(got, { successful: true, data: { name: 'Tea' } });
      assert.partialDeepStrictEqual(failed, { successful: false, data: {} });
      assert.partialDeepStrictEqual(several, { successful: true, data: { success_count: 1 } });
    },
  },
  {
    sections: '4, 5',
    name: 'loop: an agent of LangChain runs a tool and answers',
    async run({ lane, connected }) {
      const { session } = await connected(preloaded, new lane.LangchainProvider());
      const model = lane
        .fakeModel()
        .respondWithTools([{ name: 'SHOP_GET_ITEM', args: { id: '1' } }])
        .respond(new lane.AIMessage('It is tea.'));
      const agent = lane.createAgent({ model, tools: await session.tools() });
      const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'What is item 1?' }] });
      const contents = messages.map(({ content }) => String(content));
      assert.match(contents.at(-2) ?? '', /"name":"Tea"/);
      assert.equal(contents.at(-1), 'It is tea.');
    },
  },
  {
    sections: '3',
    name: 'filters: tools before tags, tags of a toolkit before those of the session, on lists and on execute alike',
    async run({ lane, connected }) {
      const slugsOf = async (config: object) => {
        const { session } = await connected({ preload: { tools: 'all' }, ...config }, new lane.VercelProvider());
        const slugs = Object.keys(Object(await session.tools())).filter((slug) => !slug.startsWith('COMPOSIO_'));
        return { session, slugs: slugs.sort() };
      };
      const readOnly = await slugsOf({ toolkits: ['shop', 'counter'], tags: ['readOnlyHint'] });
      assert.deepEqual(readOnly.slugs, ['COUNTER_LIST', 'COUNTER_TICK', 'SHOP_GET_ITEM', 'SHOP_LIST_ITEMS']);
      await rejection(readOnly.session.execute('SHOP_DELETE_ITEM', { id: '1' }), {
        status: 403,
        says: /SHOP_DELETE_ITEM/,
      });

      const named = await slugsOf({
        toolkits: ['shop', 'counter'],
        tags: ['readOnlyHint'],
        tools: { shop: { enable: ['SHOP_ADD_ITEM'] } },
      });
      assert.deepEqual(named.slugs, ['COUNTER_LIST', 'COUNTER_TICK', 'SHOP_ADD_ITEM']);
      assert.equal((await named.session.execute('SHOP_ADD_ITEM', { name: 'Coffee' })).error, null);
      await rejection(named.session.execute('SHOP_LIST_ITEMS'), { status: 403 });

      const tagged = await slugsOf({
        toolkits: ['shop', 'counter'],
        tags: ['readOnlyHint'],
        tools: { shop: { tags: ['destructiveHint'] } },
      });
      assert.ok(tagged.slugs.includes('SHOP_DELETE_ITEM') && !tagged.slugs.includes('SHOP_LIST_ITEMS'));

      const without = await slugsOf({ toolkits: ['shop'], tools: { shop: { disable: ['SHOP_BREAK'] } } });
      assert.ok(!without.slugs.includes('SHOP_BREAK') && without.slugs.includes('SHOP_LIST_ITEMS'));
      await rejection(without.session.execute('SHOP_BREAK'), { status: 403 });
      await rejection(without.session.execute('COUNTER_TICK'), { status: 403 });

      const denied = await connected({ toolkits: { disable: ['counter'] } });
      await rejection(denied.session.execute('COUNTER_TICK'), { status: 403 });
    },
  },
];
