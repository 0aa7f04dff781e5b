import type { ListSessionsQuery, SessionSummary } from '@jackfield/contract';
import { type CustomTool, type CustomToolkit, toDefinitions } from './custom-tool.ts';
import { firstPage, type Page } from './page.ts';
import type { Provider } from './provider.ts';
import { mcpAddress, Session, type SessionParts, SessionWithoutMcp } from './session.ts';
import { type CreateSessionConfig, toCreateBody } from './session-config.ts';
import { SessionTokens } from './session-tokens.ts';
import type { CallOptions, Transport } from './transport.ts';

export interface UseSessionOptions extends CallOptions {
  /** `true` makes it a `Session`, which has `mcp`. Default: false. */
  readonly mcp?: boolean | undefined;
  /** Custom tools to run in this process: the server does not keep those of an earlier `Session` object. */
  readonly customTools?: readonly CustomTool[] | undefined;
  readonly customToolkits?: readonly CustomToolkit[] | undefined;
}

/** Makes, finds and deletes sessions. */
export class Sessions<TToolCollection, TTool, TProvider extends Provider<TToolCollection, TTool>> {
  readonly #transport: Transport;
  readonly #provider: TProvider;

  constructor(transport: Transport, provider: TProvider) {
    this.#transport = transport;
    this.#provider = provider;
  }

  /**
   * Makes a session for one end user.
   * @param userId Any string of 1 to 255 characters that names the user in your application.
   * @throws JackfieldError `INVALID_SESSION_CONFIG`, `UNKNOWN_TOOLKIT`, `UNKNOWN_TOOL`, `INVALID_CUSTOM_TOOL`
   */
  create(
    userId: string,
    config: CreateSessionConfig & { mcp: true },
    options?: CallOptions,
  ): Promise<Session<TToolCollection, TTool, TProvider>>;
  create(
    userId: string,
    config?: CreateSessionConfig,
    options?: CallOptions,
  ): Promise<SessionWithoutMcp<TToolCollection, TTool, TProvider>>;
  async create(
    userId: string,
    config: CreateSessionConfig = {},
    options?: CallOptions,
  ): Promise<SessionWithoutMcp<TToolCollection, TTool, TProvider>> {
    const response = await this.#transport.call('sessions.create', { body: toCreateBody(userId, config) }, options);
    const { customTools, customToolkits } = config.experimental ?? {};
    try {
      return await this.#open(config.mcp === true, { response, customTools, customToolkits }, options);
    } catch (error) {
      // Nobody would have its id.
      await this.delete(response.sessionId).catch(() => {});
      throw error;
    }
  }

  /**
   * Takes up a session that exists.
   * @throws JackfieldError `SESSION_NOT_FOUND`, `SESSION_EXPIRED`, `INVALID_CUSTOM_TOOL`
   */
  use(
    sessionId: string,
    options: UseSessionOptions & { readonly mcp: true },
  ): Promise<Session<TToolCollection, TTool, TProvider>>;
  use(sessionId: string, options?: UseSessionOptions): Promise<SessionWithoutMcp<TToolCollection, TTool, TProvider>>;
  async use(
    sessionId: string,
    options: UseSessionOptions = {},
  ): Promise<SessionWithoutMcp<TToolCollection, TTool, TProvider>> {
    const { mcp, customTools, customToolkits, ...callOptions } = options;
    const params = { sessionId };
    const experimental = toDefinitions(options);
    const response =
      experimental === undefined
        ? await this.#transport.call('sessions.get', { params }, callOptions)
        : await this.#transport.call('sessions.attach', { params, body: { experimental } }, callOptions);
    return this.#open(mcp === true, { response, customTools, customToolkits }, callOptions);
  }

  /** Newest first. */
  list(query: ListSessionsQuery = {}, options?: CallOptions): Promise<Page<SessionSummary>> {
    return firstPage(query, (page) => this.#transport.call('sessions.list', { query: page }, options));
  }

  /** @throws JackfieldError `SESSION_NOT_FOUND` */
  async delete(sessionId: string, options?: CallOptions): Promise<void> {
    await this.#transport.call('sessions.delete', { params: { sessionId } }, options);
  }

  async #open(
    withMcp: boolean,
    session: Pick<SessionParts<TProvider>, 'response' | 'customTools' | 'customToolkits'>,
    options: CallOptions | undefined,
  ): Promise<SessionWithoutMcp<TToolCollection, TTool, TProvider>> {
    const parts = { transport: this.#transport, provider: this.#provider, ...session };
    if (!withMcp) return new SessionWithoutMcp<TToolCollection, TTool, TProvider>(parts);
    mcpAddress(session.response);
    const { sessionId } = session.response;
    // A key is of one call: that of the session's own is no key for its token.
    const { idempotencyKey: _, ...tokenOptions } = options ?? {};
    const { token } = await new SessionTokens(this.#transport, sessionId).create({ name: 'mcp', ...tokenOptions });
    return new Session<TToolCollection, TTool, TProvider>({ ...parts, token });
  }
}
