import { randomUUID } from 'node:crypto';
import type { ClientCapabilities } from '@modelcontextprotocol/server';

/** What a client of the handshake era said of itself, as far as later requests of it are answered by it. */
export interface ClientMarks {
  /** Tells its requests from those of other clients; undefined for a client that names none. */
  readonly id: string | undefined;
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
  const [, mark, id] = /^([nu])-([0-9a-f-]{36})$/.exec(headers.get('mcp-session-id') ?? '') ?? [];
  return { id, opensUrls: mark === 'u' };
}

/** The name of a call among those of a session, by which its client gives it up. */
export function callName({ id }: ClientMarks, requestId: string | number): string | undefined {
  return id === undefined ? undefined : `${id}:${JSON.stringify(requestId).slice(0, 200)}`;
}
