import { expect, test } from 'vitest';
import { testContext, testEngine } from '../create-engine.fixture.ts';

async function filesOf(options: Parameters<typeof testEngine>[0] = {}) {
  const setup = await testEngine(options);
  const { operations, context, engine } = setup;
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const place = { sessionId, mount: 'files', path: 'reports/ä.csv' };
  const upload = async (text: string, more: { path?: string; sessionId?: string | undefined } = {}) => {
    const { token } = await engine.files.uploadTicket({ ...place, mimeType: 'text/csv', ...more }, context);
    await engine.files.put(token, async () => new TextEncoder().encode(text));
  };
  return { ...setup, files: engine.files, place, upload, sessionId };
}

test('a file that was put is listed, got and deleted', async () => {
  const { files, place, upload, context } = await filesOf();
  await upload('a,b');
  await upload('a,b,c');
  await upload('x', { path: 'other.csv' });
  const folder = { sessionId: place.sessionId, mount: 'files' };
  expect((await files.list(folder, context)).items.map(({ path, size }) => [path, size])).toEqual([
    ['other.csv', 1],
    ['reports/ä.csv', 5],
  ]);
  expect((await files.list({ ...folder, prefix: 'reports/ä' }, context)).items).toHaveLength(1);
  expect((await files.list({ ...folder, prefix: 'REPORTS' }, context)).items).toEqual([]);
  const first = await files.list({ ...folder, limit: 1 }, context);
  const second = await files.list({ ...folder, limit: 1, cursor: first.nextCursor ?? '' }, context);
  expect([...first.items, ...second.items].map(({ path }) => path)).toEqual(['other.csv', 'reports/ä.csv']);
  expect(second.nextCursor).toBe(null);

  const { token } = await files.downloadTicket(place, context);
  const got = await files.get(token);
  expect([new TextDecoder().decode(got.content), got.mimeType, got.path]).toEqual(['a,b,c', 'text/csv', place.path]);
  expect(await files.delete(place, context)).toBe(true);
  expect(await files.delete(place, context)).toBe(false);
  await expect(files.get(token)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(files.downloadTicket(place, context)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('files of a session are nobody elses, and go with it', async () => {
  const { files, place, upload, context, store, operations, sessionId } = await filesOf();
  await upload('a');
  await upload('b', { sessionId: undefined });
  const { token } = await files.downloadTicket(place, context);
  const upcoming = await files.uploadTicket({ ...place, mimeType: 'text/csv' }, context);
  const other = await store.projects.ensure('other');
  await expect(files.list(place, testContext(other.id))).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  expect((await files.list({ mount: 'files' }, testContext(other.id))).items).toEqual([]);
  await operations['sessions.delete']({ params: { sessionId } }, context);
  await expect(files.get(token)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(files.put(upcoming.token, unread)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(files.list(place, context)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  expect((await files.list({ mount: 'files' }, context)).items).toHaveLength(1);
});

test('a ticket is for one purpose and for a while', async () => {
  let now = new Date('2030-01-01T00:00:00Z');
  const { files, place, upload, context } = await filesOf({ now: () => now });
  await upload('a');
  const up = await files.uploadTicket({ ...place, mimeType: 'text/csv' }, context);
  const down = await files.downloadTicket(place, context);
  const over = { code: 'LINK_EXPIRED' };
  await expect(files.get(up.token)).rejects.toMatchObject(over);
  await expect(files.put(down.token, unread)).rejects.toMatchObject(over);
  await expect(files.get(`${down.token.slice(0, -4)}AAAA`)).rejects.toMatchObject(over);
  await expect(files.get('')).rejects.toMatchObject(over);
  now = new Date(down.expiresAt.getTime() + 1);
  await expect(files.get(down.token)).rejects.toMatchObject(over);
});

test.each(['', '/a', 'a//b', '../a', 'a/./b', 'a\\b', 'a\nb', 'a/', 'x'.repeat(1025), '\ud800'])(
  'the path %j is refused',
  async (path) => {
    const { files, place, context } = await filesOf();
    const refused = { code: 'INVALID_REQUEST' };
    await expect(files.uploadTicket({ ...place, path, mimeType: 'text/csv' }, context)).rejects.toMatchObject(refused);
    await expect(files.downloadTicket({ ...place, path }, context)).rejects.toMatchObject(refused);
  },
);

test('what is too large, or of no type, is refused', async () => {
  const { files, place, upload, context } = await filesOf({ limits: { maxFileBytes: 3 } });
  await upload('abc');
  await expect(upload('abcd')).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
  for (const mimeType of ['text', 'text/html\r\nset-cookie: a=b', '']) {
    await expect(files.uploadTicket({ ...place, mimeType }, context)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  }
});

function unread(): Promise<Uint8Array> {
  throw new Error('Nothing is read for a ticket that is not good.');
}
