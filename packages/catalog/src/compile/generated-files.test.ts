import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles, pagesFolder } from './generated-files.ts';

test('the report and the pages are those of the last compilation (pnpm report writes them)', async () => {
  const files = await generatedFiles();
  const stale = [...files].filter(([file, content]) => content !== readFileSync(new URL(file), 'utf8'));
  expect(stale.map(([file]) => file)).toEqual([]);
  const extra = readdirSync(pagesFolder).filter((name) => !files.has(new URL(name, pagesFolder).href));
  expect(extra).toEqual([]);
});

test('nearly nothing is lost', async () => {
  const report = JSON.parse(readFileSync(new URL('../../report.json', import.meta.url), 'utf8'));
  const { current, older, replaced } = report.documents;
  expect(current + older + replaced).toBeGreaterThanOrEqual(2_400);
  expect(report.operations.share).toBeGreaterThanOrEqual(0.995);
});
