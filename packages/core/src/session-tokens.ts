import type { CreatedSessionToken, PageQuery, SessionToken } from '@jackfield/contract';
import { firstPage, type Page } from './page.ts';
import { copyList } from './session-config.ts';
import type { CallOptions, Transport } from './transport.ts';

export interface CreateTokenOptions extends CallOptions {
  /** For people: what the token is for. */
  readonly name?: string | undefined;
  /** Seconds until it expires; `null`: when the session does. Default: 86,400, a day. */
  readonly ttl?: number | null | undefined;
  /** Only these tools, by slug. Meta tools stay: what they find and run is narrowed, too. */
  readonly tools?: readonly string[] | undefined;
  /** Only tools of these toolkits, by slug. */
  readonly toolkits?: readonly string[] | undefined;
  /** Only tools with `readOnlyHint`, and no connecting of accounts. Default: false. */
  readonly readOnly?: boolean | undefined;
}

/**
 * Credentials that open one session and nothing else: its MCP endpoint, and over HTTP its tools, search and execution.
 * Needs an API key: a token cannot make others.
 */
export class SessionTokens {
  readonly #transport: Transport;
  readonly #sessionId: string;

  constructor(transport: Transport, sessionId: string) {
    this.#transport = transport;
    this.#sessionId = sessionId;
  }

  /**
   * Makes a token. It is shown this once.
   * @throws JackfieldError `SESSION_NOT_FOUND`, `SESSION_EXPIRED`, `UNKNOWN_TOOLKIT`, `UNKNOWN_TOOL`
   */
  create(options: CreateTokenOptions = {}): Promise<CreatedSessionToken> {
    const { name, ttl, tools, toolkits, readOnly, ...callOptions } = options;
    const body = { name, ttl, tools: tools && copyList(tools), toolkits: toolkits && copyList(toolkits), readOnly };
    const params = { sessionId: this.#sessionId };
    return this.#transport.call('sessions.tokens.create', { params, body }, callOptions);
  }

  /** Newest first, also those that were revoked or have expired. Never the tokens themselves. */
  list(query: PageQuery = {}, options?: CallOptions): Promise<Page<SessionToken>> {
    const params = { sessionId: this.#sessionId };
    return firstPage(query, (page) => this.#transport.call('sessions.tokens.list', { params, query: page }, options));
  }

  /**
   * Ends a token at once, on every server.
   * @throws JackfieldError `NOT_FOUND`
   */
  async revoke(tokenId: string, options?: CallOptions): Promise<void> {
    const params = { sessionId: this.#sessionId, tokenId };
    await this.#transport.call('sessions.tokens.revoke', { params }, options);
  }
}
