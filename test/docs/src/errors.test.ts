import { errorCodes } from '@jackfield/contract';
import { expect, test } from 'vitest';
import { readPages } from './markdown.ts';

test('docs/errors.md lists every code with its status and whether to try again', () => {
  const page = readPages().find(({ path }) => path === 'docs/errors.md');
  const rows = [...(page?.text ?? '').matchAll(/^\| `([A-Z_]+)` +\| (\d{3}) +\| (yes|no) +\| .+\|$/gm)];
  expect(rows.map(([, code, status, retryable]) => `${code} ${status} ${retryable}`)).toEqual(
    Object.entries(errorCodes).map(([code, { status, retryable }]) => `${code} ${status} ${retryable ? 'yes' : 'no'}`),
  );
});
