import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createEngine, type EngineOptions } from './create-engine.ts';
import { createEgress, type EgressOptions } from './egress/egress.ts';
import type { CallContext, Engine, Logger } from './engine.ts';
import { openStore } from './stores/open-store.ts';
import type { Project, Store } from './stores/store.ts';
import type { BehaviourHints, HttpBinding, Tool, Toolkit } from './toolkit.ts';
import { generateEncryptionKey } from './vault/encryption-key.ts';
import { createVault, type Vault } from './vault/vault.ts';

export interface TestEngine {
  readonly engine: Engine;
  readonly operations: Engine['operations'];
  readonly store: Store;
  readonly vault: Vault;
  readonly project: Project;
  readonly context: CallContext;
  /** Every record of the log, as text. */
  readonly log: string[];
}

/** An engine on a store in memory, which may call this machine. Everything is closed at the end of the test. */
export async function testEngine(
  options: Partial<EngineOptions> & { readonly egressOptions?: EgressOptions } = {},
): Promise<TestEngine> {
  const store = options.store ?? (await openStore({ kind: 'sqlite', file: ':memory:' }, { now: options.now }));
  const egress = createEgress({ allowPrivateNetwork: true, ...options.egressOptions });
  const vault = createVault({ keys: [await generateEncryptionKey()] });
  const log: string[] = [];
  const record = (fields: Readonly<Record<string, unknown>>, message: string) => {
    log.push(JSON.stringify({ ...fields, message }));
  };
  const logger: Logger = { debug: record, info: record, warn: record, error: record };
  const engine = createEngine({ toolkits: [], egress, vault, logger, ...options, store });
  const project = await store.projects.ensure('test');
  onTestFinished(async () => {
    await engine.close();
    await egress.close();
    if (options.store === undefined) await store.close();
  });
  return { engine, operations: engine.operations, store, vault, project, context: testContext(project.id), log };
}

export function testContext(projectId: string, overrides: Partial<CallContext> = {}): CallContext {
  return {
    projectId,
    requestId: 'req_test',
    signal: new AbortController().signal,
    publicUrl: 'https://tools.example.com',
    metaToolPrefix: 'JACKFIELD',
    ...overrides,
  };
}

export interface Upstream {
  readonly url: string;
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  readonly server: Server;
}

/** An HTTP service on this machine, for one test. It sees each request after its body has been read. */
export async function testUpstream(
  answer: (request: Upstream['requests'][number], ...rest: Parameters<RequestListener>) => void,
): Promise<Upstream> {
  const requests: Upstream['requests'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      requests.push(seen);
      answer(seen, request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, server };
}

const readHints: BehaviourHints = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
};

const writeHints: BehaviourHints = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};

/** A tool `<TOOLKIT>_<action>` that sends GET, or POST with its arguments as JSON. */
export function httpTool(
  toolkit: string,
  action: string,
  baseUrl: string,
  { method = 'GET', path = '/', ...overrides }: Partial<Tool> & { method?: string; path?: string } = {},
): Tool {
  const properties: Readonly<Record<string, unknown>> =
    typeof overrides.inputSchema?.properties === 'object' ? { ...overrides.inputSchema.properties } : {};
  const names = Object.keys(properties);
  const binding: HttpBinding = {
    kind: 'http',
    method,
    baseUrl,
    path,
    accept: 'application/json',
    parameters: names
      .filter((name) => method === 'GET' || path.includes(`{${name}}`))
      .map((name) =>
        path.includes(`{${name}}`)
          ? { argument: name, name, in: 'path', style: 'simple', explode: false }
          : { argument: name, name, in: 'query', style: 'form', explode: true },
      ),
    ...(method === 'GET'
      ? {}
      : {
          body: {
            contentType: 'application/json',
            required: true,
            from: {
              properties: Object.fromEntries(
                names.filter((name) => !path.includes(`{${name}}`)).map((name) => [name, name]),
              ),
            },
          },
        }),
  };
  const words = action.toLowerCase().replaceAll('_', ' ');
  return {
    slug: `${toolkit.toUpperCase()}_${action}`,
    name: words.charAt(0).toUpperCase() + words.slice(1),
    description: `To ${words}.`,
    tags: [],
    inputSchema: { type: 'object', properties: {} },
    hints: method === 'GET' ? readHints : writeHints,
    security: [['token']],
    scopes: [],
    deprecated: false,
    binding,
    ...overrides,
  };
}

export function testToolkit(slug: string, tools: readonly Tool[], overrides: Partial<Toolkit> = {}): Toolkit {
  return {
    slug,
    name: slug.charAt(0).toUpperCase() + slug.slice(1),
    description: `The ${slug} application.`,
    version: '1.2.0',
    authSchemes: [{ id: 'token', mode: 'BEARER_TOKEN' }],
    tools,
    ...overrides,
  };
}

/** An upstream and a toolkit `pets` on it: list, get, create, delete. */
export async function petsUpstream(): Promise<{ readonly upstream: Upstream; readonly toolkit: Toolkit }> {
  const upstream = await testUpstream(({ method, url, headers, body }, _request, response) => {
    response.setHeader('content-type', 'application/json');
    if (headers.authorization !== 'Bearer secret-token-of-ada') {
      response.writeHead(401).end(JSON.stringify({ message: 'Bad credentials' }));
    } else if (method === 'GET' && url.startsWith('/pets/')) {
      response.end(JSON.stringify({ id: url.slice('/pets/'.length), name: 'Rex' }));
    } else if (method === 'GET') {
      response.end(JSON.stringify([{ id: '1', name: 'Rex' }]));
    } else if (method === 'DELETE') {
      response.writeHead(204).end();
    } else {
      response.writeHead(201).end(JSON.stringify({ id: '2', ...JSON.parse(body) }));
    }
  });
  return { upstream, toolkit: petsToolkit(upstream.url) };
}

export function petsToolkit(url: string): Toolkit {
  const id = { type: 'string', description: 'Id of the pet' };
  return testToolkit(
    'pets',
    [
      httpTool('pets', 'LIST_PETS', url, {
        path: '/pets',
        inputSchema: { type: 'object', properties: { limit: { type: 'integer', minimum: 1, maximum: 100 } } },
      }),
      httpTool('pets', 'GET_PET', url, {
        path: '/pets/{id}',
        inputSchema: { type: 'object', properties: { id }, required: ['id'] },
      }),
      httpTool('pets', 'CREATE_PET', url, {
        method: 'POST',
        path: '/pets',
        inputSchema: {
          type: 'object',
          properties: {
            name: { type: 'string', minLength: 1, description: 'What it is called' },
            kind: { type: 'string', enum: ['dog', 'cat'] },
            age: { type: 'integer', minimum: 0 },
          },
          required: ['name', 'kind'],
          additionalProperties: false,
        },
      }),
      httpTool('pets', 'DELETE_PET', url, {
        method: 'DELETE',
        path: '/pets/{id}',
        inputSchema: { type: 'object', properties: { id }, required: ['id'] },
      }),
    ],
    { baseUrl: url },
  );
}
