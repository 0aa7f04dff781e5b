import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

const examples = globSync('examples/*/package.json', { cwd: root })
  .map((path) => basename(dirname(path)))
  .sort();

test('there are examples', () => {
  expect(examples).toEqual(
    expect.arrayContaining([
      'quickstart',
      'vercel',
      'langchain',
      'openai',
      'custom-tools',
      'express-app',
      'github',
      'connect',
    ]),
  );
});

test.concurrent.for(examples)('%s ends well and says so', { timeout: 60_000 }, async (name, { expect }) => {
  const folder = join(root, 'examples', name);
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const [node = '', ...args] = scripts.start.split(' ');
  expect(node).toBe('node');
  // No key of a model provider: the run must not depend on what the machine happens to have.
  const { OPENAI_API_KEY, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  expect(stderr.replaceAll(/^\(.*\n/gm, '')).toBe('');
  expect(code, stdout).toBe(0);
  expect(stdout).toContain('✓');
});
