import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readPages, readSnippets, root } from './markdown.ts';

const folder = join(import.meta.dirname, '../snippets');
const languages = ['ts', 'js', 'sh', 'json', 'yaml', 'http', 'text', 'html', 'mermaid'];

const snippets = readPages().flatMap(readSnippets);

test('every block says its language', () => {
  const wrong = snippets.filter(({ language }) => !languages.includes(language));
  expect(wrong.map(({ page, line, language }) => `${page}:${line} ${language}`)).toEqual([]);
});

test('every TypeScript block compiles, strictly', async () => {
  const blocks = snippets.filter(({ language }) => language === 'ts');
  expect(blocks.length).toBeGreaterThan(10);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  cpSync(join(import.meta.dirname, 'snippet-globals.d.ts'), join(folder, 'snippet-globals.d.ts'));
  for (const { page, line, code } of blocks) {
    // Lines keep their numbers, so that the compiler names those of the page.
    const name = `${page.replaceAll(/[/.]/g, '-')}-${line}.ts`;
    writeFileSync(join(folder, name), `${'\n'.repeat(line - 1)}${code}\nexport {};\n`);
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '@jackfield-internal/tsconfig/node.json', include: ['.'] }),
  );
  const tsc = join(root, 'node_modules/.bin/tsc');
  const output = await promisify(execFile)(tsc, ['--noEmit', '--pretty', 'false', '-p', folder], { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  // What else the compiler finds is for the checks of the packages.
  expect(output.split('\n').filter((line) => /^[^.\s]/.test(line))).toEqual([]);
}, 60_000);

test('every JSON block parses', () => {
  for (const { page, line, language, code } of snippets) {
    if (language === 'json') expect(() => JSON.parse(code), `${page}:${line}`).not.toThrow();
  }
});
