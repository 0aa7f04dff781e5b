import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConnectPages } from './connect-page-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'jackfield-brand-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const terminal = (env: Readonly<Record<string, string>> = {}) => ({
  stdout: process.stdout,
  stderr: process.stderr,
  env,
  once: () => {},
  off: () => {},
});

test('options come before variables, and files are read', async () => {
  const env = {
    JACKFIELD_BRAND_NAME: 'Acme',
    JACKFIELD_BRAND_COLOR: '#0f766e',
    JACKFIELD_BRAND_LOGO: 'https://cdn.example.com/logo.png',
    JACKFIELD_CONNECT_TEXTS: file('texts.json', '{"fr": {"form.submit": "Connecter"}}'),
  };
  expect(await readConnectPages({}, terminal(env))).toEqual({
    name: 'Acme',
    color: '#0f766e',
    logo: 'https://cdn.example.com/logo.png',
    texts: { fr: { 'form.submit': 'Connecter' } },
  });
  const options = { brandName: 'Other', brandColor: '#fff', brandLogo: file('logo.SVG', '<svg/>') };
  expect(await readConnectPages(options, terminal(env))).toMatchObject({
    name: 'Other',
    color: '#fff',
    logo: 'data:image/svg+xml;base64,PHN2Zy8+',
  });
  expect(await readConnectPages({}, terminal())).toEqual({});
});

test.each([
  ['neither a URL nor a file', { brandLogo: 'logo.bmp' }],
  ['cannot be read: missing.png (ENOENT)', { brandLogo: 'missing.png' }],
  ['cannot be read: missing.json (ENOENT)', { connectTexts: 'missing.json' }],
  ['are not a JSON object', { connectTexts: file('broken.json', '{') }],
  ['are not a JSON object', { connectTexts: file('list.json', '[]') }],
])('%s', async (message, options) => {
  await expect(readConnectPages(options, terminal())).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining(message),
  });
});
