import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JackfieldError } from '@jackfield/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createId } from './create-id.ts';
import { openStore, type StoreLocation } from './open-store.ts';
import type {
  NewAuthConfig,
  NewConnectedAccount,
  NewSession,
  NewSessionToken,
  NewToolkit,
  NewWebhook,
  Page,
  Store,
  ToolCall,
} from './store.ts';

export interface StoreUnderTest {
  readonly location: StoreLocation;
  readonly remove: () => Promise<void>;
}

/** What every store does, whatever it is kept in. */
export function describeStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let place: StoreUnderTest;
    let store: Store;
    let projectId: string;
    let otherProjectId: string;
    let time = new Date('2030-01-01T00:00:00.000Z');
    const backgroundErrors: JackfieldError[] = [];
    const later = (seconds: number) => new Date(time.getTime() + seconds * 1000);

    beforeAll(async () => {
      place = await make();
      store = await openStore(place.location, {
        now: () => time,
        onBackgroundError: (error) => backgroundErrors.push(error),
      });
    });
    afterAll(async () => {
      await store?.close();
      await place?.remove();
    });
    beforeEach(async () => {
      const name = createId('prj');
      projectId = (await store.projects.ensure(name)).id;
      otherProjectId = (await store.projects.ensure(`other ${name}`)).id;
    });

    const newSession = (session: Partial<NewSession> = {}): NewSession => ({
      id: createId('ses'),
      projectId,
      userId: 'user_1',
      config: { toolkits: { enable: ['github'] } },
      expiresAt: null,
      ...session,
    });
    const newAuthConfig = (authConfig: Partial<NewAuthConfig> = {}): NewAuthConfig => ({
      id: createId('ac'),
      projectId,
      toolkit: 'github',
      schemeId: 'bearer',
      mode: 'BEARER_TOKEN',
      name: 'GitHub',
      ...authConfig,
    });
    async function newAccount(account: Partial<NewConnectedAccount> = {}): Promise<NewConnectedAccount> {
      const authConfigId =
        account.authConfigId ??
        (
          await store.authConfigs.create(
            newAuthConfig({ projectId: account.projectId ?? projectId, toolkit: account.toolkit ?? 'github' }),
          )
        ).id;
      return {
        id: createId('ca'),
        projectId,
        userId: 'user_1',
        toolkit: 'github',
        status: 'INITIATED',
        ...account,
        authConfigId,
      };
    }

    /** Reads a list to its end. */
    async function all<Item>(list: (cursor: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
      const items: Item[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await list(cursor);
        items.push(...page.items);
        if (page.nextCursor === null) return items;
        cursor = page.nextCursor;
      }
    }

    describe('projects', () => {
      test('ensure makes a project once, also for callers at the same time', async () => {
        const name = createId('prj');
        const projects = await Promise.all(Array.from({ length: 8 }, () => store.projects.ensure(name)));
        expect(new Set(projects.map(({ id }) => id)).size).toBe(1);
        expect(projects[0]).toEqual({ id: expect.stringMatching(/^prj_/), name, createdAt: time });
        expect(await store.projects.list()).toContainEqual(projects[0]);
      });
    });

    describe('API keys', () => {
      test('are found by hash until they are revoked', async () => {
        const hash = createId('key');
        const key = await store.apiKeys.create({ projectId, name: 'laptop', hash, hint: '…abcd' });
        expect(key).toEqual({
          id: expect.stringMatching(/^key_/),
          projectId,
          name: 'laptop',
          hint: '…abcd',
          createdAt: time,
          revokedAt: null,
        });
        expect(await store.apiKeys.findByHash(hash)).toEqual(key);
        expect(await store.apiKeys.findByHash('another')).toBeUndefined();

        expect(await store.apiKeys.revoke(otherProjectId, key.id)).toBe(false);
        expect(await store.apiKeys.revoke(projectId, key.id)).toBe(true);
        expect(await store.apiKeys.revoke(projectId, key.id)).toBe(false);
        expect(await store.apiKeys.findByHash(hash)).toBeUndefined();
        expect(await store.apiKeys.list(projectId)).toEqual([{ ...key, revokedAt: time }]);
        expect(await store.apiKeys.list(otherProjectId)).toEqual([]);
      });

      test('need a project, and a hash of their own', async () => {
        const key = { projectId, name: 'laptop', hash: createId('key'), hint: '…abcd' };
        await store.apiKeys.create(key);
        await expect(store.apiKeys.create(key)).rejects.toMatchObject({ code: 'CONFLICT' });
        await expect(
          store.apiKeys.create({ ...key, hash: createId('key'), projectId: 'prj_none' }),
        ).rejects.toMatchObject({ code: 'CONFLICT' });
      });
    });

    describe('session tokens', () => {
      test('are found by hash until they expire, are revoked, or their session is deleted', async () => {
        const { id: sessionId } = await store.sessions.create(newSession());
        const of = { projectId, sessionId };
        const newToken = (token: Partial<NewSessionToken> = {}): NewSessionToken => ({
          ...of,
          id: createId('tok'),
          name: 'laptop',
          hash: createId('tok'),
          hint: '…abcd',
          narrowing: { tools: ['GITHUB_GET'], readOnly: true },
          expiresAt: null,
          ...token,
        });
        const [lasting, brief, revoked] = [newToken(), newToken({ expiresAt: later(60) }), newToken()];
        const { hash: _, ...kept } = lasting;
        expect(await store.sessionTokens.create(lasting)).toEqual({ ...kept, createdAt: time, revokedAt: null });
        await store.sessionTokens.create(brief);
        await store.sessionTokens.create(revoked);
        for (const { hash, id } of [lasting, brief, revoked]) {
          expect(await store.sessionTokens.findByHash(hash)).toMatchObject({
            token: { id, projectId, sessionId },
            session: await store.sessions.get(projectId, sessionId),
          });
        }
        expect(await store.sessionTokens.findByHash('another')).toBeUndefined();

        expect(await store.sessionTokens.revoke(otherProjectId, sessionId, revoked.id)).toBe(false);
        expect(await store.sessionTokens.revoke(projectId, 'ses_none', revoked.id)).toBe(false);
        expect(await store.sessionTokens.revoke(projectId, sessionId, revoked.id)).toBe(true);
        const revokedAt = time;
        time = later(1);
        expect(await store.sessionTokens.revoke(projectId, sessionId, revoked.id)).toBe(true);
        expect(await store.sessionTokens.findByHash(revoked.hash)).toBeUndefined();

        const first = await store.sessionTokens.list({ ...of, limit: 2 });
        expect(first.items.map(({ id }) => id)).toEqual([revoked.id, brief.id]);
        expect(first.items[0]?.revokedAt).toEqual(revokedAt);
        const second = await store.sessionTokens.list({ ...of, limit: 2, cursor: first.nextCursor ?? undefined });
        expect(second).toMatchObject({ items: [{ id: lasting.id }], nextCursor: null });
        expect((await store.sessionTokens.list({ ...of, projectId: otherProjectId, limit: 2 })).items).toEqual([]);

        time = later(59);
        expect(await store.sessionTokens.findByHash(brief.hash)).toBeUndefined();
        expect(await store.sessionTokens.findByHash(lasting.hash)).toBeDefined();
        await store.sessions.delete(projectId, sessionId);
        expect(await store.sessionTokens.findByHash(lasting.hash)).toBeUndefined();
        await expect(store.sessionTokens.create(newToken())).rejects.toMatchObject({ code: 'CONFLICT' });
      });
    });

    describe('calls of custom tools', () => {
      test('go to one worker, the oldest first, and back; definitions stand with the session', async () => {
        const { id: sessionId } = await store.sessions.create(newSession());
        await store.customTools.define(projectId, sessionId, { customTools: [] });
        expect((await store.sessions.get(projectId, sessionId))?.customTools).toEqual({ customTools: [] });
        const worker = (workerId: string) => ({ projectId, sessionId, workerId });
        expect(await store.customTools.hasWorker(projectId, sessionId)).toBe(false);
        await store.customTools.seen(worker('a'), later(10), 0);
        await store.customTools.seen(worker('a'), later(20), 0);
        expect(await store.customTools.hasWorker(projectId, sessionId)).toBe(true);
        const ids = [1, 2, 3].map(() => createId('log'));
        for (const id of ids) {
          await store.customTools.add({ id, projectId, sessionId, tool: 'LOCAL_X', input: { id } });
        }
        const [a, b] = await Promise.all([
          store.customTools.claim(worker('a'), 2, later(10)),
          store.customTools.claim(worker('b'), 2, later(10)),
        ]);
        const more = await store.customTools.claim(worker('b'), 2, later(10));
        expect([...a, ...b, ...more].map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
        const [mine] = a.length > 0 ? a : b;
        const owner = worker(a.length > 0 ? 'a' : 'b');
        const id = mine?.id ?? '';
        expect(mine).toEqual({
          id,
          tool: 'LOCAL_X',
          input: { id },
          state: 'running',
          leaseUntil: later(10),
          result: null,
        });
        expect(await store.customTools.finish(worker('c'), id, {})).toBe(false);
        expect(await store.customTools.renew(owner, [id, 'log_gone'], later(30))).toEqual(['log_gone']);
        expect((await store.customTools.get(id))?.leaseUntil).toEqual(later(30));
        expect(await store.customTools.finish(owner, id, { data: { done: true } })).toBe(true);
        expect(await store.customTools.finish(owner, id, {})).toBe(false);
        expect(await store.customTools.get(id)).toMatchObject({ state: 'done', result: { data: { done: true } } });
        await store.customTools.leave(worker('a'));
        expect(await store.customTools.hasWorker(projectId, sessionId)).toBe(false);
        await store.sessions.delete(projectId, sessionId);
        expect(await store.customTools.get(id)).toBeUndefined();
      });

      test('are shared out: nobody gets a second one while another waits for its first', async () => {
        const { id: sessionId } = await store.sessions.create(newSession());
        const worker = (workerId: string) => ({ projectId, sessionId, workerId });
        const add = async () => {
          const id = createId('log');
          await store.customTools.add({ id, projectId, sessionId, tool: 'LOCAL_X', input: {} });
          return id;
        };
        const claimed = async (workerId: string, capacity = 10) =>
          (await store.customTools.claim(worker(workerId), capacity, later(60))).length;
        for (const id of ['a', 'b', 'c']) await store.customTools.seen(worker(id), later(60), 10);
        for (let count = 0; count < 9; count += 1) await add();
        expect([await claimed('a'), await claimed('b'), await claimed('c')]).toEqual([3, 3, 3]);

        const next = await add();
        const [first] = await store.customTools.claim(worker('b'), 7, later(60));
        expect(first?.id).toBe(next);
        await add();
        expect([await claimed('b', 6), await claimed('a', 7)]).toEqual([0, 1]);

        // One that is full, or went away, is not waited for; one that is there and says nothing, for half a second.
        await add();
        await store.customTools.seen(worker('c'), later(60), 0);
        expect(await claimed('a', 6)).toBe(1);
        await store.customTools.seen(worker('c'), later(60), 7);
        const left = await add();
        expect(await claimed('a', 5)).toBe(0);
        time = new Date(time.getTime() + 500);
        expect((await store.customTools.claim(worker('a'), 5, later(60))).map(({ id }) => id)).toEqual([left]);
        await add();
        await store.customTools.leave(worker('c'));
        await store.customTools.leave(worker('b'));
        expect(await claimed('a', 4)).toBe(1);
      });

      test('can be taken back before a worker has them, and given up afterwards', async () => {
        const { id: sessionId } = await store.sessions.create(newSession());
        const worker = { projectId, sessionId, workerId: 'a' };
        const [first, second] = [createId('log'), createId('log')];
        for (const id of [first, second]) {
          await store.customTools.add({ id, projectId, sessionId, tool: 'LOCAL_X', input: {} });
        }
        expect(await store.customTools.takeBack(first)).toBe(true);
        expect((await store.customTools.claim(worker, 9, later(10))).map(({ id }) => id)).toEqual([second]);
        expect(await store.customTools.takeBack(second)).toBe(false);
        await store.customTools.cancel(second);
        expect(await store.customTools.renew(worker, [second], later(10))).toEqual([second]);
        expect(await store.customTools.finish(worker, second, {})).toBe(false);
        expect(await store.customTools.get(second)).toBeUndefined();
      });
    });

    describe('lists of tools', () => {
      test('come back as they were put, each with its tools or without, and go with their account', async () => {
        const account = await store.connectedAccounts.create(await newAccount());
        const own = {
          key: createId('key'),
          toolkit: 'github',
          account: { projectId, connectedAccountId: account.id },
          hash: null,
          state: { failure: { code: 'TIMEOUT' } },
          listedAt: null,
          askedAt: time,
        };
        const shared = { ...own, key: createId('key'), account: null };
        expect(await store.toolLists.get([own.key])).toEqual([]);
        await store.toolLists.put(own);
        await store.toolLists.put(shared);
        expect(await store.toolLists.get([own.key])).toEqual([own]);
        expect(await store.toolLists.get([])).toEqual([]);
        expect(await store.toolLists.tools(own.key)).toBeUndefined();
        const listed = { ...own, hash: 'one', state: {}, listedAt: time, askedAt: later(1) };
        await store.toolLists.put(listed, [{ name: 'a', inputSchema: { type: 'object' } }]);
        expect(await store.toolLists.tools(own.key)).toEqual({
          hash: 'one',
          tools: [{ name: 'a', inputSchema: { type: 'object' } }],
        });
        await store.toolLists.put({ ...listed, askedAt: later(2), state: { failure: {} } });
        expect(await store.toolLists.tools(own.key)).toMatchObject({ hash: 'one', tools: [{ name: 'a' }] });
        expect((await store.toolLists.get([own.key, shared.key])).map(({ key }) => key).sort()).toEqual(
          [own.key, shared.key].sort(),
        );
        await store.connectedAccounts.delete(projectId, account.id);
        expect(await store.toolLists.get([own.key, shared.key])).toEqual([shared]);
        await expect(store.toolLists.put(own)).rejects.toThrow();
      });
    });

    describe('search memory', () => {
      test('keeps what a session searched for last, and what that ended in, for its project alone', async () => {
        const sessionId = (await store.sessions.create(newSession())).id;
        const of = { projectId, sessionId };
        expect(await store.searchMemory.lastSearch({ ...of, since: time })).toEqual([]);
        await store.searchMemory.searched({ ...of, queries: [{ words: 'creat issu', toolSlugs: ['A'] }] });
        const queries = [{ words: 'list pull', toolSlugs: ['B', 'C'] }];
        await store.searchMemory.searched({ ...of, queries });
        expect(await store.searchMemory.lastSearch({ ...of, since: time })).toEqual(queries);
        expect(await store.searchMemory.lastSearch({ ...of, since: later(1) })).toEqual([]);
        expect(await store.searchMemory.lastSearch({ ...of, projectId: otherProjectId, since: time })).toEqual([]);

        const use = { projectId, words: 'list pull', toolSlug: 'B' };
        await store.searchMemory.learn(use);
        time = later(1);
        await store.searchMemory.learn({ ...use, toolSlug: 'C' });
        time = later(2);
        await store.searchMemory.learn(use);
        expect(await store.searchMemory.list(projectId)).toEqual([
          { words: 'list pull', toolSlug: 'B', uses: 2 },
          { words: 'list pull', toolSlug: 'C', uses: 1 },
        ]);
        expect(await store.searchMemory.list(otherProjectId)).toEqual([]);
        await store.sessions.delete(projectId, sessionId);
        await expect(store.searchMemory.searched({ ...of, queries })).rejects.toMatchObject({ code: 'CONFLICT' });
      });

      test('forgets the oldest of more than a thousand', async () => {
        const project = await store.projects.ensure(`forgetful ${name}`);
        for (let index = 0; index < 1_010; index += 1) {
          time = later(1);
          await store.searchMemory.learn({ projectId: project.id, words: `word${index}`, toolSlug: 'A' });
        }
        const kept = await store.searchMemory.list(project.id);
        expect(kept).toHaveLength(1_000);
        expect(kept[0]?.words).toBe('word1009');
      });
    });

    describe('cancellations', () => {
      test('are of one call, until they expire or the session is deleted', async () => {
        const { id: sessionId } = await store.sessions.create(newSession());
        const call = { projectId, sessionId, call: 'a:1' };
        expect(await store.cancellations.isRequested(call)).toBe(false);
        await store.cancellations.request({ ...call, expiresAt: later(60) });
        await store.cancellations.request({ ...call, expiresAt: later(60) });
        expect(await store.cancellations.isRequested(call)).toBe(true);
        expect(await store.cancellations.isRequested({ ...call, call: 'a:2' })).toBe(false);
        expect(await store.cancellations.isRequested({ ...call, projectId: otherProjectId })).toBe(false);
        time = later(60);
        expect(await store.cancellations.isRequested(call)).toBe(false);
        await store.cancellations.request({ ...call, expiresAt: later(60) });
        expect(await store.cancellations.isRequested(call)).toBe(true);
        await store.sessions.delete(projectId, sessionId);
        expect(await store.cancellations.isRequested(call)).toBe(false);
        await expect(store.cancellations.request({ ...call, expiresAt: later(60) })).rejects.toMatchObject({
          code: 'CONFLICT',
        });
      });
    });

    describe('sessions', () => {
      test('come back as they were created', async () => {
        const session = newSession({
          userId: 'Zoë 🦊',
          config: { z: 1, a: { nested: [null, true, 1e21, 0.1, 'nul \u0000', '\ud83e\udd8a'] }, empty: {} },
          expiresAt: later(60.123),
        });
        const created = await store.sessions.create(session);
        expect(created).toEqual({
          ...session,
          configVersion: 1,
          toolkitsVersion: 0,
          customTools: null,
          createdAt: time,
          updatedAt: time,
        });
        const read = await store.sessions.get(projectId, session.id);
        expect(read).toEqual(created);
        expect(Object.keys(read?.config ?? {})).toEqual(['z', 'a', 'empty']);
        expect(read?.expiresAt).toBeInstanceOf(Date);
      });

      test('are unknown to other projects', async () => {
        const { id } = await store.sessions.create(newSession());
        expect(await store.sessions.get(otherProjectId, id)).toBeUndefined();
        expect(await store.sessions.list({ projectId: otherProjectId, limit: 10 })).toEqual({
          items: [],
          nextCursor: null,
        });
        await expect(store.sessions.update({ projectId: otherProjectId, id, config: {} })).rejects.toMatchObject({
          code: 'SESSION_NOT_FOUND',
        });
        await expect(store.sessions.configHistory(otherProjectId, id, { limit: 1 })).rejects.toMatchObject({
          code: 'SESSION_NOT_FOUND',
        });
        expect(await store.sessions.delete(otherProjectId, id)).toBe(false);
        expect(await store.sessions.get(projectId, id)).toBeDefined();
      });

      test('of the same id do not overwrite each other', async () => {
        const session = await store.sessions.create(newSession());
        await expect(store.sessions.create(newSession({ id: session.id, userId: 'other' }))).rejects.toMatchObject({
          code: 'CONFLICT',
        });
        expect(await store.sessions.get(projectId, session.id)).toEqual(session);
        expect(
          await all((cursor) => store.sessions.configHistory(projectId, session.id, { cursor, limit: 5 })),
        ).toHaveLength(1);
      });

      test('are listed by user and status, newest first', async () => {
        const [first, second, expiring] = [
          await store.sessions.create(newSession()),
          await store.sessions.create(newSession({ userId: 'user_2' })),
          await store.sessions.create(newSession({ expiresAt: later(1) })),
        ];
        const list = async (filter: { userId?: string; status?: 'active' | 'expired' }) =>
          (await store.sessions.list({ projectId, limit: 10, ...filter })).items.map(({ id }) => id);
        expect(await list({})).toEqual([expiring.id, second.id, first.id]);
        expect(await list({ userId: 'user_2' })).toEqual([second.id]);
        expect(await list({ status: 'expired' })).toEqual([]);
        const before = time;
        time = later(1);
        try {
          expect(await list({ status: 'expired' })).toEqual([expiring.id]);
          expect(await list({ status: 'active' })).toEqual([second.id, first.id]);
          expect(await list({ status: 'active', userId: 'user_1' })).toEqual([first.id]);
        } finally {
          time = before;
        }
      });

      test('are read page by page without a gap or a repetition while others come and go', async () => {
        const ids: string[] = [];
        for (let count = 0; count < 10; count++) ids.unshift((await store.sessions.create(newSession())).id);
        const first = await store.sessions.list({ projectId, limit: 4 });
        await store.sessions.create(newSession());
        // The row that the cursor stands on, and one that is still to come.
        await store.sessions.delete(projectId, ids[3] ?? '');
        await store.sessions.delete(projectId, ids[5] ?? '');
        const rest = await all((cursor) =>
          store.sessions.list({ projectId, limit: 2, cursor: cursor ?? first.nextCursor ?? '' }),
        );
        expect([...first.items, ...rest].map(({ id }) => id)).toEqual(ids.filter((_, index) => index !== 5));
      });

      test('end a list whose length is a multiple of the page', async () => {
        for (let count = 0; count < 4; count++) await store.sessions.create(newSession());
        const first = await store.sessions.list({ projectId, limit: 2 });
        const second = await store.sessions.list({ projectId, limit: 2, cursor: first.nextCursor ?? '' });
        expect(second.items).toHaveLength(2);
        expect(second.nextCursor).toBeNull();
      });

      test('refuse cursors of other lists and made-up ones', async () => {
        const session = await store.sessions.create(newSession());
        await store.sessions.update({ projectId, id: session.id, config: {} });
        const { nextCursor } = await store.sessions.configHistory(projectId, session.id, { limit: 1 });
        expect(nextCursor).toEqual(expect.any(String));
        for (const cursor of [nextCursor ?? '', '', 'abc', '%', `${nextCursor}=`, 'x'.repeat(5000)]) {
          await expect(store.sessions.list({ projectId, limit: 1, cursor })).rejects.toMatchObject({
            code: 'INVALID_CURSOR',
          });
        }
        await expect(store.sessions.list({ projectId, limit: 0 })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      });

      test('keep every config they had', async () => {
        const { id } = await store.sessions.create(newSession({ config: { version: 1 } }));
        const created = time;
        time = later(1);
        for (const version of [2, 3, 4]) {
          const updated = await store.sessions.update({ projectId, id, config: { version } });
          expect(updated).toMatchObject({
            config: { version },
            configVersion: version,
            createdAt: created,
            updatedAt: time,
          });
        }
        const history = await all((cursor) => store.sessions.configHistory(projectId, id, { cursor, limit: 2 }));
        expect(history).toEqual([
          { configVersion: 4, config: { version: 4 }, createdAt: time },
          { configVersion: 3, config: { version: 3 }, createdAt: time },
          { configVersion: 2, config: { version: 2 }, createdAt: time },
          { configVersion: 1, config: { version: 1 }, createdAt: created },
        ]);
      });

      test('change their expiry without a new config version', async () => {
        const { id, config } = await store.sessions.create(newSession({ expiresAt: later(5) }));
        const extended = await store.sessions.update({ projectId, id, expiresAt: later(50) });
        expect(extended).toMatchObject({ config, configVersion: 1, expiresAt: later(50) });
        expect((await store.sessions.update({ projectId, id, config: {} })).expiresAt).toEqual(later(50));
        expect((await store.sessions.update({ projectId, id, expiresAt: null })).expiresAt).toBeNull();
        expect((await store.sessions.configHistory(projectId, id, { limit: 10 })).items).toHaveLength(2);
      });

      test('take exactly one of several updates that expect the same version', async () => {
        const { id } = await store.sessions.create(newSession());
        const results = await Promise.allSettled(
          Array.from({ length: 12 }, (_, attempt) =>
            store.sessions.update({ projectId, id, config: { attempt }, expectedConfigVersion: 1 }),
          ),
        );
        const won = results.filter((result) => result.status === 'fulfilled');
        expect(won).toHaveLength(1);
        for (const result of results) {
          if (result.status === 'rejected') {
            expect(result.reason).toMatchObject({ code: 'CONFIG_VERSION_CONFLICT', details: { configVersion: 2 } });
          }
        }
        expect(await store.sessions.get(projectId, id)).toEqual(won[0]?.value);
        expect((await store.sessions.configHistory(projectId, id, { limit: 50 })).items).toHaveLength(2);
      });

      test('give each of several unconditional updates its own version', async () => {
        const { id } = await store.sessions.create(newSession());
        const updated = await Promise.all(
          Array.from({ length: 10 }, (_, attempt) => store.sessions.update({ projectId, id, config: { attempt } })),
        );
        expect(updated.map(({ configVersion }) => configVersion).toSorted((a, b) => a - b)).toEqual([
          2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
        ]);
        const history = await store.sessions.configHistory(projectId, id, { limit: 50 });
        for (const { configVersion, config } of updated) {
          expect(history.items).toContainEqual({ configVersion, config, createdAt: time });
        }
      });

      test('are gone once deleted, with their history', async () => {
        const { id } = await store.sessions.create(newSession());
        expect(await store.sessions.delete(projectId, id)).toBe(true);
        expect(await store.sessions.delete(projectId, id)).toBe(false);
        expect(await store.sessions.get(projectId, id)).toBeUndefined();
        await expect(store.sessions.update({ projectId, id, config: {} })).rejects.toMatchObject({
          code: 'SESSION_NOT_FOUND',
        });
        await expect(store.sessions.configHistory(projectId, id, { limit: 1 })).rejects.toMatchObject({
          code: 'SESSION_NOT_FOUND',
        });
      });

      test('refuse text that not every database can hold', async () => {
        await expect(store.sessions.create(newSession({ userId: 'a\u0000b' }))).rejects.toMatchObject({
          code: 'INVALID_REQUEST',
        });
      });
    });

    describe('toolkits of a project', () => {
      const newToolkit = (toolkit: Partial<NewToolkit> = {}): NewToolkit => ({
        projectId,
        slug: createId('prj'),
        hash: createId('key'),
        settings: { name: 'Kit' },
        document: new Uint8Array([0, 1, 255]),
        ...toolkit,
      });

      test('come back as they were put, and count up with each change', async () => {
        const before = await store.toolkits.version(projectId);
        const session = await store.sessions.create(newSession());
        expect(session.toolkitsVersion).toBe(before);
        const toolkit = newToolkit();
        const { document, ...kept } = toolkit;
        const stored = await store.toolkits.put(toolkit);
        expect(stored).toEqual({ ...kept, createdAt: time, updatedAt: time });
        expect(await store.toolkits.list(projectId)).toContainEqual(stored);
        expect(await store.toolkits.document(projectId, toolkit.slug)).toEqual({
          hash: toolkit.hash,
          settings: toolkit.settings,
          document,
        });
        const replaced = await store.toolkits.put({ ...toolkit, hash: 'other', settings: {} }, toolkit.hash);
        expect(replaced).toEqual({ ...stored, hash: 'other', settings: {} });
        expect(await store.toolkits.version(projectId)).toBe(before + 2);
        expect(await store.sessions.get(projectId, session.id)).toEqual({ ...session, toolkitsVersion: before + 2 });
        const list = await store.sessions.list({ projectId, limit: 1 });
        expect(list.items[0]?.toolkitsVersion).toBe(before + 2);
        expect(await store.toolkits.delete(projectId, toolkit.slug)).toBe(true);
        expect(await store.toolkits.delete(projectId, toolkit.slug)).toBe(false);
        expect(await store.toolkits.document(projectId, toolkit.slug)).toBeUndefined();
        expect(await store.toolkits.version(projectId)).toBe(before + 3);
      });

      test('are each put once, also by callers at the same time', async () => {
        const toolkit = newToolkit();
        const before = await store.toolkits.version(projectId);
        const puts = await Promise.allSettled([1, 2, 3].map(() => store.toolkits.put(toolkit)));
        expect(puts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
        await expect(store.toolkits.put(toolkit, 'another')).rejects.toMatchObject({ code: 'CONFLICT' });
        expect(await store.toolkits.version(projectId)).toBe(before + 1);
      });

      test('are unknown to other projects', async () => {
        const toolkit = newToolkit();
        await store.toolkits.put(toolkit);
        expect(await store.toolkits.list(otherProjectId)).toEqual([]);
        expect(await store.toolkits.document(otherProjectId, toolkit.slug)).toBeUndefined();
        expect(await store.toolkits.delete(otherProjectId, toolkit.slug)).toBe(false);
        expect(await store.toolkits.version('prj_none')).toBe(0);
        await store.toolkits.put(newToolkit({ projectId: otherProjectId, slug: toolkit.slug }));
        await store.toolkits.delete(otherProjectId, toolkit.slug);
        expect((await store.toolkits.list(projectId)).map(({ slug }) => slug)).toContain(toolkit.slug);
      });
    });

    describe('auth configs', () => {
      test('come back as they were created and updated', async () => {
        const authConfig = newAuthConfig({
          settings: { scopes: ['repo'] },
          secret: new Uint8Array([0, 1, 255]),
          enabled: false,
        });
        const created = await store.authConfigs.create(authConfig);
        expect(created).toEqual({ ...authConfig, isDefault: false, version: 1, createdAt: time, updatedAt: time });
        expect(await store.authConfigs.get(projectId, created.id)).toEqual(created);
        const updated = await store.authConfigs.update({ projectId, id: created.id, name: 'Other', enabled: true });
        expect(updated).toEqual({ ...created, name: 'Other', enabled: true, version: 2 });
        expect(await store.authConfigs.update({ projectId, id: created.id, settings: {}, secret: null })).toEqual({
          ...updated,
          settings: {},
          secret: null,
          version: 3,
        });
        await expect(
          store.authConfigs.update({ projectId, id: created.id, name: 'x', expectedVersion: 2 }),
        ).rejects.toMatchObject({ code: 'CONFLICT', details: { version: 3 } });
        expect(await store.authConfigs.get(otherProjectId, created.id)).toBeUndefined();
        await expect(
          store.authConfigs.update({ projectId: otherProjectId, id: created.id, name: 'x' }),
        ).rejects.toMatchObject({ code: 'NOT_FOUND' });
        expect(await store.authConfigs.delete(otherProjectId, created.id)).toBe(false);
        expect(await store.authConfigs.delete(projectId, created.id)).toBe(true);
        expect(await store.authConfigs.get(projectId, created.id)).toBeUndefined();
      });

      test('are listed and counted by toolkit, state and text', async () => {
        await store.authConfigs.create(newAuthConfig({ name: '100% Work_Account' }));
        await store.authConfigs.create(newAuthConfig({ name: 'Private', enabled: false }));
        await store.authConfigs.create(newAuthConfig({ name: 'Slack', toolkit: 'slack' }));
        const find = async (filter: { toolkit?: string; enabled?: boolean; search?: string }) => {
          const items = await all((cursor) => store.authConfigs.list({ projectId, limit: 1, cursor, ...filter }));
          expect(await store.authConfigs.count({ projectId, ...filter })).toBe(items.length);
          return items.map(({ name }) => name);
        };
        expect(await find({})).toEqual(['Slack', 'Private', '100% Work_Account']);
        expect(await find({ toolkit: 'github' })).toEqual(['Private', '100% Work_Account']);
        expect(await find({ enabled: false })).toEqual(['Private']);
        expect(await find({ search: 'SLA' })).toEqual(['Slack']);
        expect(await find({ search: 'GitHub', enabled: true })).toEqual(['100% Work_Account']);
        expect(await find({ search: '0% w' })).toEqual(['100% Work_Account']);
        expect(await find({ search: '%' })).toEqual(['100% Work_Account']);
        expect(await find({ search: 'k_a' })).toEqual(['100% Work_Account']);
        expect(await find({ search: 'r_v' })).toEqual([]);
        expect(await find({ search: '\\' })).toEqual([]);
      });

      test('have one default per project and toolkit, also for callers at the same time', async () => {
        const ensure = (project: string, toolkit: string) =>
          store.authConfigs.ensureDefault(project, toolkit, () => newAuthConfig());
        const made = await Promise.all(Array.from({ length: 10 }, () => ensure(projectId, 'github')));
        expect(new Set(made.map(({ id }) => id)).size).toBe(1);
        expect(made[0]).toMatchObject({ isDefault: true, toolkit: 'github', projectId });
        expect((await ensure(projectId, 'slack')).id).not.toBe(made[0]?.id);
        expect((await ensure(otherProjectId, 'github')).projectId).toBe(otherProjectId);
        expect(await store.authConfigs.count({ projectId })).toBe(2);
        await store.authConfigs.create(newAuthConfig());
        expect((await ensure(projectId, 'github')).id).toBe(made[0]?.id);
      });
    });

    describe('connected accounts', () => {
      test('come back as they were created and updated', async () => {
        const account = await newAccount();
        const created = await store.connectedAccounts.create(account);
        expect(created).toEqual({
          ...account,
          statusReason: null,
          alias: null,
          identity: null,
          enabled: true,
          scopes: null,
          credential: null,
          credentialExpiresAt: null,
          lease: null,
          version: 1,
          createdAt: time,
          updatedAt: time,
        });
        const change = {
          status: 'ACTIVE',
          statusReason: 'because',
          alias: 'work',
          identity: { login: 'octocat' },
          scopes: { asked: ['read', 'write'], granted: ['read'] },
          credential: new Uint8Array([1, 2, 3]),
          credentialExpiresAt: later(3600),
          enabled: false,
        } as const;
        const updated = await store.connectedAccounts.update({ projectId, id: account.id, ...change });
        expect(updated).toEqual({ ...created, ...change, version: 2 });
        expect(updated.credential?.constructor).toBe(Uint8Array);
        expect(await store.connectedAccounts.get(projectId, account.id)).toEqual(updated);
        const cleared = {
          statusReason: null,
          alias: null,
          identity: null,
          scopes: null,
          credential: null,
          credentialExpiresAt: null,
        };
        expect(await store.connectedAccounts.update({ projectId, id: account.id, ...cleared })).toEqual({
          ...updated,
          ...cleared,
          version: 3,
        });
      });

      test('are unknown to other projects', async () => {
        const account = await store.connectedAccounts.create(await newAccount());
        expect(await store.connectedAccounts.get(otherProjectId, account.id)).toBeUndefined();
        expect(await store.connectedAccounts.count({ projectId: otherProjectId })).toBe(0);
        await expect(
          store.connectedAccounts.update({ projectId: otherProjectId, id: account.id, alias: 'x' }),
        ).rejects.toMatchObject({ code: 'CONNECTED_ACCOUNT_NOT_FOUND' });
        expect(await store.connectedAccounts.delete(otherProjectId, account.id)).toBe(false);
        await expect(
          store.connectedAccounts.create(
            await newAccount({ projectId: otherProjectId, authConfigId: account.authConfigId }),
          ),
        ).rejects.toMatchObject({ code: 'CONFLICT' });
        expect(await store.connectedAccounts.get(projectId, account.id)).toEqual(account);
      });

      test('are listed and counted by user, toolkit, status and auth config', async () => {
        const a = await store.connectedAccounts.create(await newAccount({ status: 'ACTIVE' }));
        const b = await store.connectedAccounts.create(await newAccount({ userId: 'user_2', status: 'FAILED' }));
        const c = await store.connectedAccounts.create(await newAccount({ toolkit: 'slack', status: 'ACTIVE' }));
        const find = async (filter: Omit<Parameters<Store['connectedAccounts']['count']>[0], 'projectId'>) => {
          const items = await all((cursor) => store.connectedAccounts.list({ projectId, limit: 2, cursor, ...filter }));
          expect(await store.connectedAccounts.count({ projectId, ...filter })).toBe(items.length);
          return items.map(({ id }) => id);
        };
        expect(await find({})).toEqual([c.id, b.id, a.id]);
        expect(await find({ userIds: ['user_1'] })).toEqual([c.id, a.id]);
        expect(await find({ userIds: ['user_1', 'user_2'], statuses: ['ACTIVE'] })).toEqual([c.id, a.id]);
        expect(await find({ toolkits: ['github'], statuses: ['ACTIVE', 'FAILED'] })).toEqual([b.id, a.id]);
        expect(await find({ authConfigIds: [b.authConfigId] })).toEqual([b.id]);
        expect(await find({ userIds: [] })).toEqual([]);
        const d = await store.connectedAccounts.create(await newAccount());
        const owner = { projectId, userId: 'user_1', toolkit: 'github' };
        expect(await store.connectedAccounts.listOfUser(owner)).toEqual([d, a]);
        expect(await store.connectedAccounts.listOfUser({ ...owner, projectId: otherProjectId })).toEqual([]);
      });

      test('take exactly one of several updates that expect the same version', async () => {
        const { id } = await store.connectedAccounts.create(await newAccount());
        const results = await Promise.allSettled(
          Array.from({ length: 10 }, (_, attempt) =>
            store.connectedAccounts.update({ projectId, id, alias: `${attempt}`, expectedVersion: 1 }),
          ),
        );
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const failure = results.find((result) => result.status === 'rejected');
        expect(failure?.reason).toMatchObject({ code: 'CONFLICT', details: { version: 2 } });
        expect((await store.connectedAccounts.get(projectId, id))?.version).toBe(2);
      });

      test('go with their auth config', async () => {
        const { id, authConfigId } = await store.connectedAccounts.create(await newAccount());
        await store.authConfigs.delete(projectId, authConfigId);
        expect(await store.connectedAccounts.get(projectId, id)).toBeUndefined();
      });
    });

    describe('connect links', () => {
      test('are consumed exactly once', async () => {
        const { id } = await store.connectedAccounts.create(await newAccount());
        const link = {
          tokenHash: createId('log'),
          projectId,
          connectedAccountId: id,
          callbackUrl: 'https://app.example/done',
          expiresAt: later(60),
        };
        const { tokenHash, ...fields } = link;
        const created = await store.connectLinks.create(link);
        expect(created).toEqual({
          ...fields,
          replacesAccountId: null,
          publicUrl: null,
          browserHash: null,
          createdAt: time,
          consumedAt: null,
        });
        expect(await store.connectLinks.findByHash(tokenHash)).toEqual(created);
        const consumed = await Promise.all(Array.from({ length: 10 }, () => store.connectLinks.consume(tokenHash)));
        expect(consumed.filter((found) => found !== undefined)).toEqual([{ ...created, consumedAt: time }]);
        expect(await store.connectLinks.findByHash(tokenHash)).toEqual({ ...created, consumedAt: time });
        expect(await store.connectLinks.consume('another')).toBeUndefined();
        expect(await store.connectLinks.findByHash('another')).toBeUndefined();
      });

      test('remember the account that a new one replaces', async () => {
        const { id } = await store.connectedAccounts.create(await newAccount());
        const tokenHash = createId('log');
        const link = { tokenHash, projectId, connectedAccountId: id, callbackUrl: null, expiresAt: later(60) };
        await store.connectLinks.create({ ...link, replacesAccountId: 'ca_old' });
        expect(await store.connectLinks.consume(tokenHash)).toMatchObject({ replacesAccountId: 'ca_old' });
      });

      test('are not consumed after they expired, and go with their account', async () => {
        const { id } = await store.connectedAccounts.create(await newAccount());
        const tokenHash = createId('log');
        const link = { tokenHash, projectId, connectedAccountId: id, callbackUrl: null, expiresAt: later(0) };
        await store.connectLinks.create(link);
        expect(await store.connectLinks.consume(tokenHash)).toBeUndefined();
        expect(await store.connectLinks.findByHash(tokenHash)).toMatchObject({ consumedAt: null });
        await store.connectedAccounts.delete(projectId, id);
        expect(await store.connectLinks.findByHash(tokenHash)).toBeUndefined();
        await expect(store.connectLinks.create(link)).rejects.toMatchObject({ code: 'CONFLICT' });
      });
    });

    describe('aliases', () => {
      test('belong to one account of a user and toolkit, also for callers at the same time', async () => {
        const active = (account: Partial<NewConnectedAccount> = {}) =>
          newAccount({ userId: createId('log'), status: 'ACTIVE', alias: 'work', ...account });
        const one = await active();
        const rivals = await Promise.all(Array.from({ length: 8 }, () => active({ userId: one.userId })));
        const results = await Promise.allSettled(rivals.map((rival) => store.connectedAccounts.create(rival)));
        const [winner, ...others] = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
        expect(others).toEqual([]);
        for (const result of results) {
          if (result.status === 'fulfilled') continue;
          expect(result.reason).toMatchObject({
            code: 'CONFLICT',
            message: expect.stringContaining('"work"'),
            details: { connectedAccountId: winner?.id, alias: 'work' },
          });
        }
        const { userId } = one;
        const name = { projectId, userId, toolkit: 'github', alias: 'work' };
        expect(await store.connectedAccounts.aliasHolder(name)).toBe(winner?.id);
        expect(await store.connectedAccounts.aliasHolder({ ...name, userId: 'another' })).toBeUndefined();
        // Neither what was only begun nor what failed has the name; it gets it by becoming active.
        const begun = await store.connectedAccounts.create(await active({ userId, status: 'INITIATED' }));
        const activate = () => store.connectedAccounts.update({ projectId, id: begun.id, status: 'ACTIVE' });
        await expect(activate()).rejects.toMatchObject({ code: 'CONFLICT', details: { alias: 'work' } });
        await store.connectedAccounts.update({ projectId, id: winner?.id ?? '', alias: null });
        await activate();
        expect(await store.connectedAccounts.aliasHolder(name)).toBe(begun.id);
        await expect(
          store.connectedAccounts.update({ projectId, id: winner?.id ?? '', alias: 'work' }),
        ).rejects.toMatchObject({ code: 'CONFLICT', details: { connectedAccountId: begun.id } });
        await store.connectedAccounts.create(await active({ userId, toolkit: 'gitlab' }));
      });
    });

    describe('replacements', () => {
      test('happen as a whole or not at all', async () => {
        const userId = createId('log');
        const old = await store.connectedAccounts.create(await newAccount({ userId, status: 'ACTIVE', alias: 'work' }));
        const begun = await store.connectedAccounts.create(await newAccount({ userId, alias: 'work' }));
        const connect = (id: string) =>
          store.connectedAccounts.update({
            projectId,
            id,
            status: 'ACTIVE',
            replaces: old.id,
            event: 'connected_account.connected',
          });
        await expect(connect('ca_none')).rejects.toMatchObject({ code: 'CONNECTED_ACCOUNT_NOT_FOUND' });
        expect(await store.connectedAccounts.get(projectId, old.id)).toEqual(old);
        expect(await connect(begun.id)).toMatchObject({ status: 'ACTIVE', alias: 'work' });
        expect(await store.connectedAccounts.get(projectId, old.id)).toMatchObject({
          status: 'INACTIVE',
          statusReason: `Replaced by ${begun.id}.`,
          alias: null,
          version: 2,
        });
        expect((await store.events.list({ projectId, after: 0, limit: 9 })).map(({ account }) => account.id)).toEqual([
          begun.id,
        ]);
      });
    });

    describe('events', () => {
      test('are written with what they tell, in order, and only if that is', async () => {
        const account = await store.connectedAccounts.create({
          ...(await newAccount({ status: 'ACTIVE', alias: 'a', identity: { email: 'ada@example.com' } })),
          event: 'connected_account.connected',
        });
        const { id } = account;
        expect(await store.events.bounds(projectId)).toEqual({ first: 1, last: 1 });
        await store.connectedAccounts.update({
          projectId,
          id,
          status: 'EXPIRED',
          statusReason: 'because',
          event: 'connected_account.expired',
        });
        await store.connectedAccounts.update({ projectId, id, alias: 'b' });
        await expect(
          store.connectedAccounts.update({ projectId, id, expectedVersion: 1, event: 'connected_account.failed' }),
        ).rejects.toMatchObject({ code: 'CONFLICT' });
        expect(await store.connectedAccounts.delete(otherProjectId, id, 'deleted')).toBe(false);
        expect(await store.connectedAccounts.delete(projectId, id, 'deleted')).toBe(true);
        const events = await store.events.list({ projectId, after: 0, limit: 10 });
        const { toolkit, authConfigId, identity } = account;
        expect(events.map(({ id: eventId, ...event }) => event)).toEqual(
          [
            ['connected', 'ACTIVE', null, 'a'],
            ['expired', 'EXPIRED', 'because', 'a'],
            ['revoked', 'REVOKED', 'deleted', 'b'],
          ].map(([what, status, statusReason, alias], index) => ({
            projectId,
            sequence: index + 1,
            type: `connected_account.${what}`,
            userId: 'user_1',
            account: { id, toolkit, authConfigId, identity, alias, status, statusReason },
            createdAt: time,
          })),
        );
        expect(events.map((event) => event.id).toSorted()).toEqual(events.map((event) => event.id));
        expect(JSON.stringify(events)).not.toContain('credential');
        expect(await store.events.list({ projectId: otherProjectId, after: 0, limit: 10 })).toEqual([]);
        expect(await store.events.list({ projectId, after: 1, limit: 1 })).toEqual([events[1]]);
        const types = ['connected_account.revoked'] as const;
        expect(await store.events.list({ projectId, after: 0, types, limit: 9 })).toEqual([events[2]]);
        expect(await store.events.list({ projectId, after: 0, userId: 'other', limit: 9 })).toEqual([]);
      });

      test('of many at the same time have no gap and no double', async () => {
        const account = await newAccount({ status: 'ACTIVE' });
        await Promise.all(
          Array.from({ length: 20 }, () =>
            store.connectedAccounts.create({
              ...account,
              id: createId('ca'),
              event: 'connected_account.connected',
            }),
          ),
        );
        const events = await store.events.list({ projectId, after: 0, limit: 100 });
        expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
        expect(await store.events.bounds(projectId)).toEqual({ first: 1, last: 20 });
      });

      test('are forgotten by age; their numbers go on', async () => {
        const account = await newAccount({ status: 'ACTIVE' });
        const tell = () =>
          store.connectedAccounts.create({ ...account, id: createId('ca'), event: 'connected_account.connected' });
        await tell();
        time = later(60);
        expect(await store.events.deleteBefore(time)).toBeGreaterThan(0);
        expect(await store.events.bounds(projectId)).toEqual({ first: undefined, last: 1 });
        await tell();
        expect(await store.events.bounds(projectId)).toEqual({ first: 2, last: 2 });
      });
    });

    describe('webhooks', () => {
      const secret = Uint8Array.of(1, 2, 3);
      const newWebhook = (webhook: Partial<NewWebhook> = {}): NewWebhook => ({
        id: createId('wh'),
        projectId,
        url: 'https://app.example.com/hook',
        types: null,
        description: '',
        secret,
        ...webhook,
      });
      const claimAll = async () => {
        const ownerId = createId('log');
        const claimed = await store.deliveries.claim({ ownerId, until: later(60), limit: 100 });
        return claimed.filter((delivery) => delivery.projectId === projectId);
      };
      const tell = async () =>
        store.connectedAccounts.create({
          ...(await newAccount({ status: 'ACTIVE' })),
          event: 'connected_account.connected',
        });

      test('come back as they were created and updated, for their project', async () => {
        const one = newWebhook({ types: ['connected_account.expired'], description: 'pager' });
        const stored = await store.webhooks.create(one);
        expect(stored).toEqual({
          ...one,
          enabled: true,
          statusReason: null,
          version: 1,
          createdAt: time,
          updatedAt: time,
        });
        const { id } = one;
        expect(await store.webhooks.get(projectId, id)).toEqual(stored);
        expect(await store.webhooks.get(otherProjectId, id)).toBeUndefined();
        const changed = await store.webhooks.update({
          projectId,
          id,
          enabled: false,
          statusReason: 'gone',
          types: null,
        });
        expect(changed).toEqual({ ...stored, enabled: false, statusReason: 'gone', types: null, version: 2 });
        await expect(
          store.webhooks.update({ projectId, id, expectedVersion: 1, secret: Uint8Array.of(4) }),
        ).rejects.toMatchObject({ code: 'CONFLICT' });
        await expect(store.webhooks.update({ projectId: otherProjectId, id, url: 'x' })).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
        const other = await store.webhooks.create(newWebhook());
        expect(await all((cursor) => store.webhooks.list({ projectId, cursor, limit: 1 }))).toEqual([other, changed]);
        expect(await store.webhooks.count(projectId)).toBe(2);
        expect(await store.webhooks.delete(otherProjectId, id)).toBe(false);
        expect(await store.webhooks.delete(projectId, id)).toBe(true);
        expect(await store.webhooks.count(projectId)).toBe(1);
      });

      test('get each event that they want, once claimed by one of many', async () => {
        const wanted = await store.webhooks.create(newWebhook());
        await store.webhooks.create(newWebhook({ types: ['connected_account.expired'] }));
        const disabled = await store.webhooks.create(newWebhook());
        await store.webhooks.update({ projectId, id: disabled.id, enabled: false });
        await tell();
        const [event] = await store.events.list({ projectId, after: 0, limit: 1 });
        const claims = (await Promise.all(Array.from({ length: 6 }, claimAll))).flat();
        expect(claims).toEqual([
          {
            id: expect.any(Number),
            projectId,
            webhookId: wanted.id,
            eventId: event?.id,
            eventType: 'connected_account.connected',
            status: 'pending',
            attempts: 1,
            responseStatus: null,
            reason: null,
            attemptedAt: time,
            nextAttemptAt: later(60),
            event,
          },
        ]);
      });

      test('have what a process died with taken over, and its late answer ignored', async () => {
        const { id: webhookId } = await store.webhooks.create(newWebhook());
        await tell();
        const dead = createId('log');
        const [first] = (await store.deliveries.claim({ ownerId: dead, until: later(60), limit: 100 })).filter(
          (delivery) => delivery.webhookId === webhookId,
        );
        const id = first?.id ?? 0;
        expect(await claimAll()).toEqual([]);
        time = later(61);
        const [second] = await claimAll();
        expect(second).toMatchObject({ id, attempts: 2 });
        const outcome = { id, status: 'delivered', responseStatus: 204, reason: null } as const;
        expect(await store.deliveries.finish({ ...outcome, ownerId: dead })).toBe(false);
        const latest = async () => (await store.deliveries.latest(projectId, [webhookId])).get(webhookId);
        expect(await latest()).toMatchObject({ status: 'pending', attempts: 2 });
        time = later(61);
        const ownerId = createId('log');
        await store.deliveries.claim({ ownerId, until: later(60), limit: 100 });
        await store.deliveries.release(id, ownerId);
        expect(await latest()).toMatchObject({ status: 'pending', attempts: 2 });
        await store.deliveries.claim({ ownerId, until: later(60), limit: 100 });
        const failed = {
          id,
          ownerId,
          status: 'pending',
          responseStatus: 500,
          reason: 'no',
          nextAttemptAt: later(5),
        } as const;
        expect(await store.deliveries.finish(failed)).toBe(true);
        expect(await latest()).toMatchObject({
          attempts: 3,
          responseStatus: 500,
          reason: 'no',
          nextAttemptAt: later(5),
        });
        expect(await claimAll()).toEqual([]);
        time = later(5);
        await store.deliveries.claim({ ownerId, until: later(60), limit: 100 });
        expect(await store.deliveries.finish({ ...outcome, ownerId })).toBe(true);
        expect(await latest()).toMatchObject({ status: 'delivered', attempts: 4, responseStatus: 204, reason: null });
        time = later(120);
        expect(await claimAll()).toEqual([]);
      });

      test('take what is pending with them', async () => {
        const [kept, gone] = [await store.webhooks.create(newWebhook()), await store.webhooks.create(newWebhook())];
        await tell();
        expect(await store.webhooks.delete(projectId, gone.id)).toBe(true);
        expect(await store.deliveries.abandon(projectId, kept.id, 'disabled')).toBe(1);
        expect(await claimAll()).toEqual([]);
        const latest = await store.deliveries.latest(projectId, [kept.id, gone.id]);
        expect([...latest.keys()]).toEqual([kept.id]);
        expect(latest.get(kept.id)).toMatchObject({ status: 'failed', reason: 'disabled' });
      });
    });

    describe('leases', () => {
      const leaseOf = (id: string, ownerId: string, seconds = 20) => ({
        projectId,
        id,
        ownerId,
        until: later(seconds),
      });

      test('are given to one of many, until they are over', async () => {
        const { connectedAccounts } = store;
        const { id, version } = await connectedAccounts.create(await newAccount());
        const owners = Array.from({ length: 20 }, (_, index) => `owner-${index}`);
        const leased = await Promise.all(
          owners.map((owner) => connectedAccounts.lease({ ...leaseOf(id, owner), expectedVersion: version })),
        );
        const [winner, ...others] = leased.filter((account) => account !== undefined);
        expect(others).toEqual([]);
        expect(winner).toMatchObject({ version, lease: { until: later(20) } });
        expect(owners).toContain(winner?.lease?.ownerId);
        const again = () => connectedAccounts.lease({ ...leaseOf(id, 'late', 60), expectedVersion: version });
        expect(await again()).toBeUndefined();
        time = later(20);
        expect(await again()).toMatchObject({ lease: { ownerId: 'late', until: later(60) } });
      });

      test('need the account to be as it was read, and let others change it', async () => {
        const { connectedAccounts } = store;
        const { id, version } = await connectedAccounts.create(await newAccount());
        await connectedAccounts.update({ projectId, id, alias: 'work' });
        const lease = (expectedVersion: number) => connectedAccounts.lease({ ...leaseOf(id, 'one'), expectedVersion });
        expect(await lease(version)).toBeUndefined();
        expect(await lease(version + 1)).toBeDefined();
        await connectedAccounts.update({ projectId, id, alias: 'home' });
        const credential = new Uint8Array([7]);
        expect(await connectedAccounts.update({ projectId, id, leaseOwnerId: 'one', credential })).toMatchObject({
          alias: 'home',
          credential,
          lease: null,
        });
        // It was given back with that.
        await expect(
          connectedAccounts.update({ projectId, id, leaseOwnerId: 'one', credential }),
        ).rejects.toMatchObject({ code: 'CONFLICT' });
      });

      test('can be taken away, and given back for later', async () => {
        const { connectedAccounts } = store;
        const { id } = await connectedAccounts.create(await newAccount());
        await connectedAccounts.lease({ ...leaseOf(id, 'one'), expectedVersion: 1 });
        const { version } = await connectedAccounts.update({ projectId, id, endLease: true, status: 'ACTIVE' });
        await expect(
          connectedAccounts.update({ projectId, id, leaseOwnerId: 'one', status: 'EXPIRED' }),
        ).rejects.toMatchObject({ code: 'CONFLICT' });
        await connectedAccounts.lease({ ...leaseOf(id, 'two'), expectedVersion: version });
        await connectedAccounts.releaseLease({ projectId, id, ownerId: 'one' });
        expect((await connectedAccounts.get(projectId, id))?.lease?.ownerId).toBe('two');
        await connectedAccounts.releaseLease({ projectId, id, ownerId: 'two', until: later(3) });
        const three = { ...leaseOf(id, 'three'), expectedVersion: version };
        expect(await connectedAccounts.lease(three)).toBeUndefined();
        time = later(3);
        expect(await connectedAccounts.lease(three)).toBeDefined();
        expect(await connectedAccounts.lease({ ...three, projectId: otherProjectId })).toBeUndefined();
      });
    });

    describe('sign-ins', () => {
      const newLink = async (expiresAt = later(60)) => {
        const { id } = await store.connectedAccounts.create(await newAccount());
        const tokenHash = createId('log');
        await store.connectLinks.create({
          tokenHash,
          projectId,
          connectedAccountId: id,
          callbackUrl: null,
          publicUrl: 'https://tools.example.com',
          expiresAt,
        });
        return { connectedAccountId: id, linkTokenHash: tokenHash };
      };

      test('bind a link to the first browser', async () => {
        const { linkTokenHash } = await newLink();
        const browsers = Array.from({ length: 10 }, (_, index) => `browser-${index}`);
        const bound = await Promise.all(browsers.map((each) => store.connectLinks.bind(linkTokenHash, each)));
        expect(bound.filter(Boolean)).toHaveLength(1);
        const owner = browsers[bound.indexOf(true)] ?? '';
        expect(await store.connectLinks.findByHash(linkTokenHash)).toMatchObject({
          browserHash: owner,
          publicUrl: 'https://tools.example.com',
        });
        expect(await store.connectLinks.bind(linkTokenHash, owner)).toBe(true);
        expect(await store.connectLinks.bind('another', owner)).toBe(false);
      });

      test('may end a link late, but only once', async () => {
        const { linkTokenHash } = await newLink(later(0));
        expect(await store.connectLinks.consume(linkTokenHash)).toBeUndefined();
        expect(await store.connectLinks.consume(linkTokenHash, { late: true })).toBeDefined();
        expect(await store.connectLinks.consume(linkTokenHash, { late: true })).toBeUndefined();
      });

      test('are taken up once, in time, and go with their link', async () => {
        const link = await newLink();
        const flow = (stateHash: string, seconds: number) => ({
          ...link,
          stateHash,
          projectId,
          browserHash: 'browser',
          redirectUri: 'https://tools.example.com/connect/callback',
          issuer: null,
          clientId: 'client',
          scopes: ['read', 'write'],
          secret: new Uint8Array([1, 2, 3]),
          expiresAt: later(seconds),
        });
        const hash = createId('log');
        await store.oauthFlows.create(flow(hash, 60));
        const taken = await Promise.all(Array.from({ length: 10 }, () => store.oauthFlows.consume(hash)));
        expect(taken.filter((found) => found !== undefined)).toEqual([
          { ...flow(hash, 60), createdAt: time, consumedAt: time },
        ]);
        const old = createId('log');
        await store.oauthFlows.create(flow(old, 0));
        expect(await store.oauthFlows.consume(old)).toBeUndefined();
        expect(await store.oauthFlows.deleteExpired()).toBeGreaterThan(0);
        expect(await store.oauthFlows.deleteExpired()).toBe(0);
        const orphan = createId('log');
        await store.oauthFlows.create(flow(orphan, 60));
        await store.connectedAccounts.delete(projectId, link.connectedAccountId);
        expect(await store.oauthFlows.consume(orphan)).toBeUndefined();
        await expect(store.oauthFlows.create(flow(createId('log'), 60))).rejects.toMatchObject({ code: 'CONFLICT' });
      });
    });

    describe('files', () => {
      test('come back byte for byte, newest first, and go with their session', async () => {
        const session = await store.sessions.create(newSession());
        const folder = { projectId, sessionId: session.id, mount: 'files' };
        const content = Uint8Array.from({ length: 256 }, (_, byte) => byte);
        const mimeType = 'application/octet-stream';
        expect(await store.files.put({ ...folder, path: 'a', mimeType, content })).toMatchObject({ size: 256 });
        await store.files.put({ ...folder, path: 'b', mimeType, content: new Uint8Array() });
        await store.files.put({ ...folder, path: 'b', mimeType: 'text/plain', content: content.slice(0, 3) });
        await store.files.put({ ...folder, sessionId: null, path: 'a', mimeType, content });
        expect(await store.files.content({ ...folder, path: 'a' })).toEqual({ content, mimeType });
        expect(await store.files.get({ ...folder, path: 'b' })).toMatchObject({ size: 3, mimeType: 'text/plain' });
        const { items } = await store.files.list({ ...folder, limit: 5 });
        expect(items.map(({ path }) => path)).toEqual(['b', 'a']);
        expect((await store.files.list({ ...folder, prefix: 'A', limit: 5 })).items).toEqual([]);
        expect(await store.files.delete({ ...folder, path: 'b' })).toBe(true);
        expect(await store.files.delete({ ...folder, path: 'b' })).toBe(false);
        await store.sessions.delete(projectId, session.id);
        expect(await store.files.get({ ...folder, path: 'a' })).toBeUndefined();
        expect(await store.files.delete({ ...folder, sessionId: null, path: 'a' })).toBe(true);
      });
    });

    describe('tool calls', () => {
      const newCall = (sessionId: string, call: Partial<ToolCall> = {}): ToolCall => ({
        id: createId('log'),
        projectId,
        sessionId,
        userId: 'user_1',
        tool: 'GITHUB_STAR',
        toolkit: 'github',
        connectedAccountId: null,
        outcome: 'succeeded',
        errorCode: null,
        requestId: 'req_1',
        startedAt: time,
        durationMs: 1.5,
        ...call,
      });

      test('are listed by session, newest first, and outlive the session', async () => {
        const session = await store.sessions.create(newSession());
        const calls = Array.from({ length: 1200 }, (_, index) =>
          newCall(
            session.id,
            index % 2 === 0 ? {} : { outcome: 'failed', errorCode: 'TIMEOUT', connectedAccountId: 'ca_1' },
          ),
        );
        for (const call of calls) store.toolCalls.record(call);
        store.toolCalls.record(newCall('ses_other'));
        await store.sessions.delete(projectId, session.id);
        const listed = await all((cursor) =>
          store.toolCalls.list({ projectId, sessionId: session.id, cursor, limit: 500 }),
        );
        expect(listed).toEqual(calls.toReversed());
        const foreign = await store.toolCalls.list({ projectId: otherProjectId, sessionId: session.id, limit: 5 });
        expect(foreign.items).toEqual([]);
      });

      test('that cannot be recorded do not take others with them', async () => {
        const calls = [newCall('ses_1'), newCall('ses_1', { requestId: 'a\u0000b' }), newCall('ses_1')];
        for (const call of calls) store.toolCalls.record(call);
        await store.toolCalls.flush();
        const { items } = await store.toolCalls.list({ projectId, sessionId: 'ses_1', limit: 10 });
        expect(items).toEqual([calls[2], calls[0]]);
        expect(backgroundErrors.splice(0)).toMatchObject([{ cause: { code: 'INVALID_REQUEST' } }]);
      });
    });

    describe('idempotency', () => {
      const start = (key: string) => ({
        projectId,
        scope: 'ses_1',
        key,
        argumentHash: 'hash',
        ownerId: 'owner',
        expiresAt: later(60),
      });

      test('begins once, for callers at the same time', async () => {
        const begun = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            store.idempotency.begin({ ...start('k'), ownerId: `owner ${index}` }),
          ),
        );
        const [winner, ...others] = begun.filter(({ created }) => created);
        expect(others).toEqual([]);
        for (const { record } of begun) expect(record).toEqual(winner?.record);
        expect(winner?.record).toMatchObject({
          ...start('k'),
          ownerId: expect.any(String),
          state: 'running',
          response: null,
        });
      });

      test('keeps keys of other scopes and projects apart', async () => {
        await store.idempotency.begin(start('k'));
        expect((await store.idempotency.begin({ ...start('k'), scope: 'ses_2' })).created).toBe(true);
        expect((await store.idempotency.begin({ ...start('k'), projectId: otherProjectId })).created).toBe(true);
        expect(await store.idempotency.get({ projectId, scope: 'ses_3', key: 'k' })).toBeUndefined();
      });

      test('is completed once, by its owner', async () => {
        await store.idempotency.begin(start('k'));
        const done = { ...start('k'), state: 'done', response: { data: '\u0000' } } as const;
        expect(await store.idempotency.complete({ ...done, ownerId: 'other' })).toBe(false);
        expect(await store.idempotency.complete({ ...done, projectId: otherProjectId })).toBe(false);
        expect(await store.idempotency.complete(done)).toBe(true);
        expect(await store.idempotency.complete({ ...done, state: 'unknown' })).toBe(false);
        const { created, record } = await store.idempotency.begin({ ...start('k'), argumentHash: 'other' });
        expect(created).toBe(false);
        expect(record).toEqual(await store.idempotency.get(start('k')));
        expect(record).toMatchObject({ state: 'done', response: { data: '\u0000' }, argumentHash: 'hash' });
      });

      test('is released by its owner while it runs, and then counts as never used', async () => {
        await store.idempotency.begin(start('k'));
        expect(await store.idempotency.release({ ...start('k'), ownerId: 'other' })).toBe(false);
        expect(await store.idempotency.release({ ...start('k'), projectId: otherProjectId })).toBe(false);
        expect(await store.idempotency.release(start('k'))).toBe(true);
        expect(await store.idempotency.get(start('k'))).toBeUndefined();
        expect((await store.idempotency.begin(start('k'))).created).toBe(true);
        await store.idempotency.complete({ ...start('k'), state: 'done', response: {} });
        expect(await store.idempotency.release(start('k'))).toBe(false);
      });

      test('forgets what expired', async () => {
        const before = time;
        await store.idempotency.begin(start('k'));
        await store.idempotency.begin(start('gone'));
        try {
          time = later(60);
          expect(await store.idempotency.get(start('k'))).toBeUndefined();
          const again = await store.idempotency.begin({ ...start('k'), argumentHash: 'new' });
          expect(again).toMatchObject({ created: true, record: { argumentHash: 'new', createdAt: time } });
          expect(await store.idempotency.deleteExpired()).toBeGreaterThan(0);
          expect(await store.idempotency.get(start('k'))).toEqual(again.record);
        } finally {
          time = before;
        }
      });
    });

    describe('meta', () => {
      test('keeps the first value, and replaces a known one', async () => {
        const key = createId('log');
        expect(await store.meta.get(key)).toBeUndefined();
        const values = await Promise.all(Array.from({ length: 8 }, (_, index) => store.meta.ensure(key, `${index}`)));
        expect(new Set(values).size).toBe(1);
        const [value = ''] = values;
        expect(await store.meta.get(key)).toBe(value);
        expect(await store.meta.replace(key, 'another', 'x')).toBe(false);
        expect(await store.meta.replace(key, value, 'x')).toBe(true);
        expect(await store.meta.get(key)).toBe('x');
      });
    });

    describe('as a whole', () => {
      test('answers writes of one turn independently: some fail, all others are kept', async () => {
        const taken = await store.sessions.create(newSession());
        const sessions = Array.from({ length: 30 }, (_, index) =>
          newSession(index % 3 === 0 ? { id: taken.id } : { userId: index % 3 === 1 ? 'user_1' : 'user_2' }),
        );
        const results = await Promise.allSettled([
          ...sessions.map((session) => store.sessions.create(session)),
          store.apiKeys.create({ projectId: 'prj_none', name: '', hash: createId('key'), hint: '' }),
          store.authConfigs.create(newAuthConfig()),
        ]);
        expect(results.map(({ status }) => status)).toEqual([
          ...sessions.map(({ id }) => (id === taken.id ? 'rejected' : 'fulfilled')),
          'rejected',
          'fulfilled',
        ]);
        const listed = await store.sessions.list({ projectId, limit: 100 });
        expect(listed.items).toHaveLength(21);
      });

      test('shows a reader only what is committed', async () => {
        const session = newSession();
        const writing = store.sessions.create(session);
        const whileWriting = await store.sessions.get(projectId, session.id);
        await writing;
        expect([undefined, session.id]).toContain(whileWriting?.id);
        expect(await store.sessions.get(projectId, session.id)).toBeDefined();
      });

      test('answers a ping', async () => {
        await expect(store.ping()).resolves.toBeUndefined();
      });
    });
  });
}

/** What a store that outlives its process does, beyond {@link describeStore}. */
export function describeDurableStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name}, across processes`, () => {
    let place: StoreUnderTest;
    beforeEach(async () => {
      place = await make();
    });

    test('several can open a new one at once', async () => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(place.location)));
      try {
        const projects = await Promise.all(stores.map((store) => store.projects.ensure('default')));
        expect(new Set(projects.map(({ id }) => id)).size).toBe(1);
      } finally {
        await Promise.all(stores.map((store) => store.close()));
        await place.remove();
      }
    });

    test('what was recorded is written before close() resolves', async () => {
      const store = await openStore(place.location);
      const { id: projectId } = await store.projects.ensure('default');
      const call: ToolCall = {
        id: createId('log'),
        projectId,
        sessionId: 'ses_1',
        userId: 'user_1',
        tool: 'GITHUB_STAR',
        toolkit: 'github',
        connectedAccountId: null,
        outcome: 'refused',
        errorCode: 'TOOL_NOT_ALLOWED',
        requestId: 'req_1',
        startedAt: new Date('2030-01-01T00:00:00.000Z'),
        durationMs: 0.25,
      };
      store.toolCalls.record(call);
      await Promise.all([store.close(), store.close()]);
      await expect(store.sessions.get(projectId, 'ses_1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await expect(store.projects.ensure('other')).rejects.toMatchObject({ code: 'UNAVAILABLE' });

      const reopened = await openStore(place.location);
      expect((await reopened.toolCalls.list({ projectId, sessionId: 'ses_1', limit: 5 })).items).toEqual([call]);
      await reopened.close();
      await place.remove();
    });

    test('every write that was answered survives kill -9', async () => {
      const child = spawn(
        process.execPath,
        [
          '--conditions=@jackfield/source',
          '--no-warnings',
          fileURLToPath(new URL('./durability-child.ts', import.meta.url)),
          JSON.stringify(place.location),
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const exited = once(child, 'exit');
      const answered: string[] = [];
      let projectId = '';
      for await (const line of createInterface(child.stdout)) {
        if (projectId === '') projectId = line;
        else answered.push(line);
        if (answered.length === 400) child.kill('SIGKILL');
      }
      expect((await exited)[1]).toBe('SIGKILL');
      expect(answered.length).toBeGreaterThanOrEqual(400);

      const store = await openStore(place.location);
      const missing: string[] = [];
      for (const id of answered) {
        const session = await store.sessions.get(projectId, id);
        const history = session && (await store.sessions.configHistory(projectId, id, { limit: 10 }));
        if (session?.configVersion !== 2 || history?.items.length !== 2) missing.push(id);
      }
      expect(missing).toEqual([]);
      await store.close();
      await place.remove();
    }, 30_000);
  });
}
