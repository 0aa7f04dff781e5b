/**
 * A web app whose user connects an account by OAuth, and sees an agent use it. Runs through it all as a browser would; with
 * `--serve` it stays up for yours.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { startOAuthProvider } from '@jackfield-internal/fakes/oauth-provider';
import { createApp, redirectUri } from './app.ts';
import { chooseModel } from './model.ts';
import { northwindDocument } from './northwind-document.ts';

const stays = process.argv.includes('--serve');
const northwind = await startOAuthProvider();
const web = createServer().listen(stays ? 3000 : 0, '127.0.0.1');
await once(web, 'listening');
const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
const { app, jackfield, close } = await createApp({
  url,
  document: northwindDocument(northwind.issuer, northwind.apiUrl),
  // Registered by hand once, as at any service.
  client: northwind.addClient({ redirectUris: [redirectUri(url)] }),
  chooseModel,
});
web.on('request', getRequestListener(app.fetch));
console.log(`The app listens on ${url}, Northwind on ${northwind.issuer}.`);

if (stays) {
  console.log('Open the app, log in as ada or grace, and connect Northwind. Ctrl+C ends it.');
  await once(process, 'SIGINT');
} else {
  await connects();
  await refuses();
}
web.close();
web.closeAllConnections();
await close();
await northwind.close();

async function connects(): Promise<void> {
  const browser = openCookieBrowser();
  await browser.open(url);
  await browser.submit({ name: 'ada' });
  assert.match(browser.page.html, /Connect Northwind/);

  await browser.submit();
  assert.ok(browser.page.url.startsWith(`${url}/jackfield/connect/`));
  const text = browser.page.html.replaceAll(/<[^>]+>/g, '');
  assert.match(text, /Acme asks to use Northwind on your behalf/);
  assert.match(text, /See who you are, and your files/);
  assert.ok(text.includes(northwind.host));
  console.log('✓ Ada is told who asks, for what, and where she signs in.');

  await browser.submit();
  assert.ok(browser.page.url.startsWith(`${northwind.issuer}/interaction/`));
  await browser.signIn('ada');
  const landed = new URL(browser.page.url);
  assert.deepEqual([landed.origin, landed.searchParams.get('status')], [url, 'success']);
  const account = await jackfield.connectedAccounts.get(landed.searchParams.get('connected_account_id') ?? '');
  assert.deepEqual([account.userId, account.status], ['ada', 'ACTIVE']);
  assert.match(browser.page.html, /Northwind is connected/);
  console.log('✓ She signed in at Northwind, agreed, and is back in the app: the account is connected.');

  const question = 'Who am I at Northwind?';
  await browser.submit({ question });
  const answer = /<blockquote>(.*?)<\/blockquote>/s.exec(browser.page.html)?.[1] ?? '';
  console.log(`Ada asks: ${question}\nThe agent answers: ${answer}`);
  assert.match(answer, /ada@example\.com/);
  assert.deepEqual(northwind.apiRequests.at(-1), { path: '/api/me', user: 'ada' });
  console.log('✓ The agent called Northwind as Ada.');

  for (const secret of northwind.secrets) assert.ok(!browser.page.html.includes(secret));
}

async function refuses(): Promise<void> {
  const browser = openCookieBrowser();
  await browser.open(url);
  await browser.submit({ name: 'grace' });
  await browser.submit();
  await browser.submit();
  await browser.signIn('grace', { decision: 'deny' });
  assert.equal(new URL(browser.page.url).searchParams.get('status'), 'failed');
  assert.match(browser.page.html, /was not connected: Access was not granted/);
  const { items } = await jackfield.connectedAccounts.list({ userIds: ['grace'], statuses: ['ACTIVE'] });
  assert.equal(items.length, 0);
  console.log('✓ Grace said no: the app says so, and has nothing of hers.');
}
