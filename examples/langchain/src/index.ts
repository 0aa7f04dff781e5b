/** An agent of LangChain: calls in parallel, and a call that fails and is mended by the model. */
import assert from 'node:assert/strict';
import { Jackfield, SessionPreset } from '@jackfield/core';
import { LangChainProvider } from '@jackfield/langchain';
import { openApiSource } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { AIMessage, ToolMessage } from '@langchain/core/messages';
import { createAgent } from 'langchain';
import { chooseModel } from './model.ts';

const petclinic = await startPetclinic();
const server = embedded({
  dataDir: ':memory:',
  toolkits: [openApiSource({ url: `${petclinic.url}/openapi.json` }, { slug: 'petclinic' })],
  allowPrivateNetwork: true,
});
const jackfield = new Jackfield({ fetch: server, provider: new LangChainProvider() });

await jackfield.connectedAccounts.create({
  userId: 'anna',
  toolkit: 'petclinic',
  credential: { mode: 'BEARER_TOKEN', token: petclinic.token('anna') },
});
const session = await jackfield.sessions.create('anna', {
  sessionPreset: SessionPreset.DIRECT_TOOLS,
  toolkits: ['petclinic'],
  tools: { petclinic: ['PETCLINIC_LIST_INVOICES', 'PETCLINIC_LIST_OWNERS', 'PETCLINIC_PAY_INVOICE'] },
});

const agent = createAgent({ model: await chooseModel(), tools: await session.tools() });
const { messages } = await agent.invoke({
  messages: [{ role: 'user', content: 'Does one of our VIPs have an open invoice? Pay it by transfer.' }],
});
for (const message of messages) {
  if (AIMessage.isInstance(message)) {
    for (const { name, args } of message.tool_calls ?? []) console.log(`→ ${name} ${JSON.stringify(args)}`);
  } else if (ToolMessage.isInstance(message)) {
    console.log(`← ${message.status === 'error' ? 'failed: ' : ''}${message.text.slice(0, 120)}`);
  }
}
console.log(messages.at(-1)?.text);

const response = await fetch(`${petclinic.url}/v1/invoices`, {
  headers: { authorization: `Bearer ${petclinic.token('anna')}` },
});
const { items } = (await response.json()) as { items: { id: string; status: string }[] };
assert.deepEqual(
  items.map(({ id, status }) => `${id} ${status}`),
  ['invoice_1 paid'],
);
console.log('✓ The invoice is paid. A call that failed reached the model as a message, and the loop went on.');

await server.close();
await petclinic.close();
