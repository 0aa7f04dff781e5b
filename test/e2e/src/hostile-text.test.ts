import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserOptions, describeBrowser } from './describe-browser.ts';
import { hostile } from './hostile.ts';
import { type Clinic, openClinic } from './open-clinic.ts';
import { checkPage } from './page-checks.ts';

/** Every text on a page that is not ours is markup, script, a style, or a change of direction. */
describeBrowser('hostile text', ({ open }) => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await openClinic({
      name: hostile.slice(0, 60),
      texts: { en: { 'form.kept': hostile.replaceAll(/[{}]/g, '') } },
    });
  });
  afterAll(() => clinic?.close());

  const watch = async (options?: BrowserOptions): Promise<{ readonly page: Page; readonly requests: string[] }> => {
    const page = await (await open(options)).newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    return { page, requests };
  };
  /** Nothing ran, nothing was loaded, and the only elements are ours. */
  const expectHarmless = async (page: Page, requests: readonly string[]) => {
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(requests.filter((url) => !url.startsWith(`${clinic.url}/connect/`))).toEqual([]);
    expect(
      await page.evaluate(() => ({
        scripts: document.querySelectorAll('script').length <= 1,
        images: document.images.length,
        handlers: document.querySelectorAll('[onerror], [onfocus], [onmouseover], [style]').length,
        titles: document.querySelectorAll('title').length,
      })),
    ).toEqual({ scripts: true, images: 0, handlers: 0, titles: 1 });
    expect(await page.locator('h1').textContent()).not.toBe('');
    await checkPage(page);
  };

  test('in the toolkit, its fields and their help, the user, the account, and what was entered', async () => {
    const { page, requests } = await watch();
    const { url } = await clinic.link('hostile', { userId: hostile, alias: hostile.slice(0, 60) });
    await page.goto(url);
    expect((await page.locator('h1').textContent())?.trim()).toBe(`Connect ${hostile}`);
    expect(await page.locator('dd').first().textContent()).toBe(hostile);
    expect(await page.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
      'https://a.example/',
    ]);
    await expectHarmless(page, requests);

    await page.locator('input[type=text]').fill(`:${hostile}`);
    await page.locator('[type=submit]').click();
    await page.getByRole('alert').waitFor();
    expect(await page.locator('input[type=text]').inputValue()).toBe(`:${hostile}`);
    await expectHarmless(page, requests);
  });

  test('in what a service says of a failure', async () => {
    const { page, requests } = await watch();
    let state = '';
    page.on('request', (request) => {
      state = new URL(request.url()).searchParams.get('state') ?? state;
    });
    await page.goto((await clinic.link('drive')).url);
    await page.locator('[type=submit]').click();
    await page.waitForURL(/\/interaction\//);
    requests.length = 0;
    const query = new URLSearchParams({
      state,
      iss: clinic.oauth.issuer,
      error: 'access_denied',
      error_description: hostile,
    });
    await page.goto(`${clinic.url}/connect/callback?${query}`);
    expect(await page.locator('dd').textContent()).toContain('</title></style></script><script>');
    await expectHarmless(page, requests);
  });

  test('in a cookie that somebody made up', async () => {
    const { page, requests } = await watch();
    const value = Buffer.from(JSON.stringify([hostile, hostile])).toString('base64url');
    await page.context().addCookies([{ name: 'jackfield_connected', value, url: clinic.url }]);
    await page.goto(`${clinic.url}/connect/done`);
    expect((await page.locator('h1').textContent())?.trim()).toBe(`${hostile} is connected`);
    await expectHarmless(page, requests);
  });

  test('no page tells its address to anybody, is kept, framed, or lets in what it does not need', async () => {
    const { page } = await watch({ provoked: /TrustedScript/ });
    const { url } = await clinic.link('drive');
    const answer = await page.goto(url);
    const headers = answer?.headers() ?? {};
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'content-language': 'en',
    });
    let referrer: string | undefined;
    page.on('request', (request) => {
      if (request.url().startsWith(`${clinic.oauth.issuer}/auth`)) referrer = request.headers().referer ?? 'none';
    });
    // What gets past the escaping would still not run.
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script');
      try {
        script.text = 'window.hacked = 4';
        document.body.append(script);
      } catch {
        return 'refused';
      }
      return 'hacked' in window ? 'ran' : 'refused';
    });
    expect(ran).toBe('refused');
    await page.locator('[type=submit]').click();
    await page.waitForURL(/\/interaction\//);
    expect(referrer).toBe('none');
  });
});
