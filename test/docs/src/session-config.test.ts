import { Jackfield, JackfieldError } from '@jackfield/core';
import { expect, test } from 'vitest';
import { readPages } from './markdown.ts';

test('docs/sessions.md lists every key of a session config', async () => {
  const jackfield = new Jackfield({ fetch: () => Promise.reject(new Error('nothing is sent')) });
  const unknown: object = { 'no such key': true };
  const error: unknown = await jackfield.sessions.create('user_123', unknown).catch((thrown: unknown) => thrown);
  if (!JackfieldError.isInstance(error)) throw error;
  const accepted = /Accepted keys: (.+)\./.exec(error.fix ?? '')?.[1]?.split(', ') ?? [];
  expect(accepted.length).toBeGreaterThan(10);

  const page = readPages().find(({ path }) => path === 'docs/sessions.md');
  const rows = [...(page?.text ?? '').matchAll(/^\| `([\w.]+)` +\|/gm)].map(([, key = '']) => key.split('.')[0]);
  expect([...new Set(rows)].sort()).toEqual([...accepted].sort());
});
