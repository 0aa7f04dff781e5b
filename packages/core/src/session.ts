import {
  JackfieldError,
  type JsonObject,
  type ListSessionToolkitsQuery,
  type PreloadConfig,
  type ProxyExecuteBody,
  type ProxyExecuteResponse,
  type SearchQuery,
  type SearchResponse,
  type SessionMcp,
  type SessionResponse,
  type SessionToolkit,
  type SessionWarning,
} from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import { ConnectionRequest } from './connection-request.ts';
import type { CustomTool, CustomToolContext, CustomToolkit } from './custom-tool.ts';
import { CustomToolSet, type SessionCustomTool, type SessionCustomToolkit } from './custom-tool-set.ts';
import { type CallModifiers, type Modifiers, modifySchemas } from './modifiers.ts';
import { firstPage, type Page } from './page.ts';
import type { ExecuteTool, Provider } from './provider.ts';
import type { CustomToolServer, ServeCustomToolsOptions } from './serve-custom-tools.ts';
import {
  copyList,
  type StoredSessionConfig,
  toStoredConfig,
  toUpdateBody,
  type UpdateSessionConfig,
} from './session-config.ts';
import { SessionTokens } from './session-tokens.ts';
import { sleep } from './sleep.ts';
import { ToolList } from './tool-list.ts';
import {
  type ExecuteOptions,
  type ExecuteResult,
  type RunOptions,
  runCustomTool,
  ToolRunner,
  toFailure,
} from './tool-runner.ts';
import { type CallOptions, isIdempotencyKey, type Transport } from './transport.ts';

/** What a session is made of. */
export interface SessionParts<TProvider> {
  readonly transport: Transport;
  readonly provider: TProvider;
  readonly response: SessionResponse;
  /** The credential of MCP clients. */
  readonly token?: string | undefined;
  readonly customTools?: readonly CustomTool[] | undefined;
  readonly customToolkits?: readonly CustomToolkit[] | undefined;
}

export interface ToolsOptions extends Modifiers, CallOptions {}

export interface AuthorizeOptions extends CallOptions {
  /** Where the browser goes afterwards, with `status` and `connected_account_id` in its query. */
  readonly callbackUrl?: string | undefined;
  /** A name for the account, unique for the user and toolkit. */
  readonly alias?: string | undefined;
  /** Id or alias of an account to connect again. Default: a new one. */
  readonly account?: string | undefined;
}

export interface EnsureConnectedOptions extends AuthorizeOptions {
  /** Shows the user the page to connect on; called only if they have to. Default: `CONNECTION_REQUIRED` is thrown. */
  readonly onConnect?: ((request: ConnectionRequest) => unknown) | undefined;
  /** Milliseconds to wait for them. Default: 60,000. */
  readonly waitFor?: number | undefined;
}

/** One thing to do (`query`) or several. */
export type SearchParams = (
  | { readonly query: string; readonly queries?: undefined }
  | { readonly queries: readonly (string | SearchQuery)[]; readonly query?: undefined }
) & {
  /** Only in these toolkits. */
  readonly toolkits?: readonly string[] | undefined;
  /** Tools a query, 1 to 50. Default: 10. */
  readonly limit?: number | undefined;
  /** Say why each result ranks where it does. */
  readonly explain?: boolean | undefined;
};

export interface ProxyExecuteParams extends Omit<ProxyExecuteBody, 'toolkitSlug'> {
  /** Whose API is called, with the user's connected account. */
  readonly toolkit: string;
}

/** How an MCP client reaches the session. */
export interface SessionMcpServer {
  readonly type: 'http';
  readonly url: string;
  /** To be sent with each request: a token of this session alone, good for a day. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One end user's access to tools. Made by `sessions.create` and `sessions.use`.
 * Every method throws JackfieldError: `SESSION_NOT_FOUND` after the session was deleted, `SESSION_EXPIRED`, and what is
 * named beside it.
 */
export class SessionWithoutMcp<
  TToolCollection = unknown,
  TTool = unknown,
  TProvider extends Provider<TToolCollection, TTool> = Provider<TToolCollection, TTool>,
> {
  readonly sessionId: string;
  readonly userId: string;
  /** Credentials for this session alone. */
  readonly tokens: SessionTokens;
  readonly #transport: Transport;
  readonly #provider: TProvider;
  readonly #customTools: CustomToolSet;
  readonly #runner: ToolRunner;
  readonly #toolList: ToolList;
  /** Tool slug to toolkit slug, as far as tools were seen. */
  readonly #toolkitSlugs = new Map<string, string>();
  #response: SessionResponse;

  constructor({ transport, provider, response, customTools, customToolkits }: SessionParts<TProvider>) {
    const { sessionId } = response;
    this.sessionId = sessionId;
    this.userId = response.config.userId;
    this.tokens = new SessionTokens(transport, sessionId);
    this.#transport = transport;
    this.#provider = provider;
    this.#response = response;
    this.#customTools = new CustomToolSet({ customTools, customToolkits }, response.experimental);
    this.#toolList = new ToolList(transport, sessionId);
    this.#runner = new ToolRunner({
      transport,
      sessionId,
      customTools: this.#customTools,
      toolkitOf: (slug) => this.#toolkitOf(slug),
      contextOf: (signal) => this.#contextOf(signal),
    });
  }

  /** What the session allows, as the server keeps it. */
  get config(): StoredSessionConfig {
    return toStoredConfig(this.#response.config);
  }

  /** Grows with each update, from 1. */
  get configVersion(): number {
    return this.#response.configVersion;
  }

  /** Tools that {@link tools} lists beside the meta tools. */
  get preload(): PreloadConfig {
    return this.#response.config.preload ?? { tools: [] };
  }

  /** What the server found odd about the config without refusing it. */
  get warnings(): readonly SessionWarning[] {
    return this.#response.warnings ?? [];
  }

  /** ISO 8601 instant after which the session answers `SESSION_EXPIRED`; `null`: never. */
  get expiresAt(): string | null {
    return this.#response.expiresAt;
  }

  /** A text for the system prompt, when `experimental.assistivePrompt` asked for it. */
  get assistivePrompt(): string | undefined {
    return this.#response.experimental?.assistivePrompt;
  }

  /**
   * The session's tools as the provider's framework takes them: the meta tools, preloaded tools and preloaded custom
   * tools. A second call asks the server only whether anything changed.
   */
  async tools(options: ToolsOptions = {}): Promise<TToolCollection> {
    const { modifySchema } = options;
    const listed = await this.#toolList.read(options);
    for (const { slug, toolkit } of listed) this.#toolkitSlugs.set(slug, toolkit.slug);
    let tools = listed;
    const local = this.#customTools.listed(this.preload.tools === 'all');
    if (local.length > 0) {
      const slugs = new Set(listed.map(({ slug }) => slug));
      tools = [...listed, ...local.filter(({ slug }) => !slugs.has(slug))];
    }
    if (modifySchema !== undefined) tools = await modifySchemas(tools, modifySchema);
    return this.#provider.wrapTools(tools, this.executor(options));
  }

  /** What the wrapped tools of {@link tools} call. For agent loops of one's own. */
  executor(modifiers: CallModifiers = {}): ExecuteTool {
    return async (slug, args, { signal, toolCallId } = {}) => {
      try {
        // An id that cannot be sent as a key is no reason not to run the tool.
        const idempotencyKey = toolCallId !== undefined && isIdempotencyKey(toolCallId) ? toolCallId : undefined;
        return await this.#run(slug, args, { signal, idempotencyKey, modifiers });
      } catch (error) {
        return toFailure(error, signal);
      }
    };
  }

  /**
   * Runs one tool, also one that is not listed. A tool that failed is a result with `error`, not an exception.
   * @param slug A custom tool's may be the one it was created with, if no other custom tool has that.
   * @throws JackfieldError `UNKNOWN_TOOL`, `TOOL_NOT_ALLOWED`
   */
  async execute(slug: string, args: JsonObject = {}, options: ExecuteOptions = {}): Promise<ExecuteResult> {
    return this.#run(this.#customTools.resolve(slug), args, options);
  }

  /** Sends a request to a toolkit's API with the user's credential. An error status of the API is an answer. */
  proxyExecute({ toolkit, ...body }: ProxyExecuteParams, options?: CallOptions): Promise<ProxyExecuteResponse> {
    return this.#transport.call(
      'sessions.proxyExecute',
      { params: this.#params, body: { ...body, toolkitSlug: toolkit } },
      options,
    );
  }

  /** Finds tools that do something, custom tools included. */
  async search(params: SearchParams, options?: CallOptions): Promise<SearchResponse> {
    const { query, queries, toolkits, ...rest } = params;
    const found = await this.#transport.call(
      'sessions.search',
      {
        params: this.#params,
        body: {
          ...rest,
          queries: (queries ?? [query]).map((one) => (typeof one === 'string' ? { useCase: one } : one)),
          toolkits: toolkits && copyList(toolkits),
          experimental: this.#customTools.definitions,
        },
      },
      options,
    );
    this.#rememberToolkits(found.toolSchemas);
    return found;
  }

  /** The toolkits of the session and whether the user is connected. */
  toolkits(query: ListSessionToolkitsQuery = {}, options?: CallOptions): Promise<Page<SessionToolkit>> {
    return firstPage(query, (page) =>
      this.#transport.call('sessions.toolkits', { params: this.#params, query: page }, options),
    );
  }

  /** Starts to connect an account: send the user to `redirectUrl`, then await `waitForConnection()`. */
  async authorize(toolkit: string, options: AuthorizeOptions = {}): Promise<ConnectionRequest> {
    const { callbackUrl, alias, account, ...callOptions } = options;
    const link = await this.#transport.call(
      'sessions.link',
      { params: this.#params, body: { toolkit, callbackUrl, alias, account } },
      callOptions,
    );
    return new ConnectionRequest(this.#transport, link, account !== undefined);
  }

  /**
   * Returns when the user has an account of the toolkit that is ready, at once if there is one already.
   * @throws JackfieldError `CONNECTION_REQUIRED` with the page to connect on in `details.redirectUrl`, when there is no
   * `onConnect` to show it; `TIMEOUT`, `CONNECTION_NOT_ACTIVE`, and what {@link authorize} throws
   */
  async ensureConnected(toolkit: string, options: EnsureConnectedOptions = {}): Promise<void> {
    const { onConnect, waitFor, ...authorizeOptions } = options;
    const { items } = await this.toolkits({ toolkits: [toolkit] }, options);
    const { isNoAuth, connectedAccount } = items[0] ?? {};
    if (isNoAuth || connectedAccount?.status === 'ACTIVE') return;
    const ended = connectedAccount?.status === 'EXPIRED' ? { account: connectedAccount.id } : {};
    const request = await this.authorize(toolkit, { ...ended, ...authorizeOptions });
    const { id: connectedAccountId, redirectUrl } = request;
    if (onConnect === undefined) {
      throw new JackfieldError('CONNECTION_REQUIRED', {
        message: `The user ${this.userId} has not connected ${toolkit}.`,
        fix: `Send them to ${redirectUrl}`,
        details: { toolkit, connectedAccountId, redirectUrl },
      });
    }
    await onConnect(request);
    await request.waitForConnection(waitFor, options);
  }

  /**
   * Changes what the session allows, and this object with it. Narrowing is always possible; to reach more than before
   * the patch must say `widen: true`.
   * @throws JackfieldError `WIDENING_NOT_ALLOWED`, `CONFIG_VERSION_CONFLICT` (with `expectedConfigVersion`),
   * `INVALID_SESSION_CONFIG`, `UNKNOWN_TOOLKIT`, `UNKNOWN_TOOL`
   */
  async update(patch: UpdateSessionConfig, options?: CallOptions): Promise<void> {
    const body = toUpdateBody(patch);
    const response = await this.#transport.call('sessions.update', { params: this.#params, body }, options);
    this.#response = { ...response, experimental: this.#response.experimental };
  }

  /** Deletes the session. Connected accounts stay: they are the user's. */
  async delete(options?: CallOptions): Promise<void> {
    await this.#transport.call('sessions.delete', { params: this.#params }, options);
  }

  /** The custom tools that this object can run. */
  customTools(): SessionCustomTool[] {
    return this.#customTools.tools();
  }

  customToolkits(): SessionCustomToolkit[] {
    return this.#customTools.toolkits();
  }

  /**
   * Runs the custom tools of this object for callers elsewhere: MCP clients, and programs that use the session without
   * them. Several processes may do so; each call goes to one of them. Resolves once the server knows, and goes on until
   * it is closed, through lost connections too.
   *
   * @throws JackfieldError `SESSION_NOT_FOUND`, `SESSION_EXPIRED`, `INVALID_CUSTOM_TOOL`
   */
  async serveCustomTools(options: ServeCustomToolsOptions = {}): Promise<CustomToolServer> {
    const { serveCustomTools } = await import('./serve-custom-tools.ts');
    return serveCustomTools({
      ...options,
      transport: this.#transport,
      sessionId: this.sessionId,
      definitions: this.#customTools.definitions,
      run: async (slug, args, signal) => {
        const bound = this.#customTools.find(slug);
        if (bound === undefined) return { data: {}, error: `There is no custom tool ${slug} here.` };
        return runCustomTool(bound.tool, args, this.#contextOf(signal), signal);
      },
      sleep,
      isJackfieldError: (error) => JackfieldError.isInstance(error),
    });
  }

  #contextOf(signal: AbortSignal | undefined): CustomToolContext {
    return {
      userId: this.userId,
      session: this,
      signal,
      execute: (slug, args, options) => this.execute(slug, args, { signal, ...options }),
      proxyExecute: (params, options) => this.proxyExecute(params, { signal, ...options }),
    };
  }

  get #params(): { sessionId: string } {
    return { sessionId: this.sessionId };
  }

  async #run(slug: string, args: JsonObject, options: RunOptions): Promise<ExecuteResult> {
    const result = await this.#runner.run(slug, args, options);
    // The search meta tools name the toolkits of tools that are not listed. Nobody else is believed about that.
    if (slug.startsWith('JACKFIELD_')) this.#rememberToolkits(result.data.tool_schemas);
    return result;
  }

  #rememberToolkits(schemas: unknown): void {
    if (!isJsonObject(schemas)) return;
    for (const [slug, schema] of Object.entries(schemas)) {
      if (isJsonObject(schema) && typeof schema.toolkit === 'string') this.#toolkitSlugs.set(slug, schema.toolkit);
    }
  }

  #toolkitOf(slug: string): string {
    return this.#toolkitSlugs.get(slug) ?? slug.slice(0, slug.search(/_|$/)).toLowerCase();
  }
}

/** Where MCP clients reach a session. @throws JackfieldError `INVALID_CONFIGURATION` */
export function mcpAddress({ sessionId, mcp }: SessionResponse): SessionMcp {
  if (mcp !== undefined) return mcp;
  throw new JackfieldError('INVALID_CONFIGURATION', {
    message: `The server has no address at which an MCP client could reach session ${sessionId}.`,
    fix: 'Run a server, give the embedded one a `publicUrl`, or create the session without `mcp: true`.',
  });
}

/** A session that MCP clients can reach, too. */
export class Session<
  TToolCollection = unknown,
  TTool = unknown,
  TProvider extends Provider<TToolCollection, TTool> = Provider<TToolCollection, TTool>,
> extends SessionWithoutMcp<TToolCollection, TTool, TProvider> {
  readonly mcp: SessionMcpServer;

  /** @throws JackfieldError `INVALID_CONFIGURATION` when the server has no address of its own. */
  constructor(parts: SessionParts<TProvider>) {
    super(parts);
    const headers = parts.token === undefined ? {} : { Authorization: `Bearer ${parts.token}` };
    this.mcp = { ...mcpAddress(parts.response), headers };
  }
}
