/**
 * A session for each desktop and editor client: reads its configuration as the client does, connects by it, lists the
 * tools and calls one.
 */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Jackfield, SessionPreset } from '@jackfield/core';
import { openApiSource } from '@jackfield/server';
import { listen } from '@jackfield/server/node';
import { startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { type Reach, readConfig } from './read-config.ts';

const petclinic = await startPetclinic();
const apiKey = 'a-key-for-this-example';
const server = await listen({
  dataDir: ':memory:',
  port: 0,
  apiKey,
  toolkits: [openApiSource({ url: `${petclinic.url}/openapi.json` }, { slug: 'petclinic' })],
  allowPrivateNetwork: true,
});
const jackfield = new Jackfield({ apiKey, baseURL: server.url });
await jackfield.connectedAccounts.create({
  userId: 'anna',
  toolkit: 'petclinic',
  credential: { mode: 'BEARER_TOKEN', token: petclinic.token('anna') },
});
const session = await jackfield.create('anna', {
  sessionPreset: SessionPreset.DIRECT_TOOLS,
  toolkits: ['petclinic'],
  mcp: true,
});

const folder = new URL('../configs/', import.meta.url);
for (const name of (await readdir(folder)).sort()) {
  // A token for each client: it can be taken back from one without the others, and here it only reads.
  const { id, token } = await session.tokens.create({ name, ttl: 3600, toolkits: ['petclinic'], readOnly: true });
  const reach = await readConfig(new URL(name, folder), session.mcp.url, token);

  const client = new Client({ name, version: '1.0.0' });
  await client.connect(transportOf(reach));
  const { tools } = await client.listTools();
  assert.ok(tools.some((tool) => tool.name === 'PETCLINIC_LIST_PETS'));
  assert.ok(tools.every((tool) => tool.annotations?.readOnlyHint === true));
  const pets = await client.callTool({ name: 'PETCLINIC_LIST_PETS', arguments: {} });
  assert.notEqual(pets.isError, true);
  assert.match(JSON.stringify(pets.content), /Luna/);
  await client.close();

  await session.tokens.revoke(id);
  await assert.rejects(new Client({ name, version: '1.0.0' }).connect(transportOf(reach)));
  console.log(`✓ ${name}: ${tools.length} tools, anna's pets, and nothing any more once the token was revoked`);
}

await server.close();
await petclinic.close();

function transportOf(reach: Reach): StreamableHTTPClientTransport | StdioClientTransport {
  if (reach.kind === 'http') {
    return new StreamableHTTPClientTransport(new URL(reach.url), { requestInit: { headers: { ...reach.headers } } });
  }
  // `npx -y mcp-remote …`, with the package that is installed here.
  const bridge = fileURLToPath(new URL('dist/proxy.js', import.meta.resolve('mcp-remote/package.json')));
  const args = reach.args.filter((arg) => arg !== '-y').map((arg) => (arg === 'mcp-remote' ? bridge : arg));
  return new StdioClientTransport({
    command: process.execPath,
    args,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...reach.env },
    stderr: 'ignore',
  });
}
