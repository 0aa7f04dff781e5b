import assert from 'node:assert/strict';
import type { Check } from '../check.ts';
import { ledgerPages } from '../create-toolkits.ts';
import { rejection } from '../expectations.ts';
import type { Json } from '../lane.ts';

interface Page {
  readonly items: readonly Json[];
  readonly nextCursor?: unknown;
}

/** Reads on until there is no cursor: the items of each page. */
async function pagesOf(read: (cursor: string | undefined) => Promise<Page>): Promise<(readonly Json[])[]> {
  const pages: (readonly Json[])[] = [];
  for (let cursor: string | undefined; pages.length < 20; ) {
    const { items, nextCursor } = await read(cursor);
    pages.push(items);
    if (typeof nextCursor !== 'string') return pages;
    cursor = nextCursor;
  }
  throw new Error('The list does not end.');
}

/** Section 1: lists that are longer than a page. */
export const pageChecks: readonly Check[] = [
  {
    sections: '1, 3',
    name: 'pages: session.tools() reads on until a long list ends',
    async run({ lane, connected, front }) {
      const config = { sessionPreset: 'direct_tools', toolkits: ['ledger', 'counter'] };
      const { session } = await connected(config, new lane.VercelProvider());
      const slugs = Object.keys(Object(await session.tools()));
      assert.equal(slugs.length, ledgerPages + 5);
      assert.ok(slugs.includes('LEDGER_READ_PAGE001') && slugs.includes('COUNTER_TICK'));
      const asked = front.requests.filter(({ path }) => path.includes(`${session.sessionId}/tools`));
      assert.equal(asked.length, 2);
      assert.match(asked[0]?.path ?? '', /limit=500/);
      assert.match(asked[1]?.path ?? '', /cursor=/);
    },
  },
  {
    sections: '1, 8',
    name: 'pages: accounts by the newest, and by the latest change',
    async run({ composio, connect, newUser, send }) {
      const { connectedAccounts } = composio();
      const userId = newUser();
      const made: string[] = [];
      for (const alias of ['a', 'b', 'c', 'd', 'e']) made.push(await connect(userId, alias));
      const newestFirst = made.toReversed();
      const ids = (items: readonly Json[]) => items.map(({ id }) => id);
      const read = (more: object) => (cursor: string | undefined) =>
        connectedAccounts.list({ userIds: [userId], limit: 2, ...more, ...(cursor === undefined ? {} : { cursor }) });

      const pages = await pagesOf(read({}));
      assert.deepEqual(pages.map(ids), [newestFirst.slice(0, 2), newestFirst.slice(2, 4), newestFirst.slice(4)]);
      const sorted = await pagesOf(read({ orderBy: 'created_at' }));
      assert.deepEqual(sorted.flatMap(ids), newestFirst);
      assert.equal((await read({})(undefined)).totalPages, 2);
      assert.equal((await connectedAccounts.list({ userIds: [userId] })).totalPages, 1);

      const [first = '', second = ''] = made;
      await new Promise((resolve) => setTimeout(resolve, 5));
      await connectedAccounts.disable(second);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await connectedAccounts.disable(first);
      const changed = [first, second, ...newestFirst.slice(0, 3)];
      assert.deepEqual((await pagesOf(read({ orderBy: 'updated_at' }))).map(ids), [
        changed.slice(0, 2),
        changed.slice(2, 4),
        changed.slice(4),
      ]);

      const path = `/api/v3.1/connected_accounts?user_ids=${userId}`;
      const { body } = await send('GET', `${path}&order_direction=asc&limit=3`);
      assert.deepEqual(ids(body.items), made.slice(0, 3));
      assert.partialDeepStrictEqual(body, { total_pages: 2, current_page: 1, total_items: 5 });
      for (const wrong of ['cursor=nothing', 'order_by=updated_at&cursor=nothing']) {
        const { status, body: error } = await send('GET', `${path}&${wrong}`);
        assert.equal(status, 400);
        assert.match(error.message, /"nothing" was not issued for this list/);
      }
      const { status, body: unordered } = await send('GET', `${path}&order_by=alias`);
      assert.equal(status, 400);
      assert.match(unordered.message, /order_by/);
      await rejection(connectedAccounts.list({ orderBy: 'alias' }), { name: 'ValidationError' });
    },
  },
  {
    sections: '1, 8',
    name: 'pages: auth configs, also those of a filter',
    async run({ composio }) {
      const { authConfigs } = composio();
      const name = `Config ${crypto.randomUUID()}`;
      const made: unknown[] = [];
      for (let count = 0; count < 5; count += 1) {
        const options = { type: 'use_custom_auth', authScheme: 'BEARER_TOKEN', credentials: {}, name };
        made.push((await authConfigs.create('shop', options)).id);
      }
      await authConfigs.disable(String(made[2]));
      const pages = await pagesOf((cursor) =>
        authConfigs.list({ toolkit: 'shop', search: name, limit: 3, ...(cursor === undefined ? {} : { cursor }) }),
      );
      assert.deepEqual(
        pages.map((items) => items.map(({ id }) => id)),
        [[made[4], made[3], made[1]], [made[0]]],
      );
      for (const id of made) await authConfigs.delete(String(id));
    },
  },
  {
    sections: '1, 8, 12',
    name: 'pages: toolkits of a session, toolkits and tools',
    async run({ composio, connected, send }) {
      const { session } = await connected({ toolkits: ['shop', 'counter', 'ledger'] });
      const pages = await pagesOf(async (cursor) => {
        const { items, cursor: nextCursor } = await session.toolkits({
          limit: 2,
          ...(cursor === undefined ? {} : { cursor }),
        });
        return { items, nextCursor };
      });
      assert.deepEqual(
        pages.map((items) => items.length),
        [2, 1],
      );
      assert.deepEqual(pages.flatMap((items) => items.map(({ slug }) => slug)).sort(), ['counter', 'ledger', 'shop']);
      const slugs = (items: readonly Json[]) => items.map(({ slug }) => slug);
      assert.deepEqual(slugs((await session.toolkits({ search: 'ledg' })).items), ['ledger']);
      // Named ones replace those of the session.
      assert.deepEqual(slugs((await session.toolkits({ toolkits: ['club'] })).items), ['club']);

      const { toolkits, tools } = composio();
      assert.equal((await toolkits.get({ limit: 3 })).length, 3);
      const { body } = await send('GET', '/api/v3.1/toolkits?limit=3');
      assert.partialDeepStrictEqual(body, { total_pages: 2, current_page: 1, total_items: 4 });
      assert.equal((await toolkits.get({ limit: 3, cursor: body.next_cursor })).length, 1);
      const alphabetical = slugs(await toolkits.get({ sortBy: 'alphabetically' }));
      assert.deepEqual(alphabetical, ['club', 'counter', 'ledger', 'shop']);
      const rest = await toolkits.get({ sortBy: 'alphabetically', limit: 3, cursor: '3' });
      assert.deepEqual(slugs(rest), ['shop']);
      assert.equal((await tools.getRawComposioTools({ toolkits: ['ledger'], limit: 600 })).length, ledgerPages);
      assert.equal((await tools.getRawComposioTools({ toolkits: ['ledger'], limit: 7 })).length, 7);
      const { body: last } = await send('GET', '/api/v3.1/tools?toolkit_slug=ledger&limit=500&cursor=500');
      assert.partialDeepStrictEqual(last, { next_cursor: null, total_pages: 2, current_page: 2, total_items: 520 });
      assert.equal(last.items.length, 20);
    },
  },
];
