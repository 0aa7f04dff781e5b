import { SessionPreset } from '@jackfield/core';
import { defineTool, defineToolkit } from '@jackfield/server';
import { connectInBrowser } from '@jackfield-internal/fakes/browser';
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { UrlElicitationRequiredError } from '@modelcontextprotocol/sdk/types.js';
import { expect, onTestFinished, test } from 'vitest';
import { sdkClients } from './sdk-clients.ts';
import { startServer } from './start-server.ts';

const safe = defineToolkit({
  slug: 'safe',
  name: 'Safe',
  description: 'Opens with a token.',
  version: '1.0.0',
  auth: [{ id: 'token', mode: 'BEARER_TOKEN' }],
  tools: [
    defineTool({
      slug: 'OPEN',
      name: 'Open the safe',
      description: 'Opens the safe.',
      hints: { readOnlyHint: true },
      input: { type: 'object', properties: {} },
      execute: (_, { credential }) => ({
        opened: credential?.mode === 'BEARER_TOKEN' && credential.token === 'sesame',
      }),
    }),
  ],
});

const clientInfo = { name: 'jackfield-tests', version: '1.0.0' };
const opened = { content: [{ type: 'text', text: '{"opened":true}' }] };
const config = { toolkits: ['safe'], preload: { tools: 'all' }, mcp: true } as const;
const manage = 'JACKFIELD_MANAGE_CONNECTIONS';

async function startSafe() {
  const { jackfield } = await startServer({ toolkits: [safe], mcp: { connectWaitMs: 1_500 } });
  return { jackfield, session: await jackfield.create('ada', config) };
}

function linkIn(text: string): string {
  const [link] = /http:\/\/\S+\/connect\/[\w-]+/.exec(text) ?? [];
  if (link === undefined) throw new Error(`There is no link in: ${text}`);
  return link;
}

test.each(sdkClients)('%s without elicitation gets the link in the result', async (_, connect) => {
  const { session } = await startSafe();
  const client = await connect(session.mcp);
  const refused = await client.callTool('SAFE_OPEN');
  expect(refused).toMatchObject({
    isError: true,
    content: [{ type: 'text', text: expect.stringMatching(/not connected.*Give the user this link.*repeat the call/) }],
  });
  await connectInBrowser(linkIn(JSON.stringify(refused)), 'sesame');
  expect(await client.callTool('SAFE_OPEN')).toMatchObject(opened);
});

test.each(sdkClients)('%s gets no link from a session that lets its agent connect nothing', async (_, connect) => {
  const { jackfield } = await startSafe();
  const { mcp } = await jackfield.create('ada', { ...config, sessionPreset: SessionPreset.DIRECT_TOOLS });
  const client = await connect(mcp);
  const refused = JSON.stringify(await client.callTool('SAFE_OPEN'));
  expect(refused).toContain('not connected');
  expect(refused).not.toContain('http://');
});

test('a client of the stateless era shows the link and goes on', async () => {
  const { session } = await startSafe();
  const shown: string[] = [];
  let answer: 'accept' | 'decline' = 'accept';
  let connects = true;
  const client = new Client2(clientInfo, {
    versionNegotiation: { mode: { pin: '2026-07-28' } },
    capabilities: { elicitation: { url: {} } },
  });
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    if (!('url' in params)) throw new Error('There is no URL.');
    shown.push(`${params.message} ${params.url}`);
    if (answer === 'accept' && connects) await connectInBrowser(String(params.url), 'sesame');
    return { action: answer };
  });
  await client.connect(
    new Transport2(new URL(session.mcp.url), { requestInit: { headers: { ...session.mcp.headers } } }),
  );
  onTestFinished(() => client.close());

  answer = 'decline';
  expect(await client.callTool({ name: 'SAFE_OPEN' })).toMatchObject({
    isError: true,
    content: [{ type: 'text', text: expect.stringContaining('declined to connect safe') }],
  });
  answer = 'accept';
  connects = false;
  expect(await client.callTool({ name: 'SAFE_OPEN' })).toMatchObject({
    isError: true,
    content: [{ type: 'text', text: expect.stringContaining('has not finished connecting safe') }],
  });
  connects = true;
  expect(await client.callTool({ name: 'SAFE_OPEN' })).toMatchObject(opened);
  expect(shown).toHaveLength(3);
  expect(shown[0]).toMatch(/^Connect your account of safe.* http:\/\/127\.0\.0\.1:\d+\/connect\//);
  expect(await client.callTool({ name: 'SAFE_OPEN' })).toMatchObject(opened);
  expect(shown).toHaveLength(3);

  // The tool for connecting asks in the same way, also for an account that is to be connected again.
  const managed = await client.callTool({ name: manage, arguments: { toolkits: ['safe'], reinitiate_all: true } });
  expect(shown).toHaveLength(4);
  expect(managed.structuredContent).toMatchObject({ results: { safe: { status: expect.any(String) } } });
});

test('a client of the handshake era is told by an error that it knows', async () => {
  const { session } = await startSafe();
  const client = new Client1(clientInfo, { capabilities: { elicitation: { url: {} } } });
  await client.connect(
    new Transport1(new URL(session.mcp.url), { requestInit: { headers: { ...session.mcp.headers } } }),
  );
  onTestFinished(() => client.close());
  for (const call of [{ name: 'SAFE_OPEN' }, { name: manage, arguments: { toolkits: ['safe'] } }]) {
    const refused = await client.callTool(call).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(refused instanceof UrlElicitationRequiredError)) throw refused;
    const [elicitation] = refused.elicitations;
    expect(elicitation).toMatchObject({
      mode: 'url',
      message: expect.stringContaining('safe'),
      url: expect.stringContaining('/connect/'),
      elicitationId: expect.stringMatching(/^ca_/),
    });
    if (call.name === manage) await connectInBrowser(String(elicitation?.url), 'sesame');
  }
  expect(await client.callTool({ name: 'SAFE_OPEN' })).toMatchObject(opened);
  expect(await client.callTool({ name: manage, arguments: { toolkits: ['safe'] } })).toMatchObject({
    structuredContent: { results: { safe: { status: 'active' } } },
  });
});
