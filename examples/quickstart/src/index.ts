/**
 * The whole story once, in the order in which you will meet it. Everything is real but, without a key in the
 * environment, the model: the petclinic is an HTTP API, the account is connected through the page that your users see,
 * and the agent's calls reach the API with the user's own token.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Jackfield } from '@jackfield/core';
import { openApiSource } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { toNodeHandler } from '@jackfield/server/node';
import { VercelProvider } from '@jackfield/vercel';
import { connectInBrowser } from '@jackfield-internal/fakes/browser';
import { startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { generateText, isStepCount } from 'ai';
import { chooseModel } from './model.ts';
import { answer, call, code, heading, line, passed } from './transcript.ts';

heading('An API to work with');
const petclinic = await startPetclinic();
line(`A veterinary clinic's API runs at ${petclinic.url}/v1. It knows nothing of agents;`);
line(`all that Jackfield gets is its OpenAPI document, ${petclinic.url}/openapi.json.`);

heading('Jackfield, inside this process');
code(`const server = embedded({ toolkits: [openApiSource({ url }, { slug: 'petclinic' })], … });
const jackfield = new Jackfield({ fetch: server, provider: new VercelProvider() });`);
const web = createServer().listen(0, '127.0.0.1');
await once(web, 'listening');
const server = embedded({
  dataDir: ':memory:',
  toolkits: [openApiSource({ url: `${petclinic.url}/openapi.json` }, { slug: 'petclinic' })],
  // The clinic runs on this machine, which tools may not call unless told so.
  allowPrivateNetwork: true,
  // Where browsers find the connect page.
  publicUrl: `http://127.0.0.1:${(web.address() as AddressInfo).port}`,
});
web.on('request', toNodeHandler(server.handler));
const jackfield = new Jackfield({ fetch: server, provider: new VercelProvider() });

heading('A session for one user');
code(`const session = await jackfield.sessions.create('anna', { toolkits: ['petclinic'] });`);
const session = await jackfield.sessions.create('anna', { toolkits: ['petclinic'] });
line(`Session ${session.sessionId} binds the user anna to the tools of petclinic, and to nothing else.`);

heading('What can it do?');
const wish = 'book an appointment for a pet';
code(`await session.search({ query: '${wish}' });`);
const { results, toolSchemas } = await session.search({ query: wish, limit: 3 });
const found = [...(results[0]?.primaryToolSlugs ?? []), ...(results[0]?.relatedToolSlugs ?? [])];
for (const slug of found) line(`${slug.padEnd(32)} ${toolSchemas[slug]?.description?.split('. ')[0] ?? ''}`);
assert.equal(found[0], 'PETCLINIC_CREATE_VISIT');

heading('Anna connects her account');
code(`const connection = await session.authorize('petclinic');`);
const connection = await session.authorize('petclinic');
line('Anna gets this link, opens it and pastes her token into the form:');
line(connection.redirectUrl);
await connectInBrowser(connection.redirectUrl, petclinic.token('anna'));
const account = await connection.waitForConnection();
passed(`${account.id} is ${account.status}. The token lies encrypted in the vault; the agent never sees it.`);

heading('An agent does the work');
const { model, label } = await chooseModel();
const prompt =
  'My dog Luna limps on the left hind leg since yesterday. Book the first free slot on Monday, 1 March 2027, ' +
  'with a vet for orthopaedics, and tell me when it is.';
line(`The model is ${label}. It is asked:`);
line(`“${prompt}”`);
code(`await generateText({ model, tools: await session.tools(), prompt });`);
const { text } = await generateText({
  model,
  tools: await session.tools(),
  prompt,
  stopWhen: isStepCount(12),
  onStepEnd: ({ toolCalls, toolResults }) => {
    for (const { toolName, input } of toolCalls) call(toolName, input);
    for (const { output } of toolResults) answer(output);
  },
});
line(`“${text}”`);

heading('Did it happen?');
const response = await fetch(`${petclinic.url}/v1/visits?petId=pet_1&status=scheduled`, {
  headers: { authorization: `Bearer ${petclinic.token('anna')}` },
});
const { items: visits } = (await response.json()) as { items: { vetId: string; scheduledAt: string }[] };
assert.deepEqual(
  visits.map(({ vetId, scheduledAt }) => ({ vetId, scheduledAt: Date.parse(scheduledAt) })),
  [{ vetId: 'vet_2', scheduledAt: Date.parse('2027-03-01T08:00:00Z') }],
);
passed('The clinic has exactly one visit for Luna, with Dr. Lena Vogt, in the first slot of that day.');
const calls = petclinic.requests.filter(({ path, user }) => path !== '/openapi.json' && user !== undefined);
assert.ok(calls.every(({ user }) => user === 'anna'));
passed(`All ${calls.length} calls that reached the clinic carried Anna's token.`);

await server.close();
web.close();
await petclinic.close();

heading('Where to go from here');
line('examples/quickstart/src/index.ts    this program, about a hundred lines');
line('docs/getting-started.md             the same in a project of yours');
line('examples/vercel, langchain, openai  your framework');
line('examples/express-app                the server inside your own app');
line('npx jackfield serve --help          a server of its own, for many programs');
console.log();
