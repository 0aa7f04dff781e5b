import { SessionPreset } from '@jackfield/core';
import { mcpToolkit } from '@jackfield/server';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { expect, onTestFinished, test } from 'vitest';
import { serveOnLoopback } from './serve-on-loopback.ts';
import { startServer } from './start-server.ts';

const properties = { city: { type: 'string', default: 'Ghent' } } as const;

/** An MCP server whose tools ask their client for something. */
async function startAsking(): Promise<string> {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const app = createMcpExpressApp();
  app.all('/mcp', async (request, response) => {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? transports.get(id) : undefined;
    if (known !== undefined) return known.handleRequest(request, response, request.body);
    if (id !== undefined) return void response.status(404).end();
    const server = new McpServer({ name: 'asking', version: '1.0.0' });
    const ask = (question: () => Promise<unknown>) => async () => ({
      content: [{ type: 'text' as const, text: JSON.stringify(await question()) }],
    });
    const form = { type: 'object' as const, properties };
    server.registerTool(
      'form',
      {},
      ask(() => server.server.elicitInput({ message: 'Which city?', requestedSchema: form })),
    );
    const required = { ...form, properties: { name: { type: 'string' as const } }, required: ['name'] };
    server.registerTool(
      'name',
      {},
      ask(() => server.server.elicitInput({ message: 'Who are you?', requestedSchema: required })),
    );
    const url = 'https://example.com/pay';
    server.registerTool(
      'page',
      {},
      ask(() => server.server.elicitInput({ mode: 'url', message: 'Pay.', url, elicitationId: 'e1' })),
    );
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (session) => void transports.set(session, transport),
    });
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  });
  return `${await serveOnLoopback(app)}/mcp`;
}

test.each([
  ['none', { form: /does not support/, name: /does not support/, page: /does not support/ }],
  ['defaults', { form: /Ghent/, name: /decline/, page: /does not support/ }],
] as const)(
  'what a server asks for (elicitation: %s) reaches no client of any session',
  async (elicitation, answers) => {
    const url = await startAsking();
    const { jackfield } = await startServer({
      allowPrivateNetwork: true,
      toolkits: [mcpToolkit({ slug: 'asking', url, elicitation })],
    });
    const config = { sessionPreset: SessionPreset.DIRECT_TOOLS, toolkits: ['asking'], mcp: true } as const;
    const asked: unknown[] = [];
    const connect = async (userId: string) => {
      const session = await jackfield.create(userId, config);
      const client = new Client(
        { name: userId, version: '1.0.0' },
        { capabilities: { elicitation: { form: {}, url: {} } } },
      );
      client.setRequestHandler('elicitation/create', ({ params }) => {
        asked.push(params);
        return { action: 'cancel' };
      });
      await client.connect(
        new StreamableHTTPClientTransport(new URL(session.mcp.url), { requestInit: { headers: session.mcp.headers } }),
      );
      onTestFinished(() => client.close());
      return client;
    };
    const [ada, bob] = await Promise.all([connect('ada'), connect('bob')]);
    for (const [tool, answer] of Object.entries(answers)) {
      const calls = [ada, bob].map((client) =>
        client.callTool({ name: `ASKING_${tool.toUpperCase()}`, arguments: {} }),
      );
      for (const result of await Promise.all(calls)) expect(JSON.stringify(result.content)).toMatch(answer);
    }
    expect(asked).toEqual([]);
  },
);
