import { JackfieldError } from '@jackfield/contract';
import { openApiDocument } from '@jackfield/contract/schemas';
import type { ConnectPageSettings } from '@jackfield/dashboard';
import type { Engine, Logger } from '@jackfield/engine';
import { type Context, Hono } from 'hono';
import type { Authenticate, Principal } from './authenticate.ts';
import { idempotencyKeyOf } from './bind-route.ts';
import type { CallRecord } from './call-record.ts';
import { mountConnectPage } from './connect/mount-connect-page.ts';
import { errorAnswer, type SayError, toAnswerableError } from './error-answer.ts';
import type { McpOptions } from './mcp/mcp-options.ts';
import { mountMcp } from './mcp/mount-mcp.ts';
import { mountFiles } from './mount-files.ts';
import type { MountedRoute } from './mounted-route.ts';
import { nativeRoutes } from './native-routes.ts';
import { nearPath } from './near-path.ts';
import { requestIdOf } from './request-id.ts';
import { traceRequest } from './trace-request.ts';

/** The same routes under one path, with the names that its clients know. */
export interface Mount {
  /** Starts with a slash and does not end with one: `/v1`. */
  readonly path: string;
  /** Where sessions are as MCP servers, with the same names: `/mcp`. */
  readonly mcpPath: string;
  readonly dialect: Dialect;
}

export interface Dialect {
  /** First word of the meta tools' slugs: `JACKFIELD` makes `JACKFIELD_SEARCH_TOOLS`. */
  readonly metaToolPrefix: string;
  /** What is served, and how it is said. Default: the routes of the contract. */
  readonly routes?: ((engine: Engine) => readonly MountedRoute[]) | undefined;
  /** How errors are said. Default: as the contract has them. */
  readonly sayError?: SayError | undefined;
  /**
   * Throws for a request that carries what its clients send and nobody reads here. Asked before anything else. Default:
   * there is none.
   */
  readonly refuse?: ((headers: Headers) => void) | undefined;
  /** Why there is nothing at a path that its clients ask for, whole as it came. Default: nobody knows. */
  readonly explainMissing?: ((path: string) => string | undefined) | undefined;
}

/** Where the routes of the native API are. */
export const nativeMount: Mount = { path: '/v1', mcpPath: '/mcp', dialect: { metaToolPrefix: 'JACKFIELD' } };

export interface AppOptions {
  readonly engine: Engine;
  readonly authenticate: Authenticate;
  readonly mounts: readonly Mount[];
  /** Of the server, for `/` and the API document. */
  readonly version: string;
  /** Resolves when the server can do its work, for `/readyz`. */
  readonly checkReady: () => Promise<void>;
  /** Default: nobody is told. */
  readonly logger?: Logger | undefined;
  /** Bytes of a request's body. Default: 1 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * Origin and path prefix under which browsers and clients reach this app, without a trailing slash, or how to tell
   * from a request. Default: none, and then no links can be made.
   */
  readonly publicUrl?: string | ((request: Request) => string) | undefined;
  readonly mcp?: McpOptions | undefined;
  /** Name, colour, logo and texts of the pages on which users connect accounts. */
  readonly connectPages?: ConnectPageSettings | undefined;
}

/** The server as a function of `Request`, to be listened with, mounted or called in process. */
export interface App {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Ends answers that would go on for as long as their clients listen. */
  readonly endStreams: () => void;
}

/** What Hono carries along with a request. */
export interface AppEnvironment {
  Variables: { record: CallRecord; sayError: SayError | undefined };
}

/**
 * Makes the server's app.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` for settings of the connect pages that cannot work
 */
export function createApp(options: AppOptions): App {
  const app = new Hono<AppEnvironment>({ strict: true });
  const allowed = new Map<string, Set<string>>();

  function bind(method: string, template: string, handle: (context: Context<AppEnvironment>) => Promise<Response>) {
    const methods = allowed.get(template) ?? new Set();
    allowed.set(template, methods.add(method));
    app.on(method, honoPath(template), async (context) => {
      context.get('record').route = template;
      try {
        return await handle(context);
      } catch (thrown) {
        // Hono hands only errors to `onError`.
        throw thrown instanceof Error ? thrown : new Error('What was thrown is no error.', { cause: thrown });
      }
    });
  }

  app.use(async (context, next) => {
    const started = performance.now();
    const record: CallRecord = { requestId: requestIdOf(context.req.raw.headers), unsafe: false };
    context.set('record', record);
    await traceRequest(context.req.raw, record, async () => {
      await next();
      return context.res.status;
    });
    context.res.headers.set('x-request-id', record.requestId);
    setDefault(context.res.headers, 'cache-control', 'no-store');
    setDefault(context.res.headers, 'x-content-type-options', 'nosniff');
    // Probes come every few seconds and say nothing.
    options.logger?.[probes.has(record.route ?? '') ? 'debug' : 'info'](
      {
        ...record,
        framework: frameworkOf(context.req.raw.headers),
        method: context.req.method,
        status: context.res.status,
        durationMs: Math.round((performance.now() - started) * 100) / 100,
      },
      'request',
    );
  });

  for (const mount of options.mounts) {
    for (const route of (mount.dialect.routes ?? nativeRoutes)(options.engine)) bindMounted(mount, route);
  }

  function bindMounted({ path, dialect }: Mount, route: MountedRoute): void {
    bind(route.method, path + route.path, async (context) => {
      const request = context.req.raw;
      const record = context.get('record');
      record.name = route.name;
      record.unsafe = route.isUnsafe;
      context.set('sayError', dialect.sayError);
      dialect.refuse?.(request.headers);
      const principal = await options.authenticate(request);
      record.projectId = principal.projectId;
      record.keyId = principal.keyId;
      checkCoverage(principal, route, context.req.param('session_id'));
      return route.answer({
        request,
        params: context.req.param(),
        query: new URL(request.url).searchParams,
        maximumBodyBytes: Math.max(options.maxBodyBytes ?? defaultMaxBodyBytes, route.maximumBodyBytes ?? 0),
        context: {
          projectId: principal.projectId,
          requestId: record.requestId,
          signal: request.signal,
          publicUrl: publicUrlOf(options.publicUrl, request),
          metaToolPrefix: dialect.metaToolPrefix,
          narrowing: principal.session?.narrowing,
          session: principal.session?.stored,
          idempotencyKey: idempotencyKeyOf(request.headers),
        },
      });
    });
  }

  mountConnectPage({
    bind,
    connect: options.engine.connect,
    publicUrl: options.publicUrl,
    settings: options.connectPages,
    logger: options.logger,
  });

  mountFiles({ bind, files: options.engine.files });

  const mcpServers = options.mounts.map(({ mcpPath, dialect }) =>
    mountMcp({
      bind,
      engine: options.engine,
      authenticate: options.authenticate,
      path: mcpPath,
      options: options.mcp,
      publicUrl: options.publicUrl,
      metaToolPrefix: dialect.metaToolPrefix,
      version: options.version,
      maximumBodyBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
      logger: options.logger,
    }),
  );
  const [mount = nativeMount] = options.mounts;
  let document: string | undefined;
  bind('GET', '/openapi.json', async () => {
    // Relative to the document, so that it holds under any prefix.
    document ??= JSON.stringify(openApiDocument({ version: options.version, mount: `.${mount.path}` }));
    return json(document);
  });
  bind('GET', '/healthz', async () => json('{"status":"ok"}'));
  bind('GET', '/readyz', async () => {
    await options.checkReady();
    return json('{"status":"ready"}');
  });
  bind('GET', '/', async () =>
    json(JSON.stringify({ name: 'Jackfield', version: options.version, api: mount.path, openapi: '/openapi.json' })),
  );

  for (const [template, methods] of allowed) {
    const allow = [...new Set([...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'])];
    app.options(honoPath(template), (context) => {
      context.get('record').route = template;
      return new Response(null, { status: 204, headers: { allow: allow.join(', ') } });
    });
    app.all(honoPath(template), (context) => {
      context.get('record').route = template;
      throw new JackfieldError('METHOD_NOT_ALLOWED', {
        message: `${context.req.method} is not possible here.`,
        fix: `Use ${allow.slice(0, -1).join(' or ')}.`,
        details: { allow },
      });
    });
  }

  // Not `notFound`: what that throws does not reach `onError`.
  app.all('*', (context) => {
    const { path } = context.req;
    const explained = options.mounts.find(({ dialect }) => dialect.explainMissing?.(path) !== undefined);
    const mount = explained ?? mountIn(path, options.mounts);
    context.set('sayError', mount?.dialect.sayError);
    throw nothingAt(path, mount, [...allowed.keys()]);
  });

  app.onError((thrown, context) => {
    const record = context.get('record');
    const error = toAnswerableError(thrown, context.req.raw.signal);
    record.errorCode = error.code;
    if (error.status >= 500) {
      options.logger?.error({ requestId: record.requestId, route: record.route, err: error }, error.message);
    }
    return errorAnswer(error, record, context.get('sayError'));
  });

  return {
    fetch: async (request) => app.fetch(request),
    endStreams() {
      for (const each of mcpServers) each.endStreams();
      options.engine.endWaits();
    },
  };
}

const defaultMaxBodyBytes = 1_048_576;

/** @throws JackfieldError `FORBIDDEN` */
function checkCoverage({ session }: Principal, route: MountedRoute, sessionId: string | undefined): void {
  if (session === undefined || (route.isOpenToTokens === true && session.id === sessionId)) return;
  throw new JackfieldError('FORBIDDEN', {
    message: "The token of a session opens that session's tools, search and execution, and nothing else.",
    fix: 'Send an API key.',
  });
}

const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** The agent framework that a client says it serves. */
function frameworkOf(headers: Headers): string | undefined {
  return /^[\w.-]{1,64}$/.exec(headers.get('x-framework') ?? '')?.[0];
}

/** The mount that a path was meant for, though something may stand before it: the one that begins last in it. */
function mountIn(path: string, mounts: readonly Mount[]): Mount | undefined {
  const start = (mount: Mount) => `${path}/`.lastIndexOf(`${mount.path}/`);
  return mounts.filter((mount) => start(mount) >= 0).sort((one, other) => start(other) - start(one))[0];
}

function nothingAt(path: string, mount: Mount | undefined, templates: readonly string[]): JackfieldError {
  const start = mount === undefined ? 0 : `${path}/`.lastIndexOf(`${mount.path}/`);
  const because = mount?.dialect.explainMissing?.(path);
  const near = nearPath(path, templates);
  const lists = 'The document at /openapi.json lists every path.';
  let fix = near === undefined ? lists : `Did you mean ${near.slice(0, 200)}? ${lists}`;
  if (because !== undefined) fix = because;
  else if (isMissingId(path, templates)) fix = 'An id in the path is empty.';
  else if (mount !== undefined && start > 0) {
    fix = `Leave ${path.slice(0, start).slice(0, 200)} out of the base URL: clients add ${mount.path} on their own.`;
  }
  return new JackfieldError('NOT_FOUND', { message: `There is nothing at ${path.slice(0, 200)}.`, fix });
}

/** Whether a path would be a known one if there were something between two slashes of it, or behind the last one. */
function isMissingId(path: string, templates: readonly string[]): boolean {
  const segments = path.split('/').slice(1);
  return templates.some((template) => {
    const parts = template.split('/').slice(1);
    return (
      segments.includes('') &&
      parts.length === segments.length &&
      parts.every((part, index) => part.startsWith('{') || part === segments[index])
    );
  });
}

function honoPath(template: string): string {
  return template.replaceAll(/\{(\w+)\}/g, ':$1');
}

function json(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/json' } });
}

function setDefault(headers: Headers, name: string, value: string): void {
  if (!headers.has(name)) headers.set(name, value);
}

function publicUrlOf(publicUrl: AppOptions['publicUrl'], request: Request): string | undefined {
  return typeof publicUrl === 'function' ? publicUrl(request) : publicUrl;
}
