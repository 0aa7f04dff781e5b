import { randomUUID } from 'node:crypto';
import type { ClientCapabilities } from '@modelcontextprotocol/server';

/** What a client of the handshake era said of itself, as far as later requests of it are answered by it. */
export interface ClientMarks {
  /** It shows links to its user when it is asked to (elicitation of mode `url`, MCP 2025-11-25). */
  readonly opensUrls: boolean;
}

/**
 * The `Mcp-Session-Id` of a client: what must be remembered of it, and a random part that tells its requests from those of
 * others. The client brings it along, so that no server has to remember it; whoever changes it fools himself alone.
 */
export function createMcpSessionId(capabilities: ClientCapabilities | undefined): string {
  return `${capabilities?.elicitation?.url === undefined ? 'n' : 'u'}-${randomUUID()}`;
}

export function readMcpSessionId(headers: Headers): ClientMarks {
  return { opensUrls: headers.get('mcp-session-id')?.startsWith('u-') === true };
}
