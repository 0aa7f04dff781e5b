import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { checkSample } from './check-sample.ts';
import { documents } from './documents.ts';

/** The whole sample takes a minute and a half: `pnpm report` tries it, and writes what came of it. */
const every = 3;

let tried = 0;
let incomplete = 0;
const unnoticed: string[] = [];

describe.each(documents)('$slug', (document) => {
  it('takes the requests that arguments after the tool schemas make', { timeout: 60_000 }, async () => {
    const checked = await checkSample(document, every);
    tried += checked.tried.length;
    incomplete += checked.incomplete;
    unnoticed.push(...checked.unnoticed);
    const expected = Object.entries(document.exceptions ?? {})
      .filter(([slug]) => checked.tried.includes(slug))
      .map(([slug, { says }]) => [slug, expect.stringContaining(says)]);
    expect(checked.refused).toStrictEqual(Object.fromEntries(expected));
  });
});

afterAll(() => {
  expect(tried).toBeGreaterThanOrEqual(300);
  // Prism does check: it refuses the same requests when something that is required is taken away.
  expect(incomplete).toBeGreaterThanOrEqual(60);
  expect(unnoticed).toStrictEqual([]);
});

describe('the report', async () => {
  const report = await readFile(new URL('../REPORT.md', import.meta.url), 'utf8');

  it('has a row for each document, with as many operations as are sampled', () => {
    const rows = [...report.matchAll(/^\| `([^`]+)` +\| +([\d,]+) \| +(\d+) \|/gm)];
    expect(rows.map(([, file, , count]) => [file, Number(count)])).toEqual(
      documents.map(({ file, sample }) => [file, sample]),
    );
    expect(documents.length).toBeGreaterThanOrEqual(60);
  });

  it('explains every refusal, of which there are at most one in a hundred', () => {
    const [, total = '', accepted = ''] = /Of ([\d,]+) requests, Prism takes ([\d,]+)/.exec(report) ?? [];
    const numberOf = (text: string) => Number(text.replaceAll(',', ''));
    expect(numberOf(total)).toBeGreaterThanOrEqual(1_500);
    expect(numberOf(accepted) / numberOf(total)).toBeGreaterThanOrEqual(0.99);
    const refused = documents.flatMap(({ exceptions = {} }) => Object.entries(exceptions));
    for (const [slug, { because }] of refused) {
      expect(report).toContain(`| \`${slug}\``);
      expect(report).toContain(because);
    }
    expect(numberOf(total) - numberOf(accepted)).toBe(refused.length);
  });
});
