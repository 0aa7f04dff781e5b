import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createId } from './create-id.ts';
import { databaseError } from './database-error.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import { maxBufferedToolCalls, type ToolCall } from './store.ts';
import type { OpenDatabase } from './tables.ts';
import { createToolCallStore } from './tool-call-store.ts';

let opened: OpenDatabase;
beforeEach(async () => {
  opened = await openSqlite(':memory:');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await opened.close();
});

const newCall = (): ToolCall => ({
  id: createId('log'),
  projectId: 'prj_1',
  sessionId: 'ses_1',
  userId: 'user_1',
  tool: 'GITHUB_STAR',
  toolkit: 'github',
  connectedAccountId: null,
  outcome: 'succeeded',
  errorCode: null,
  requestId: 'req_1',
  startedAt: new Date(),
  durationMs: 1,
});

test('records are written by themselves, soon', async () => {
  const store = createToolCallStore(opened.database, 'sqlite');
  store.record(newCall());
  const written = () => opened.database.selectFrom('tool_calls').select('id').execute();
  expect(await written()).toEqual([]);
  await expect.poll(written).toHaveLength(1);
});

test('while the database is away records wait, and are written when it is back', async () => {
  const errors: string[] = [];
  const store = createToolCallStore(opened.database, 'sqlite', (error) => errors.push(error.message));
  const away = vi.spyOn(opened.database, 'insertInto').mockImplementation(() => {
    throw databaseError('unavailable', undefined);
  });
  const calls = [newCall(), newCall()];
  for (const call of calls) store.record(call);
  await expect.poll(() => errors).toEqual(['2 tool calls wait to be recorded.']);
  await expect(store.flush()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  away.mockRestore();
  const { items } = await store.list({ projectId: 'prj_1', sessionId: 'ses_1', limit: 10 });
  expect(items).toEqual(calls.toReversed());
});

test('more than can wait push out the oldest, which is told', async () => {
  const errors: string[] = [];
  const store = createToolCallStore(opened.database, 'sqlite', (error) => errors.push(error.message));
  const calls = Array.from({ length: maxBufferedToolCalls + 2 }, newCall);
  for (const call of calls) store.record(call);
  expect(errors).toHaveLength(2);
  await store.flush();
  const { items } = await store.list({ projectId: 'prj_1', sessionId: 'ses_1', limit: maxBufferedToolCalls + 5 });
  expect(items).toEqual(calls.slice(2).toReversed());
});
