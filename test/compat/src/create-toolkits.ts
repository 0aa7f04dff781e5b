import { openApiSource, type ToolkitSource } from '@jackfield/server';
import type { Counter } from './counter-toolkit.ts';
import { shopDocument } from './start-shop.ts';

/** Where the services of the toolkits are. */
export interface Services {
  /** Of the shop, which keeps the ledger, too. */
  readonly shopOrigin: string;
  /** Of the authorization server with the club behind it. */
  readonly clubIssuer: string;
}

/** More than clients ask for at a time. */
export const ledgerPages = 520;

/** What every server of the checks has: a service with a token, one with a key, one to sign in at, and the counter. */
export function createToolkits({ shopOrigin, clubIssuer }: Services, counter: Counter) {
  const sources: readonly ToolkitSource[] = [
    openApiSource({ document: shopDocument(shopOrigin) }, { slug: 'shop' }),
    openApiSource({ document: ledgerDocument(shopOrigin) }, { slug: 'ledger' }),
    openApiSource({ document: clubDocument(clubIssuer) }, { slug: 'club' }),
  ];
  return [...sources, counter.toolkit];
}

function ledgerDocument(origin: string): Readonly<Record<string, unknown>> {
  const pages = Array.from({ length: ledgerPages }, (_, index) => String(index + 1).padStart(3, '0'));
  const responses = { 200: { description: 'OK', content: { 'application/json': { schema: { type: 'object' } } } } };
  return {
    openapi: '3.1.0',
    info: { title: 'Ledger', version: '1.0.0', description: 'Entries, page by page.' },
    servers: [{ url: `${origin}/ledger` }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-ledger-key' } } },
    paths: Object.fromEntries(
      pages.map((page) => [
        `/${page}`,
        { get: { operationId: `readPage${page}`, summary: `Read the entries on leaf ${page}`, responses } },
      ]),
    ),
  };
}

function clubDocument(issuer: string): Readonly<Record<string, unknown>> {
  return {
    openapi: '3.1.0',
    info: { title: 'Club', version: '1.0.0', description: 'Members alone.' },
    servers: [{ url: `${issuer}/api` }],
    security: [{ login: ['items:read'] }],
    components: {
      securitySchemes: {
        login: {
          type: 'oauth2',
          flows: {
            authorizationCode: {
              authorizationUrl: `${issuer}/auth`,
              tokenUrl: `${issuer}/token`,
              scopes: { 'items:read': 'See who is a member' },
            },
          },
        },
      },
    },
    paths: {
      '/me': {
        get: {
          operationId: 'whoAmI',
          summary: 'Say which member this is',
          responses: { 200: { description: 'OK', content: { 'application/json': { schema: { type: 'object' } } } } },
        },
      },
    },
  };
}
