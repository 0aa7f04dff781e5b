import { JackfieldError } from '@jackfield/contract';
import type { CallContext, Engine, Logger } from '@jackfield/engine';
import {
  createMcpHandler,
  isLegacyRequest,
  type ServerEventBus,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Context } from 'hono';
import type { Authenticate } from '../authenticate.ts';
import type { AppEnvironment } from '../create-app.ts';
import { toAnswerableError } from '../error-answer.ts';
import { readJson } from '../read-json.ts';
import { checkOrigin, corsHeaders, type OriginRules, preflightHeaders } from './check-origin.ts';
import { readMcpSessionId } from './client-marks.ts';
import { createSessionServer, type SessionServerOptions } from './create-session-server.ts';
import { glanceAt, type MessageGlance } from './glance-at.ts';
import type { McpOptions } from './mcp-options.ts';
import { challenge, metadataPrefix, protectedResourceMetadata } from './protected-resource.ts';
import { rpcCodes, rpcErrorAnswer } from './rpc-error.ts';
import { serveLegacy, untilRead } from './serve-legacy.ts';
import { watchToolList } from './watch-tool-list.ts';

type Handle = (context: Context<AppEnvironment>) => Promise<Response>;

export interface MountMcpOptions {
  readonly bind: (method: 'GET' | 'POST' | 'DELETE' | 'OPTIONS', template: string, handle: Handle) => void;
  readonly engine: Engine;
  readonly authenticate: Authenticate;
  /** Where sessions are, `/{session_id}` below it. */
  readonly path: string;
  readonly options: McpOptions | undefined;
  readonly publicUrl: string | ((request: Request) => string) | undefined;
  readonly metaToolPrefix: string;
  readonly version: string;
  readonly maximumBodyBytes: number;
  readonly logger: Logger | undefined;
}

export interface MountedMcp {
  /** Ends streams that would stay open for as long as their clients do. */
  endStreams(): void;
}

const listChanged = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' } as const;

/** Serves each session as an MCP server over Streamable HTTP, to clients of every revision of the protocol. */
export function mountMcp(mount: MountMcpOptions): MountedMcp {
  const { bind, engine, authenticate, options = {} } = mount;
  const template = `${mount.path}/{session_id}`;
  const { allowedOrigins = [], allowedHosts, toolListPollMs = 2_000 } = options;
  const { progressIntervalMs = 5_000, connectWaitMs = 30_000 } = options;
  const rules: OriginRules = {
    allowedOrigins,
    allowedHosts,
    publicUrl: typeof mount.publicUrl === 'string' ? mount.publicUrl : undefined,
  };
  /** How to end each stream that is open here. */
  const openStreams = new Set<() => void>();

  bind(
    'POST',
    template,
    orRpcError(async (context) => {
      const served = await admit(context);
      const { request } = served;
      const body = await readMessage(request);
      const glances = glanceAt(body);
      const [only] = glances;
      const isModern = glances.length === 1 && only?.namesRevision === true;
      if (isModern || !(await isLegacyRequest(request, body))) return serveModern(served, body, only);
      checkBatch(request.headers, body);
      const client = readMcpSessionId(request.headers);
      return serveLegacy(
        request,
        body,
        await sessionServer(served, {
          withInstructions: glances.some(({ method }) => method === 'initialize'),
          client,
        }),
      );
    }),
  );

  // The stream on which clients of the handshake era hear of changes.
  bind(
    'GET',
    template,
    orRpcError(async (context) => {
      const served = await admit(context);
      const { request } = served;
      if (request.method === 'HEAD') throw notAllowed('HEAD');
      const etag = await etagOf(served);
      const server = await sessionServer(served, { withInstructions: false });
      const transport = new WebStandardStreamableHTTPServerTransport();
      await server.connect(transport);
      const response = await transport.handleRequest(request);
      if (!response.ok || response.body === null) {
        await server.close();
        return response;
      }
      const end = () => {
        stopWatching();
        openStreams.delete(end);
        server.close().catch(() => undefined);
      };
      const stopWatching = watchToolList({
        first: etag,
        etag: () => etagOf(served),
        intervalMs: toolListPollMs,
        onChange: () => void transport.send(listChanged).catch(end),
        onEnd: end,
      });
      openStreams.add(end);
      request.signal.addEventListener('abort', end, { once: true });
      return new Response(untilRead(response.body, end), response);
    }),
  );

  // Nothing is kept that a client could end.
  bind(
    'DELETE',
    template,
    orRpcError(async (context) => {
      await admit(context);
      throw notAllowed('DELETE');
    }),
  );

  bind('OPTIONS', template, async (context) => {
    const origin = checkOrigin(context.req.raw.headers, rules);
    const headers = { allow: 'GET, POST, OPTIONS', ...(origin === undefined ? {} : preflightHeaders(origin)) };
    return new Response(null, { status: 204, headers });
  });

  bind('GET', metadataPrefix + template, async (context) =>
    // Anybody may read it, pages too.
    Response.json(protectedResourceMetadata(publicUrlOf(context.req.raw), mount.path, sessionIdOf(context)), {
      headers: { 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=3600' },
    }),
  );

  interface Served {
    readonly request: Request;
    readonly sessionId: string;
    readonly context: CallContext;
  }

  /** @throws JackfieldError `UNAUTHENTICATED`, `FORBIDDEN` */
  async function admit(context: Context<AppEnvironment>): Promise<Served> {
    const request = context.req.raw;
    const record = context.get('record');
    const sessionId = sessionIdOf(context);
    const principal = await authenticate(request);
    record.projectId = principal.projectId;
    record.keyId = principal.keyId;
    if (principal.session !== undefined && principal.session.id !== sessionId) throw wrongSession();
    return {
      request,
      sessionId,
      context: {
        projectId: principal.projectId,
        requestId: record.requestId,
        signal: request.signal,
        publicUrl: typeof mount.publicUrl === 'function' ? mount.publicUrl(request) : mount.publicUrl,
        metaToolPrefix: mount.metaToolPrefix,
        narrowing: principal.session?.narrowing,
        session: principal.session?.stored,
      },
    };
  }

  async function serveModern(served: Served, body: unknown, glance: MessageGlance | undefined): Promise<Response> {
    const { request } = served;
    const { method, name } = glance ?? {};
    const asked = {
      withInstructions: method === 'server/discover',
      calledTool: method === 'tools/call' ? name : undefined,
    };
    const etag = method === 'subscriptions/listen' ? await etagOf(served) : '';
    const bus: ServerEventBus = {
      publish() {},
      subscribe(listener) {
        const end = () => void handler.close();
        const stopWatching = watchToolList({
          first: etag,
          etag: () => etagOf(served),
          intervalMs: toolListPollMs,
          onChange: () => listener({ kind: 'tools_list_changed' }),
          onEnd: end,
        });
        openStreams.add(end);
        return () => {
          stopWatching();
          openStreams.delete(end);
        };
      },
    };
    // Made before it is asked for: what is wrong with the session is ours to answer.
    const server = await sessionServer(served, asked);
    const handler = createMcpHandler(() => server, {
      legacy: 'reject',
      bus,
      onerror: (error) =>
        mount.logger?.debug({ requestId: served.context.requestId, err: error }, 'mcp: request not served'),
    });
    return handler.fetch(request, { parsedBody: body });
  }

  function sessionServer(
    { sessionId, context }: Served,
    asked: Pick<SessionServerOptions, 'withInstructions' | 'calledTool' | 'client'>,
  ) {
    const { version } = mount;
    return createSessionServer({ engine, sessionId, context, version, progressIntervalMs, connectWaitMs, ...asked });
  }

  /** Fails when the credential does not hold any more. */
  async function etagOf({ request, sessionId, context }: Served): Promise<string> {
    const { session } = await authenticate(request);
    const signal = new AbortController().signal;
    return engine.toolListEtag({ params: { sessionId }, query: {} }, { ...context, session: session?.stored, signal });
  }

  async function readMessage(request: Request): Promise<unknown> {
    try {
      return await readJson(request, mount.maximumBodyBytes);
    } catch (error) {
      if (JackfieldError.isInstance(error) && error.code === 'INVALID_REQUEST') {
        throw new RpcRefusal(rpcCodes.parseError, error);
      }
      throw error;
    }
  }

  function publicUrlOf(request: Request): string {
    if (typeof mount.publicUrl === 'function') return mount.publicUrl(request);
    return mount.publicUrl ?? new URL(request.url).origin;
  }

  /** Errors are JSON-RPC here, and pages that may call can read them. */
  function orRpcError(handle: Handle): Handle {
    return async (context) => {
      const request = context.req.raw;
      const record = context.get('record');
      let cors: Record<string, string> = {};
      try {
        const origin = checkOrigin(request.headers, rules);
        if (origin !== undefined) cors = corsHeaders(origin);
        const response = await handle(context);
        for (const [name, value] of Object.entries(cors)) response.headers.set(name, value);
        return response;
      } catch (thrown) {
        const refusal = thrown instanceof RpcRefusal ? thrown : undefined;
        const hasCredential = request.headers.has('authorization') || request.headers.has('x-api-key');
        const answerable = toAnswerableError(refusal?.cause ?? thrown, request.signal);
        const error = answerable.status === 401 && !hasCredential ? noToken() : answerable;
        record.errorCode = error.code;
        if (error.status >= 500) {
          mount.logger?.error({ requestId: record.requestId, route: record.route, err: error }, error.message);
        }
        const headers: Record<string, string> = { ...cors };
        if (error.status === 401) {
          headers['www-authenticate'] = challenge(
            publicUrlOf(request),
            mount.path,
            sessionIdOf(context),
            hasCredential,
          );
        }
        if (error.status === 405) headers.allow = 'GET, POST, OPTIONS';
        return rpcErrorAnswer(error, {
          requestId: record.requestId,
          ...(refusal === undefined ? {} : { code: refusal.code }),
          headers,
        });
      }
    };
  }

  return {
    endStreams() {
      for (const end of openStreams) end();
    },
  };
}

/** An error that has a number of its own in JSON-RPC. */
class RpcRefusal extends Error {
  readonly code: number;

  constructor(code: number, cause: JackfieldError) {
    super(cause.message, { cause });
    this.code = code;
  }
}

/** JSON-RPC batches came with MCP 2025-03-26 and went with the revision after it. */
function checkBatch(headers: Headers, body: unknown): void {
  const revision = headers.get('mcp-protocol-version');
  if (!Array.isArray(body) || revision === null || revision <= '2025-03-26') return;
  throw new RpcRefusal(
    rpcCodes.invalidRequest,
    new JackfieldError('INVALID_REQUEST', {
      message: `MCP ${revision.slice(0, 40)} has no batches of messages.`,
      fix: 'Send each message as a request of its own.',
    }),
  );
}

function sessionIdOf(context: Context): string {
  return context.req.param('session_id') ?? '';
}

function noToken(): JackfieldError {
  return new JackfieldError('UNAUTHENTICATED', {
    message: 'The request carries no token of the session.',
    fix: 'Send `authorization: Bearer <token>`: `session.mcp.headers` has one, `session.tokens.create()` makes others.',
  });
}

function wrongSession(): JackfieldError {
  return new JackfieldError('FORBIDDEN', {
    message: 'The token is one of another session.',
    fix: 'Use the token that was made for this session.',
  });
}

function notAllowed(method: string): JackfieldError {
  return new JackfieldError('METHOD_NOT_ALLOWED', {
    message: `${method} is not possible here.`,
    fix: 'Use POST for messages, and GET to listen for changes.',
    details: { allow: ['GET', 'POST', 'OPTIONS'] },
  });
}
