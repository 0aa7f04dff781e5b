/** The OpenAI SDK, which has no tool loop of its own, with each of its two APIs. */
import assert from 'node:assert/strict';
import { Jackfield } from '@jackfield/core';
import { openApiSource } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { askChatCompletions } from './chat-completions.ts';
import { askResponses } from './responses.ts';

const petclinic = await startPetclinic();
const server = embedded({
  dataDir: ':memory:',
  toolkits: [openApiSource({ url: `${petclinic.url}/openapi.json` }, { slug: 'petclinic' })],
  allowPrivateNetwork: true,
});
await new Jackfield({ fetch: server }).connectedAccounts.create({
  userId: 'anna',
  toolkit: 'petclinic',
  credential: { mode: 'BEARER_TOKEN', token: petclinic.token('anna') },
});

const question = 'How many completed visits have our dogs and cats had, each by name?';
for (const [api, ask] of [
  ['Chat completions', askChatCompletions],
  ['Responses', askResponses],
] as const) {
  console.log(`${api}: ${question}`);
  const before = petclinic.requests.length;
  const text = await ask(server, question);
  console.log(`${text}\n`);
  assert.match(text, /Luna[^.]*\b(1|one|once)\b/i);
  assert.match(text, /Miso/);
  const calls = petclinic.requests.slice(before).filter(({ user }) => user !== undefined);
  assert.ok(calls.length > 0 && calls.every(({ method, user }) => method === 'GET' && user === 'anna'));
}
console.log("✓ Both loops ended with the truth, by calls that only read and carried Anna's token.");

await server.close();
await petclinic.close();
