import assert from 'node:assert/strict';
import type { Check } from '../check.ts';
import { rejection } from '../expectations.ts';
import type { VercelTool } from '../lane.ts';
import type { World } from '../world.ts';

function attempts({ front }: World, sessionId: string, path = '/execute'): number {
  return front.requests.filter(({ path: to }) => to.endsWith(`${sessionId}${path}`)).length;
}

/** Sections 1, 4, 5, 7 and 10: running tools. */
export const executeChecks: readonly Check[] = [
  {
    sections: '4',
    name: 'execute: a tool that succeeds answers its data, and lists and scalars are put into an object',
    async run({ connected }) {
      const { session } = await connected({ toolkits: ['shop', 'counter'] });
      const one = await session.execute('SHOP_GET_ITEM', { id: '1' });
      assert.partialDeepStrictEqual(one, { data: { id: '1', name: 'Tea' }, error: null });
      assert.match(String(one.logId), /^log_/);
      assert.deepEqual((await session.execute('SHOP_LIST_ITEMS')).data, { items: [{ id: '1', name: 'Tea' }] });
      assert.deepEqual((await session.execute('COUNTER_LIST')).data, { items: [1, 2, 3] });
      assert.deepEqual((await session.execute('SHOP_DELETE_ITEM', { id: '1' })).error, null);
    },
  },
  {
    sections: '4, 1',
    name: 'execute: a tool that fails is an answer, and it ran once',
    async run(world) {
      const { connected, calls } = world;
      const { session } = await connected({ toolkits: ['shop', 'counter'] });
      const before = await calls('COUNTER_FAIL');
      const failed = await session.execute('COUNTER_FAIL');
      assert.match(String(failed.error), /The counter is stuck/);
      assert.deepEqual(failed.data, {});
      assert.equal((await calls('COUNTER_FAIL')) - before, 1);
      const missing = await session.execute('SHOP_GET_ITEM', { id: '9' });
      assert.match(String(missing.error), /404.*There is no such item/s);
      assert.equal(attempts(world, session.sessionId), 2);
    },
  },
  {
    sections: '4, 1',
    name: 'execute: an upstream that answers 500 or 429 was called once',
    async run(world) {
      const { session, userId } = await world.connected({ toolkits: ['shop'] });
      assert.match(String((await session.execute('SHOP_BREAK')).error), /500/);
      assert.match(String((await session.execute('SHOP_BE_BUSY')).error), /429/);
      const called = world.shop.requests.filter(({ authorization }) => authorization === `Bearer token-of-${userId}`);
      assert.deepEqual(
        called.map(({ path }) => path),
        ['/v1/broken', '/v1/busy'],
      );
      assert.equal(attempts(world, session.sessionId), 2);
    },
  },
  {
    sections: '4, 1',
    name: 'execute: unknown tools, wrong arguments and missing connections are said once, in words',
    async run(world) {
      const { session } = await world.connected({ toolkits: ['shop'] });
      await rejection(session.execute('SHOP_LIST_ITEM'), { status: 400, says: /SHOP_LIST_ITEM/ });
      const wrong = await session.execute('SHOP_GET_ITEM', { no: 1 });
      assert.match(String(wrong.error), /`id` is required/);
      assert.equal(attempts(world, session.sessionId), 2);
      const unconnected = await world.composio().create(world.newUser(), { toolkits: ['shop'] });
      const answer = await unconnected.execute('SHOP_LIST_ITEMS');
      assert.match(String(answer.error), /COMPOSIO_MANAGE_CONNECTIONS/);
      assert.equal(attempts(world, unconnected.sessionId), 1);
    },
  },
  {
    sections: '4',
    name: 'execute: the account that is named is used, and several unnamed are not guessed',
    async run({ connect, connected, shop }) {
      const config = { toolkits: ['shop'], multiAccount: { enable: true } };
      const { session, userId, accountId } = await connected(config);
      await connect(userId, 'second');
      assert.match(String((await session.execute('SHOP_LIST_ITEMS')).error), /second/);
      assert.equal((await session.execute('SHOP_LIST_ITEMS', {}, { account: 'second' })).error, null);
      assert.equal((await session.execute('SHOP_LIST_ITEMS', {}, { account: accountId })).error, null);
      assert.equal(
        shop.requests.filter(({ authorization }) => authorization === `Bearer token-of-${userId}`).length,
        2,
      );
      const unknown = await session.execute('SHOP_LIST_ITEMS', {}, { account: 'nobody' });
      assert.match(String(unknown.error), /nobody/);
    },
  },
  {
    sections: '4, 5',
    name: 'execute: tools of a framework send what they always send, and derive success',
    async run({ lane, connected, front }) {
      const { session } = await connected(
        { toolkits: ['counter'], preload: { tools: 'all' } },
        new lane.VercelProvider(),
      );
      const tools = Object(await session.tools()) as Record<string, VercelTool>;
      const options = { toolCallId: 'call_1', messages: [] };
      assert.partialDeepStrictEqual(await tools.COUNTER_LIST?.execute({}, options), {
        data: { items: [1, 2, 3] },
        successful: true,
      });
      assert.partialDeepStrictEqual(await tools.COUNTER_FAIL?.execute({}, options), { successful: false });
      const sent = front.requests.filter(({ path }) => path.endsWith(`${session.sessionId}/execute`));
      assert.ok(sent.every(({ body }) => JSON.parse(body).enable_auto_workbench_offload === true));
    },
  },
  {
    sections: '1',
    name: 'retries: every error of a call that does something says not to repeat it',
    async run({ connected, send, newUser }) {
      const { session } = await connected({ toolkits: ['shop'] });
      const path = `/api/v3.1/tool_router/session/${session.sessionId}`;
      const answers = await Promise.all([
        send('POST', `${path}/execute`, { tool_slug: 'NOTHING' }),
        send('POST', `${path}/execute`, {}),
        send('POST', `${path}/execute_meta`, { slug: 'SHOP_LIST_ITEMS' }),
        send('POST', `${path}/proxy_execute`, {
          toolkit_slug: 'shop',
          endpoint: 'http://127.0.0.1:1/x',
          method: 'GET',
        }),
        send('POST', `${path}/link`, { toolkit: 'nothing' }),
        send('PATCH', path, { expected_config_version: 9 }),
        send('POST', '/api/v3.1/tool_router/session', { user_id: newUser(), toolkits: { enable: ['nothing'] } }),
        send('POST', '/api/v3.1/tools/execute/NOTHING', { user_id: newUser(), arguments: {} }),
        send('POST', '/api/v3.1/connected_accounts', {}),
        send('POST', '/api/v3.1/auth_configs', {}),
        send('POST', `${path}/execute`, { tool_slug: 'SHOP_LIST_ITEMS' }, { 'x-api-key': 'wrong' }),
      ]);
      for (const { status, headers, body } of answers) {
        assert.ok(status >= 400, JSON.stringify(body));
        assert.equal(headers.get('x-should-retry'), 'false', JSON.stringify(body));
        assert.match(headers.get('content-type') ?? '', /^application\/json/);
        assert.equal(typeof body.message, 'string');
        assert.equal(body.error.message, body.message);
        assert.equal(typeof body.error.slug, 'string');
        assert.match(body.error.request_id, /./);
      }
    },
  },
  {
    sections: '1',
    name: 'time limit: a tool slower than the client waits for ends in one execution and one answer',
    async run(world) {
      const { connected, calls, send, front } = world;
      const { session } = await connected({ toolkits: ['counter'] });
      const before = await calls('COUNTER_SLOW');
      // The servers of the checks begin answers after 0.4 s; a client of 0.8 s stands for one of 60.
      const answer = await session.execute('COUNTER_SLOW', { ms: 1_300 }, {}, Object({ timeout: 800 }));
      assert.partialDeepStrictEqual(answer, { data: { waited: 1_300 }, error: null });
      assert.equal((await calls('COUNTER_SLOW')) - before, 1);
      assert.equal(attempts(world, session.sessionId), 1);

      const path = `${front.url}/api/v3.1/tool_router/session/${session.sessionId}/execute`;
      const asked = performance.now();
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'x-api-key': world.apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ tool_slug: 'COUNTER_SLOW', arguments: { ms: 1_000 } }),
      });
      assert.ok(performance.now() - asked < 900, 'The headers came late.');
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
      assert.partialDeepStrictEqual(await response.json(), { data: { waited: 1_000 }, error: null });
      assert.equal((await send('GET', '/healthz')).status, 200);
    },
  },
  {
    sections: '1',
    name: 'time limit: what fails after the answer has begun is said in its body, once',
    async run(world) {
      const { session } = await world.connected({ toolkits: ['counter'] });
      const path = `/api/v3.1/tool_router/session/${session.sessionId}`;
      const running = world.send('POST', `${path}/execute`, { tool_slug: 'COUNTER_SLOW', arguments: { ms: 60_000 } });
      await new Promise((resolve) => setTimeout(resolve, 600));
      await world.stopTools();
      const { status, body } = await running;
      assert.equal(status, 200);
      assert.match(body.error, /./);
      assert.deepEqual(body.data, {});
      assert.equal(typeof body.log_id, 'string');
    },
  },
  {
    sections: '1',
    name: 'abort: a signal ends the call here and there, and nothing is repeated',
    async run(world) {
      const { connected, aborted, calls, lane } = world;
      const { session } = await connected({ toolkits: ['counter'] });
      const before = { aborted: await aborted(), calls: await calls('COUNTER_SLOW') };
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 150);
      const error = await rejection(session.execute('COUNTER_SLOW', { ms: 20_000 }, {}, { signal: controller.signal }));
      assert.equal(error.constructor.name, 'ComposioRequestCancelledError', lane.name);
      for (let wait = 0; wait < 100 && (await aborted()) === before.aborted; wait += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal((await aborted()) - before.aborted, 1);
      assert.equal((await calls('COUNTER_SLOW')) - before.calls, 1);
      assert.equal(attempts(world, session.sessionId), 1);
      await rejection(session.execute('COUNTER_TICK', {}, {}, { signal: AbortSignal.abort() }));
      assert.equal(attempts(world, session.sessionId), 1);
    },
  },
  {
    sections: '5',
    name: 'multi-execute: order kept, each succeeds or fails by itself, fifty at most',
    async run({ connected }) {
      const { session } = await connected({
        toolkits: ['shop', 'counter'],
        tools: { shop: { disable: ['SHOP_BREAK'] } },
      });
      const tools = [
        { tool_slug: 'SHOP_GET_ITEM', arguments: { id: '1' } },
        { tool_slug: 'SHOP_BREAK', arguments: {} },
        { tool_slug: 'COUNTER_FAIL', arguments: {} },
        { tool_slug: 'NOTHING', arguments: {} },
        { tool_slug: 'COUNTER_LIST', arguments: {} },
      ];
      const { data, error } = await session.execute('COMPOSIO_MULTI_EXECUTE_TOOL', { tools });
      assert.equal(error, null);
      assert.partialDeepStrictEqual(data, {
        total_count: 5,
        success_count: 2,
        error_count: 3,
        results: [
          { index: 0, tool_slug: 'SHOP_GET_ITEM', response: { successful: true, data: { name: 'Tea' } } },
          { index: 1, tool_slug: 'SHOP_BREAK', response: { successful: false } },
          { index: 2, tool_slug: 'COUNTER_FAIL', response: { successful: false } },
          { index: 3, tool_slug: 'NOTHING', response: { successful: false } },
          { index: 4, tool_slug: 'COUNTER_LIST', response: { successful: true, data: { items: [1, 2, 3] } } },
        ],
      });
      const results = Object(data).results as { error?: string }[];
      assert.deepEqual(
        results.map((result) => Boolean(result.error)),
        [false, true, true, true, false],
      );
      const fifty = Array.from({ length: 50 }, () => ({ tool_slug: 'COUNTER_TICK', arguments: {} }));
      assert.partialDeepStrictEqual((await session.execute('COMPOSIO_MULTI_EXECUTE_TOOL', { tools: fifty })).data, {
        success_count: 50,
      });
      const more = await session.execute('COMPOSIO_MULTI_EXECUTE_TOOL', { tools: [...fifty, ...fifty] });
      assert.match(String(more.error), /50/);
    },
  },
  {
    sections: '5',
    name: 'meta tools: only what the config allows, and no word of what it does not',
    async run({ connected, lane }) {
      const { session } = await connected({ toolkits: ['shop'], manageConnections: false }, new lane.OpenAIProvider());
      assert.doesNotMatch(JSON.stringify(await session.tools()), /MANAGE_CONNECTIONS|WAIT_FOR|JACKFIELD|REMOTE_/);
      await rejection(session.execute('COMPOSIO_MANAGE_CONNECTIONS', { toolkits: ['shop'] }), { status: 403 });
      await rejection(session.execute('COMPOSIO_REMOTE_WORKBENCH', { code: '1' }), { status: 400 });
    },
  },
  {
    sections: '5',
    name: 'meta tools: schemas by slug, links to connect, and waiting for them',
    async run({ composio, newUser, connect }) {
      const userId = newUser();
      const session = await composio().create(userId, {
        toolkits: ['shop'],
        manageConnections: { enable: true, waitForConnections: true },
      });
      const schemas = await session.execute('COMPOSIO_GET_TOOL_SCHEMAS', { tool_slugs: ['SHOP_GET_ITEM'] });
      assert.partialDeepStrictEqual(schemas.data, {
        tool_schemas: { SHOP_GET_ITEM: { tool_slug: 'SHOP_GET_ITEM', input_schema: { required: ['id'] } } },
      });
      const links = await session.execute('COMPOSIO_MANAGE_CONNECTIONS', { toolkits: ['shop'] });
      assert.partialDeepStrictEqual(links.data, { results: { shop: { status: 'initiated' } } });
      assert.match(JSON.stringify(links.data), /COMPOSIO_WAIT_FOR_CONNECTIONS/);
      const waiting = session.execute('COMPOSIO_WAIT_FOR_CONNECTIONS', { toolkits: ['shop'], timeout_seconds: 20 });
      await connect(userId);
      assert.partialDeepStrictEqual((await waiting).data, { connected: ['shop'], timed_out: false });
    },
  },
  {
    sections: '2',
    name: 'meta tools: execute_meta runs them, and nothing else',
    async run({ composio, connected }) {
      const { session } = await connected({ toolkits: ['counter'] });
      const { executeMeta } = composio().client.toolRouter.session;
      const run = (body: object) => executeMeta.call(composio().client.toolRouter.session, session.sessionId, body);
      const answer = await run({
        slug: 'COMPOSIO_MULTI_EXECUTE_TOOL',
        arguments: { tools: [{ tool_slug: 'COUNTER_LIST', arguments: {} }] },
      });
      assert.partialDeepStrictEqual(answer, { data: { success_count: 1 }, error: null });
      await rejection(run({ slug: 'COUNTER_LIST' }), { status: 400 });
    },
  },
  {
    sections: '7',
    name: 'search: answers as the client reads it, with schemas',
    async run({ connected, lane, send }) {
      const { session } = await connected({ toolkits: ['shop', 'counter'] });
      const answer = await session.search({ query: 'get an item' });
      assert.partialDeepStrictEqual(answer, { success: true, error: null });
      const [result] = answer.results as { index: number; primaryToolSlugs: string[]; useCase: string }[];
      assert.partialDeepStrictEqual(result, { index: 1, useCase: 'get an item' });
      assert.ok(result?.primaryToolSlugs.includes('SHOP_GET_ITEM'), JSON.stringify(result));
      const schema = Object(answer.toolSchemas).SHOP_GET_ITEM;
      assert.partialDeepStrictEqual(schema, {
        toolSlug: 'SHOP_GET_ITEM',
        toolkit: 'shop',
        hasFullSchema: true,
        inputSchema: { type: 'object' },
      });
      const statuses = answer.toolkitConnectionStatuses as { toolkit: string; hasActiveConnection: boolean }[];
      assert.equal(statuses.find(({ toolkit }) => toolkit === 'shop')?.hasActiveConnection, true);
      const only = await session.search({ query: 'get an item', toolkits: ['counter'] });
      assert.ok(!JSON.stringify(only.results).includes('SHOP_'), lane.name);
      const path = `/api/v3.1/tool_router/session/${session.sessionId}/search`;
      const { body } = await send('POST', path, {
        queries: [{ use_case: 'tick' }, { use_case: 'get an item', known_fields: 'id:1' }],
        model: 'gpt-5',
      });
      assert.deepEqual(
        body.results.map(({ index }: { index: number }) => index),
        [1, 2],
      );
      assert.deepEqual(Object.keys(body.session).sort(), ['generate_id', 'id', 'instructions']);
      assert.equal(typeof body.time_info.current_time_utc_epoch_seconds, 'number');
      for (const { schemaRef } of Object.values<{ schemaRef?: unknown }>(body.tool_schemas)) {
        if (schemaRef !== undefined) assert.partialDeepStrictEqual(schemaRef, { tool: 'COMPOSIO_GET_TOOL_SCHEMAS' });
      }
      assert.ok(Object.values<{ schemaRef?: unknown }>(body.tool_schemas).some(({ schemaRef }) => schemaRef));
    },
  },
  {
    sections: '10',
    name: 'proxy: with the credential to the toolkit, without it to nobody',
    async run({ connected, shop, composio, send }) {
      const { session, userId, accountId } = await connected({ toolkits: ['shop'] });
      const got = await session.proxyExecute({
        toolkit: 'shop',
        endpoint: '/items',
        method: 'GET',
        parameters: [
          { name: 'page', in: 'query', value: 2 },
          { name: 'x-mark', in: 'header', value: 'm' },
        ],
      });
      assert.partialDeepStrictEqual(got, { status: 200, data: [{ id: '1', name: 'Tea' }] });
      const own = () => shop.requests.filter(({ authorization }) => authorization === `Bearer token-of-${userId}`);
      assert.partialDeepStrictEqual(own().at(-1), { path: '/v1/items?page=2', headers: { 'x-mark': 'm' } });
      const missing = await session.proxyExecute({
        toolkit: 'shop',
        endpoint: `${shop.origin}/v1/nothing`,
        method: 'GET',
      });
      assert.partialDeepStrictEqual(missing, { status: 404 });
      const sent = { name: 'Coffee', price: 3 };
      const added = await session.proxyExecute({ toolkit: 'shop', endpoint: '/items', method: 'POST', body: sent });
      assert.partialDeepStrictEqual(added, { status: 201, data: { name: 'Coffee' } });
      assert.deepEqual(JSON.parse(own().at(-1)?.body ?? ''), sent);
      assert.match(String(Object(added.headers)['content-type']), /json/);
      const removed = await session.proxyExecute({ toolkit: 'shop', endpoint: '/items/1', method: 'DELETE' });
      assert.partialDeepStrictEqual(removed, { status: 204 });
      const label = await session.proxyExecute({ toolkit: 'shop', endpoint: '/label', method: 'GET' });
      assert.partialDeepStrictEqual(label, { status: 200, binaryData: { contentType: 'image/png', size: 4 } });
      const bytes = await (await fetch(String(Object(label.binaryData).url))).bytes();
      assert.deepEqual([...bytes], [0x89, 0x50, 0x4e, 0x47]);
      const path = `/api/v3.1/tool_router/session/${session.sessionId}/proxy_execute`;
      for (const more of [{ binary_body: 'YQ==' }, { custom_connection_data: { token: 'x' } }]) {
        const body = { toolkit_slug: 'shop', endpoint: '/items', method: 'POST', ...more };
        const { status, body: refused } = await send('POST', path, body);
        assert.equal(status, 400);
        assert.match(refused.message, new RegExp(Object.keys(more)[0] ?? ''));
      }
      const before = shop.requests.length;
      await rejection(
        session.proxyExecute({
          toolkit: 'shop',
          endpoint: shop.origin.replace('127.0.0.1', 'localhost'),
          method: 'GET',
        }),
      );
      assert.equal(shop.requests.length, before);
      const twin = await composio().tools.proxyExecute({
        endpoint: '/items/1',
        method: 'GET',
        connectedAccountId: accountId,
      });
      assert.partialDeepStrictEqual(twin, { status: 200, data: { name: 'Tea' } });
    },
  },
];
