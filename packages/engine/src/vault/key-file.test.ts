import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyFileName, loadOrCreateKeyFile } from './key-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jackfield-key-'));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

test('a key is made once, for its owner alone', async () => {
  const data = join(folder, 'a', 'b');
  const [made] = await loadOrCreateKeyFile(data);
  const path = join(data, keyFileName);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(data)).mode & 0o777).toBe(0o700);
  expect(Buffer.from(await readFile(path, 'utf8'), 'base64')).toEqual(Buffer.from(made.key));
  expect(await loadOrCreateKeyFile(data)).toEqual([made]);
  expect(await readdir(data)).toEqual([keyFileName]);
});

test('of many at once one makes the key', async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateKeyFile(folder)));
  expect(new Set(keys.map(([{ id }]) => id)).size).toBe(1);
  expect(await readdir(folder)).toEqual([keyFileName]);
});

test('a file that holds something else is refused and kept', async () => {
  const path = join(folder, keyFileName);
  await writeFile(path, '');
  await expect(loadOrCreateKeyFile(folder)).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining(path),
  });
  expect(await readFile(path, 'utf8')).toBe('');
});

test('a folder that cannot be made is named', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(loadOrCreateKeyFile(join(folder, 'file', 'data'))).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining(join(folder, 'file', 'data')),
    fix: expect.stringContaining('JACKFIELD_ENCRYPTION_KEY'),
  });
});
