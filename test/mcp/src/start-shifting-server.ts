import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer, type RegisteredTool } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { onTestFinished } from 'vitest';

export interface ShiftingServer {
  readonly url: string;
  /** Requests for the list of tools. */
  readonly lists: () => number;
  /** Changes what the tool `greet` says of itself, and tells everybody who listens. */
  describeGreet(description: string): void;
  /** From now on answers nobody, or after so many milliseconds. */
  delay(ms: number): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** An MCP server whose tools change, which goes away and comes back at the same address. It forgets its sessions then. */
export async function startShiftingServer(): Promise<ShiftingServer> {
  let description = 'Greets.';
  let lists = 0;
  let delayMs = 0;
  let greets: RegisteredTool[] = [];
  let transports = new Map<string, StreamableHTTPServerTransport>();
  const app = createMcpExpressApp();
  app.all('/mcp', async (request, response) => {
    if (request.body?.method === 'tools/list') lists += 1;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? transports.get(id) : undefined;
    if (known !== undefined) return known.handleRequest(request, response, request.body);
    if (id !== undefined) return void response.status(404).end();
    const server = new McpServer({ name: 'shifting', version: '1.0.0' });
    const text = (said: string) => () => ({ content: [{ type: 'text' as const, text: said }] });
    greets.push(server.registerTool('greet', { description, annotations: { readOnlyHint: true } }, text('hello')));
    server.registerTool('leave', { description: 'Leaves.' }, text('goodbye'));
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (session) => void transports.set(session, transport),
    });
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  });
  let http = createServer(app);
  let port = 0;
  const start = async () => {
    http = createServer(app);
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    port = (http.address() as AddressInfo).port;
  };
  const stop = async () => {
    transports = new Map();
    greets = [];
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  await start();
  onTestFinished(stop);
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    lists: () => lists,
    describeGreet(next) {
      description = next;
      for (const greet of greets) greet.update({ description: next });
    },
    delay(ms) {
      delayMs = ms;
    },
    start,
    stop,
  };
}
