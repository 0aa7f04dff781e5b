import { afterEach, expect, test } from 'vitest';
import { describeBrowser } from './describe-browser.ts';
import { type Clinic, openClinic } from './open-clinic.ts';
import { checkPage } from './page-checks.ts';

describeBrowser('name, colour, logo and language', ({ open }) => {
  let clinic: Clinic | undefined;
  afterEach(async () => {
    await clinic?.close();
    clinic = undefined;
  });

  // Each is hard to read on one ground or the other.
  test.each(['#ffe600', '#0a0a23', '#ff7a00', '#8a8f98'])('%s can be read, whatever it is', async (color) => {
    clinic = await openClinic({ color });
    const page = await (await open()).newPage();
    await page.goto((await clinic.link('petclinic')).url);
    await checkPage(page);
    const fill = await page.locator('[type=submit]').evaluate((button) => getComputedStyle(button).backgroundColor);
    expect(fill).toBe(rgb(color));
  });

  test('a logo that is there is shown; in place of one that is not stands a letter', async () => {
    const logo = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
    clinic = await openClinic({ name: 'Zebra', logo });
    const page = await (await open()).newPage();
    await page.goto((await clinic.link('petclinic')).url);
    const image = page.locator('.mark img');
    expect(await image.evaluate((element: HTMLImageElement) => [element.src, element.naturalWidth])).toEqual([logo, 1]);
    await clinic.close();

    clinic = await openClinic({ name: 'Zebra', logo: 'data:image/png;base64,AAAA' });
    await page.goto((await clinic.link('petclinic')).url);
    await page.waitForFunction(() => document.images.length === 0);
    expect((await page.locator('.mark').first().textContent())?.trim()).toBe('Z');
  });

  test('in the language of the browser, and in the words of the operator', async () => {
    clinic = await openClinic({ name: 'Acme', texts: { fr: { 'form.submit': 'Connecter' } } });
    const german = await (await open({ locale: 'de-AT' })).newPage();
    await german.goto((await clinic.link('petclinic')).url);
    expect(await german.locator('html').getAttribute('lang')).toBe('de');
    expect(await german.locator('h1').textContent()).toBe('Petclinic verbinden');
    expect(await german.locator('.expiry').textContent()).toContain('noch 10 Minuten');
    await checkPage(german);
    await german.getByLabel('Clinic token', { exact: true }).fill('falsch');
    await german.getByRole('button', { name: 'Verbinden' }).click();
    await german.getByRole('alert').waitFor();
    expect(await german.getByRole('alert').textContent()).toContain('Petclinic hat es nicht akzeptiert.');
    await checkPage(german);

    const french = await (await open({ locale: 'fr-FR' })).newPage();
    await french.goto((await clinic.link('petclinic')).url);
    expect(await french.locator('html').getAttribute('lang')).toBe('fr');
    await french.getByRole('button', { name: 'Connecter' }).waitFor();
  });
});

function rgb(color: string): string {
  const value = Number.parseInt(color.slice(1), 16);
  return `rgb(${value >> 16}, ${(value >> 8) & 255}, ${value & 255})`;
}
