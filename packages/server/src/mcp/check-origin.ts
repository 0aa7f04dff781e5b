import { JackfieldError } from '@jackfield/contract';
import { validateHostHeader } from '@modelcontextprotocol/server';

export interface OriginRules {
  readonly allowedOrigins: readonly string[];
  /** Undefined: any. */
  readonly allowedHosts: readonly string[] | undefined;
  /** Where browsers reach the server, when that is configured. */
  readonly publicUrl: string | undefined;
}

/**
 * Refuses what a page may send that is not meant to call the endpoint (MCP, transports, "Security Warning"). A request
 * without `Origin` does not come from a page.
 *
 * @returns the origin that may read the answer, when a page of another site asks
 * @throws JackfieldError `FORBIDDEN`
 */
export function checkOrigin(headers: Headers, rules: OriginRules): string | undefined {
  const { allowedHosts, allowedOrigins, publicUrl } = rules;
  const host = headers.get('host');
  if (allowedHosts !== undefined && !validateHostHeader(host, [...allowedHosts]).ok) {
    throw new JackfieldError('FORBIDDEN', {
      message: `This server is not called ${JSON.stringify(host?.slice(0, 200) ?? '')}.`,
      fix: `Call it by one of its names (${allowedHosts.join(', ')}), or add this one to \`mcp.allowedHosts\`.`,
    });
  }
  const origin = headers.get('origin');
  if (origin === null) return undefined;
  if (allowedOrigins.includes('*') || allowedOrigins.includes(origin)) return origin;
  if (publicUrl !== undefined && URL.parse(publicUrl)?.origin === origin) return undefined;
  // A host that was not checked says nothing: whoever points a name at this machine has a page under that name.
  if (allowedHosts !== undefined && host !== null && URL.parse(origin)?.host === host) return undefined;
  throw new JackfieldError('FORBIDDEN', {
    message: `Pages of ${JSON.stringify(origin.slice(0, 200))} may not call this server.`,
    fix: 'Add the origin to `mcp.allowedOrigins` if they are meant to.',
  });
}

/** What a browser needs to let a page of that origin read answers (Fetch standard, CORS protocol). */
export function corsHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'mcp-session-id, www-authenticate, x-request-id',
    vary: 'origin',
  };
}

export function preflightHeaders(origin: string): Record<string, string> {
  return {
    ...corsHeaders(origin),
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers':
      'authorization, x-api-key, content-type, accept, mcp-protocol-version, mcp-session-id, mcp-method, mcp-name, last-event-id, traceparent, tracestate',
    'access-control-max-age': '600',
  };
}
