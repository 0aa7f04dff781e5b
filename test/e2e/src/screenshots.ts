import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { ViewName } from './page-checks.ts';

const folder = join(import.meta.dirname, '../../../docs/images');

/**
 * Keeps what a page looks like for the docs, when JACKFIELD_SCREENSHOTS=1 asks for it: they are looked at before they are
 * committed, and differ a little from one Chromium to the next.
 */
export function keepScreenshot(name: string, kept: readonly ViewName[]): (view: ViewName, page: Page) => Promise<void> {
  return async (view, page) => {
    if (process.env.JACKFIELD_SCREENSHOTS !== '1' || !kept.includes(view)) return;
    await mkdir(folder, { recursive: true });
    if (view.startsWith('phone')) await page.setViewportSize({ width: 390, height: 760 });
    await page.screenshot({ path: join(folder, `connect-${name}-${view}.png`), fullPage: true });
  };
}
