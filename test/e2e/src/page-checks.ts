import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

// 320 CSS pixels are the least that has to do (WCAG 2.2, success criterion 1.4.10).
const views = [
  { name: 'phone', width: 320, height: 640, colorScheme: 'light' },
  { name: 'phone', width: 320, height: 640, colorScheme: 'dark' },
  { name: 'desktop', width: 1280, height: 860, colorScheme: 'dark' },
  { name: 'desktop', width: 1280, height: 860, colorScheme: 'light' },
] as const;

const pair = [views[0], views[2]] as const;

export type ViewName = `${(typeof views)[number]['name']}-${(typeof views)[number]['colorScheme']}`;

export interface CheckOptions {
  /** Each width in each theme; otherwise both widths and both themes, in two of the four views. Default: false. */
  readonly inAllViews?: boolean;
  /** Called in each view. */
  readonly onView?: (name: ViewName, page: Page) => Promise<void>;
}

/** What axe has for WCAG 2.2 AA, and its advice beyond. */
const allRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What another width or theme can change. */
const visualRules = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'];

/**
 * Holds a page against the rules of WCAG 2.2 AA that a program can check, on phone and desktop, light and dark; nothing may
 * stand out of the window.
 */
export async function checkPage(page: Page, { inAllViews = false, onView }: CheckOptions = {}): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(axe.source);
  for (const [index, { name, width, height, colorScheme }] of (inAllViews ? views : pair).entries()) {
    const view = `${name}-${colorScheme}` as const;
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    const runOnly: axe.RunOnly =
      index === 0 ? { type: 'tag', values: allRules } : { type: 'rule', values: visualRules };
    const { wrong, passed, overflow } = await page.evaluate(
      async (options) => {
        const results = await (window as unknown as { axe: typeof axe }).axe.run(options);
        return {
          wrong: results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
          passed: results.passes.length,
          overflow: document.documentElement.scrollWidth - innerWidth,
        };
      },
      { runOnly },
    );
    expect({ wrong, overflow }, `${await page.title()} (${view})`).toEqual({ wrong: [], overflow: 0 });
    expect(passed).toBeGreaterThan(0);
    await onView?.(view, page);
  }
}
