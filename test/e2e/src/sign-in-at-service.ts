import type { Page } from 'playwright-core';

export interface Decision {
  /** Who they are at the service. Default: `ada`. */
  readonly login?: string;
  /** Default: `approve`. */
  readonly decision?: 'approve' | 'deny';
}

/** What a person does on the pages of `startOAuthProvider`: say who they are, then whether they agree. */
export async function signInAtService(
  page: Page,
  { login = 'ada', decision = 'approve' }: Decision = {},
): Promise<void> {
  for (let step = 0; step < 3 && isAtService(page); step++) {
    const before = page.url();
    const name = page.locator('input[name=login]');
    if (await name.isVisible()) await name.fill(login);
    await page.locator(`[name=decision][value=${decision}]`).check();
    await page.locator('[type=submit]').click();
    await page.waitForURL((url) => url.href !== before);
  }
}

function isAtService(page: Page): boolean {
  return new URL(page.url()).pathname.startsWith('/interaction/');
}
