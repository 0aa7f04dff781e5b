import { type OAuthProvider, startOAuthProvider } from '@jackfield-internal/fakes/oauth-provider';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { onTestFinished } from 'vitest';
import { serveOnLoopback } from './serve-on-loopback.ts';

export interface ProtectedServer {
  readonly url: string;
  readonly provider: OAuthProvider;
  /** What it was called with: the user and the tool. */
  readonly calls: readonly string[];
}

/**
 * An MCP server of the official SDK that serves only who has an access token for it, issued by oidc-provider. `whoami`
 * needs `items:read`, `add_item` `items:write` too; grace has a tool of her own.
 */
export async function startProtectedServer(): Promise<ProtectedServer> {
  let url = '';
  const provider = await startOAuthProvider({ isResource: (name) => name === url });
  onTestFinished(() => provider.close());
  const app = createMcpExpressApp();
  url = `${await serveOnLoopback(app)}/mcp`;
  const calls: string[] = [];
  const resourceServerUrl = new URL(url);
  const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(resourceServerUrl);
  const metadata = await fetch(`${provider.issuer}/.well-known/openid-configuration`);
  app.use(
    mcpAuthMetadataRouter({
      oauthMetadata: await metadata.json(),
      resourceServerUrl,
      scopesSupported: ['items:read', 'items:write'],
    }),
  );
  const verifier = {
    async verifyAccessToken(token: string): Promise<AuthInfo> {
      const { active, sub = '', client_id: clientId = '', scope = '', aud, exp = 0 } = await provider.introspect(token);
      if (!active) throw new InvalidTokenError('The token is not valid.');
      return {
        token,
        clientId,
        scopes: scope.split(' '),
        expiresAt: exp,
        ...(aud === undefined ? {} : { resource: new URL(aud) }),
        extra: { user: sub },
      };
    },
  };
  const guard = (scopes: string[]) =>
    requireBearerAuth({ verifier, requiredScopes: scopes, resourceMetadataUrl, expectedResource: resourceServerUrl });
  app.post('/mcp', (request, response, next) => {
    const isWriting = request.body?.method === 'tools/call' && request.body.params?.name === 'add_item';
    guard(isWriting ? ['items:read', 'items:write'] : ['items:read'])(request, response, next);
  });
  app.post('/mcp', async (request, response) => {
    const user = String(request.auth?.extra?.user);
    const server = new McpServer({ name: 'items', version: '1.0.0' });
    const say = (tool: string) => () => {
      calls.push(`${user} ${tool}`);
      return { content: [{ type: 'text' as const, text: user }] };
    };
    server.registerTool('whoami', { description: 'Who I am.', annotations: { readOnlyHint: true } }, say('whoami'));
    server.registerTool('add_item', { description: 'Adds an item.' }, say('add_item'));
    if (user === 'grace') server.registerTool('launch', { description: 'Launches the ship.' }, say('launch'));
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.on('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  });
  app.all('/mcp', (_request, response) => void response.status(405).end());
  return { url, provider, calls };
}
