/** The server inside an Express app: one process, one port, and the connect page under a path of the app. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectInBrowser } from '@jackfield-internal/fakes/browser';
import { startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { createApp } from './app.ts';
import { chooseModel } from './model.ts';

const petclinic = await startPetclinic();
const web = createServer().listen(0, '127.0.0.1');
await once(web, 'listening');
const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
const { app, close } = createApp({
  url,
  petclinicDocument: `${petclinic.url}/openapi.json`,
  model: await chooseModel(),
});
web.on('request', app);
console.log(`The app listens on ${url}.`);

const headers = { cookie: 'user=anna', 'content-type': 'application/json' };

const unknown = await fetch(`${url}/settings/connect/petclinics`, { headers, redirect: 'manual' });
const refusal = (await unknown.json()) as { message: string; fix: string };
assert.equal(unknown.status, 400);
console.log(`A wrong link: ${refusal.message} ${refusal.fix}`);

const start = await fetch(`${url}/settings/connect/petclinic`, { headers, redirect: 'manual' });
const link = start.headers.get('location') ?? '';
assert.ok(link.startsWith(`${url}/jackfield/connect/`));
console.log(`Anna clicks “Connect” and lands on ${link}`);
const landed = await connectInBrowser(link, petclinic.token('anna'));
assert.equal(landed.pathname, '/settings');
assert.equal(landed.searchParams.get('status'), 'success');
const settings = await fetch(`${url}/settings`, { headers });
assert.deepEqual(((await settings.json()) as { connected: string[] }).connected, ['petclinic']);
console.log('✓ The form led back to the settings of the app, and the account is connected.');

const chat = await fetch(`${url}/chat`, {
  method: 'POST',
  headers,
  body: JSON.stringify({ message: 'Which pets do I have?' }),
});
const { text } = (await chat.json()) as { text: string };
console.log(`Anna asks, the app answers: ${text}`);
for (const name of ['Luna', 'Miso', 'Pip']) assert.ok(text.includes(name));

const outside = await fetch(`${url}/jackfield/v1/connected_accounts`);
assert.equal(outside.status, 401);
console.log('✓ From outside, the API under /jackfield/v1 asks for an API key.');

web.close();
web.closeAllConnections();
await close();
await petclinic.close();
