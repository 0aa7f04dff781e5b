import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalog } from '../catalog.ts';

const rows = readFileSync(new URL('../../dist/build/operations.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

test('every tool has a slug of its own, and the name of the operation that it was made of', async () => {
  const slugs = rows.map(([slug]) => slug);
  expect(new Set(slugs).size).toBe(slugs.length);
  const tools = (await catalog().list()).reduce((sum, { toolCount }) => sum + toolCount, 0);
  expect(slugs.length).toBe(tools);
  expect(rows.filter((row) => row.length < 2 || !/^[^:]+:.+$/.test(row[1] ?? ''))).toEqual([]);
});

test('tools of a replaced document are known by its operations too', () => {
  const names = new Map(rows.map(([slug, ...operations]) => [slug, operations]));
  expect(names.get('GITHUB_ISSUES_CREATE')).toEqual([
    'npm:@octokit/openapi/generated/api.github.com.json:issues/create',
    'github.com/api.github.com:issues/create',
  ]);
  expect(names.get('GOOGLECALENDAR_EVENTS_INSERT')).toEqual(['googleapis.com/calendar:calendar.events.insert']);
  expect(names.get('NOTION_PATCH_PAGE')?.[1]).toBe('notion.com:updatePageProperties');
});
