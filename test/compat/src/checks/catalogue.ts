import assert from 'node:assert/strict';
import type { Check } from '../check.ts';
import { ledgerPages } from '../create-toolkits.ts';
import { rejection } from '../expectations.ts';
import type { Json, VercelTool } from '../lane.ts';

/** Sections 9, 11 and 12: what lies outside of sessions, files and MCP. */
export const catalogueChecks: readonly Check[] = [
  {
    sections: '12',
    name: 'toolkits: list, get, categories; what is unknown is not found',
    async run({ composio, lane, send }) {
      const { toolkits } = composio();
      const list = await toolkits.get({});
      assert.partialDeepStrictEqual(
        list.find(({ slug }) => slug === 'shop'),
        { name: 'Shop', isLocalToolkit: false, noAuth: false, authSchemes: ['BEARER_TOKEN'], meta: { toolsCount: 6 } },
      );
      assert.deepEqual(await toolkits.get({ category: 'nothing' }), []);
      assert.equal((await toolkits.get({ managedBy: 'composio' })).length, list.length);
      assert.deepEqual(await toolkits.get({ managedBy: 'project' }), []);
      const shop = await toolkits.get('shop');
      assert.partialDeepStrictEqual(shop, {
        slug: 'shop',
        authConfigDetails: [
          {
            mode: 'BEARER_TOKEN',
            fields: {
              authConfigCreation: { required: [], optional: [] },
              connectedAccountInitiation: { required: [{ required: true }] },
            },
          },
        ],
      });
      assert.deepEqual((await toolkits.listCategories()).items, []);
      const required = { requiredOnly: true };
      const names = (fields: readonly Json[]) => fields.map(({ name }) => name);
      const ofClient = await toolkits.getAuthConfigCreationFields('club', 'OAUTH2', required);
      assert.deepEqual(names(ofClient), ['client_id', 'client_secret']);
      const ofUser = await toolkits.getConnectedAccountInitiationFields('ledger', 'API_KEY', required);
      assert.equal(ofUser.length, 1);
      if (toolkits.getMany !== undefined) {
        assert.deepEqual(
          (await toolkits.getMany(['shop', 'club', 'nothing'])).map(({ slug }) => slug),
          ['shop', 'club'],
        );
        assert.deepEqual(await toolkits.changelog?.(), { items: [] });
      }
      await rejection(toolkits.get('nothing'), {
        name: lane.name === 'core-0.17' ? 'ComposioToolkitFetchError' : 'ComposioToolkitNotFoundError',
      });
      assert.deepEqual((await send('GET', '/api/v3.1/toolkits/changelog')).body, { items: [] });
      const { body } = await send('POST', '/api/v3.1/toolkits/multi', { toolkits: ['SHOP', 'nothing'] });
      assert.deepEqual(
        body.items.map(({ slug }: { slug: string }) => slug),
        ['shop'],
      );
    },
  },
  {
    sections: '12',
    name: 'tools: by toolkit, by slug and by words, with a version that is none of "latest"',
    async run({ composio, lane }) {
      const { tools } = composio();
      const slugs = (list: readonly { readonly slug?: unknown }[]) => list.map(({ slug }) => slug);
      assert.equal((await tools.getRawComposioTools({ toolkits: ['shop'] })).length, 6);
      assert.equal((await tools.getRawComposioTools({ toolkits: ['SHOP', 'counter'], limit: 100 })).length, 11);
      assert.deepEqual(
        slugs(await tools.getRawComposioTools({ tools: ['COUNTER_TICK', 'NOTHING', 'SHOP_GET_ITEM'] })),
        ['COUNTER_TICK', 'SHOP_GET_ITEM'],
      );
      const found = await tools.getRawComposioTools({ search: 'take an item off sale', limit: 5 });
      assert.equal(found[0]?.slug, 'SHOP_DELETE_ITEM', lane.name);
      const one = await tools.getRawComposioToolBySlug('SHOP_GET_ITEM');
      assert.partialDeepStrictEqual(one, { slug: 'SHOP_GET_ITEM', version: '2.1.0', toolkit: { slug: 'shop' } });
      await rejection(tools.getRawComposioToolBySlug('NOTHING'), { name: 'ComposioToolNotFoundError' });
      const all = await tools.getToolsEnum();
      assert.ok(Array.isArray(all) && all.includes('SHOP_GET_ITEM'));
      assert.equal(all.length, 12 + ledgerPages);
    },
  },
  {
    sections: '12, 1',
    name: 'tools: filtered by tags and scopes, with versions, importance and auth configs said beside',
    async run({ lane, front, apiKey, send }) {
      const { tools } = new lane.core.Composio({
        apiKey,
        baseURL: front.url,
        allowTracking: false,
        disableVersionCheck: true,
        toolkitVersions: { shop: '20250101_00' },
      });
      const before = front.requests.length;
      assert.equal((await tools.getRawComposioTools({ toolkits: ['shop'] })).length, 6);
      const asked = front.requests.slice(before).find(({ path }) => path.startsWith('/api/v3.1/tools?'));
      assert.match(asked?.path ?? '', /toolkit_versions%5Bshop%5D=20250101_00/);
      assert.match(asked?.path ?? '', /important=true/);
      const reading = await tools.getRawComposioTools({ toolkits: ['shop'], tags: ['readOnlyHint'] });
      assert.deepEqual(reading.map(({ slug }) => slug).sort(), ['SHOP_GET_ITEM', 'SHOP_LIST_ITEMS']);
      assert.equal((await tools.getRawComposioTools({ toolkits: ['club'], scopes: ['items:read'] })).length, 1);
      assert.deepEqual(await tools.getRawComposioTools({ toolkits: ['shop'], scopes: ['items:read'] }), []);
      const { body } = await send(
        'GET',
        '/api/v3.1/tools?toolkit_slug=club&auth_config_ids=ac_1&cursor=&toolkit_versions=latest',
      );
      assert.equal(body.items.length, 1);
    },
  },
  {
    sections: '12, 1',
    name: 'tools: executed for a user, with a missing account as its own error',
    async run({ composio, connect, newUser, shop, calls, send }) {
      const { tools } = composio();
      const userId = newUser();
      const accountId = await connect(userId);
      const skip = { dangerouslySkipVersionCheck: true };
      const done = await tools.execute('SHOP_GET_ITEM', { userId, arguments: { id: '1' }, ...skip });
      assert.partialDeepStrictEqual(done, { successful: true, error: null, data: { name: 'Tea' } });
      const named = { connectedAccountId: accountId, userId, arguments: { id: '1' }, version: '20250101_00' };
      assert.partialDeepStrictEqual(await tools.execute('SHOP_GET_ITEM', named), { successful: true });
      assert.ok(
        shop.requests.filter(({ authorization }) => authorization === `Bearer token-of-${userId}`).length === 2,
      );
      const before = await calls('COUNTER_FAIL');
      const failed = await tools.execute('COUNTER_FAIL', { userId, arguments: {}, ...skip });
      assert.partialDeepStrictEqual(failed, { successful: false, data: {} });
      assert.match(String(failed.error), /stuck/);
      assert.equal((await calls('COUNTER_FAIL')) - before, 1);
      await rejection(tools.execute('SHOP_GET_ITEM', { userId: newUser(), arguments: { id: '1' }, ...skip }), {
        name: 'ComposioConnectedAccountNotFoundError',
      });
      const unversioned = tools.execute('SHOP_GET_ITEM', { userId, arguments: { id: '1' } });
      await rejection(unversioned, { name: 'ComposioToolVersionRequiredError' });
      const path = '/api/v3.1/tools/execute/SHOP_GET_ITEM';
      const refused = {
        text: { text: 'get the first item' },
        custom_auth_params: {
          arguments: {},
          custom_auth_params: { parameters: [{ name: 'x', in: 'header', value: 'y' }] },
        },
        custom_connection_data: { arguments: {}, custom_connection_data: { authScheme: 'BEARER_TOKEN' } },
      };
      for (const [what, body] of Object.entries(refused)) {
        const answer = await send('POST', path, { user_id: userId, ...body });
        assert.equal(answer.status, 400, what);
        assert.match(answer.body.error.suggested_fix, /arguments|account/);
      }
    },
  },
  {
    sections: '1, 9',
    name: 'MCP: the URL is of the origin that the client used, whatever it is called',
    async run({ connected, front, lane, send, apiKey }) {
      const { session } = await connected({ toolkits: ['counter'] });
      assert.equal(new URL(session.mcp.url).origin, front.url);
      assert.equal(session.mcp.type, 'http');
      assert.equal(session.mcp.headers['x-api-key'], apiKey);
      const path = `/api/v3.1/tool_router/session/${session.sessionId}`;
      const port = new URL(front.url).port;
      const elsewhere = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'x-api-key': apiKey } });
      const { mcp } = (await elsewhere.json()) as { mcp: { url: string } };
      assert.equal(new URL(mcp.url).origin, `http://127.0.0.1:${port}`);
      const { body } = await send('GET', path, undefined, { 'x-forwarded-proto': 'https' });
      assert.equal(new URL(body.mcp.url).origin, `https://localhost:${port}`, lane.name);
    },
  },
  {
    sections: '9',
    name: 'MCP: a session that is created for it has its address and its key',
    async run({ composio, newUser, front, apiKey }) {
      const { mcp } = await composio().create(newUser(), { mcp: true });
      assert.equal(new URL(mcp.url).origin, front.url);
      assert.equal(mcp.headers['x-api-key'], apiKey);
    },
  },
  {
    sections: '12',
    name: 'tools: those of a user, without a session, run in a framework',
    async run({ composio, connect, newUser, lane }) {
      const userId = newUser();
      await connect(userId);
      const { tools } = composio(new lane.VercelProvider());
      const list = { tools: ['SHOP_GET_ITEM', 'COUNTER_LIST'] };
      const got = Object(await tools.get(userId, list)) as Record<string, VercelTool>;
      assert.deepEqual(Object.keys(got).sort(), ['COUNTER_LIST', 'SHOP_GET_ITEM']);
      const options = { toolCallId: 'call_1', messages: [] };
      assert.partialDeepStrictEqual(await got.SHOP_GET_ITEM?.execute({ id: '1' }, options), {
        successful: true,
        data: { name: 'Tea' },
      });
    },
  },
  {
    sections: '9',
    name: 'MCP: lists what session.tools() lists, and runs it',
    async run({ connected, lane }) {
      const { session } = await connected(
        { toolkits: ['shop', 'counter'], preload: { tools: ['COUNTER_TICK', 'SHOP_LIST_ITEMS'] } },
        new lane.VercelProvider(),
      );
      const client = await lane.connectMcp(session.mcp);
      try {
        const { tools } = await client.listTools();
        assert.deepEqual(
          tools.map(({ name }) => name),
          Object.keys(Object(await session.tools())),
        );
        const answer = await client.callTool({ name: 'SHOP_LIST_ITEMS', arguments: {} });
        assert.match(JSON.stringify(answer), /Tea/);
        const batch = { tools: [{ tool_slug: 'COUNTER_LIST', arguments: {} }] };
        assert.match(
          JSON.stringify(await client.callTool({ name: 'COMPOSIO_MULTI_EXECUTE_TOOL', arguments: batch })),
          /success_count/,
        );
      } finally {
        await client.close();
      }
    },
  },
  {
    sections: '11',
    name: 'files: listed, addressed and deleted; bytes go to addresses that need no key and do not last',
    async run({ connected, send, front }) {
      const { session } = await connected({});
      const { files } = session.experimental;
      assert.deepEqual((await files.list()).items, []);
      const mount = `/api/v3.1/tool_router/session/${session.sessionId}/mounts/files`;
      const put = async (path: string, text: string) => {
        const { status, body } = await send('POST', `${mount}/upload_url`, {
          mount_relative_path: path,
          mimetype: 'text/csv',
        });
        assert.equal(status, 201);
        assert.ok(body.upload_url.startsWith(front.url));
        const answer = await fetch(body.upload_url, {
          method: 'PUT',
          body: text,
          headers: { 'content-type': 'text/csv' },
        });
        assert.equal(answer.status, 200);
      };
      for (const name of ['a/1.csv', 'a/2.csv', 'b.csv']) await put(name, `content of ${name}`);
      const all = await files.list({ path: '/' });
      assert.equal((all.items as object[]).length, 3);
      assert.partialDeepStrictEqual(await files.list({ path: '/a' }), {
        items: [{ mountRelativePath: 'a/2.csv', sandboxMountPrefix: '/mnt/files', size: 18 }, { size: 18 }],
      });
      const first = await files.list({ limit: 2 });
      assert.equal((first.items as object[]).length, 2);
      const second = await files.list({ limit: 2, cursor: first.nextCursor });
      assert.equal((second.items as object[]).length, 1);
      assert.equal(second.nextCursor, undefined);
      const remote = await files.download('b.csv');
      assert.partialDeepStrictEqual(remote, { mountRelativePath: 'b.csv', sandboxMountPrefix: '/mnt/files' });
      const got = await fetch(String(remote.downloadUrl));
      assert.equal(await got.text(), 'content of b.csv');
      assert.equal(got.headers.get('content-type'), 'text/csv');
      assert.match(got.headers.get('content-disposition') ?? '', /^attachment/);
      assert.equal((await fetch(`${front.url}/files/nothing`)).status, 410);
      assert.partialDeepStrictEqual(await files.delete('b.csv'), { mountRelativePath: 'b.csv' });
      assert.partialDeepStrictEqual(await files.delete('b.csv'), { mountRelativePath: 'b.csv' });
      assert.equal((await fetch(String(remote.downloadUrl))).status, 404);
      await rejection(files.download('b.csv'), { status: 404 });
    },
  },
  {
    sections: '11',
    name: 'files: the client itself refuses to carry bytes to this machine',
    async run({ connected }) {
      const { session } = await connected({});
      const upload = session.experimental.files.upload(new TextEncoder().encode('a'), { remotePath: 'a.txt' });
      await rejection(upload, { name: 'ComposioBlockedInternalUrlError' });
    },
  },
  {
    sections: '11',
    name: 'files: uploads of a project have an address for their bytes',
    async run({ send }) {
      const body = {
        filename: 'a.txt',
        mimetype: 'text/plain',
        md5: 'm',
        tool_slug: 'SHOP_ADD_ITEM',
        toolkit_slug: 'shop',
      };
      const { status, body: made } = await send('POST', '/api/v3.1/files/upload/request', body);
      assert.equal(status, 201);
      assert.match(made.key, /\/a\.txt$/);
      assert.equal((await fetch(made.new_presigned_url, { method: 'PUT', body: 'a' })).status, 200);
    },
  },
];
