import { SessionPreset } from '@jackfield/core';
import { mcpToolkit } from '@jackfield/server';
import { expect, test } from 'vitest';
import { serveOnLoopback } from './serve-on-loopback.ts';
import { startServer } from './start-server.ts';

const numbers = { properties: { n: { type: 'number' } }, required: ['n'] };

/** What servers in the wild list, on two pages. */
const pages: readonly (readonly object[])[] = [
  [
    { name: 'nulls', title: null, description: null, annotations: null, inputSchema: { type: 'object', ...numbers } },
    { name: 'untyped', description: 'Says not that it takes an object.', inputSchema: numbers },
    { name: 'bare' },
    { description: 'Has no name.', inputSchema: { type: 'object' } },
  ],
  [{ name: 'rows', inputSchema: { type: 'object' }, outputSchema: { type: 'array', items: {} } }],
];

/** An MCP server that does not take MCP at its word. */
async function startFaulty(listed: readonly unknown[]): Promise<string> {
  const origin = await serveOnLoopback(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const answer = (result: object) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    };
    const message = text === '' ? {} : JSON.parse(text);
    const { method, params } = message;
    if (request.method !== 'POST') response.writeHead(405).end();
    else if (message.id === undefined) response.writeHead(202).end();
    else if (method === 'initialize') {
      const { protocolVersion } = params;
      answer({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'faulty', version: '1' } });
    } else if (method === 'tools/list') {
      const page = Number(params?.cursor ?? 0);
      answer({ tools: listed[page], ...(page + 1 < listed.length ? { nextCursor: String(page + 1) } : {}) });
    } else if (method === 'tools/call') {
      answer({ content: [{ type: 'text', text: JSON.stringify([params.name, params.arguments]) }] });
    } else {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'No.' } }));
    }
  });
  return `${origin}/mcp`;
}

async function open(url: string) {
  const { jackfield, log } = await startServer({
    allowPrivateNetwork: true,
    toolkits: [mcpToolkit({ slug: 'faulty', url })],
  });
  const config = { sessionPreset: SessionPreset.DIRECT_TOOLS, toolkits: ['faulty'] };
  return { session: await jackfield.create('ada', config), log };
}

test('a tool that is not as MCP has it costs no other tool of its server', async () => {
  const { session, log } = await open(await startFaulty(pages));
  expect(session.warnings).toEqual([]);
  const tools = new Map((await session.tools()).map((tool) => [tool.slug, tool]));
  expect([...tools.keys()]).toEqual(['FAULTY_NULLS', 'FAULTY_UNTYPED', 'FAULTY_BARE', 'FAULTY_ROWS']);
  expect(tools.get('FAULTY_UNTYPED')?.inputParameters).toEqual({ type: 'object', ...numbers });
  expect(await session.execute('FAULTY_UNTYPED', {})).toMatchObject({ failure: { code: 'INVALID_ARGUMENTS' } });
  for (const slug of tools.keys()) {
    expect(await session.execute(slug, { n: 1 })).toMatchObject({
      successful: true,
      data: { content: [{ text: JSON.stringify([slug.slice('FAULTY_'.length).toLowerCase(), { n: 1 }]) }] },
    });
  }
  expect(log()).toContain('an MCP server lists tools that are not as MCP has them');
});

test('what is no list at all is said to be that', async () => {
  const { session } = await open(await startFaulty(['none']));
  expect(session.warnings).toMatchObject([
    { code: 'TOOLKIT_UNAVAILABLE', message: expect.stringContaining('does not speak as MCP has it') },
  ]);
});
