import assert from 'node:assert/strict';
import type { Check } from '../check.ts';
import { rejection } from '../expectations.ts';
import type { VercelTool } from '../lane.ts';

/** Section 2: sessions. */
export const sessionChecks: readonly Check[] = [
  {
    sections: '2.1, 2.3',
    name: 'session: create with nothing but a user, and use it again',
    async run({ composio, newUser }) {
      const userId = newUser();
      const session = await composio().create(userId);
      assert.match(session.sessionId, /^ses_/);
      assert.equal(session.configVersion, 1);
      assert.deepEqual(session.preload, { tools: [] });
      assert.ok(session.experimental.assistivePrompt?.includes('COMPOSIO_SEARCH_TOOLS'));
      const again = await composio().sessions.use(session.sessionId);
      assert.equal(again.sessionId, session.sessionId);
      assert.equal(again.configVersion, 1);
    },
  },
  {
    sections: '2.1, 2.3',
    name: 'session: every config key is kept, and read back in the words of the answer',
    async run({ composio, newUser, connect, send, lane }) {
      const userId = newUser();
      const accountId = await connect(userId);
      const { body } = await send('GET', `/v1/connected_accounts/${accountId}`);
      const session = await composio().sessions.create(userId, {
        toolkits: ['SHOP', 'counter'],
        tools: { shop: ['SHOP_LIST_ITEMS'], counter: { disable: ['COUNTER_FAIL'] } },
        tags: { enable: ['readOnlyHint'], disable: ['destructiveHint'] },
        authConfigs: { shop: body.auth_config.id },
        connectedAccounts: { shop: accountId },
        manageConnections: { enable: true, callbackUrl: 'http://localhost:9/done', waitForConnections: true },
        sandbox: { enable: false, autoOffloadThreshold: 100, enableProxyExecution: false },
        multiAccount: { enable: true, maxAccountsPerToolkit: 3 },
        preload: { tools: ['SHOP_LIST_ITEMS'] },
        experimental: { assistivePrompt: { userTimezone: 'Europe/Paris' } },
      });
      const raw = (await send('GET', `/api/v3.1/tool_router/session/${session.sessionId}`)).body;
      assert.partialDeepStrictEqual(raw.config, {
        user_id: userId,
        toolkits: { enabled: ['shop', 'counter'] },
        tools: { shop: { enabled: ['SHOP_LIST_ITEMS'] }, counter: { disabled: ['COUNTER_FAIL'] } },
        tags: { enabled: ['readOnlyHint'], disabled: ['destructiveHint'] },
        auth_configs: { shop: body.auth_config.id },
        connected_accounts: { shop: [accountId] },
        manage_connections: {
          enabled: true,
          callback_url: 'http://localhost:9/done',
          enable_wait_for_connections: true,
        },
        workbench: { enable: false, auto_offload_threshold: 100, proxy_execution_enabled: false },
        multi_account: { enable: true, max_accounts_per_toolkit: 3, require_explicit_selection: true },
        preload: { tools: ['SHOP_LIST_ITEMS'] },
        search: { enable: true },
        execute: { enable_multi_execute: true },
      });
      assert.deepEqual(session.preload, { tools: ['SHOP_LIST_ITEMS'] });
      assert.equal(session.sandbox?.enable, false);
      assert.match(session.experimental.assistivePrompt ?? '', /Europe\/Paris/);
      if (lane.name !== 'core-0.17') assert.deepEqual(session.config, raw.config);
    },
  },
  {
    sections: '2.1',
    name: 'session: every config that cannot be is refused by name',
    async run({ composio, newUser, connect, send }) {
      const { sessions } = composio();
      const userId = newUser();
      const someoneElses = await connect(newUser());
      const refused = (config: object, says: RegExp) =>
        rejection(sessions.create(userId, config), { status: 400, name: 'BadRequestError', says });
      await refused({ toolkits: ['shopp'] }, /shopp/);
      await refused({ tools: { shop: ['SHOP_LIST_ITEM'] } }, /SHOP_LIST_ITEM/);
      await refused({ tools: { nothing: ['NOTHING_AT_ALL'] } }, /nothing/);
      await refused({ preload: { tools: ['SHOP_NOTHING'] } }, /SHOP_NOTHING/);
      await refused({ preload: { tools: 'all' } }, /preload/);
      await refused({ authConfigs: { shop: 'ac_nothing' } }, /ac_nothing/);
      await refused({ connectedAccounts: { shop: 'ca_nothing' } }, /ca_nothing/);
      await refused({ connectedAccounts: { shop: someoneElses } }, /another user/);
      await refused({ connectedAccounts: { ledger: [await connect(userId)] } }, /ledger|another toolkit/);
      await refused({ experimental: { assistivePrompt: { userTimezone: 'Moon/Base' } } }, /Moon\/Base/);
      const path = '/api/v3.1/tool_router/session';
      const saved = { user_id: userId, experimental: { session_config_id: 'cfg_1' } };
      assert.match((await send('POST', path, saved)).body.message, /session_config_id/);
      const asking = { default: 'always_allow', overrides: { SHOP_ADD_ITEM: 'always_deny' } };
      const permissions = { user_id: userId, experimental: { permissions: asking } };
      assert.match((await send('POST', path, permissions)).body.message, /permissions/);
      for (const body of [
        {},
        { user_id: '' },
        { user_id: userId, tags: { enable: ['nice'] } },
        { user_id: userId, tools: 7 },
      ]) {
        assert.equal((await send('POST', path, body)).status, 400);
      }
    },
  },
  {
    sections: '2.1',
    name: 'session: what is not known here does no harm, and is said',
    async run({ composio, newUser, send }) {
      const body = {
        user_id: newUser(),
        premium_usage: { return_premium_charge: true },
        novelty: 1,
        manage_connections: { enable: true, enable_connection_removal: true },
        experimental: { fast_mode: true, submit_feedback: { enable: false }, permissions: { default: 'always_allow' } },
        tags: ['readOnlyHint'],
      };
      const { status, body: session } = await send('POST', '/api/v3.1/tool_router/session', body);
      assert.equal(status, 201);
      assert.deepEqual(
        session.warnings.map(({ message }: { message: string }) => message.split(' ')[0]),
        ['premium_usage', 'novelty', 'manage_connections.enable_connection_removal', 'experimental.fast_mode'],
      );
      assert.deepEqual(session.config.tags, { enabled: ['readOnlyHint'] });
      const warned = await composio().create(newUser(), { sandbox: { enable: true } });
      assert.partialDeepStrictEqual(warned.warnings, [{ code: 'WORKBENCH_NOT_AVAILABLE' }]);
    },
  },
  {
    sections: '2.4',
    name: 'session: an update keeps what it leaves out, replaces filters and merges switches',
    async run({ connected, send, lane }) {
      const { session } = await connected({
        toolkits: ['shop'],
        manageConnections: { enable: true, callbackUrl: 'http://localhost:9/done' },
        multiAccount: { enable: true, maxAccountsPerToolkit: 4 },
      });
      const configOf = async () =>
        (await send('GET', `/api/v3.1/tool_router/session/${session.sessionId}`)).body.config;
      await session.update({ tags: { enable: ['readOnlyHint'] } });
      assert.equal(session.configVersion, 2);
      assert.partialDeepStrictEqual(await configOf(), {
        toolkits: { enabled: ['shop'] },
        tags: { enabled: ['readOnlyHint'] },
      });
      await session.update({
        toolkits: ['counter'],
        multiAccount: { enable: true },
        manageConnections: { enable: true },
      });
      assert.equal(session.configVersion, 3);
      assert.partialDeepStrictEqual(await configOf(), {
        toolkits: { enabled: ['counter'] },
        manage_connections: { callback_url: 'http://localhost:9/done' },
        multi_account: { max_accounts_per_toolkit: 4 },
      });
      await rejection(session.update({ toolkits: ['shopp'] }), { says: /shopp/ });
      assert.equal((await configOf()).toolkits.enabled[0], 'counter');
      if (lane.name === 'core-0.17') return;
      await session.update({ toolkits: null, tags: null });
      const freed = await configOf();
      assert.ok(!('toolkits' in freed) && !('tags' in freed), JSON.stringify(freed));
      assert.equal(session.configVersion, 4);
      await session.update({ toolkits: { enable: [] } });
      assert.deepEqual((await configOf()).toolkits, { enabled: [] });
      await rejection(session.execute('COUNTER_TICK'), { status: 403 });
      await session.update({ manageConnections: { callbackUrl: null } });
      assert.ok(!('callback_url' in (await configOf()).manage_connections));
      await session.update({ multiAccount: { maxAccountsPerToolkit: null } });
      assert.ok(!('max_accounts_per_toolkit' in (await configOf()).multi_account));
    },
  },
  {
    sections: '2.1, 3',
    name: 'session: no toolkit is not every toolkit, and every tag is known',
    async run({ composio, connected, lane }) {
      const { session } = await connected({ toolkits: [] }, new lane.VercelProvider());
      assert.deepEqual((await session.toolkits()).items, []);
      await rejection(session.execute('COUNTER_TICK'), { status: 403 });
      const used = await composio(new lane.VercelProvider()).use(session.sessionId);
      assert.deepEqual((await used.toolkits()).items, []);

      const slugsOf = async (config: object) => {
        const made = await connected({ preload: { tools: 'all' }, ...config }, new lane.VercelProvider());
        return Object.keys(Object(await made.session.tools())).filter((slug) => !slug.startsWith('COMPOSIO_'));
      };
      const all = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'];
      assert.ok((await slugsOf({ toolkits: ['shop'], tags: all })).includes('SHOP_LIST_ITEMS'));
      // One that is wanted and none that is not.
      const closed = { enable: ['readOnlyHint'], disable: ['openWorldHint'] };
      const slugs = await slugsOf({ toolkits: ['shop', 'counter'], tags: closed });
      assert.deepEqual(slugs.sort(), ['COUNTER_LIST', 'COUNTER_TICK']);
      const ofToolkit = await slugsOf({ toolkits: ['shop', 'counter'], tools: { counter: { tags: closed } } });
      assert.ok(ofToolkit.includes('SHOP_ADD_ITEM') && !ofToolkit.includes('COUNTER_FAIL'));
    },
  },
  {
    sections: '2.2',
    name: 'session: what is said beside the direct-tools preset wins over it',
    async run({ connected, lane }) {
      const preset = { sessionPreset: 'direct_tools', toolkits: ['counter'] };
      const managing = await connected({ ...preset, manageConnections: true }, new lane.VercelProvider());
      const slugs = Object.keys(Object(await managing.session.tools()));
      assert.ok(slugs.includes('COMPOSIO_MANAGE_CONNECTIONS') && slugs.includes('COUNTER_TICK'));
      assert.ok(!slugs.includes('COMPOSIO_SEARCH_TOOLS') && !slugs.includes('COMPOSIO_MULTI_EXECUTE_TOOL'));
      const one = await connected({ ...preset, preload: { tools: ['COUNTER_TICK'] } }, new lane.VercelProvider());
      assert.deepEqual(Object.keys(Object(await one.session.tools())), ['COUNTER_TICK']);
    },
  },
  {
    sections: '2.4',
    name: 'session: an update of each block, and of each back to what it was without',
    async run({ composio, connected, connect, send, lane }) {
      const { session, userId, accountId } = await connected({
        toolkits: ['shop', 'counter'],
        tools: { shop: ['SHOP_LIST_ITEMS'] },
        preload: { tools: ['SHOP_LIST_ITEMS'] },
        sandbox: { enable: false, autoOffloadThreshold: 100 },
      });
      const other = await connect(userId, 'other');
      const { auth_config: authConfig } = (await send('GET', `/v1/connected_accounts/${other}`)).body;
      const configOf = async () =>
        (await send('GET', `/api/v3.1/tool_router/session/${session.sessionId}`)).body.config;
      await session.update({
        tools: { counter: ['COUNTER_TICK'] },
        preload: { tools: ['COUNTER_TICK'] },
        connectedAccounts: { shop: other },
        authConfigs: { shop: authConfig.id },
        sandbox: { enable: false },
      });
      const config = await configOf();
      assert.deepEqual(config.tools, { counter: { enabled: ['COUNTER_TICK'] } });
      assert.deepEqual(config.preload, { tools: ['COUNTER_TICK'] });
      assert.deepEqual(config.connected_accounts, { shop: [other] });
      assert.deepEqual(config.auth_configs, { shop: authConfig.id });
      assert.equal(config.workbench.auto_offload_threshold, 100);
      assert.deepEqual(session.preload, { tools: ['COUNTER_TICK'] });
      await session.update({ connectedAccounts: { shop: [accountId] } });
      assert.deepEqual((await configOf()).connected_accounts, { shop: [accountId] });
      if (lane.name === 'core-0.17') return;

      await session.update({ search: { enable: false }, execute: { enableMultiExecute: false } });
      const meta = async () => {
        const used = await composio(new lane.VercelProvider()).use(session.sessionId);
        return Object.keys(Object(await used.tools()) as Record<string, VercelTool>);
      };
      assert.ok(!(await meta()).some((slug) => /SEARCH|MULTI_EXECUTE/.test(slug)));
      await session.update({
        tools: null,
        preload: null,
        connectedAccounts: null,
        authConfigs: null,
        search: null,
        execute: null,
        manageConnections: null,
        sandbox: null,
        multiAccount: null,
      });
      const freed = await configOf();
      for (const gone of ['tools', 'connected_accounts', 'auth_configs']) assert.ok(!(gone in freed), gone);
      assert.deepEqual(freed.preload, { tools: [] });
      assert.ok((await meta()).includes('COMPOSIO_SEARCH_TOOLS'));
      const asking = { default: 'ask_every_call' };
      await rejection(session.update({ experimental: { permissions: asking } }), { status: 400, says: /permissions/ });
      await session.update({ experimental: { permissions: null } });
    },
  },
  {
    sections: '2.4, 1',
    name: 'session: an update of another version is a conflict, sent once',
    async run({ connected, send, lane, front }) {
      const { session } = await connected({ toolkits: ['shop'] });
      const path = `/api/v3.1/tool_router/session/${session.sessionId}`;
      const { status, headers, body } = await send('PATCH', path, { expected_config_version: 9, tags: null });
      assert.equal(status, 409);
      assert.equal(headers.get('x-should-retry'), 'false');
      assert.equal(body.error.slug, 'CONFIG_VERSION_CONFLICT');
      if (lane.name === 'core-0.17') return;
      const other = await rejection(session.update({ tags: null, expectedConfigVersion: 9 }));
      assert.equal(other.constructor.name, 'ComposioSessionConfigConflictError');
      const sent = front.requests.filter(({ method, path: to }) => method === 'PATCH' && to === path);
      assert.equal(sent.length, 2);
      await session.update({ tags: ['readOnlyHint'], expectedConfigVersion: 1 });
      assert.equal(session.configVersion, 2);
    },
  },
  {
    sections: '2.5',
    name: 'session: deleted is gone for every call',
    async run({ composio, connected, send, newUser }) {
      const { session } = await connected({ toolkits: ['shop'] });
      assert.partialDeepStrictEqual(await session.delete(), { sessionId: session.sessionId, deleted: true });
      const gone = { status: 404, name: 'NotFoundError', says: new RegExp(session.sessionId) };
      await rejection(composio().sessions.use(session.sessionId), gone);
      await rejection(session.tools(), gone);
      await rejection(session.toolkits(), gone);
      await rejection(session.execute('SHOP_LIST_ITEMS'), gone);
      await rejection(session.search({ query: 'anything' }), gone);
      await rejection(session.authorize('shop'), gone);
      await rejection(session.proxyExecute({ toolkit: 'shop', endpoint: '/items', method: 'GET' }), gone);
      await rejection(session.update({ tags: [] }), gone);
      await rejection(session.delete(), gone);
      const path = `/api/v3.1/tool_router/session/${session.sessionId}`;
      for (const rest of ['/config_history', '/mounts/files/items']) {
        assert.equal((await send('GET', path + rest)).status, 404);
      }
      const { sessionId } = await composio().create(newUser());
      assert.partialDeepStrictEqual(await composio().sessions.delete(sessionId), { deleted: true });
    },
  },
  {
    sections: '2.6',
    name: 'session: the history of configs, newest first',
    async run({ connected, send, lane }) {
      const { session } = await connected({ toolkits: ['shop'] });
      await session.update({ toolkits: ['counter'] });
      const path = `/api/v3.1/tool_router/session/${session.sessionId}/config_history`;
      const { body } = await send('GET', path);
      assert.partialDeepStrictEqual(body, {
        items: [
          { version: 2, is_current: true, config: { toolkits: { enabled: ['counter'] } } },
          { version: 1, is_current: false, config: { toolkits: { enabled: ['shop'] } } },
        ],
        next_cursor: null,
        total_pages: 1,
        current_page: 1,
        total_items: 2,
      });
      if (session.listConfigHistory === undefined) {
        assert.equal(lane.name, 'core-0.17');
        return;
      }
      const first = await session.listConfigHistory({ limit: 1 });
      assert.partialDeepStrictEqual(first, { items: [{ version: 2 }] });
      const second = await session.listConfigHistory({ limit: 1, cursor: first.nextCursor });
      assert.partialDeepStrictEqual(second, { items: [{ version: 1 }], nextCursor: null });
    },
  },
];
