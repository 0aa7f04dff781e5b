import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApiSource, openKeys } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { type ListenOptions, listen, toNodeHandler } from '@jackfield/server/node';
import { createCounter } from './counter-toolkit.ts';
import type { ClientSession, Composio, Lane } from './lane.ts';
import { importLane, type LaneName } from './lanes.ts';
import { type Front, startFront } from './start-front.ts';
import { startHttp } from './start-http.ts';
import { type Shop, startShop } from './start-shop.ts';

/** How long answers may keep clients waiting: shorter than their own limit, which the checks shorten, too. */
const answerBeginsWithinMs = 400;

/** What a check sees: clients of one generation, servers behind a proxy, and a service behind their tools. */
export interface World {
  readonly lane: Lane;
  readonly apiKey: string;
  readonly front: Front;
  readonly shop: Shop;
  /** How often tools of the counter were called, on whichever server. */
  calls(slug: string): number;
  /** How many of their calls were given up. */
  aborted(): number;
  /** A client as its documentation makes it, with everything off that calls home. */
  composio(provider?: unknown): Composio;
  /** Nobody else's id. */
  newUser(): string;
  /** Connects an account of the shop. */
  connect(userId: string, alias?: string): Promise<string>;
  /** A session with the shop and the counter in it, whose user is connected. */
  connected(
    config?: object,
    provider?: unknown,
  ): Promise<{ session: ClientSession; userId: string; accountId: string }>;
  /** Sends a request as no client does. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<RawAnswer>;
  /** Makes tools that run fail, on every server. */
  stopTools(): void;
  close(): Promise<void>;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says
  readonly body: any;
}

export interface WorldOptions {
  readonly lane: LaneName;
  /** Where two servers keep their data. Default: one server that is embedded in this process, with a file of SQLite. */
  readonly shared?: Pick<ListenOptions, 'databaseUrl' | 'encryptionKey'> | undefined;
}

/** Servers of the checks. */
interface Backends {
  readonly urls: readonly string[];
  readonly apiKey: string;
  close(): Promise<void>;
}

type Settings = Pick<ListenOptions, 'allowPrivateNetwork' | 'limits'>;

/** A server in this process, behind HTTP as its user would put it there. */
async function startEmbedded(
  publicUrl: string,
  toolkit: ListenOptions['toolkits'],
  settings: Settings,
): Promise<Backends> {
  const dataDir = await mkdtemp(join(tmpdir(), 'jackfield-compat-'));
  const keys = await openKeys({ dataDir });
  const { key } = await keys.create({ name: 'checks' });
  await keys.close();
  const server = embedded({ ...settings, dataDir, publicUrl, toolkits: toolkit });
  const { origin, close } = await startHttp(toNodeHandler(server.handler));
  return {
    urls: [origin],
    apiKey: key,
    async close() {
      await close();
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Servers that share a database, and know nothing of each other. */
async function startListening(
  shared: NonNullable<WorldOptions['shared']>,
  toolkits: readonly ListenOptions['toolkits'][],
  settings: Settings,
): Promise<Backends> {
  const apiKey = 'ak_of_the_compatibility_checks';
  const servers = await Promise.all(
    toolkits.map((each) => listen({ ...settings, ...shared, port: 0, apiKey, toolkits: each, gracePeriod: 100 })),
  );
  return {
    urls: servers.map(({ url }) => url),
    apiKey,
    async close() {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

let users = 0;

export async function startWorld({ lane: laneName, shared }: WorldOptions): Promise<World> {
  const lane = await importLane(laneName);
  const shop = await startShop();
  const front = await startFront();
  const counters = shared === undefined ? [createCounter()] : [createCounter(), createCounter()];
  const shopToolkit = openApiSource({ document: shop.document }, { slug: 'shop' });
  const toolkits = counters.map(({ toolkit }) => [shopToolkit, toolkit]);
  const settings: Settings = { allowPrivateNetwork: ['127.0.0.1'], limits: { answerBeginsWithinMs } };
  const backends =
    shared === undefined
      ? await startEmbedded(front.url, toolkits[0], settings)
      : await startListening(shared, toolkits, settings);
  const { apiKey } = backends;
  front.backends = backends.urls;

  const composio = (provider?: unknown) =>
    new lane.core.Composio({
      apiKey,
      baseURL: front.url,
      ...(provider === undefined ? {} : { provider }),
      allowTracking: false,
      disableVersionCheck: true,
    });
  const newUser = () => `user_${process.pid}_${++users}`;

  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(front.url + path, {
      method,
      headers: {
        'x-api-key': apiKey,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  async function connect(userId: string, alias?: string): Promise<string> {
    const { body } = await send('POST', '/v1/connected_accounts', {
      user_id: userId,
      toolkit: 'shop',
      credential: { mode: 'BEARER_TOKEN', token: `token-of-${userId}` },
      ...(alias === undefined ? {} : { alias }),
    });
    return String(body.id);
  }

  return {
    lane,
    apiKey,
    front,
    shop,
    calls: (slug) => counters.reduce((sum, { calls }) => sum + (calls.get(slug) ?? 0), 0),
    aborted: () => counters.reduce((sum, { aborted }) => sum + aborted.count, 0),
    composio,
    newUser,
    connect,
    async connected(config = {}, provider) {
      const userId = newUser();
      const accountId = await connect(userId);
      return { session: await composio(provider).sessions.create(userId, config), userId, accountId };
    },
    send,
    stopTools() {
      for (const { stop } of counters) stop();
    },
    async close() {
      await front.close();
      await backends.close();
      await shop.close();
    },
  };
}
