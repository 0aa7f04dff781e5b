import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fetch, Jackfield } from '@jackfield/core';
import { openApiSource, openKeys } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { createLogger, listen, toNodeHandler } from '@jackfield/server/node';
import { type OAuthProvider, startOAuthProvider } from '@jackfield-internal/fakes/oauth-provider';
import { type Petclinic, startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { createTestDatabase } from '@jackfield-internal/fakes/test-database';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { violationsOf } from './check-response.ts';
import { type CredentialApi, startCredentialApi } from './credential-api.ts';
import { type MisbehavingApi, startMisbehavingApi } from './misbehaving-api.ts';
import { oauthDocuments } from './oauth-documents.ts';

/** A Jackfield, reached in one of the ways in which it can be reached. */
export interface Wire {
  /** Of the project `default`. */
  readonly jackfield: Jackfield;
  /** A client of another project, with a key of its own. */
  clientOf(project: string): Promise<Jackfield>;
  /** A client that sends through a `fetch` of its own. */
  clientWith(change: (fetch: Fetch) => Fetch): Jackfield;
  /** A key of a project; made anew. */
  createKey(project: string): Promise<{ readonly id: string; readonly key: string }>;
  revokeKey(project: string, id: string): Promise<void>;
  /** A request as it stands. Without `key` it opens the project `default`, as far as the transport can do so. */
  send(method: string, path: string, init?: SendInit): Promise<Answer>;
  /** A page, as a browser gets it: redirects are not followed. */
  browse(url: string, init?: RequestInit): Promise<Response>;
  /** Where browsers reach it. */
  readonly publicUrl: string;
  readonly petclinic: Petclinic;
  readonly misbehaving: MisbehavingApi;
  readonly credentials: CredentialApi;
  /** An authorization server with an API behind it: toolkits of `oauthDocuments`. */
  readonly oauth: OAuthProvider;
  /** Everything that was logged. */
  log(): string;
  /** Everything that was answered. */
  answers(): string;
  /** Everything that stands in the database, with bytes as characters of the same number. */
  database(): Promise<string>;
}

interface SendInit {
  readonly body?: unknown;
  /** The body as it stands. */
  readonly text?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is checked against the contract for every answer.
  readonly body: any;
  readonly text: string;
}

/** What is peculiar to one way of reaching it. */
interface Reached {
  /** Like `fetch`; takes URLs below {@link baseUrl}. */
  readonly fetch: Fetch;
  /** The same for a request with the key that it carries. */
  readonly fetchWithKey: Fetch;
  readonly baseUrl: string;
  readonly publicUrl: string;
  readonly apiKey: string | undefined;
  close(): Promise<void>;
}

type StoreLocation = { readonly dataDir: string } | { readonly databaseUrl: string; readonly encryptionKey: string };

type Settings = Parameters<typeof embedded>[0] & StoreLocation;

export const testEncryptionKey: string = Buffer.alloc(32, 7).toString('base64');
export const testApiKey = 'a-key-of-the-wire-tests';

const reachEmbedded = async (settings: Settings): Promise<Reached> => {
  // The user's own server, with Jackfield below a path of it.
  const prefix = '/tools';
  const server = createServer((incoming, outgoing) => {
    incoming.url = (incoming.url ?? '').slice(prefix.length);
    void handler(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const publicUrl = `http://127.0.0.1:${address.port}${prefix}`;
  const fetch = embedded({ ...settings, publicUrl });
  const handler = toNodeHandler(fetch.handler);
  return {
    fetch,
    fetchWithKey: (url, init) => fetch.handler(new Request(url, init)),
    baseUrl: 'http://jackfield.embedded',
    publicUrl,
    apiKey: undefined,
    async close() {
      await fetch.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const reachHttp = async (settings: Settings): Promise<Reached> => {
  const server = await listen({ ...settings, port: 0, apiKey: testApiKey });
  return {
    fetch: globalThis.fetch,
    fetchWithKey: globalThis.fetch,
    baseUrl: server.url,
    publicUrl: server.url,
    apiKey: testApiKey,
    close: server.close,
  };
};

interface Placed {
  readonly location: StoreLocation;
  /** See {@link Wire.database}. */
  contents(): Promise<string>;
  remove(): Promise<void>;
}

export const placeSqlite = async (): Promise<Placed> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'jackfield-wire-'));
  return {
    location: { dataDir },
    async contents() {
      const names = (await readdir(dataDir)).filter((name) => name !== 'encryption-key');
      return (await Promise.all(names.map((name) => readFile(join(dataDir, name), 'latin1')))).join('');
    },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
};

export const placePostgres = async (): Promise<Placed> => {
  const { url, drop } = await createTestDatabase();
  return {
    location: { databaseUrl: url, encryptionKey: testEncryptionKey },
    contents: () => dumpPostgres(url),
    remove: drop,
  };
};

async function dumpPostgres(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const tables = await client.query("select table_name from information_schema.tables where table_schema = 'public'");
    const texts: string[] = [];
    for (const { table_name: name } of tables.rows) {
      const { rows } = await client.query(`select * from "${name}"`);
      for (const value of rows.flatMap((row) => Object.values(row))) {
        texts.push(value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value));
      }
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

const ways = [
  { name: 'embedded', reach: reachEmbedded, place: placeSqlite },
  { name: 'HTTP with SQLite', reach: reachHttp, place: placeSqlite },
  { name: 'HTTP with PostgreSQL', reach: reachHttp, place: placePostgres },
] as const;

/** The same tests for each way. Every answer that they get is held against the contract. */
export function describeWire(define: (wire: () => Wire) => void): void {
  describe.each(ways)('$name', ({ reach, place }) => {
    let opened: (Wire & { readonly violations: string[]; close(): Promise<void> }) | undefined;
    const wire = () => {
      if (opened === undefined) throw new Error('It is not open.');
      return opened;
    };
    beforeAll(async () => {
      opened = await openWire(reach, place);
    });
    afterAll(() => opened?.close());
    afterEach(() => {
      expect(wire().violations.splice(0)).toEqual([]);
    });
    define(wire);
  });
}

async function openWire(
  reach: (settings: Settings) => Promise<Reached>,
  place: () => Promise<Placed>,
): Promise<Wire & { readonly violations: string[]; close(): Promise<void> }> {
  const [petclinic, misbehaving, credentials, oauth, { location, contents, remove }] = await Promise.all([
    startPetclinic(),
    startMisbehavingApi(),
    startCredentialApi(),
    startOAuthProvider(),
    place(),
  ]);
  const lines: string[] = [];
  const answers: string[] = [];
  const violations: string[] = [];
  const reached = await reach({
    ...location,
    allowPrivateNetwork: ['127.0.0.1'],
    allowedCallbackUrls: ['https://allowed.example/app'],
    limits: { webhookTimeoutMs: 2_000, webhookRetryMs: 100, webhookAttempts: 3 },
    logger: createLogger({ level: 'debug', write: (line) => lines.push(line) }),
    toolkits: [
      openApiSource({ url: `${petclinic.url}/openapi.json` }, { slug: 'petclinic' }),
      openApiSource({ document: misbehaving.document }, { slug: 'misbehaving' }),
      ...Object.entries(credentials.documents).map(([slug, document]) => openApiSource({ document }, { slug })),
      ...Object.entries(oauthDocuments(oauth)).map(([slug, document]) => openApiSource({ document }, { slug })),
    ],
  });
  const keys = await openKeys(location);

  const checked =
    (fetch: Fetch): Fetch =>
    async (url, init) => {
      const response = await fetch(url, init);
      const text = await response.text();
      answers.push(text);
      violations.push(...violationsOf(init.method ?? 'GET', url, response, text));
      return new Response([204, 304].includes(response.status) ? null : text, {
        status: response.status,
        headers: response.headers,
      });
    };
  const fetch = checked(reached.fetch);
  const fetchWithKey = checked(reached.fetchWithKey);
  const client = (fetch: Fetch, apiKey: string | undefined) =>
    new Jackfield({ fetch, baseURL: reached.baseUrl, ...(apiKey === undefined ? {} : { apiKey }) });

  return {
    jackfield: client(fetch, reached.apiKey),
    async clientOf(project) {
      return client(fetchWithKey, (await keys.create({ name: 'test', project })).key);
    },
    clientWith: (change) => client(change(fetch), reached.apiKey),
    async createKey(project) {
      const { key, apiKey } = await keys.create({ name: 'test', project });
      return { key, id: apiKey.id };
    },
    async revokeKey(project, id) {
      await keys.revoke(id, project);
    },
    async send(method, path, { body, text, headers, key, signal } = {}) {
      const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
      const send = key === undefined ? fetch : fetchWithKey;
      const response = await send(`${reached.baseUrl}${path}`, {
        method,
        headers: {
          ...(content === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined
            ? reached.apiKey === undefined
              ? {}
              : { 'x-api-key': reached.apiKey }
            : key === ''
              ? {}
              : { 'x-api-key': key }),
          ...headers,
        },
        ...(content === undefined ? {} : { body: content, duplex: 'half' }),
        ...(signal === undefined ? {} : { signal }),
      });
      const answer = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text: answer,
        body: answer === '' ? undefined : JSON.parse(answer),
      };
    },
    browse: (url, init) => globalThis.fetch(url, { redirect: 'manual', ...init }),
    publicUrl: reached.publicUrl,
    petclinic,
    misbehaving,
    credentials,
    oauth,
    violations,
    log: () => lines.join(''),
    answers: () => answers.join('\n'),
    database: contents,
    async close() {
      await reached.close();
      await keys.close();
      await Promise.all([petclinic.close(), misbehaving.close(), credentials.close(), oauth.close(), remove()]);
    },
  };
}
