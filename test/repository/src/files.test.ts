import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listFiles, readPackages, root } from './workspace.ts';

const publicPackages = readPackages().filter(({ manifest }) => manifest.private !== true);

describe.each(publicPackages)('$folder', ({ folder, manifest }) => {
  test('has a licence and says which', () => {
    expect(manifest.license).toBe('Apache-2.0');
    expect(readFileSync(join(root, folder, 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
  });

  test('has a readme that names it', () => {
    expect(existsSync(join(root, folder, 'README.md')), 'README.md is missing').toBe(true);
    expect(readFileSync(join(root, folder, 'README.md'), 'utf8')).toContain(manifest.name);
  });

  test('publishes what was built, the readme and the licence', () => {
    expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'README.md', 'LICENSE']));
  });
});

test('no file names this machine or a private registry', () => {
  const registry = new URL(execFileSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' }).trim());
  // A path of one word, such as `/root`, is too common to tell anything.
  const paths = [root, homedir()].filter((path) => path.split(/[\\/]/).length > 2);
  const foreign = registry.hostname === 'registry.npmjs.org' ? paths : [...paths, registry.host];
  const wrong: string[] = [];
  for (const path of listFiles()) {
    const file = join(root, path);
    if (!existsSync(file) || !statSync(file).isFile()) continue;
    const content = readFileSync(file, 'latin1');
    // A lockfile names the host of a package only when that is not the public registry.
    if (/(?:^|\/)pnpm-lock\.yaml$/.test(path) && /tarball: https?:/.test(content)) wrong.push(`${path}: tarball`);
    for (const text of foreign) if (content.includes(text)) wrong.push(`${path}: ${text}`);
  }
  expect(wrong).toEqual([]);
});
