import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Jackfield } from '@jackfield/core';
import { embedded } from '@jackfield/server/embedded';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// Each test starts processes. Beside a server under load, and killed on its way: see test/wire.
vi.setConfig({ testTimeout: 60_000 });

const entry = join(import.meta.dirname, 'index.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jackfield-vault-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function rotate(...args: readonly string[]) {
  const { JACKFIELD_DATABASE_URL, JACKFIELD_ENCRYPTION_KEY, ...env } = process.env;
  const command = ['--conditions=@jackfield/source', entry, 'vault', 'rotate', '--data', folder, ...args];
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, ...output };
}

async function addWebhook(): Promise<void> {
  const fetch = embedded({ dataDir: folder });
  try {
    await new Jackfield({ fetch }).webhooks.create({ url: 'https://app.example.com/hook' });
  } finally {
    await fetch.close();
  }
}

test('the key in the file of a data folder is replaced by editing that file', async () => {
  await addWebhook();
  const file = join(folder, 'encryption-key');
  const before = readFileSync(file, 'utf8').trim();
  const only = await rotate();
  expect(only).toMatchObject({ code: 0, stdout: '' });
  expect(only.stderr).toMatch(/^Nothing to do: all 1 secrets are encrypted under the key [0-9a-f]{16}, the only one/);
  expect(only.stderr).toContain('put a new key and a comma in front of it');

  const after = randomBytes(32).toString('base64');
  writeFileSync(file, `${after},${before}\n`);
  const done = await rotate();
  expect(done).toMatchObject({ code: 0, stdout: '' });
  expect(done.stderr).toMatch(/^1 of 1 secrets were encrypted anew: all are under the key [0-9a-f]{16} now\./);
  const again = await rotate('--json');
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(again.stdout)).toEqual({ keyId: expect.any(String), secrets: 1, rotated: 0 });

  writeFileSync(file, after);
  await addWebhook();
  writeFileSync(file, before);
  const wrong = await rotate();
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toContain('INVALID_CONFIGURATION');
  for (const { stderr } of [only, done, wrong]) {
    for (const key of [before, after]) expect(stderr).not.toContain(key);
  }
});

test('a folder that is not there is not made', async () => {
  const { code, stderr } = await rotate('--data', join(folder, 'none'));
  expect(code).toBe(1);
  expect(stderr).toContain('There is no data folder');
  expect(stderr).toContain('--data');
});
