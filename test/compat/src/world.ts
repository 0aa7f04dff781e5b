import { openApiSource } from '@jackfield/server';
import { type ListenOptions, listen } from '@jackfield/server/node';
import { createCounter } from './counter-toolkit.ts';
import type { ClientSession, Composio, Lane } from './lane.ts';
import { importLane, type LaneName } from './lanes.ts';
import { type Front, startFront } from './start-front.ts';
import { type Shop, startShop } from './start-shop.ts';

const apiKey = 'ak_of_the_compatibility_checks';

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
  /** Where the servers keep their data. Default: one server, in memory. */
  readonly place?: Pick<ListenOptions, 'databaseUrl' | 'encryptionKey'> | undefined;
  /** Default: 1. */
  readonly servers?: number | undefined;
}

let users = 0;

export async function startWorld({ lane: laneName, place, servers = 1 }: WorldOptions): Promise<World> {
  const lane = await importLane(laneName);
  const shop = await startShop();
  const counters = Array.from({ length: servers }, createCounter);
  const running = await Promise.all(
    counters.map(({ toolkit }) =>
      listen({
        ...(place ?? { dataDir: ':memory:' }),
        port: 0,
        apiKey,
        allowPrivateNetwork: ['127.0.0.1'],
        toolkits: [openApiSource({ document: shop.document }, { slug: 'shop' }), toolkit],
        limits: { answerBeginsWithinMs },
        gracePeriod: 100,
      }),
    ),
  );
  const front = await startFront(running.map(({ url }) => url));

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
      await Promise.all(running.map((server) => server.close()));
      await shop.close();
    },
  };
}
