import { text } from 'node:stream/consumers';
import { startHttp } from './start-http.ts';

export interface ShopRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The service behind the tools that the checks call. */
export interface Shop {
  readonly origin: string;
  /** Every request so far. */
  readonly requests: readonly ShopRequest[];
  close(): Promise<void>;
}

/** A service that knows whoever comes with a token that begins with `token-of-`, and a ledger for keys of `key-of-`. */
export async function startShop(): Promise<Shop> {
  const requests: ShopRequest[] = [];
  const { origin, close } = await startHttp(async (incoming, outgoing) => {
    const { method = '', url = '/', headers } = incoming;
    const { authorization } = headers;
    requests.push({ method, path: url, authorization, headers, body: await text(incoming) });
    const answer = (status: number, body: unknown, more = {}) =>
      outgoing.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body));
    const { pathname } = new URL(url, 'http://shop');
    if (pathname.startsWith('/ledger/')) {
      const isKnown = /^key-of-/.test(String(headers['x-ledger-key']));
      return isKnown ? answer(200, { page: pathname.slice(8) }) : answer(401, { message: 'Whose ledger?' });
    }
    if (!/^Bearer token-of-/.test(authorization ?? '')) return answer(401, { message: 'Who are you?' });
    if (pathname === '/v1/label') {
      return outgoing.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    }
    if (pathname === '/v1/items' && method === 'GET') return answer(200, [{ id: '1', name: 'Tea' }]);
    if (pathname === '/v1/items') return answer(201, { id: '2', name: 'Coffee' });
    if (pathname === '/v1/items/1' && method === 'GET') return answer(200, { id: '1', name: 'Tea' });
    if (pathname === '/v1/items/1' && method === 'DELETE') return outgoing.writeHead(204).end();
    if (pathname === '/v1/broken') return answer(500, { message: 'Out of order' });
    if (pathname === '/v1/busy') return answer(429, { message: 'Too busy' }, { 'retry-after': '1' });
    return answer(404, { message: 'There is no such item' });
  });
  return { origin, requests, close };
}

export function shopDocument(origin: string): Readonly<Record<string, unknown>> {
  const item = {
    type: 'object',
    properties: { id: { type: 'string' }, name: { type: 'string' } },
    required: ['id', 'name'],
  };
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
  const ok = (schema: object) => ({ 200: { description: 'OK', content: { 'application/json': { schema } } } });
  return {
    openapi: '3.1.0',
    info: { title: 'Shop', version: '2.1.0', description: 'Items for sale.' },
    servers: [{ url: `${origin}/v1` }],
    security: [{ token: [] }],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Item: item,
        // What the clients' conversion of schemas does not survive as it is.
        Price: { oneOf: [{ type: 'number' }, { type: 'string', pattern: '^\\d+$' }] },
        Tag: {
          type: 'object',
          properties: { label: { type: 'string' }, parent: { $ref: '#/components/schemas/Tag' } },
        },
      },
    },
    paths: {
      '/items': {
        get: {
          operationId: 'listItems',
          summary: 'List the items for sale',
          responses: ok({ type: 'array', items: { $ref: '#/components/schemas/Item' } }),
        },
        post: {
          operationId: 'addItem',
          summary: 'Add an item for sale',
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['name'],
                  properties: {
                    name: { type: 'string' },
                    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
                    price: { $ref: '#/components/schemas/Price' },
                    labels: { type: 'array', uniqueItems: true, items: { type: 'string' } },
                    tag: { $ref: '#/components/schemas/Tag' },
                  },
                },
              },
            },
          },
          responses: ok(item),
        },
      },
      '/items/{id}': {
        get: { operationId: 'getItem', summary: 'Get an item', parameters: [id], responses: ok(item) },
        delete: {
          operationId: 'deleteItem',
          summary: 'Take an item off sale',
          parameters: [id],
          responses: { 204: { description: 'Gone' } },
        },
      },
      '/broken': { post: { operationId: 'break', summary: 'Fail', responses: ok({ type: 'object' }) } },
      '/busy': { post: { operationId: 'beBusy', summary: 'Be busy', responses: ok({ type: 'object' }) } },
    },
  };
}
