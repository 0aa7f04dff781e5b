import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { JackfieldError } from '@jackfield/contract';
import { type ConnectPageSettings, checkConnectPages } from '@jackfield/dashboard';
import { defaultProject, hashApiKey } from './api-keys.ts';
import { createAuthenticator } from './authenticate.ts';
import { compatMount } from './compat/compat-mount.ts';
import { createApp, nativeMount } from './create-app.ts';
import { loopbackHosts, type McpOptions } from './mcp/mcp-options.ts';
import { type EngineSettings, openEngine } from './open-engine.ts';
import { readPublicUrl } from './public-url.ts';
import { toNodeHandler } from './to-node-handler.ts';
import { version } from './version.ts';

export interface ListenOptions extends EngineSettings {
  /** Default: 7777. `0` takes a free one. */
  readonly port?: number | undefined;
  /** Address to listen on. Default: `127.0.0.1`, which only this machine reaches. */
  readonly host?: string | undefined;
  /** A key that opens the project `default`, beside those in the store. At least 16 characters. */
  readonly apiKey?: string | undefined;
  /**
   * URL under which browsers and clients reach this server, with its path prefix if there is one. Default: the origin
   * that each request names, which is wrong behind a proxy that ends TLS.
   */
  readonly publicUrl?: string | undefined;
  /** Name, colour, logo and texts of the pages on which users connect accounts. */
  readonly connectPages?: ConnectPageSettings | undefined;
  /** How MCP clients reach sessions. */
  readonly mcp?: McpOptions | undefined;
  /**
   * Lets MCP servers that are programs (`mcpToolkit({ command })`) run on this machine, with the rights of this process.
   * Logged at every start. Default: false.
   */
  readonly allowMcpCommands?: boolean | undefined;
  /** How long `close()` waits for requests in flight, in milliseconds, before it aborts them. Default: 10,000. */
  readonly gracePeriod?: number | undefined;
}

/** A server that listens. */
export interface Server {
  /** Such as `http://127.0.0.1:7777`. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, waits for those in flight, then closes the engine and the store. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the store and starts the server.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` for options that cannot work, such as a port that is taken;
 * `UNAVAILABLE` when the database does not answer.
 */
export async function listen(options: ListenOptions): Promise<Server> {
  const { port = 7777, host = '127.0.0.1', gracePeriod = 10_000, logger } = options;
  if (options.apiKey !== undefined && options.apiKey.length < 16) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: 'The API key has fewer than 16 characters and could be guessed.',
      fix: 'Make one with `jackfield keys create`, or take 32 random bytes: `openssl rand -base64 32`.',
    });
  }
  const publicUrl = readPublicUrl(options.publicUrl) ?? ((request: Request) => new URL(request.url).origin);
  checkConnectPages(options.connectPages);
  const opened = await openEngine(options, { allowMcpCommands: options.allowMcpCommands ?? false });
  try {
    const project = await opened.store.projects.ensure(defaultProject);
    const staticKeys =
      options.apiKey === undefined
        ? []
        : [{ hash: hashApiKey(options.apiKey), projectId: project.id, keyId: 'JACKFIELD_API_KEY' }];
    let closing: Promise<void> | undefined;
    const app = createApp({
      engine: opened.engine,
      authenticate: createAuthenticator({
        staticKeys,
        apiKeys: opened.store.apiKeys,
        sessionTokens: opened.store.sessionTokens,
      }),
      mounts: [nativeMount, compatMount(options.limits)],
      version,
      publicUrl,
      connectPages: options.connectPages,
      mcp: { ...options.mcp, allowedHosts: options.mcp?.allowedHosts ?? hostsOf(host, options.publicUrl) },
      logger,
      maxBodyBytes: options.limits?.maxBodyBytes,
      async checkReady() {
        if (closing !== undefined) {
          throw new JackfieldError('UNAVAILABLE', { message: 'The server is shutting down.' });
        }
        await opened.store.ping();
      },
    });
    const handler = toNodeHandler(app.fetch);
    const http = createServer({ headersTimeout: 20_000, requestTimeout: 60_000, keepAliveTimeout: 75_000 });
    /** Connections without a request so far: to Node they are not idle. */
    const unused = new Set<Socket>();
    http.on('connection', (socket) => {
      unused.add(socket);
      socket.once('close', () => unused.delete(socket));
    });
    http.on('request', (incoming, outgoing) => {
      unused.delete(incoming.socket);
      // So that a client does not send its next request on a connection that is about to end.
      if (closing !== undefined) outgoing.setHeader('connection', 'close');
      // What was in flight when the end began leaves a connection that is now idle.
      outgoing.once('close', () => closing !== undefined && http.closeIdleConnections());
      void handler(incoming, outgoing);
    });
    const address = await startListening(http, port, host);
    const url = `http://${isIPv6(reachable(host)) ? `[${reachable(host)}]` : reachable(host)}:${address.port}`;
    logger?.info({ url, store: opened.store.kind, version }, 'listening');
    return {
      url,
      port: address.port,
      close() {
        closing ??= (async () => {
          logger?.info({}, 'shutting down');
          app.endStreams();
          await stopListening(http, unused, gracePeriod);
          await opened.close();
          logger?.info({}, 'stopped');
        })();
        return closing;
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** The names of a server that this machine alone reaches, directly or through a proxy; undefined for any other. */
function hostsOf(host: string, publicUrl: string | undefined): readonly string[] | undefined {
  const name = isIPv6(host) ? `[${host}]` : host;
  if (!loopbackHosts.includes(name)) return undefined;
  return publicUrl === undefined ? loopbackHosts : [...loopbackHosts, new URL(publicUrl).hostname];
}

/** An address that stands for all of them cannot be called. */
function reachable(host: string): string {
  return { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
}

function startListening(http: HttpServer, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      reject(
        new JackfieldError('INVALID_CONFIGURATION', {
          message: taken
            ? `Port ${port} of ${host} is taken by another program.`
            : `Cannot listen on port ${port} of ${host}: ${cause.message}.`,
          fix: taken ? 'End that program, or choose another port.' : 'Choose another port or host.',
          cause,
        }),
      );
    };
    http.once('error', refuse);
    http.listen(port, host, () => {
      http.off('error', refuse);
      const address = http.address();
      if (address === null || typeof address === 'string') throw new TypeError('A TCP server has an address.');
      resolve(address);
    });
  });
}

/** How long a connection may take to send its first request once the end has begun, in milliseconds. */
const firstRequestMs = 1_000;

async function stopListening(http: HttpServer, unused: ReadonlySet<Socket>, gracePeriod: number): Promise<void> {
  // Also ends connections that are idle.
  const stopped = new Promise<void>((resolve) => http.close(() => resolve()));
  const first = setTimeout(
    () => {
      for (const socket of unused) socket.destroy();
    },
    Math.min(firstRequestMs, gracePeriod),
  );
  const last = setTimeout(() => http.closeAllConnections(), gracePeriod);
  await stopped;
  clearTimeout(first);
  clearTimeout(last);
}
