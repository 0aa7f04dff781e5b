import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  createInstance,
  getHttpOperationsFromSpec,
  type IHttpRequest,
  type PrismHttpComponents,
  ProblemJsonError,
} from '@stoplight/prism-http';
import { closeNullable } from './close-nullable.ts';

/** A request and what Prism found wrong with it. */
export interface PrismRequest {
  readonly method: string;
  /** With query: `/user/repos?per_page=2`. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly status: number;
  /** Where and what: `query.state must be one of …`. Empty for a valid request. */
  readonly violations: readonly string[];
}

export interface Prism {
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly PrismRequest[];
  close(): Promise<void>;
}

/**
 * Mocks the service that an OpenAPI document (2.0, 3.0 or 3.1) describes: answers with the document's examples, and
 * with 422 to a request that the document does not allow. Prism does the routing, the checking and the answers.
 */
export async function startPrism(document: object): Promise<Prism> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  const url = `http://127.0.0.1:${address.port}`;

  const operations = await getHttpOperationsFromSpec({ ...closeNullable(document), servers: [{ url }] });
  const prism = createInstance(
    {
      isProxy: false,
      mock: { dynamic: false },
      validateRequest: true,
      validateResponse: false,
      checkSecurity: true,
      errors: false,
      upstreamProxy: undefined,
    },
    { logger: silent },
  );
  const requests: PrismRequest[] = [];

  const answer = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const query: Record<string, string | string[]> = {};
    for (const key of searchParams.keys()) {
      const values = searchParams.getAll(key);
      query[key] = values.length === 1 ? (values[0] ?? '') : values;
    }
    const method = (request.method ?? 'GET').toLowerCase() as IHttpRequest['method'];
    const result = await prism.request({ method, url: { path: pathname, query }, headers, body }, operations)();
    const found = result._tag === 'Right' ? result.right.validations.input : [];
    const violations = found.map((violation) => `${(violation.path ?? []).join('.')} ${violation.message}`);
    const output =
      violations.length > 0
        ? { statusCode: 422, body: { message: 'The request is not what the document allows.', violations } }
        : result._tag === 'Right'
          ? result.right.output
          : problem(result.left);
    requests.push({
      method: method.toUpperCase(),
      path: request.url ?? '/',
      headers,
      body,
      status: output.statusCode,
      violations: result._tag === 'Right' ? violations : [result.left.message],
    });
    send(reply, output);
  };
  server.on('request', (request, reply) => {
    answer(request, reply).catch((error: Error) => send(reply, { statusCode: 500, body: { message: error.message } }));
  });

  return {
    url,
    requests,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

interface Output {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function problem(error: Error): Output {
  const { status, ...body } = ProblemJsonError.toProblemJson(error);
  return { statusCode: status, body };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const raw = await text(request);
  if (raw === '') return undefined;
  return /^application\/([\w.-]+\+)?json/.test(request.headers['content-type'] ?? '') ? JSON.parse(raw) : raw;
}

function send(reply: ServerResponse, output: Output): void {
  const type = Object.keys(output.headers ?? {}).find((name) => name.toLowerCase() === 'content-type');
  reply.statusCode = output.statusCode;
  for (const [name, value] of Object.entries(output.headers ?? {})) reply.setHeader(name, value);
  if (type === undefined && output.body !== undefined) reply.setHeader('content-type', 'application/json');
  if (output.body === undefined) reply.end();
  else reply.end(typeof output.body === 'string' ? output.body : JSON.stringify(output.body));
}

const ignore = (): void => {};

/** What Prism asks of its logger, saying nothing. */
const silent: PrismHttpComponents['logger'] = Object.assign(Object.create(null), {
  child: () => silent,
  trace: ignore,
  debug: ignore,
  info: ignore,
  success: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
});
