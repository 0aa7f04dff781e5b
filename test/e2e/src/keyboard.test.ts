import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBrowser } from './describe-browser.ts';
import { type Clinic, openClinic } from './open-clinic.ts';

/** What somebody does who has no mouse. */
describeBrowser('by keyboard alone', ({ open }) => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await openClinic({ name: 'Acme' });
  });
  afterAll(() => clinic?.close());

  /** What has the focus, by the name that is read out, and whether it can be seen that it has. */
  const focused = (page: Page) =>
    page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement)) return undefined;
      const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
      const name = element.getAttribute('aria-label') ?? (label ?? element).textContent ?? '';
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return {
        name: name.replaceAll(/\s+/g, ' ').trim(),
        isSeen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
      };
    });
  const tab = async (page: Page) => {
    await page.keyboard.press('Tab');
    return focused(page);
  };

  test('a form is filled in, mended and sent', async () => {
    const page = await (await open()).newPage();
    const { request, url } = await clinic.link('petclinic');
    await page.goto(url);
    const help = { name: 'petclinic.example.com/settings/tokens (opens in a new tab)', isSeen: true };
    expect(await tab(page)).toEqual(help);
    expect(await tab(page)).toEqual({ name: 'Clinic token', isSeen: true });
    await page.keyboard.type('wrong');
    expect(await tab(page)).toEqual({ name: 'Show Clinic token', isSeen: true });
    await page.keyboard.press('Space');
    const input = page.getByLabel('Clinic token', { exact: true });
    expect(await input.getAttribute('type')).toBe('text');
    expect(await page.getByRole('button', { name: 'Show Clinic token' }).getAttribute('aria-pressed')).toBe('true');
    expect(await tab(page)).toEqual({ name: 'Connect', isSeen: true });
    await page.keyboard.press('Enter');

    // The mistakes have the focus; from there it is one step to each field.
    await page.getByRole('alert').waitFor();
    expect((await focused(page))?.name).toMatch(/^Please look at this again/);
    expect(await tab(page)).toEqual({ name: 'Clinic token', isSeen: true });
    await page.keyboard.press('Enter');
    expect(await focused(page)).toEqual({ name: 'Clinic token', isSeen: true });
    expect(await input.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.type(clinic.petclinic.token('anna'));
    await page.keyboard.press('Enter');
    await page.waitForURL(`${clinic.url}/connect/done`);
    expect((await clinic.jackfield.connectedAccounts.get(request.id)).status).toBe('ACTIVE');
  });

  test('signing in is set out for', async () => {
    const page = await (await open()).newPage();
    await page.goto((await clinic.link('drive')).url);
    expect(await tab(page)).toEqual({ name: 'Continue to Northwind Drive', isSeen: true });
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/interaction\//);
  });

  test('who cannot see the page is told what happens, and nothing is sent twice', async () => {
    const page = await (await open()).newPage();
    await page.goto((await clinic.link('drive')).url);
    let sent = 0;
    // An answer without content (RFC 9110 section 15.3.5) leaves the page where it is, as a slow one would.
    await page.route(/\/connect\//, (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      sent++;
      return route.fulfill({ status: 204 });
    });
    await page.locator('[type=submit]').press('Enter');
    await page.getByRole('status').filter({ hasText: 'Taking you to Northwind Drive' }).waitFor({ state: 'attached' });
    const button = page.getByRole('button', { name: 'Taking you to Northwind Drive' });
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await button.press('Enter');
    expect(sent).toBe(1);
  });
});
