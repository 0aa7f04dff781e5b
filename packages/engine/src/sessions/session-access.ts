import { JackfieldError, type SessionConfig, type TokenNarrowing } from '@jackfield/contract';
import { BoundedCache } from '../bounded-cache.ts';
import type { CallContext } from '../engine.ts';
import type { SessionUpstream, ToolLists } from '../sources/mcp/tool-lists.ts';
import type { Store, StoredSession } from '../stores/store.ts';
import type { Catalog } from '../toolkits/catalog.ts';
import type { ProjectCatalogs } from '../toolkits/project-catalogs.ts';
import { type SessionSwitches, switchesOf } from './session-config.ts';
import { SessionScope } from './session-scope.ts';

/** A session that exists, has not expired, and belongs to the caller's project. */
export interface OpenSession {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly stored: StoredSession;
  readonly config: SessionConfig;
  readonly switches: SessionSwitches;
  readonly scope: SessionScope;
  /** MCP servers that the session was completed with: see {@link SessionAccess.complete}. */
  readonly upstreams: readonly SessionUpstream[];
  /** What the caller's token leaves out; `scope` and `switches` have it left out. */
  readonly narrowing: TokenNarrowing | undefined;
}

const rememberedScopes = 1_000;

/** The way to a session's row and to what its config allows. */
export class SessionAccess {
  readonly #store: Store;
  readonly #catalogs: ProjectCatalogs;
  readonly #toolLists: ToolLists;
  readonly #now: () => Date;
  /** By the parts of the config that decide about tools, and the narrowing: sessions with equal ones share a scope. */
  readonly #scopes = new BoundedCache<string, SessionScope>(rememberedScopes);

  /** So that equal configs over different catalogs do not take each other's place. */
  readonly #catalogNumbers = new WeakMap<Catalog, number>();
  #nextCatalogNumber = 0;

  constructor(options: { store: Store; catalogs: ProjectCatalogs; toolLists: ToolLists; now: () => Date }) {
    this.#store = options.store;
    this.#catalogs = options.catalogs;
    this.#toolLists = options.toolLists;
    this.#now = options.now;
  }

  /** Also one that has expired. @throws JackfieldError `SESSION_NOT_FOUND` */
  async find(id: string, { projectId, session }: CallContext): Promise<StoredSession> {
    if (session?.id === id && session.projectId === projectId) return session;
    const stored = await this.#store.sessions.get(projectId, id);
    if (stored !== undefined) return stored;
    throw new JackfieldError('SESSION_NOT_FOUND', {
      message: `There is no session ${id}.`,
      fix: 'Check the id; a deleted session is gone for good. Create a new one.',
    });
  }

  /**
   * @param patient waits for MCP servers that were never asked for their tools: see {@link complete}
   * @throws JackfieldError `SESSION_NOT_FOUND`, `SESSION_EXPIRED`
   */
  async open(id: string, context: CallContext, { patient = false } = {}): Promise<OpenSession> {
    const stored = await this.find(id, context);
    if (isExpired(stored, this.#now())) {
      throw new JackfieldError('SESSION_EXPIRED', {
        message: `The session ${id} expired at ${stored.expiresAt?.toISOString()}.`,
        fix: 'Create a new session.',
      });
    }
    return this.complete(stored, await this.catalogOf(stored), context.narrowing, patient);
  }

  /**
   * A session with the tools that MCP servers list for its user.
   *
   * @param patient waits a moment for those that were never asked; otherwise they are asked in the background
   */
  async complete(
    stored: StoredSession,
    catalog: Catalog,
    narrowing: TokenNarrowing | undefined,
    patient: boolean,
  ): Promise<OpenSession> {
    if (this.#toolLists.live(catalog).length === 0) return this.describe(stored, catalog, narrowing);
    const config: SessionConfig = stored.config;
    const { projectId, userId } = stored;
    const scope = this.scope(config, catalog);
    const reader = { projectId, userId, config, allowsToolkit: (slug: string) => scope.allowsToolkit(slug) };
    const completed = await this.#toolLists.complete(catalog, reader, patient);
    return { ...this.describe(stored, completed.catalog, narrowing), upstreams: completed.upstreams };
  }

  /** What the session's project can use. */
  catalogOf({ projectId, toolkitsVersion }: StoredSession): Promise<Catalog> {
    return this.#catalogs.of(projectId, toolkitsVersion);
  }

  describe(stored: StoredSession, catalog: Catalog, narrowing?: TokenNarrowing): OpenSession {
    const config: SessionConfig = stored.config;
    const switches = switchesOf(config);
    return {
      id: stored.id,
      projectId: stored.projectId,
      userId: stored.userId,
      stored,
      config,
      switches:
        narrowing?.readOnly === true ? { ...switches, manageConnections: false, waitForConnections: false } : switches,
      scope: this.scope(config, catalog, narrowing),
      upstreams: [],
      narrowing,
    };
  }

  scope(
    { toolkits, tools, tags, preload }: SessionConfig,
    catalog: Catalog,
    narrowing?: TokenNarrowing | undefined,
  ): SessionScope {
    let number = this.#catalogNumbers.get(catalog);
    if (number === undefined) {
      number = this.#nextCatalogNumber++;
      this.#catalogNumbers.set(catalog, number);
    }
    const key = JSON.stringify([number, toolkits, tools, tags, preload, narrowing]);
    const remembered = this.#scopes.get(key);
    if (remembered !== undefined) return remembered;
    const scope = new SessionScope({ toolkits, tools, tags, preload }, catalog, narrowing);
    this.#scopes.set(key, scope);
    return scope;
  }
}

export function isExpired({ expiresAt }: StoredSession, now: Date): boolean {
  return expiresAt !== null && expiresAt.getTime() <= now.getTime();
}
