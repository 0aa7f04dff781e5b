import { createServer } from 'node:http';

/** An HTTP API that takes a credential in each place where one can be sent. */
export interface CredentialApi {
  /** Toolkit slug (`keyed_header`, `keyed_query`, `keyed_cookie`, `keyed_basic`) to its OpenAPI document. */
  readonly documents: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Of the latest request: where a credential stood, and what it was. */
  latest(): Readonly<Record<string, string | undefined>>;
  close(): Promise<void>;
}

const schemes = {
  keyed_header: { type: 'apiKey', in: 'header', name: 'X-Test-Key' },
  keyed_query: { type: 'apiKey', in: 'query', name: 'test_key' },
  keyed_cookie: { type: 'apiKey', in: 'cookie', name: 'test_key' },
  keyed_basic: { type: 'http', scheme: 'basic' },
};

export async function startCredentialApi(): Promise<CredentialApi> {
  let latest: Readonly<Record<string, string | undefined>> = {};
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    latest = {
      header: incoming.headers['x-test-key']?.toString(),
      query: url.searchParams.get('test_key') ?? undefined,
      cookie: incoming.headers.cookie,
      authorization: incoming.headers.authorization,
    };
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"fine":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The API has no port.');
  const document = (title: string, scheme: object) => ({
    openapi: '3.1.0',
    info: { title, version: '1' },
    servers: [{ url: `http://127.0.0.1:${address.port}` }],
    components: { securitySchemes: { key: scheme } },
    security: [{ key: [] }],
    paths: {
      '/check': {
        get: { operationId: 'check', summary: 'Check the key', responses: { 200: { description: 'Fine.' } } },
      },
    },
  });
  return {
    documents: Object.fromEntries(Object.entries(schemes).map(([slug, scheme]) => [slug, document(slug, scheme)])),
    latest: () => latest,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
