import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** An HTTP API that does everything wrong, and describes itself correctly. */
export interface MisbehavingApi {
  readonly url: string;
  /** OpenAPI 3.1, with operations named like {@link behaviours}. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Requests so far, by operation. */
  readonly calls: ReadonlyMap<string, number>;
  /** Connections that are waiting for an answer right now. */
  readonly hanging: ReadonlySet<ServerResponse>;
  close(): Promise<void>;
}

type Behaviour = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

const json = { 'content-type': 'application/json' };

/** Operation id to what it answers. */
const behaviours = {
  reset: (incoming) => incoming.socket.resetAndDestroy(),
  cut: (incoming, outgoing) => {
    outgoing.writeHead(200, { ...json, 'content-length': '1000' });
    outgoing.write('{"a":', () => incoming.socket.destroy());
  },
  redirectPrivate: (_, outgoing) => {
    outgoing.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
  },
  redirectElsewhere: (_, outgoing) => {
    outgoing.writeHead(307, { location: 'http://elsewhere.invalid/' }).end();
  },
  redirectLoop: (incoming, outgoing) => {
    outgoing.writeHead(302, { location: incoming.url ?? '/' }).end();
  },
  large: (_, outgoing) => {
    outgoing.writeHead(200, json);
    outgoing.end(JSON.stringify({ text: 'x'.repeat(10 * 1024 * 1024) }));
  },
  html: (_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please log in</h1>');
  },
  empty: (_, outgoing) => {
    outgoing.writeHead(200, json).end();
  },
  nothing: (_, outgoing) => {
    outgoing.writeHead(204).end();
  },
  invalidJson: (_, outgoing) => {
    outgoing.writeHead(200, json).end('{"a": nope}');
  },
  list: (_, outgoing) => {
    outgoing.writeHead(200, json).end('[1,2,3]');
  },
  failing: (_, outgoing) => {
    outgoing.writeHead(500, json).end('{"problem":"the disk is full"}');
  },
  limited: (_, outgoing) => {
    outgoing.writeHead(429, { ...json, 'retry-after': '3600' }).end('{"problem":"slow down"}');
  },
  unauthorized: (_, outgoing) => {
    outgoing.writeHead(401, { ...json, 'www-authenticate': 'Bearer' }).end('{"problem":"who are you"}');
  },
  echoCredential: (incoming, outgoing) => {
    // Some services repeat what they were sent.
    outgoing.writeHead(400, json).end(JSON.stringify({ problem: `bad header ${incoming.headers.authorization}` }));
  },
} as const satisfies Record<string, Behaviour>;

export type Misbehaviour = keyof typeof behaviours | 'hang';

/** Slug of the tool that an operation becomes in a toolkit `misbehaving`. */
export function misbehavingTool(operation: Misbehaviour): string {
  return `MISBEHAVING_${operation.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

export async function startMisbehavingApi(): Promise<MisbehavingApi> {
  const calls = new Map<string, number>();
  const hanging = new Set<ServerResponse>();
  const server = createServer((incoming, outgoing) => {
    const operation = (incoming.url ?? '').slice(1).split('?')[0] ?? '';
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    if (operation === 'hang') {
      hanging.add(outgoing);
      outgoing.on('close', () => hanging.delete(outgoing));
    } else if (Object.hasOwn(behaviours, operation)) {
      behaviours[operation as keyof typeof behaviours](incoming, outgoing);
    } else {
      outgoing.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The API has no port.');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    calls,
    hanging,
    document: describe(url),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function describe(url: string): Readonly<Record<string, unknown>> {
  const operations = [...Object.keys(behaviours), 'hang'].map((operationId) => [
    `/${operationId}`,
    {
      get: {
        operationId,
        summary: `Answers in the way named ${operationId}`,
        responses: { 200: { description: 'Fine.', content: { 'application/json': { schema: { type: 'object' } } } } },
      },
    },
  ]);
  return {
    openapi: '3.1.0',
    info: { title: 'Misbehaving', version: '1' },
    servers: [{ url }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
    paths: Object.fromEntries(operations),
  };
}
