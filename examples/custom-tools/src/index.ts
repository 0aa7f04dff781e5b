/** Tools of your own beside those of an API: found by the same search, run in the same batch, with the same modifiers. */
import assert from 'node:assert/strict';
import { Jackfield } from '@jackfield/core';
import { openApiSource } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { VercelProvider } from '@jackfield/vercel';
import { startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { generateText, isStepCount } from 'ai';
import { chooseModel } from './model.ts';
import { medicalHistory, prices } from './tools.ts';

const petclinic = await startPetclinic();
const server = embedded({
  dataDir: ':memory:',
  toolkits: [openApiSource({ url: `${petclinic.url}/openapi.json` }, { slug: 'petclinic' })],
  allowPrivateNetwork: true,
});
const jackfield = new Jackfield({ fetch: server, provider: new VercelProvider() });
await jackfield.connectedAccounts.create({
  userId: 'anna',
  toolkit: 'petclinic',
  credential: { mode: 'BEARER_TOKEN', token: petclinic.token('anna') },
});

const session = await jackfield.sessions.create('anna', {
  toolkits: ['petclinic'],
  experimental: { customTools: [medicalHistory], customToolkits: [prices] },
});
assert.deepEqual(
  session.customTools().map(({ slug }) => slug),
  ['LOCAL_PETCLINIC_MEDICAL_HISTORY', 'LOCAL_PRICES_QUOTE'],
);

const seen: string[] = [];
const tools = await session.tools({
  beforeExecute: ({ toolSlug, params }) => {
    seen.push(toolSlug);
    console.log(`→ ${toolSlug} ${JSON.stringify(params)}`);
    return params;
  },
  afterExecute: ({ toolSlug, result }) => {
    console.log(`← ${toolSlug} ${result.error ?? JSON.stringify(result.data).slice(0, 100)}`);
    return result;
  },
});
assert.ok('LOCAL_PRICES_QUOTE' in tools, 'a preloaded custom tool is listed');

const { text } = await generateText({
  model: await chooseModel(),
  tools,
  prompt: "What would Luna's castration cost, and has she been here before?",
  stopWhen: isStepCount(12),
});
console.log(text);

assert.match(text, /117[.,]60/);
assert.ok(seen.includes('LOCAL_PETCLINIC_MEDICAL_HISTORY') && seen.includes('LOCAL_PRICES_QUOTE'));
assert.ok(petclinic.requests.some(({ path, user }) => path.startsWith('/v1/visits?') && user === 'anna'));
console.log('✓ Both custom tools were found by search and ran here; the history came through the user’s own account.');

await server.close();
await petclinic.close();
