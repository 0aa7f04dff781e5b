import { createConnectPages } from '@jackfield/dashboard';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBrowser } from './describe-browser.ts';
import { type Clinic, openClinic } from './open-clinic.ts';
import { checkPage } from './page-checks.ts';
import { keepScreenshot } from './screenshots.ts';
import { signInAtService } from './sign-in-at-service.ts';

/** Each page that there is, reached as people reach it, at each width and in each theme. */
describeBrowser('the connect pages', ({ open }) => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await openClinic({ name: 'Acme', color: '#0f766e', logo: acmeLogo });
  });
  afterAll(() => clinic?.close());

  const newPage = async () => (await open()).newPage();
  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
  const textOf = async (page: Page, selector = 'main') =>
    (await page.locator(selector).textContent())?.replaceAll(/\s+/g, ' ');
  const submit = (page: Page) => page.locator('[type=submit]').click();
  /** Where a link leads that was gone on with to the service. */
  const leaveFor = async (page: Page, options: Parameters<Clinic['link']>[1] = {}) => {
    const link = await clinic.link('drive', options);
    await page.goto(link.url);
    await submit(page);
    await page.waitForURL(/\/interaction\//);
    return link;
  };
  /** What a service would send back. */
  const comeBack = async (page: Page, answer: Readonly<Record<string, string>>) => {
    const state = stateOf(page);
    const query = new URLSearchParams({ state, iss: clinic.oauth.issuer, ...answer });
    await page.goto(`${clinic.url}/connect/callback?${query}`);
  };
  /** `state` of the last sign-in that a page set out for. */
  const stateOf = (page: Page) => states.get(page) ?? '';
  const states = new WeakMap<Page, string>();
  const watched = async () => {
    const page = await newPage();
    page.on('request', (request) => {
      const state = new URL(request.url()).searchParams.get('state');
      if (state !== null) states.set(page, state);
    });
    return page;
  };

  test('sign-in: names the app, the host and the scopes, leads to the service, and back to the app', async () => {
    const page = await watched();
    const link = await clinic.link('drive', { userId: 'ada@acme.example', callbackUrl: clinic.appUrl });
    await page.goto(link.url);
    expect(await heading(page)).toBe('Connect Northwind Drive');
    const text = await textOf(page);
    expect(text).toContain('Acme asks to use Northwind Drive');
    for (const fact of [
      'ada@acme.example',
      new URL(clinic.oauth.issuer).host,
      new URL(clinic.appUrl).host,
      'See your files and folders',
      'Create and change files for you',
    ]) {
      expect(text).toContain(fact);
    }
    await checkPage(page, { inAllViews: true, onView: keepScreenshot('sign-in', ['desktop-light', 'phone-dark']) });
    await submit(page);
    await signInAtService(page);
    await page.waitForURL(`${clinic.appUrl}?status=success&connected_account_id=${link.request.id}`);
    expect((await clinic.jackfield.connectedAccounts.get(link.request.id)).status).toBe('ACTIVE');
  });

  test('form: made from the scheme, with the words of the manifest; a wrong key can be mended; the API is called with it', async () => {
    const page = await newPage();
    const { request, url, userId } = await clinic.link('petclinic', { userId: 'ada@acme.example' });
    await page.goto(url);
    expect(await heading(page)).toBe('Connect Petclinic');
    const token = page.getByLabel('Clinic token', { exact: true });
    expect([await token.getAttribute('type'), await token.getAttribute('autocomplete')]).toEqual(['password', 'off']);
    const help = page.getByRole('link', { name: /petclinic\.example\.com\/settings\/tokens/ });
    expect([await help.getAttribute('href'), await help.getAttribute('rel')]).toEqual([
      'https://petclinic.example.com/settings/tokens',
      'noopener noreferrer',
    ]);
    await checkPage(page, { inAllViews: true, onView: keepScreenshot('form', ['phone-light', 'desktop-dark']) });

    await token.fill('planted-wrong-token');
    await submit(page);
    await page.getByRole('alert').waitFor();
    expect(await page.title()).toContain('Not connected yet');
    expect(await textOf(page, '[role=alert]')).toContain('Clinic token: It was not accepted by Petclinic.');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert');
    expect(await page.content()).not.toContain('planted-wrong-token');
    await checkPage(page, { inAllViews: true, onView: keepScreenshot('mistake', ['phone-light']) });

    await token.fill(clinic.petclinic.token('anna'));
    await submit(page);
    await page.waitForURL(`${clinic.url}/connect/done`);
    expect(await heading(page)).toBe('Petclinic is connected');
    expect(await textOf(page)).toContain('anna (Lakeside Clinic)');
    await checkPage(page, { inAllViews: true, onView: keepScreenshot('done', ['phone-dark']) });
    expect(await clinic.jackfield.connectedAccounts.get(request.id)).toMatchObject({
      status: 'ACTIVE',
      identity: { login: 'anna' },
    });
    const session = await clinic.jackfield.sessions.create(userId, { toolkits: ['petclinic'] });
    expect((await session.execute('PETCLINIC_LIST_PETS')).successful).toBe(true);

    await page.goto(url);
    expect(await heading(page)).toBe('This link was used already');
    await checkPage(page, { inAllViews: true });
  });

  test('several fields: what is not secret is kept, a long help text is folded away', async () => {
    const page = await newPage();
    await page.goto((await clinic.link('ledger')).url);
    await page.getByText('Where to find it').click();
    await page.getByLabel('User name').fill('ad:a');
    await page.getByLabel('Password', { exact: false }).first().fill('planted-password');
    await page.getByLabel('API key (X-Tenant-Key)', { exact: true }).fill('planted-key');
    await submit(page);
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('User name').inputValue()).toBe('ad:a');
    expect(await page.getByLabel('User name').getAttribute('aria-invalid')).toBe('true');
    expect(await page.content()).not.toContain('planted');
    await checkPage(page);
    await page.getByRole('alert').getByRole('link', { name: 'User name' }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-login_username');
  });

  test('a key of several lines has room for them', async () => {
    const page = await newPage();
    await page.goto((await clinic.link('robot')).url);
    const key = page.getByLabel('Key file (JSON)');
    expect(await key.evaluate((element) => element.tagName)).toBe('TEXTAREA');
    await checkPage(page, { inAllViews: true });
    await key.fill('{"type": "planted"}');
    await submit(page);
    await page.getByRole('alert').waitFor();
    expect(await textOf(page, '[role=alert]')).toContain('not the key file of a service account');
    expect(await key.inputValue()).toBe('');
    // Or the file that it came in, by the button below.
    const chosen = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    const buffer = Buffer.from(clinic.oauth.addServiceAccount('robot'));
    await (await chosen).setFiles({ name: 'key.json', mimeType: 'application/json', buffer });
    await page.waitForFunction(() => document.querySelector('textarea')?.value.startsWith('{'));
    expect(await key.inputValue()).toBe(buffer.toString());
  });

  test('denied: the person said no', async () => {
    const page = await watched();
    await leaveFor(page);
    await signInAtService(page, { decision: 'deny' });
    await page.waitForURL(/connect\/callback/);
    expect(await heading(page)).toBe('Northwind Drive is not connected');
    expect(await textOf(page)).toContain('Access was not granted at Northwind Drive.');
    await checkPage(page, { inAllViews: true });
    // What came back is not left in the history.
    expect(new URL(page.url()).search).toBe('');
  });

  test('other account: somebody else signed in than the account belongs to', async () => {
    const page = await watched();
    const token = clinic.petclinic.token('anna');
    const { id, userId } = await clinic.jackfield.connectedAccounts.create({
      userId: 'other-account',
      toolkit: 'petclinic',
      credential: { mode: 'BEARER_TOKEN', token },
    });
    await page.goto((await clinic.link('petclinic', { userId, account: id })).url);
    expect(await heading(page)).toBe('Connect Petclinic again');
    expect(await textOf(page)).toContain('anna (Lakeside Clinic)');
    await page.getByLabel('Clinic token', { exact: true }).fill(clinic.petclinic.token('ben'));
    await submit(page);
    await page.getByRole('alert').waitFor();
    expect(await textOf(page, '[role=alert]')).toContain('another account than the one');
    await checkPage(page);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['issuer mismatch', { code: 'x', iss: 'https://elsewhere.example' }, 'Another service answered'],
    ['refused', { error: 'invalid_scope' }, 'did not accept the sign-in'],
    ['refused, by the code', { code: 'guessed' }, 'did not accept the sign-in'],
    ['invalid response', { nonsense: 'x' }, 'makes no sense'],
  ])('%s', async (_name, answer, reason) => {
    const page = await watched();
    await leaveFor(page);
    await comeBack(page, answer);
    expect(await heading(page)).toBe('Northwind Drive is not connected');
    expect(await textOf(page)).toContain(reason);
    await checkPage(page);
  });

  test('unavailable: the service does not answer', async () => {
    const page = await watched();
    await leaveFor(page);
    clinic.oauth.setTokenEndpoint('fail');
    try {
      await comeBack(page, { code: 'x' });
    } finally {
      clinic.oauth.setTokenEndpoint('work');
    }
    expect(await textOf(page)).toContain('does not answer at the moment');
    await checkPage(page);
  });

  test('misconfigured: the client is not known there any more', async () => {
    const page = await watched();
    const [config] = (await clinic.jackfield.authConfigs.list({ toolkitSlug: 'drive' })).items;
    await leaveFor(page);
    await clinic.jackfield.authConfigs.update(config?.id ?? '', {
      credentials: { clientId: config?.clientId ?? '', clientSecret: 'wrong' },
    });
    await comeBack(page, { code: 'x' });
    expect(await textOf(page)).toContain('is not set up correctly');
    await checkPage(page);
    const client = clinic.oauth.addClient({ redirectUris: [`${clinic.url}/connect/callback`] });
    await clinic.jackfield.authConfigs.update(config?.id ?? '', { credentials: client });
  });

  test('another browser: neither the link nor the way back works there', async () => {
    const [first, second] = [await watched(), await newPage()];
    const link = await leaveFor(first);
    await second.goto(link.url);
    expect(await heading(second)).toBe('This link belongs to another browser');
    await checkPage(second);
    const query = new URLSearchParams({ state: stateOf(first), code: 'x', iss: clinic.oauth.issuer });
    await second.goto(`${clinic.url}/connect/callback?${query}`);
    expect(await textOf(second)).toContain('came back in another one');
    await checkPage(second);
  });

  test('expired, unknown, replaced, too large, or from elsewhere', async () => {
    const page = await newPage();
    await page.goto(`${clinic.url}/connect/unknown`);
    expect(await heading(page)).toBe('This link can no longer be used');
    await checkPage(page);
    await page.goto(`${clinic.url}/connect/done`);
    expect(await heading(page)).toBe('Your account is connected');
    await checkPage(page);

    const { url } = await clinic.link('petclinic');
    await page.goto(url);
    await page.getByLabel('Clinic token', { exact: true }).evaluate((input: HTMLInputElement) => {
      input.value = 'x'.repeat(70_000);
    });
    await submit(page);
    await page.getByRole('heading', { name: 'That was too much' }).waitFor();
    await checkPage(page);

    // A page of somebody else's sends the form.
    await page.goto(clinic.appUrl);
    await page.evaluate(
      (action) => {
        document.body.innerHTML = `<form method="post" action="${action}"><input name="token" value="planted"></form>`;
        document.forms[0]?.submit();
      },
      url.replace('127.0.0.1', 'localhost'),
    );
    await page.getByRole('heading', { name: 'This form came from another place' }).waitFor();
    await checkPage(page);
  });

  // Ten minutes are too long for a test, and services here do not break in every way.
  test.each(['expired', 'unavailable', 'misconfigured', 'error'] as const)(
    '%s, as the dashboard makes it',
    async (notice) => {
      const { html, policy } = createConnectPages({ name: 'Acme' }).render(
        { kind: 'notice', notice, ...(notice === 'expired' ? {} : { number: 'req_5be8edab8c2e4dc9b773ca03f1d2a6c7' }) },
        { acceptLanguage: 'en', nonce: 'bm9uY2U=', scriptUrl: './page.js', now: new Date() },
      );
      const page = await newPage();
      await page.route(`${clinic.url}/connect/rendered`, (route) =>
        route.fulfill({ body: html, contentType: 'text/html', headers: { 'content-security-policy': policy } }),
      );
      await page.goto(`${clinic.url}/connect/rendered`);
      expect(await heading(page)).not.toBe('');
      expect(await page.getByRole('link', { name: 'Try again' }).count()).toBe(notice === 'unavailable' ? 1 : 0);
      await checkPage(page);
    },
  );

  test('the text under the page counts down, and says when the link has run out', async () => {
    const page = await newPage();
    await page.clock.install();
    await page.goto((await clinic.link('petclinic')).url);
    const expiry = page.locator('.expiry');
    expect(await expiry.textContent()).toContain('another 10 minutes');
    await page.clock.runFor('05:00');
    expect(await expiry.textContent()).toContain('another 5 minutes');
    await page.clock.runFor('05:01');
    expect(await expiry.textContent()).toContain('has run out');
    expect(await page.locator('[role=status]').textContent()).toContain('has run out');
    expect(await page.locator('[type=submit]').getAttribute('aria-disabled')).toBe('true');
    await checkPage(page);
  });
});

const acmeLogo = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="10" fill="#0f766e"/><path d="M12 27 20 12l8 15" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>',
)}`;
