import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProgram } from './main.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/server.md'), 'utf8');
const terminal = { stdout: process.stdout, stderr: process.stderr, env: {}, once: () => {}, off: () => {} };
const program = createProgram(terminal);

test('docs/server.md lists the options of serve, each with its default', () => {
  const rows = [...page.matchAll(/^\| `(--[^`]+)` +\|/gm)].map(([, flags]) => flags);
  const serve = program.commands.find((command) => command.name() === 'serve');
  expect(rows).toEqual(serve?.options.map(({ flags }) => flags));
  for (const option of serve?.options ?? []) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${option.flags}\``)) ?? '';
    if (option.defaultValue !== undefined)
      expect(row.split('|').map((cell) => cell.trim())).toContain(String(option.defaultValue));
  }
});

test('docs/server.md lists the commands and options of keys', () => {
  const keys = program.commands.find((command) => command.name() === 'keys');
  const rows = [...page.matchAll(/^\| `jackfield keys (\w+)/gm)].map(([, name]) => name);
  expect(rows).toEqual(keys?.commands.map((command) => command.name()));
  const section = page.slice(page.indexOf('## `jackfield keys`'), page.indexOf('## `jackfield toolkits`'));
  for (const option of keys?.commands.flatMap((command) => command.options) ?? []) {
    expect(section).toContain(option.long);
  }
});

test('docs/server.md lists the commands and options of toolkits', () => {
  const toolkits = program.commands.find((command) => command.name() === 'toolkits');
  const rows = [...page.matchAll(/^\| `jackfield toolkits (\w+)/gm)].map(([, name]) => name);
  expect(rows).toEqual(toolkits?.commands.map((command) => command.name()));
  const section = page.slice(page.indexOf('## `jackfield toolkits`'), page.indexOf('## `jackfield vault`'));
  for (const option of toolkits?.commands.flatMap((command) => command.options) ?? []) {
    expect(section).toContain(option.long);
  }
});

test('docs/server.md lists the commands and options of vault', () => {
  const vault = program.commands.find((command) => command.name() === 'vault');
  const rows = [...page.matchAll(/^\| `jackfield vault (\w+)/gm)].map(([, name]) => name);
  expect(rows).toEqual(vault?.commands.map((command) => command.name()));
  const section = page.slice(page.indexOf('## `jackfield vault`'), page.indexOf('## Environment'));
  for (const option of vault?.commands.flatMap((command) => command.options) ?? []) {
    expect(section).toContain(option.long);
  }
});

test('docs/server.md describes the options of import', () => {
  const command = program.commands.find((each) => each.name() === 'import');
  const section = page.slice(page.indexOf('## `jackfield import`'), page.indexOf('## Environment'));
  for (const option of command?.options ?? []) expect(section).toContain(option.long);
});
