/**
 * An agent of the Vercel AI SDK: text is streamed, and a tool that destroys something waits until a person approves it.
 */
import assert from 'node:assert/strict';
import { Jackfield, SessionPreset } from '@jackfield/core';
import { openApiSource } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { VercelProvider } from '@jackfield/vercel';
import { startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { isStepCount, type ModelMessage, streamText, type ToolApprovalResponse } from 'ai';
import { chooseModel } from './model.ts';

const petclinic = await startPetclinic();
const server = embedded({
  dataDir: ':memory:',
  toolkits: [openApiSource({ url: `${petclinic.url}/openapi.json` }, { slug: 'petclinic' })],
  allowPrivateNetwork: true,
});
const jackfield = new Jackfield({
  fetch: server,
  // The hints come from the API's description: DELETE destroys, GET only reads.
  provider: new VercelProvider({ needsApproval: (tool) => tool.annotations.destructiveHint }),
});

// The app has Anna's token already, so nobody has to fill in a form.
await jackfield.connectedAccounts.create({
  userId: 'anna',
  toolkit: 'petclinic',
  credential: { mode: 'BEARER_TOKEN', token: petclinic.token('anna') },
});
const session = await jackfield.sessions.create('anna', {
  sessionPreset: SessionPreset.DIRECT_TOOLS,
  toolkits: ['petclinic'],
  tools: { petclinic: ['PETCLINIC_LIST_PETS', 'PETCLINIC_GET_PET', 'PETCLINIC_DELETE_PET'] },
});
const tools = await session.tools();
assert.deepEqual(Object.keys(tools).sort(), ['PETCLINIC_DELETE_PET', 'PETCLINIC_GET_PET', 'PETCLINIC_LIST_PETS']);
const model = await chooseModel();

const messages: ModelMessage[] = [{ role: 'user', content: 'Our bird Pip flew away. Take him off the list of pets.' }];
let approvals = 0;
for (;;) {
  const result = streamText({ model, tools, messages, stopWhen: isStepCount(8) });
  const answers: ToolApprovalResponse[] = [];
  for await (const part of result.fullStream) {
    if (part.type === 'text-delta') process.stdout.write(part.text);
    if (part.type === 'tool-call') console.log(`\n→ ${part.toolName} ${JSON.stringify(part.input)}`);
    if (part.type === 'tool-approval-request') {
      console.log(`? ${part.toolCall.toolName} asks for approval. Approved.`);
      assert.ok((await pets()).includes('Pip'), 'nothing may happen before a person approves');
      answers.push({ type: 'tool-approval-response', approvalId: part.approvalId, approved: true });
    }
  }
  messages.push(...(await result.response).messages);
  if (answers.length === 0) break;
  approvals += answers.length;
  messages.push({ role: 'tool', content: answers });
}
console.log();

assert.equal(approvals, 1);
assert.deepEqual(await pets(), ['Luna', 'Miso']);
console.log('✓ Pip was removed, once, and not before a person approved it.');

await server.close();
await petclinic.close();

async function pets(): Promise<string[]> {
  const response = await fetch(`${petclinic.url}/v1/pets`, {
    headers: { authorization: `Bearer ${petclinic.token('anna')}` },
  });
  const { items } = (await response.json()) as { items: { name: string }[] };
  return items.map(({ name }) => name);
}
