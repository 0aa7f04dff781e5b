import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../open-store.ts';
import { openSqlite } from './open-sqlite.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jackfield-sqlite-'));
  file = join(folder, 'jackfield.db');
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

test('folder and files belong to their owner alone', async () => {
  const path = join(folder, 'a', 'b', 'jackfield.db');
  const store = await openStore({ kind: 'sqlite', file: path });
  await store.projects.ensure('default');
  expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700);
  for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
  await store.close();
});

test('what was stored is there again', async () => {
  const store = await openStore({ kind: 'sqlite', file });
  const project = await store.projects.ensure('default');
  await store.close();
  const again = await openStore({ kind: 'sqlite', file });
  expect(await again.projects.list()).toEqual([project]);
  await again.close();
});

test('several processes can open a new file at once', async () => {
  const module = fileURLToPath(new URL('../open-store.ts', import.meta.url));
  const program = `
    const { openStore } = await import(${JSON.stringify(module)});
    const store = await openStore({ kind: 'sqlite', file: ${JSON.stringify(file)} });
    console.log((await store.projects.ensure('default')).id);
    await store.close();`;
  const outputs = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(
        process.execPath,
        ['--conditions=@jackfield/source', '--no-warnings', '--input-type=module', '--eval', program],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const chunks: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(child, 'close');
      return Buffer.concat(chunks).toString().trim();
    }),
  );
  expect(outputs[0]).toMatch(/^prj_/);
  expect(new Set(outputs).size).toBe(1);
});

test('a newer schema is refused and left alone', async () => {
  await (await openStore({ kind: 'sqlite', file })).close();
  const database = new DatabaseSync(file);
  database.exec("insert into schema_migrations (version, name, applied_at) values (99, 'from the future', 0)");
  database.close();
  await expect(openStore({ kind: 'sqlite', file })).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining('schema version 99'),
    fix: expect.stringContaining('Upgrade'),
    details: { databaseVersion: 99 },
  });
});

test('a migration that fails leaves nothing behind', async () => {
  const database = new DatabaseSync(file);
  database.exec('create table tool_calls (x)');
  database.close();
  await expect(openStore({ kind: 'sqlite', file })).rejects.toMatchObject({ code: 'INTERNAL' });
  const after = new DatabaseSync(file);
  expect(after.prepare("select name from sqlite_master where type = 'table'").all()).toMatchObject([
    { name: 'tool_calls' },
  ]);
  after.close();
});

test('a file that is no database is refused', async () => {
  writeFileSync(file, 'Dear diary, '.repeat(1000));
  await expect(openStore({ kind: 'sqlite', file })).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining(file),
  });
});

test('a folder in the place of the file is refused', async () => {
  mkdirSync(file);
  await expect(openStore({ kind: 'sqlite', file })).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining('EISDIR'),
  });
});

test('a folder that cannot be made is refused', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(openStore({ kind: 'sqlite', file: join(folder, 'file', 'jackfield.db') })).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringMatching(/EEXIST|ENOTDIR/),
  });
});

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is refused', async () => {
  chmodSync(folder, 0o500);
  await expect(openStore({ kind: 'sqlite', file })).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining('EACCES'),
  });
});

test('a file that stays locked is waited for, then refused', async () => {
  const other = new DatabaseSync(file);
  other.exec('create table x (y); begin exclusive');
  await expect(openSqlite(file, 100)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('locked'),
  });
  other.exec('rollback');
  const { close } = await openSqlite(file, 100);
  await close();
  other.close();
});
