import {
  type AssistivePromptConfig,
  type AttachSessionBody,
  type ConfigVersion,
  type CountedPage,
  type CreateSessionBody,
  type CustomDefinitions,
  type DeleteSessionResponse,
  JackfieldError,
  type ListSessionsQuery,
  type PageQuery,
  type SessionConfig,
  type SessionListResponse,
  type SessionResponse,
  type ToolItem,
  type UpdateSessionBody,
} from '@jackfield/contract';
import type { CallbackPolicy } from '../connections/callback-policy.ts';
import type { CallContext } from '../engine.ts';
import type { MetaTools } from '../execution/meta-tools/meta-tools.ts';
import { createId } from '../stores/create-id.ts';
import type { JsonObject, Store, StoredSession } from '../stores/store.ts';
import type { Catalog } from '../toolkits/catalog.ts';
import { contentHash } from '../toolkits/content-hash.ts';
import type { ProjectCatalogs } from '../toolkits/project-catalogs.ts';
import { assistivePrompt } from './assistive-prompt.ts';
import { countedPage } from './counted-page.ts';
import { resolveCustomTools } from './custom-tools.ts';
import { mergeSessionConfig, pickSessionConfig } from './merge-session-config.ts';
import { isExpired, type OpenSession, type SessionAccess } from './session-access.ts';
import { effectiveConfig } from './session-config.ts';
import type { ToolListings } from './tool-listing.ts';
import { warningsAboutUpstreams } from './upstream-warnings.ts';
import { validateSessionConfig, warningsAbout } from './validate-session-config.ts';
import { refuseWidening } from './widening.ts';

export interface SessionServiceOptions {
  readonly store: Store;
  readonly catalogs: ProjectCatalogs;
  readonly access: SessionAccess;
  readonly listings: ToolListings;
  readonly metaTools: MetaTools;
  readonly callbacks: CallbackPolicy;
  readonly now: () => Date;
}

const defaultPageSize = 50;
const toolsPageSize = 500;

/** Updates that meet another update are worked out again. */
const updateAttempts = 5;

export class SessionService {
  readonly #options: SessionServiceOptions;

  constructor(options: SessionServiceOptions) {
    this.#options = options;
  }

  async create(body: CreateSessionBody, context: CallContext): Promise<SessionResponse> {
    const { store, now } = this.#options;
    const { userId, experimental } = body;
    const config = pickSessionConfig(body);
    const expiresAt = expiryOf(body, now());
    const { projectId } = context;
    this.#checkCallback(config, context);
    const catalog = await this.#checked(config, { projectId, userId });
    const echoes = resolveCustomTools(experimental, catalog, context.metaToolPrefix).echoes;
    const timezone = experimental?.assistivePromptConfig?.userTimezone;
    if (timezone !== undefined) checkTimezone(timezone);
    const stored = await store.sessions.create({
      id: createId('ses'),
      projectId,
      userId,
      config: toJson(config),
      expiresAt,
    });
    const session = await this.#options.access.complete(stored, catalog, undefined, true);
    const response = this.#respond(session, context);
    return {
      ...response,
      experimental: {
        assistivePrompt: this.#assistivePrompt(session, experimental?.assistivePromptConfig ?? {}, context),
        ...echoes,
      },
    };
  }

  /** Also of a session that has expired: it can be looked at and deleted, and nothing else. */
  async get(id: string, context: CallContext): Promise<SessionResponse> {
    const { access } = this.#options;
    const stored = await access.find(id, context);
    return this.#respond(await access.complete(stored, await access.catalogOf(stored), undefined, true), context);
  }

  async attach(id: string, body: AttachSessionBody, context: CallContext): Promise<SessionResponse> {
    const session = await this.#options.access.open(id, context, { patient: true });
    const definitions: CustomDefinitions | undefined = body.experimental;
    const { echoes } = resolveCustomTools(definitions, session.scope.catalog, context.metaToolPrefix);
    return { ...this.#respond(session, context), experimental: echoes };
  }

  async list(query: ListSessionsQuery, { projectId }: CallContext): Promise<SessionListResponse> {
    const { store, now } = this.#options;
    const { userId, status, cursor, limit = defaultPageSize } = query;
    const { items, nextCursor } = await store.sessions.list({ projectId, userId, status, cursor, limit });
    const at = now();
    return {
      items: items.map((stored) => ({
        sessionId: stored.id,
        userId: stored.userId,
        status: isExpired(stored, at) ? 'expired' : 'active',
        configVersion: stored.configVersion,
        createdAt: stored.createdAt.toISOString(),
        updatedAt: stored.updatedAt.toISOString(),
        expiresAt: stored.expiresAt?.toISOString() ?? null,
      })),
      nextCursor,
    };
  }

  async update(id: string, body: UpdateSessionBody, context: CallContext): Promise<SessionResponse> {
    const { access, store, now } = this.#options;
    const expected = body.expectedConfigVersion;
    for (let attempt = 1; ; attempt += 1) {
      const session = await access.open(id, context);
      const { stored, projectId, userId } = session;
      if (expected !== undefined && expected !== stored.configVersion) throw versionConflict(stored, expected);
      const config = mergeSessionConfig(session.config, body);
      const expiresAt = body.expiresAt === undefined ? stored.expiresAt : expiryOf(body, now());
      if (body.manageConnections !== undefined) this.#checkCallback(config, context);
      const catalog = await this.#checked(config, { projectId, userId });
      if (body.widen !== true) {
        refuseWidening(
          { config: session.config, expiresAt: stored.expiresAt },
          { config, expiresAt },
          catalog,
          context.metaToolPrefix,
        );
      }
      try {
        const updated = await store.sessions.update({
          projectId,
          id,
          config: toJson(config),
          expiresAt,
          expectedConfigVersion: stored.configVersion,
        });
        return this.#respond(await access.complete(updated, catalog, undefined, true), context);
      } catch (error) {
        const met = JackfieldError.isInstance(error) && error.code === 'CONFIG_VERSION_CONFLICT';
        if (!met || expected !== undefined || attempt === updateAttempts) throw error;
      }
    }
  }

  async delete(id: string, { projectId }: CallContext): Promise<DeleteSessionResponse> {
    if (!(await this.#options.store.sessions.delete(projectId, id))) {
      throw new JackfieldError('SESSION_NOT_FOUND', {
        message: `There is no session ${id}.`,
        fix: 'Nothing, if it was to be deleted: it is gone.',
      });
    }
    return { sessionId: id, deleted: true };
  }

  async configHistory(id: string, query: PageQuery, context: CallContext): Promise<CountedPage<ConfigVersion>> {
    const { access, store } = this.#options;
    const { stored, projectId } = await access.open(id, context);
    const limit = query.limit ?? defaultPageSize;
    const { items, nextCursor } = await store.sessions.configHistory(projectId, id, { cursor: query.cursor, limit });
    const newest = stored.configVersion;
    const first = items[0]?.configVersion ?? newest;
    return {
      items: items.map((version) => ({
        version: version.configVersion,
        createdAt: version.createdAt.toISOString(),
        isCurrent: version.configVersion === newest,
        config: version.config,
      })),
      nextCursor,
      totalItems: newest,
      totalPages: Math.ceil(newest / limit),
      currentPage: Math.floor((newest - first) / limit) + 1,
    };
  }

  async tools(id: string, query: PageQuery, context: CallContext): Promise<CountedPage<ToolItem>> {
    const session = await this.#options.access.open(id, context, { patient: true });
    const { items } = this.#options.listings.of(session, context.metaToolPrefix);
    return countedPage('session_tools', items, query, toolsPageSize);
  }

  /** A text for an agent: how to use the meta tools that its session has. */
  async instructions(id: string, context: CallContext): Promise<string> {
    const session = await this.#options.access.open(id, context);
    return this.#assistivePrompt(session, {}, context);
  }

  /** An entity tag (RFC 9110 section 8.8.3) for what {@link tools} would answer. */
  async toolListEtag(id: string, { cursor, limit }: PageQuery, context: CallContext): Promise<string> {
    const session = await this.#options.access.open(id, context, { patient: true });
    const { hash } = this.#options.listings.of(session, context.metaToolPrefix);
    return `"${contentHash([session.stored.configVersion, hash(), cursor ?? null, limit ?? null])}"`;
  }

  #assistivePrompt(session: OpenSession, config: AssistivePromptConfig, { metaToolPrefix }: CallContext): string {
    const { metaTools, now } = this.#options;
    return assistivePrompt((word) => metaTools.slugOf(session, metaToolPrefix, word), config, now());
  }

  /** Now rather than when a user wants to connect. @throws JackfieldError `CALLBACK_NOT_ALLOWED` */
  #checkCallback({ manageConnections }: SessionConfig, { publicUrl }: CallContext): void {
    const callbackUrl = manageConnections?.callbackUrl ?? undefined;
    if (callbackUrl !== undefined) this.#options.callbacks.check(callbackUrl, publicUrl);
  }

  /** The catalog that the config was found to fit. */
  async #checked(config: SessionConfig, subject: { projectId: string; userId: string }): Promise<Catalog> {
    const { catalogs, store } = this.#options;
    const catalog = await catalogs.of(subject.projectId);
    try {
      await validateSessionConfig(config, subject, catalog, store);
      return catalog;
    } catch (error) {
      // What is missing may belong to a toolkit whose source has recovered since.
      if (!(JackfieldError.isInstance(error) && error.code === 'UNAVAILABLE') || catalog.failures.length === 0)
        throw error;
      const fresh = await catalogs.freshOf(subject.projectId);
      await validateSessionConfig(config, subject, fresh, store);
      return fresh;
    }
  }

  #respond(session: OpenSession, { publicUrl, metaToolPrefix }: CallContext): SessionResponse {
    const { stored, config, scope } = session;
    const warnings = [...warningsAbout(config, scope), ...warningsAboutUpstreams(session)];
    return {
      sessionId: stored.id,
      ...(publicUrl === undefined ? {} : { mcp: { type: 'http', url: `${publicUrl}/mcp/${stored.id}` } }),
      config: { userId: stored.userId, ...effectiveConfig(config) },
      configVersion: stored.configVersion,
      toolRouterTools: [...this.#options.listings.of(session, metaToolPrefix).slugs],
      ...(warnings.length === 0 ? {} : { warnings }),
      createdAt: stored.createdAt.toISOString(),
      updatedAt: stored.updatedAt.toISOString(),
      expiresAt: stored.expiresAt?.toISOString() ?? null,
    };
  }
}

/** The store keeps JSON: a config is nothing else. */
function toJson(config: SessionConfig): JsonObject {
  return { ...config };
}

function expiryOf(
  { expiresAt, ttl }: { expiresAt?: string | null | undefined; ttl?: number | undefined },
  now: Date,
): Date | null {
  if (expiresAt !== undefined && expiresAt !== null && ttl !== undefined) {
    throw invalidExpiry(
      'The session is given both an instant and a time span after which it expires.',
      'Send one of the two.',
    );
  }
  if (ttl !== undefined) return new Date(now.getTime() + ttl * 1000);
  if (expiresAt === undefined || expiresAt === null) return null;
  const instant = new Date(expiresAt);
  if (Number.isNaN(instant.getTime())) {
    throw invalidExpiry(`${JSON.stringify(expiresAt)} is not an instant.`, 'Send one such as 2030-01-31T12:00:00Z.');
  }
  if (instant.getTime() <= now.getTime()) {
    throw invalidExpiry(
      `The session would expire at ${instant.toISOString()}, which is past: it is ${now.toISOString()}.`,
      'Send an instant in the future. To end a session now, delete it.',
    );
  }
  return instant;
}

function invalidExpiry(message: string, fix: string): JackfieldError {
  return new JackfieldError('INVALID_SESSION_CONFIG', { message, fix });
}

function checkTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw new JackfieldError('INVALID_SESSION_CONFIG', {
      message: `${JSON.stringify(timezone)} is not a time zone.`,
      fix: 'Send the name of one from the IANA database, such as Europe/Paris.',
    });
  }
}

function versionConflict({ id, configVersion }: StoredSession, expected: number): JackfieldError {
  return new JackfieldError('CONFIG_VERSION_CONFLICT', {
    message: `The session ${id} has config version ${configVersion}, not ${expected}.`,
    fix: 'Read the session again, apply the change to its present config, and send that version.',
    details: { configVersion },
  });
}
