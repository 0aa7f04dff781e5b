import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBrowser } from './describe-browser.ts';
import { type Clinic, openClinic } from './open-clinic.ts';
import { signInAtService } from './sign-in-at-service.ts';

describeBrowser('without JavaScript', ({ open }) => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await openClinic();
  });
  afterAll(() => clinic?.close());

  const newPage = async () => (await open({ javaScriptEnabled: false })).newPage();

  test('a form is filled in, mended and sent', async () => {
    const page = await newPage();
    const { request, url } = await clinic.link('petclinic');
    await page.goto(url);
    expect(await page.getByRole('button').count()).toBe(1);
    const token = page.getByLabel('Clinic token', { exact: true });
    await token.fill('wrong');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('alert').waitFor();
    expect(await token.getAttribute('aria-invalid')).toBe('true');
    await token.fill(clinic.petclinic.token('anna'));
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.waitForURL(`${clinic.url}/connect/done`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Petclinic is connected');
    expect((await clinic.jackfield.connectedAccounts.get(request.id)).status).toBe('ACTIVE');
  });

  test('a person signs in at the service, and comes back', async () => {
    const page = await newPage();
    const { request, url, userId } = await clinic.link('drive');
    await page.goto(url);
    await page.getByRole('button', { name: 'Continue to Northwind Drive' }).click();
    await page.waitForURL(/\/interaction\//);
    await signInAtService(page);
    await page.waitForURL(`${clinic.url}/connect/done`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Northwind Drive is connected');
    expect((await clinic.jackfield.connectedAccounts.get(request.id)).status).toBe('ACTIVE');
    const session = await clinic.jackfield.sessions.create(userId, { toolkits: ['drive'] });
    expect((await session.execute('DRIVE_GET_ME')).data).toMatchObject({ login: 'ada' });
  });
});
