import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { type Page, readPages, readProse, root } from './markdown.ts';

const pages = readPages();

test('every link inside the repository leads somewhere', () => {
  const dead: string[] = [];
  for (const page of pages) {
    for (const [, target = ''] of readProse(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = '', fragment] = target.split('#');
      const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
      const linked = pages.find((other) => other.path === path);
      if (!existsSync(join(root, path))) dead.push(`${page.path}: ${target}`);
      else if (fragment !== undefined && linked !== undefined && !anchors(linked).includes(fragment)) {
        dead.push(`${page.path}: ${target}`);
      }
    }
  }
  expect(dead).toEqual([]);
});

/** As GitHub makes them of headings. */
function anchors(page: Page): readonly string[] {
  return [...readProse(page).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
}
