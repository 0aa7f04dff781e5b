import {
  type CreatedSessionToken,
  type CreateSessionTokenBody,
  JackfieldError,
  type PageQuery,
  type RevokeSessionTokenResponse,
  type SessionToken,
  type SessionTokenListResponse,
  type TokenNarrowing,
} from '@jackfield/contract';
import type { CallContext } from '../engine.ts';
import type { MetaTools } from '../execution/meta-tools/meta-tools.ts';
import { servedCustomTools } from '../sessions/served-custom-tools.ts';
import type { SessionAccess } from '../sessions/session-access.ts';
import { createId } from '../stores/create-id.ts';
import type { Store, StoredSessionToken } from '../stores/store.ts';
import { unknownTool, unknownToolkit } from '../toolkits/unknown-name.ts';
import { generateSessionToken, hashSessionToken } from './session-token.ts';

export interface SessionTokenServiceOptions {
  readonly store: Store;
  readonly access: SessionAccess;
  readonly metaTools: MetaTools;
  readonly now: () => Date;
}

const defaultTtlSeconds = 86_400;
const defaultPageSize = 50;

/** Credentials that open one session and nothing else. */
export class SessionTokenService {
  readonly #options: SessionTokenServiceOptions;

  constructor(options: SessionTokenServiceOptions) {
    this.#options = options;
  }

  /** @throws JackfieldError `SESSION_NOT_FOUND`, `SESSION_EXPIRED`, `UNKNOWN_TOOLKIT`, `UNKNOWN_TOOL` */
  async create(sessionId: string, body: CreateSessionTokenBody, context: CallContext): Promise<CreatedSessionToken> {
    const { store, access, metaTools, now } = this.#options;
    const session = await access.open(sessionId, context, { patient: true });
    const { stored, scope, projectId } = session;
    const served = servedCustomTools(session, context.metaToolPrefix);
    const custom = new Set(served.flatMap(({ slug, toolkit }) => [slug, toolkit.slug]));
    const { name = '', ttl = defaultTtlSeconds, tools, toolkits, readOnly } = body;
    const { catalog } = scope;
    const unknownToolkits = (toolkits ?? []).filter((slug) => !catalog.toolkits.has(slug) && !custom.has(slug));
    if (unknownToolkits.length > 0) throw unknownToolkit(unknownToolkits, catalog);
    const unknownTools = (tools ?? []).filter(
      (slug) =>
        catalog.findTool(slug) === undefined &&
        // What an MCP server lists may not be known yet, or not to this session.
        catalog.liveToolkitOf(slug) === undefined &&
        !custom.has(slug) &&
        !metaTools.isMetaTool(slug, context.metaToolPrefix),
    );
    if (unknownTools.length > 0) throw unknownTool(unknownTools, catalog);
    const token = generateSessionToken();
    const created = await store.sessionTokens.create({
      id: createId('tok'),
      projectId,
      sessionId,
      name,
      hash: hashSessionToken(token),
      hint: token.slice(-4),
      narrowing: {
        ...(tools === undefined ? {} : { tools }),
        ...(toolkits === undefined ? {} : { toolkits }),
        ...(readOnly === undefined ? {} : { readOnly }),
      },
      expiresAt: earlier(ttl === null ? null : new Date(now().getTime() + ttl * 1000), stored.expiresAt),
    });
    return { ...toSessionToken(created), token };
  }

  /** Also of a session that has expired. @throws JackfieldError `SESSION_NOT_FOUND` */
  async list(sessionId: string, query: PageQuery, context: CallContext): Promise<SessionTokenListResponse> {
    const { store, access } = this.#options;
    const { projectId } = await access.find(sessionId, context);
    const { cursor, limit = defaultPageSize } = query;
    const { items, nextCursor } = await store.sessionTokens.list({ projectId, sessionId, cursor, limit });
    return { items: items.map(toSessionToken), nextCursor };
  }

  /** Again, too. @throws JackfieldError `SESSION_NOT_FOUND`, `NOT_FOUND` */
  async revoke(sessionId: string, tokenId: string, context: CallContext): Promise<RevokeSessionTokenResponse> {
    const { store, access } = this.#options;
    const { projectId } = await access.find(sessionId, context);
    if (await store.sessionTokens.revoke(projectId, sessionId, tokenId)) return { id: tokenId, revoked: true };
    throw new JackfieldError('NOT_FOUND', {
      message: `The session ${sessionId} has no token ${tokenId}.`,
      fix: "Take the id from the list of the session's tokens.",
    });
  }
}

function earlier(a: Date | null, b: Date | null): Date | null {
  return a === null || (b !== null && b.getTime() < a.getTime()) ? b : a;
}

function toSessionToken(stored: StoredSessionToken): SessionToken {
  const narrowing: TokenNarrowing = stored.narrowing;
  return {
    id: stored.id,
    name: stored.name,
    hint: stored.hint,
    ...narrowing,
    createdAt: stored.createdAt.toISOString(),
    expiresAt: stored.expiresAt?.toISOString() ?? null,
    revokedAt: stored.revokedAt?.toISOString() ?? null,
  };
}
