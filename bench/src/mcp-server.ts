/**
 * A process that serves one tool over MCP: through a session of Jackfield, or with the SDK's own handler. It is told which,
 * and tells its parent where.
 */
import { createServer } from 'node:http';
import { convertOpenApi } from '@jackfield/engine';
import { listen, toNodeHandler } from '@jackfield/server/node';
import { createMcpHandler, Server, type Tool } from '@modelcontextprotocol/server';
import { readOpenApiDocument } from './documents.ts';
import type { BareMcp, JackfieldMcp, McpServerStart } from './mcp-messages.ts';
import { thingsDocument } from './things-document.ts';

process.on('message', async (start: McpServerStart) => {
  process.send?.(start.kind === 'jackfield' ? await serveSession(start) : await serveBare(start));
});

// Not to outlive a parent that was killed.
process.on('disconnect', () => process.exit());

async function serveSession({ upstream, dataDir, apiKey }: JackfieldMcp): Promise<string> {
  const github = convertOpenApi(await readOpenApiDocument('github.com/api.github.com.json'), { slug: 'github' });
  const things = convertOpenApi(thingsDocument(upstream), { slug: 'things' });
  const server = await listen({
    port: 0,
    dataDir,
    apiKey,
    allowPrivateNetwork: true,
    toolkits: [things.toolkit, github.toolkit],
  });
  return server.url;
}

/** What a server of one's own would be: the SDK's handler, and in it the request to the service. */
function serveBare({ upstream, secret, tools }: BareMcp): Promise<string> {
  const handler = createMcpHandler(() => {
    const server = new Server({ name: 'bare', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', () => ({ tools: tools as Tool[] }));
    server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
      const { id, verbose } = params.arguments ?? {};
      const response = await fetch(`${upstream}/things/${id}?verbose=${verbose}`, {
        headers: { authorization: `Bearer ${secret}` },
        signal: mcpReq.signal,
      });
      const data = await response.json();
      return { content: [{ type: 'text', text: JSON.stringify(data) }], structuredContent: data };
    });
    return server;
  });
  // The adapter to Node that Jackfield has, too.
  const server = createServer(toNodeHandler((request) => handler.fetch(request)));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('The server has no port.');
      resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}
