import assert from 'node:assert/strict';
import type { Check } from '../check.ts';
import { rejection } from '../expectations.ts';
import type { World } from '../world.ts';

/** Fills in the page behind a connect link, as a browser without JavaScript does: where it is sent then. */
async function submit({ front }: World, redirectUrl: string | null, token: string): Promise<string | null> {
  const page = await fetch(redirectUrl ?? '', { redirect: 'manual' });
  const cookie = page.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const html = await page.text();
  assert.equal(page.status, 200, html);
  const answer = await fetch(redirectUrl ?? '', {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: front.url, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token }),
  });
  assert.ok(answer.status < 400, await answer.text());
  return answer.headers.get('location');
}

async function shopConfig({ send }: World): Promise<string> {
  const { body } = await send('GET', '/v1/auth_configs?toolkit_slug=shop');
  return body.items.at(-1).id;
}

/** Section 8: toolkits of a session, accounts and auth configs. */
export const connectChecks: readonly Check[] = [
  {
    sections: '8',
    name: 'connect: from a link to an ACTIVE account, seen by everyone who looks',
    async run(world) {
      const { composio, newUser } = world;
      const userId = newUser();
      const session = await composio().create(userId, { toolkits: ['shop', 'counter'] });
      const before = await session.toolkits();
      assert.partialDeepStrictEqual(
        before.items.find(({ slug }) => slug === 'shop'),
        { name: 'Shop', logo: '', isNoAuth: false, connection: { isActive: false } },
      );
      assert.equal(before.items.find(({ slug }) => slug === 'counter')?.isNoAuth, true);
      assert.equal(before.items.find(({ slug }) => slug === 'counter')?.connection, undefined);
      const request = await session.authorize('shop', { callbackUrl: 'http://localhost:9/done' });
      assert.match(request.id, /^ca_/);
      assert.ok(request.redirectUrl?.startsWith(world.front.url), String(request.redirectUrl));
      const waiting = request.waitForConnection(15_000);
      await submit(world, request.redirectUrl, `token-of-${userId}`);
      assert.partialDeepStrictEqual(await waiting, { id: request.id, status: 'ACTIVE', toolkit: { slug: 'shop' } });
      const after = await session.toolkits({ toolkits: ['shop'] });
      assert.partialDeepStrictEqual(after.items, [
        { slug: 'shop', connection: { isActive: true, connectedAccount: { id: request.id, status: 'ACTIVE' } } },
      ]);
      assert.equal((await session.toolkits({ isConnected: true })).items.length, 1);
      assert.equal((await session.execute('SHOP_LIST_ITEMS')).error, null);
      if (session.ensureConnected === undefined) return;
      assert.partialDeepStrictEqual(await session.ensureConnected('shop'), { wasConnected: true });
    },
  },
  {
    sections: '8',
    name: 'connect: who is not connected gets a link, and a new account with each',
    async run(world) {
      const { composio, newUser, lane } = world;
      const userId = newUser();
      const session = await composio().create(userId, {
        toolkits: ['shop', 'ledger'],
        manageConnections: { enable: true, callbackUrl: 'http://localhost:9/from-the-config' },
        multiAccount: { enable: true },
      });
      const requests = [await session.authorize('shop', { alias: 'work' }), await session.authorize('shop')];
      const { connectedAccounts } = composio();
      const accounts = await Promise.all(requests.map(({ id }) => connectedAccounts.get(id)));
      assert.deepEqual(
        accounts.map(({ status }) => status),
        ['INITIATED', 'INITIATED'],
      );
      assert.notEqual(requests[0]?.id, requests[1]?.id);
      await submit(world, requests[0]?.redirectUrl ?? null, `token-of-${userId}`);
      assert.partialDeepStrictEqual(await requests[0]?.waitForConnection(5_000), { status: 'ACTIVE', alias: 'work' });
      const back = await submit(world, requests[1]?.redirectUrl ?? null, `token-of-${userId}`);
      assert.match(back ?? '', /^http:\/\/localhost:9\/from-the-config\?/);

      if (session.ensureConnected === undefined) {
        assert.equal(lane.name, 'core-0.17');
        return;
      }
      const ensured = session.ensureConnected('ledger', { timeout: 1_100 });
      await rejection(ensured, { name: 'ConnectionRequestTimeoutError' });
      const begun = await connectedAccounts.list({ userIds: [userId], toolkitSlugs: ['ledger'] });
      assert.partialDeepStrictEqual(begun.items, [{ status: 'INITIATED' }]);
    },
  },
  {
    sections: '8',
    name: 'connect: whoever waits for an account that is gone, switched off or never finished is told',
    async run({ composio, connect, newUser }) {
      const { connectedAccounts, sessions } = composio();
      const gone = { name: 'ComposioConnectedAccountNotFoundError' };
      await rejection(connectedAccounts.waitForConnection('ca_nothing', 1_000), gone);
      const userId = newUser();
      const accountId = await connect(userId);
      await connectedAccounts.update(accountId, { enabled: false });
      assert.partialDeepStrictEqual(await connectedAccounts.get(accountId), { status: 'INACTIVE', isDisabled: true });
      const late = { name: 'ConnectionRequestTimeoutError' };
      await rejection(connectedAccounts.waitForConnection(accountId, 1_100), late);
      const withStatus = async (status: string) =>
        (await connectedAccounts.list({ userIds: [userId], statuses: [status] })).items.map((each) => each.status);
      assert.deepEqual([await withStatus('ACTIVE'), await withStatus('INACTIVE')], [[], ['INACTIVE']]);
      const session = await sessions.create(userId, { toolkits: ['shop'] });
      assert.ok((await session.execute('SHOP_LIST_ITEMS')).error);
      await connectedAccounts.update(accountId, { enabled: true });
      assert.partialDeepStrictEqual(await connectedAccounts.waitForConnection(accountId), { status: 'ACTIVE' });
      await rejection(connectedAccounts.updateAcl(accountId, { allowAllUsers: true }), {
        name: 'ComposioAclOnlyForSharedError',
      });
    },
  },
  {
    sections: '8',
    name: 'accounts: a key in hand, under either of its names, and what is no key',
    async run({ composio, newUser, connect, send, shop }) {
      const { authConfigs, connectedAccounts, sessions } = composio();
      const made = await authConfigs.create('ledger', {
        type: 'use_custom_auth',
        authScheme: 'API_KEY',
        credentials: {},
      });
      const id = String(made.id);
      for (const name of ['generic_api_key', 'api_key']) {
        const userId = newUser();
        const config = { authScheme: 'API_KEY', val: { status: 'ACTIVE', [name]: `key-of-${userId}` } };
        const request = await connectedAccounts.initiate(userId, id, { config });
        assert.equal((await request.waitForConnection()).status, 'ACTIVE');
        const session = await sessions.create(userId, { toolkits: ['ledger'], authConfigs: { ledger: id } });
        assert.equal((await session.execute('LEDGER_READ_PAGE007')).error, null);
        assert.equal(shop.requests.at(-1)?.headers['x-ledger-key'], `key-of-${userId}`);
      }
      assert.equal((await authConfigs.get(id)).noOfConnections, 2);
      const listed = await connectedAccounts.list({ authConfigIds: [id] });
      assert.equal(listed.items.length, 2);
      const wrong = { authScheme: 'BEARER_TOKEN', val: { status: 'ACTIVE', token: 'x' } };
      await rejection(connectedAccounts.initiate(newUser(), id, { config: wrong }), {
        status: 400,
        says: /BEARER_TOKEN/,
      });
      await connect(newUser());
      const shared = (await send('GET', '/api/v3.1/connected_accounts?account_type=SHARED')).body;
      assert.partialDeepStrictEqual(shared, { items: [], next_cursor: null, total_items: 0 });
      await authConfigs.delete(id);
    },
  },
  {
    sections: '8',
    name: 'connect: a callback gets the browser back with what became of it',
    async run(world) {
      const session = await world.composio().create(world.newUser(), { toolkits: ['shop'] });
      const { redirectUrl } = await session.authorize('shop', { callbackUrl: 'http://localhost:9/done?a=b' });
      const location = await submit(world, redirectUrl, 'token-of-whoever');
      const back = new URL(location ?? '', world.front.url);
      assert.equal(back.origin + back.pathname, 'http://localhost:9/done');
      assert.equal(back.searchParams.get('status'), 'success');
      assert.equal(back.searchParams.get('a'), 'b');
    },
  },
  {
    sections: '8',
    name: 'connect: what cannot be connected is refused, accounts for several users too',
    async run({ composio, newUser }) {
      const session = await composio().create(newUser(), { toolkits: ['shop'] });
      await rejection(session.authorize('counter'), { status: 403 });
      await rejection(session.authorize('nothing'), { status: 400, says: /nothing/ });
      await rejection(session.authorize('shop', { experimental: { accountType: 'SHARED' } }), { says: /SHARED/ });
      const acl = { experimental: { aclConfigForShared: { allowAllUsers: true } } };
      await rejection(session.authorize('shop', acl), { name: 'ComposioAclOnlyForSharedError' });
      const request = await session.authorize('shop');
      await rejection(request.waitForConnection(1_200), { name: 'ConnectionRequestTimeoutError' });
      await rejection(composio().connectedAccounts.get('ca_nothing'), { status: 404 });
    },
  },
  {
    sections: '8',
    name: 'accounts: get, list with filters, disable, enable, refresh and delete',
    async run(world) {
      const { composio, newUser, connect } = world;
      const { connectedAccounts } = composio();
      const userId = newUser();
      const first = await connect(userId, 'work');
      const second = await connect(userId, 'home');
      const account = await connectedAccounts.get(first);
      assert.partialDeepStrictEqual(account, {
        id: first,
        status: 'ACTIVE',
        statusReason: null,
        isDisabled: false,
        alias: 'work',
        toolkit: { slug: 'shop' },
        authConfig: { authScheme: 'BEARER_TOKEN', isComposioManaged: false, isDisabled: false },
      });
      assert.doesNotMatch(JSON.stringify(account), /token-of/);
      const ids = async (query: object) =>
        (await connectedAccounts.list({ userIds: [userId], ...query })).items.map(({ id }) => id);
      assert.deepEqual(await ids({}), [second, first]);
      assert.deepEqual(await ids({ toolkitSlugs: ['shop', 'counter'], statuses: ['ACTIVE'] }), [second, first]);
      assert.deepEqual(await ids({ statuses: ['FAILED'] }), []);
      assert.deepEqual(await ids({ limit: 1 }), [second]);
      assert.deepEqual(await connectedAccounts.disable(first), { success: true });
      assert.equal((await connectedAccounts.get(first)).isDisabled, true);
      assert.deepEqual(await connectedAccounts.enable(first), { success: true });
      assert.partialDeepStrictEqual(await connectedAccounts.refresh(first), { id: first });
      assert.partialDeepStrictEqual(await connectedAccounts.delete(second), { success: true });
      await rejection(connectedAccounts.get(second), { status: 404 });
      assert.deepEqual(await ids({}), [first]);
    },
  },
  {
    sections: '8',
    name: 'accounts: initiate with a key in hand, and link for a person, with the preflight of both',
    async run(world) {
      const { composio, newUser, connect, shop } = world;
      const { connectedAccounts, sessions } = composio();
      await connect(newUser());
      const authConfigId = await shopConfig(world);
      const userId = newUser();
      const config = { authScheme: 'BEARER_TOKEN', val: { status: 'ACTIVE', token: `token-of-${userId}` } };
      const made = await connectedAccounts.initiate(userId, authConfigId, { config });
      assert.equal((await made.waitForConnection()).status, 'ACTIVE');
      const session = await sessions.create(userId, { toolkits: ['shop'] });
      assert.equal((await session.execute('SHOP_LIST_ITEMS')).error, null);
      assert.ok(shop.requests.some(({ authorization }) => authorization === `Bearer token-of-${userId}`));
      const twice = { name: 'ComposioMultipleConnectedAccountsError' };
      await rejection(connectedAccounts.initiate(userId, authConfigId, { config }), twice);
      await rejection(connectedAccounts.link(userId, authConfigId), twice);

      const other = newUser();
      const request = await connectedAccounts.link(other, authConfigId, { alias: 'work' });
      await submit(world, request.redirectUrl, `token-of-${other}`);
      assert.partialDeepStrictEqual(await request.waitForConnection(10_000), { status: 'ACTIVE', alias: 'work' });
      const again = await connectedAccounts.link(other, authConfigId, { allowMultiple: true, alias: 'home' });
      await submit(world, again.redirectUrl, `token-of-${other}`);
      const { items } = await connectedAccounts.list({ userIds: [other], statuses: ['ACTIVE'] });
      assert.equal(items.length, 2);
      const started = await connectedAccounts.initiate(newUser(), authConfigId);
      assert.match(started.redirectUrl ?? '', /\/connect\//);
      await rejection(connectedAccounts.link(newUser(), 'ac_nothing'), { says: /connected account link/ });
    },
  },
  {
    sections: '8',
    name: 'accounts: authorize by the toolkit alone, and revoke',
    async run(world) {
      const { composio, newUser, connect, send } = world;
      await connect(newUser());
      const userId = newUser();
      const request = await composio().toolkits.authorize(userId, 'shop');
      await submit(world, request.redirectUrl, `token-of-${userId}`);
      assert.equal((await request.waitForConnection(10_000)).status, 'ACTIVE');
      const { status, body } = await send('POST', `/api/v3.1/connected_accounts/${request.id}/revoke`, {});
      assert.equal(status, 200);
      assert.partialDeepStrictEqual(body, { connected_account: { id: request.id, status: 'REVOKED' } });
      const waiting = composio().connectedAccounts.waitForConnection(request.id, 5_000);
      await rejection(waiting, { name: 'ConnectionRequestFailedError' });
      await rejection(composio().toolkits.authorize(userId, 'nothing'));
    },
  },
  {
    sections: '8',
    name: 'auth configs: create, get, list, disable, enable, update and delete; no client is lent',
    async run({ composio }) {
      const { authConfigs } = composio();
      const made = await authConfigs.create('shop', {
        type: 'use_custom_auth',
        authScheme: 'BEARER_TOKEN',
        credentials: {},
        name: 'A config of the checks',
      });
      assert.partialDeepStrictEqual(made, { toolkit: 'shop', authScheme: 'BEARER_TOKEN', isComposioManaged: false });
      const id = String(made.id);
      assert.partialDeepStrictEqual(await authConfigs.get(id), {
        id,
        name: 'A config of the checks',
        status: 'ENABLED',
        noOfConnections: 0,
        authScheme: 'BEARER_TOKEN',
        toolkit: { slug: 'shop', logo: '' },
      });
      const ids = async (query: object) =>
        (await authConfigs.list({ toolkit: 'shop', ...query })).items.map((each) => each.id);
      assert.ok((await ids({ search: 'of the checks' })).includes(id));
      assert.deepEqual(await ids({ isComposioManaged: true }), []);
      await authConfigs.disable(id);
      assert.equal((await authConfigs.get(id)).status, 'DISABLED');
      assert.ok(!(await ids({})).includes(id));
      assert.ok((await ids({ showDisabled: true })).includes(id));
      await authConfigs.enable(id);
      assert.equal((await authConfigs.get(id)).status, 'ENABLED');
      await authConfigs.update(id, { type: 'custom', credentials: {} });
      const limited = { type: 'custom', credentials: {}, restrictToFollowingTools: ['SHOP_GET_ITEM'] };
      await rejection(authConfigs.update(id, limited), { status: 400, says: /tools_available_for_execution/ });
      await authConfigs.delete(id);
      await rejection(authConfigs.get(id), { status: 404 });
      const lent = authConfigs.create('shop', { type: 'use_composio_managed_auth' });
      await rejection(lent, { status: 400, says: /no client/ });
    },
  },
];
