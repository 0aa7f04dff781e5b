import { hash } from 'node:crypto';
import { JackfieldError } from '@jackfield/contract';
import type { Client, Transport } from '@modelcontextprotocol/client';
import type { Authorization } from '../../connections/account-credentials.ts';
import type { Egress } from '../../egress/egress.ts';
import type { Logger } from '../../engine.ts';
import type { EngineLimits } from '../../execution/limits.ts';
import type { McpHttpUpstream, Toolkit } from '../../toolkit.ts';
import { untilAborted } from '../../until-aborted.ts';
import { version } from '../../version.ts';
import { upstreamFetch } from './upstream-fetch.ts';

export interface UpstreamClientsOptions {
  readonly egress: Egress;
  readonly limits: EngineLimits;
  readonly logger: Logger;
  /** Whether programs may be started on this machine. */
  readonly allowCommands: boolean;
}

export interface UpstreamUse {
  readonly toolkit: Toolkit;
  /** Whose connection it is: nobody else's calls go over it. */
  readonly owner: string;
  readonly authorization: Authorization;
  readonly signal: AbortSignal;
  /** Hears, for as long as the connection is open, that the server's tools have changed. */
  readonly onToolsChanged: () => void;
}

interface Connection {
  readonly client: Promise<Client>;
  isOpen: boolean;
  /** Gives its requests up. */
  readonly cancel: AbortController;
  users: number;
  idle?: NodeJS.Timeout | undefined;
}

/** How long a connection that nobody uses stays open: for the next call, and to hear of changes. */
const idleMs = 60_000;
/** A program takes its time to start, and is the same for everybody. */
const commandIdleMs = 15 * 60_000;
const connectTimeoutMs = 15_000;
/** Servers that wait for a handshake say nothing to what comes before it. */
const commandProbeMs = 3_000;
const mostConnections = 500;

/**
 * Connections to MCP servers. They are kept for a while, because a handshake costs two requests; no call depends on one
 * that was there before, so that any server of a store can make the next call.
 */
export class UpstreamClients {
  readonly #options: UpstreamClientsOptions;
  readonly #connections = new Map<string, Connection>();
  /** URLs of servers that only the older transport reaches, as far as this process has met them. */
  readonly #sse = new Set<string>();
  #closed = false;

  constructor(options: UpstreamClientsOptions) {
    this.#options = options;
  }

  /**
   * Does something with a connection. One that was lost since it was last used is made anew.
   *
   * @throws ChallengeError what the server asks for
   * @throws JackfieldError as {@link toFailure}
   */
  async use<Result>(use: UpstreamUse, work: (client: Client) => Promise<Result>): Promise<Result> {
    const key = keyOf(use);
    for (let attempt = 1; ; attempt += 1) {
      use.signal.throwIfAborted();
      const known = this.#connections.get(key);
      const connection = known ?? this.#open(key, use);
      connection.users += 1;
      clearTimeout(connection.idle);
      try {
        const client = await untilAborted(connection.client, use.signal);
        return await work(client);
      } catch (thrown) {
        use.signal.throwIfAborted();
        const { isSessionLost, rootOf, toFailure } = await failures();
        const error = rootOf(thrown);
        if (breaksConnection(error)) this.#forget(key, connection);
        if (known !== undefined && attempt === 1 && isSessionLost(error)) continue;
        throw toFailure(error, use.toolkit);
      } finally {
        connection.users -= 1;
        if (connection.users === 0) this.#rest(key, connection, use.toolkit);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const connections = [...this.#connections];
    for (const [key, connection] of connections) {
      this.#forget(key, connection);
      if (!connection.isOpen) connection.cancel.abort();
    }
    await Promise.allSettled(connections.map(async ([, { client }]) => end(await client)));
  }

  #open(key: string, use: UpstreamUse): Connection {
    const cancel = new AbortController();
    const connection: Connection = { client: this.#connect(use, cancel.signal), isOpen: false, cancel, users: 0 };
    connection.client.then(
      (client) => {
        connection.isOpen = true;
        client.onclose = () => this.#forget(key, connection);
      },
      () => this.#forget(key, connection),
    );
    this.#connections.set(key, connection);
    for (const [oldest, candidate] of this.#connections) {
      if (this.#connections.size <= mostConnections) break;
      if (candidate.users === 0 && candidate !== connection) this.#end(oldest, candidate);
    }
    return connection;
  }

  /** Nobody uses it now. */
  #rest(key: string, connection: Connection, { upstream }: Toolkit): void {
    if (this.#closed || this.#connections.get(key) !== connection) {
      this.#end(key, connection);
      return;
    }
    const ms = upstream?.kind === 'command' ? commandIdleMs : idleMs;
    connection.idle = setTimeout(() => this.#end(key, connection), ms);
    connection.idle.unref();
  }

  #end(key: string, connection: Connection): void {
    this.#forget(key, connection);
    connection.client.then(end, () => {});
  }

  /** The next call makes another one; this one ends with those who use it. */
  #forget(key: string, connection: Connection): void {
    clearTimeout(connection.idle);
    if (this.#connections.get(key) === connection) this.#connections.delete(key);
  }

  async #connect(use: UpstreamUse, signal: AbortSignal): Promise<Client> {
    const { upstream } = use.toolkit;
    if (upstream?.kind !== 'http') {
      try {
        return await this.#connectWith(use, await this.#command(use.toolkit));
      } catch (error) {
        throw (await failures()).toStartFailure(error, use.toolkit);
      }
    }
    const sse = upstream.transport === 'sse' || this.#sse.has(upstream.url);
    if (sse) return this.#connectWith(use, await this.#overHttp(upstream, use, 'sse', signal));
    try {
      return await this.#connectWith(use, await this.#overHttp(upstream, use, 'streamable-http', signal));
    } catch (error) {
      const { rootOf, speaksOnlySse } = await failures();
      // MCP 2025-11-25, Transports, Backwards Compatibility.
      if (upstream.transport !== 'auto' || !speaksOnlySse(rootOf(error))) throw error;
      try {
        const client = await this.#connectWith(use, await this.#overHttp(upstream, use, 'sse', signal));
        this.#sse.add(upstream.url);
        return client;
      } catch {
        throw error;
      }
    }
  }

  async #connectWith({ toolkit, onToolsChanged }: UpstreamUse, transport: Transport): Promise<Client> {
    const { Client } = await import('@modelcontextprotocol/client');
    const { upstream } = toolkit;
    const answersForms = upstream?.elicitation === 'defaults';
    const isCommand = upstream?.kind === 'command';
    const client = new Client(
      { name: 'jackfield', title: 'Jackfield', version },
      {
        capabilities: answersForms ? { elicitation: { form: { applyDefaults: true } } } : {},
        versionNegotiation: {
          mode: upstream?.protocol === 'legacy' ? 'legacy' : 'auto',
          probe: { timeoutMs: isCommand ? commandProbeMs : connectTimeoutMs },
        },
        listChanged: { tools: { autoRefresh: false, debounceMs: 100, onChanged: onToolsChanged } },
      },
    );
    if (answersForms) {
      client.setRequestHandler('elicitation/create', ({ params }) =>
        params.mode === 'url' || !hasDefaults(params.requestedSchema)
          ? { action: 'decline' }
          : { action: 'accept', content: {} },
      );
    }
    try {
      await client.connect(transport, { timeout: connectTimeoutMs });
    } catch (error) {
      await client.close().catch(() => {});
      throw error;
    }
    return client;
  }

  async #overHttp(
    upstream: McpHttpUpstream,
    { authorization }: UpstreamUse,
    transport: 'streamable-http' | 'sse',
    signal: AbortSignal,
  ): Promise<Transport> {
    const { SSEClientTransport, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
    const { egress, limits } = this.#options;
    const fetch = upstreamFetch(upstream, { egress, limits, authorization, signal });
    const url = new URL(upstream.url);
    return transport === 'sse'
      ? new SSEClientTransport(url, { fetch })
      : new StreamableHTTPClientTransport(url, { fetch });
  }

  async #command({ slug, upstream }: Toolkit): Promise<Transport> {
    if (upstream?.kind !== 'command') throw new TypeError(`${slug} has no MCP server.`);
    const { allowCommands, logger } = this.#options;
    if (!allowCommands) {
      throw new JackfieldError('INVALID_CONFIGURATION', {
        message: `The MCP server of ${slug} is a program, and this server may not start any.`,
        fix: 'Allow it where the server is started: `listen({ allowMcpCommands: true })`, on the command line --allow-mcp-commands.',
        details: { toolkit: slug },
      });
    }
    const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
    const { command, args, env, cwd } = upstream;
    const { getDefaultEnvironment } = await import('@modelcontextprotocol/client/stdio');
    const transport = new StdioClientTransport({
      command,
      args: [...args],
      env: { ...getDefaultEnvironment(), ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stderr: 'pipe',
    });
    transport.stderr?.on('data', (chunk: Buffer) =>
      logger.debug(
        { toolkit: slug, text: chunk.toString().slice(0, 2_000) },
        'an MCP server wrote to its standard error',
      ),
    );
    return transport;
  }
}

/** Loaded with the SDK, by who needs it. */
const failures = () => import('./upstream-failure.ts');

/** The session is of no use any more: the server may forget it. */
async function end(client: Client): Promise<void> {
  const { transport } = client;
  if (transport !== undefined && 'terminateSession' in transport && typeof transport.terminateSession === 'function') {
    await Promise.race([
      Promise.resolve(transport.terminateSession()).catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, 2_000).unref()),
    ]);
  }
  await client.close().catch(() => {});
}

/** Connections are never shared between credentials. */
function keyOf({ toolkit, owner, authorization }: UpstreamUse): string {
  return hash('sha256', JSON.stringify([toolkit.slug, toolkit.upstream, owner, authorization]), 'base64url');
}

/** What the tool itself said, and what was given up, leaves the connection as it was. */
function breaksConnection(error: unknown): boolean {
  return !(error instanceof Error && error.name === 'ProtocolError');
}

/** Whether a form can be answered with nothing but its defaults. */
function hasDefaults(schema: { readonly required?: string[] | undefined; readonly properties: object }): boolean {
  const properties = new Map<string, unknown>(Object.entries(schema.properties));
  return (schema.required ?? []).every((name) => {
    const property = properties.get(name);
    return typeof property === 'object' && property !== null && 'default' in property;
  });
}
