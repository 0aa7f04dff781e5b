import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeys } from '@jackfield/server';
import { type EmbeddedOptions, embedded } from '@jackfield/server/embedded';
import { type ListenOptions, toNodeHandler } from '@jackfield/server/node';
import { type OAuthProvider, startOAuthProvider } from '@jackfield-internal/fakes/oauth-provider';
import { type CounterRecord, createCounter } from './counter-toolkit.ts';
import { createToolkits, type Services } from './create-toolkits.ts';
import type { ClientSession, Composio, Lane } from './lane.ts';
import { importLane, type LaneName } from './lanes.ts';
import { type Front, prefix, startFront } from './start-front.ts';
import { startHttp } from './start-http.ts';
import { startReplica } from './start-replica.ts';
import { type Shop, startShop } from './start-shop.ts';

/** How long answers may keep clients waiting: shorter than their own limit, which the checks shorten, too. */
const answerBeginsWithinMs = 400;

/** What a check sees: clients of one generation, servers behind a proxy, and a service behind their tools. */
export interface World {
  readonly lane: Lane;
  readonly apiKey: string;
  readonly front: Front;
  readonly shop: Shop;
  /** Where users of the club sign in. */
  readonly oauth: OAuthProvider;
  /** How often a tool of the counter was called, on whichever server. */
  calls(slug: string): Promise<number>;
  /** How many calls of the counter were given up. */
  aborted(): Promise<number>;
  /** A client as its documentation makes it, with everything off that calls home. */
  composio(provider?: unknown): Composio;
  /** A server of its own that clients reach under a path of their base URL. */
  behindPrefix(): Promise<{ readonly baseURL: string; readonly apiKey: string }>;
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
  stopTools(): Promise<void>;
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
  /** Where two servers, in processes of their own, keep their data. Default: one server that is embedded in this process, with a file of SQLite. */
  readonly shared?: Pick<ListenOptions, 'databaseUrl' | 'encryptionKey'> | undefined;
}

/** Servers of the checks. */
interface Backends {
  readonly urls: readonly string[];
  readonly apiKey: string;
  readonly counters: readonly CounterRecord[];
  close(): Promise<void>;
}

type Settings = Pick<ListenOptions, 'allowPrivateNetwork' | 'limits'> & { readonly services: Services };

/** A server in this process, behind HTTP as its user would put it there. */
async function startEmbedded(
  { services, ...settings }: Settings,
  options: Pick<EmbeddedOptions, 'publicUrl'>,
): Promise<Backends> {
  const dataDir = await mkdtemp(join(tmpdir(), 'jackfield-compat-'));
  const keys = await openKeys({ dataDir });
  const { key } = await keys.create({ name: 'checks' });
  await keys.close();
  const counter = createCounter();
  const toolkits = createToolkits(services, counter);
  const server = embedded({ ...settings, ...options, dataDir, toolkits });
  const { origin, close } = await startHttp(toNodeHandler(server.handler));
  return {
    urls: [origin],
    apiKey: key,
    counters: [counter],
    async close() {
      await close();
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Two servers that share a database, each in a process of its own. */
async function startReplicas(settings: Settings, shared: NonNullable<WorldOptions['shared']>): Promise<Backends> {
  const apiKey = 'ak_of_the_compatibility_checks';
  const replicas = await Promise.all([1, 2].map(() => startReplica({ ...settings, ...shared, apiKey })));
  return {
    urls: replicas.map(({ url }) => url),
    apiKey,
    counters: replicas.map(({ counter }) => counter),
    async close() {
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}

let users = 0;

export async function startWorld({ lane: laneName, shared }: WorldOptions): Promise<World> {
  const lane = await importLane(laneName);
  const [shop, oauth, front] = await Promise.all([startShop(), startOAuthProvider(), startFront()]);
  const settings: Settings = {
    allowPrivateNetwork: ['127.0.0.1'],
    limits: { answerBeginsWithinMs },
    services: { shopOrigin: shop.origin, clubIssuer: oauth.issuer },
  };
  const backends =
    shared === undefined
      ? await startEmbedded(settings, { publicUrl: front.url })
      : await startReplicas(settings, shared);
  const { apiKey, counters } = backends;
  front.backends = backends.urls;
  let prefixed: Promise<Backends> | undefined;
  const sum = async (counts: readonly Promise<number>[]) =>
    (await Promise.all(counts)).reduce((total, count) => total + count, 0);

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
    oauth,
    calls: (slug) => sum(counters.map((counter) => counter.calls(slug))),
    aborted: () => sum(counters.map((counter) => counter.aborted())),
    composio,
    async behindPrefix() {
      const baseURL = front.url + prefix;
      prefixed ??= startEmbedded(settings, { publicUrl: baseURL });
      const { urls, apiKey } = await prefixed;
      front.behindPrefix = urls[0];
      return { baseURL, apiKey };
    },
    newUser,
    connect,
    async connected(config = {}, provider) {
      const userId = newUser();
      const accountId = await connect(userId);
      return { session: await composio(provider).sessions.create(userId, config), userId, accountId };
    },
    send,
    async stopTools() {
      await Promise.all(counters.map((counter) => counter.stop()));
    },
    async close() {
      await front.close();
      await backends.close();
      await (await prefixed)?.close();
      await Promise.all([shop.close(), oauth.close()]);
    },
  };
}
