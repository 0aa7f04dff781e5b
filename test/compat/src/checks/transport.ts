import assert from 'node:assert/strict';
import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import type { Check } from '../check.ts';
import { rejection } from '../expectations.ts';

/** Off, because it calls home. */
const quiet = { allowTracking: false, disableVersionCheck: true } as const;

/** Section 1: what every call has in common. */
export const transportChecks: readonly Check[] = [
  {
    sections: '1',
    name: 'transport: errors have the class, the words and the code that clients look for',
    async run({ composio, send, lane, front }) {
      const wrong = new lane.core.Composio({
        apiKey: 'wrong',
        baseURL: front.url,
        allowTracking: false,
        disableVersionCheck: true,
      });
      await rejection(wrong.create('u'), { status: 401, name: 'AuthenticationError', says: /^401 .*API key/ });
      const error = await rejection(composio().sessions.use('ses_nothing'), {
        name: 'NotFoundError',
        says: /^404 There is no session ses_nothing/,
      });
      assert.partialDeepStrictEqual(Object(error).error, { error: { slug: 'SESSION_NOT_FOUND', status: 404 } });
      assert.match(Object(error).error.error.suggested_fix, /id/);
      const nowhere = await send('GET', '/api/v3.1/nothing');
      assert.equal(nowhere.status, 404);
      assert.match(nowhere.headers.get('content-type') ?? '', /json/);
    },
  },
  {
    sections: '1, 9',
    name: 'transport: nothing of the dialect is under /v1',
    async run({ connected, send }) {
      const { session } = await connected({ toolkits: ['counter'] });
      const path = `/v1/tool_router/session/${session.sessionId}`;
      const native = [
        (await send('GET', path)).body,
        (await send('GET', `${path}/tools`)).body,
        (await send('POST', `${path}/search`, { queries: [{ use_case: 'tick' }] })).body,
        (await send('GET', '/openapi.json')).body,
      ];
      assert.doesNotMatch(JSON.stringify(native), /composio|v3\.1|hasFullSchema/i);
      for (const only of ['/v1/tools/enum', '/v1/toolkits/categories', `${path}/mounts/files/items`]) {
        assert.ok((await send('GET', only)).status >= 400);
      }
      const refused = await send('POST', `${path}/execute`, { tool_slug: 'COMPOSIO_SEARCH_TOOLS', arguments: {} });
      assert.equal(refused.status, 400);
    },
  },
  {
    sections: '1',
    name: 'transport: every class of error that clients tell apart',
    async run({ composio, connected, newUser }) {
      const { session } = await connected({ toolkits: ['shop'] });
      await rejection(composio().create(newUser(), { toolkits: ['nothing'] }), {
        status: 400,
        name: 'BadRequestError',
      });
      await rejection(session.execute('COUNTER_TICK'), { status: 403, name: 'PermissionDeniedError' });
      await rejection(session.authorize('nothing'), { status: 400, name: 'BadRequestError' });
      const { client } = composio();
      const path = `/api/v3.1/tool_router/session/${session.sessionId}`;
      const conflict = { body: { expected_config_version: 9 } };
      await rejection(client.patch(path, conflict), { status: 409, name: 'ConflictError', says: /^409 .*version/ });
      await rejection(client.post('/api/v3.1/nothing'), { status: 404, name: 'NotFoundError', says: /nothing/ });
    },
  },
  {
    sections: '1',
    name: 'transport: what clients show of an error says how to mend it',
    async run({ composio, connected, lane, front, apiKey, newUser }) {
      const { session } = await connected({ toolkits: ['shop'] });
      const at = (baseURL: string) => new lane.core.Composio({ ...quiet, apiKey, baseURL });
      const create = (baseURL: string) => at(baseURL).create(newUser());
      await rejection(create(`${front.url}/api/v3.1`), { status: 404, says: /Leave \/api\/v3\.1 out of the base URL/ });
      await rejection(create(`${front.url}/v1`), { status: 404, says: /Leave \/v1 out of the base URL/ });
      await rejection(composio().sessions.use(''), { says: /id in the path is empty/ });
      await rejection(session.execute('SHOP_ADD_AN_ITEM'), { status: 400, says: /jackfield import/ });
      await rejection(session.execute('COMPOSIO_REMOTE_BASH_TOOL'), { status: 400, says: /no sandbox/ });
      const { client } = composio();
      await rejection(client.post('/api/v3.1/mcp/servers/custom', { body: {} }), { says: /`session\.mcp`/ });
      await rejection(client.post('/api/v3/tool_router/session', { body: {} }), { says: /core 0\.17 or newer/ });
      await rejection(client.post('/api/v3.1/tools/execute/X/input', { body: { text: 'x' } }), { says: /`arguments`/ });
      await rejection(client.post('/api/v3.1/trigger_instances/SHOP/upsert', { body: {} }), { says: /Triggers/ });
      await rejection(composio().create(''), { status: 400, says: /`user_id` must not be empty/ });
    },
  },
  {
    sections: '1, 2',
    name: 'transport: ids arrive as they are written',
    async run({ composio }) {
      const odd = 'a/b?c=d e%2F#f';
      const error = await rejection(composio().sessions.use(odd), { status: 404, name: 'NotFoundError' });
      assert.ok(error.message.includes(odd), error.message);
      await rejection(composio().connectedAccounts.get(odd), { status: 404 });
      await rejection(composio().tools.getRawComposioToolBySlug(odd), { name: 'ComposioToolNotFoundError' });
    },
  },
  {
    sections: '1, 9, 11',
    name: 'transport: below the path of a base URL is everything that the server addresses',
    async run({ behindPrefix, lane, newUser, front }) {
      const { baseURL, apiKey } = await behindPrefix();
      // Of two slashes in a row one is dropped.
      const composio = new lane.core.Composio({ ...quiet, apiKey, baseURL: `${baseURL}/` });
      const userId = newUser();
      const session = await composio.create(userId, { toolkits: ['shop', 'counter'], preload: { tools: 'all' } });
      assert.ok(session.mcp.url.startsWith(`${baseURL}/api/v3.1/`), session.mcp.url);
      const client = await lane.connectMcp(session.mcp);
      try {
        const ticked = await client.callTool({ name: 'COUNTER_TICK', arguments: {} });
        assert.match(JSON.stringify(ticked), /ticks/);
      } finally {
        await client.close();
      }

      const request = await session.authorize('shop');
      assert.ok(request.redirectUrl?.startsWith(`${baseURL}/connect/`), String(request.redirectUrl));
      const browser = openCookieBrowser();
      await browser.open(String(request.redirectUrl));
      await browser.submit({ token: `token-of-${userId}` });
      assert.equal(browser.page.status, 200, browser.page.html);
      assert.ok(browser.visited.every((url) => url.startsWith(baseURL)));
      assert.equal((await request.waitForConnection(5_000)).status, 'ACTIVE');
      assert.equal((await session.execute('SHOP_LIST_ITEMS')).error, null);

      const { upload_url: uploadUrl } = Object(
        await composio.client.post(`/api/v3.1/tool_router/session/${session.sessionId}/mounts/files/upload_url`, {
          body: { mount_relative_path: 'a.txt', mimetype: 'text/plain' },
        }),
      );
      assert.ok(String(uploadUrl).startsWith(`${baseURL}/files/`), uploadUrl);
      assert.equal((await fetch(uploadUrl, { method: 'PUT', body: 'a' })).status, 200);
      const { downloadUrl } = await session.experimental.files.download('a.txt');
      assert.equal(await (await fetch(String(downloadUrl))).text(), 'a');
      assert.ok(front.requests.some(({ backend }) => backend === front.behindPrefix));
    },
  },
  {
    sections: '1',
    name: 'transport: a key of a person or an organization is refused with what to send instead',
    async run({ lane, send, front, apiKey, newUser }) {
      for (const header of ['x-user-api-key', 'x-org-api-key']) {
        const answer = await fetch(`${front.url}/api/v3.1/toolkits`, { headers: { [header]: 'uak_of_ada' } });
        assert.equal(answer.status, 401);
        const { message, error } = (await answer.json()) as { message: string; error: { suggested_fix: string } };
        assert.match(message, new RegExp(`\`${header}\``));
        assert.match(error.suggested_fix, /`apiKey`/);
        assert.doesNotMatch(message, /uak_of_ada/);
      }
      // Beside the key it does no harm.
      const both = { 'x-user-api-key': 'uak_of_ada', 'x-org-id': 'org', 'x-project-id': 'pr' };
      assert.equal((await send('GET', '/api/v3.1/toolkits', undefined, both)).status, 200);
      const native = await fetch(`${front.url}/v1/toolkits`, { headers: { 'x-user-api-key': apiKey } });
      assert.doesNotMatch(await native.text(), /x-user-api-key/);
      if (lane.name === 'core-0.17') return;
      const composio = new lane.core.Composio({ ...quiet, apiKey: null, userApiKey: 'uak_of_ada', baseURL: front.url });
      await rejection(composio.create(newUser()), { name: 'AuthenticationError', says: /^401 .*`x-user-api-key`/ });
    },
  },
  {
    sections: '1',
    name: 'transport: the environment says where the server is, and plain HTTP is for this machine in the newer client',
    async run({ lane, front, apiKey, newUser }) {
      const before = { ...process.env };
      try {
        Object.assign(process.env, { COMPOSIO_API_KEY: apiKey, COMPOSIO_BASE_URL: front.url });
        const session = await new lane.core.Composio(quiet).create(newUser(), { toolkits: ['counter'] });
        assert.equal((await session.execute('COUNTER_TICK')).error, null);
        assert.equal(new URL(session.mcp.url).origin, front.url);
      } finally {
        for (const name of ['COMPOSIO_API_KEY', 'COMPOSIO_BASE_URL']) {
          if (before[name] === undefined) delete process.env[name];
          else process.env[name] = before[name];
        }
      }
      const elsewhere = () => new lane.core.Composio({ ...quiet, apiKey, baseURL: 'http://jackfield:7777' });
      if (lane.name === 'core-0.17') assert.ok(elsewhere());
      else assert.throws(elsewhere, /http/i);
    },
  },
  {
    sections: '1',
    name: 'retries: a server that is away for a moment is asked again, and nothing runs twice',
    async run({ connected, front, calls, lane }) {
      const { session } = await connected(
        { toolkits: ['counter'], preload: { tools: 'all' } },
        new lane.VercelProvider(),
      );
      const before = await calls('COUNTER_TICK');
      front.away = 2;
      assert.ok('COUNTER_TICK' in Object(await session.tools()));
      front.away = 1;
      assert.equal((await session.execute('COUNTER_TICK')).error, null);
      assert.equal(front.away, 0);
      assert.equal((await calls('COUNTER_TICK')) - before, 1);
    },
  },
];
