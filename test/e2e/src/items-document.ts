import type { OAuthProvider } from '@jackfield-internal/fakes/oauth-provider';

type Document = Readonly<Record<string, unknown>>;

const scopes = { 'items:read': 'See your files and folders', 'items:write': 'Create and change files for you' };

/** The API behind an authorization server, under a name that people might know it by. */
export function itemsDocument({ issuer, apiUrl }: OAuthProvider, title: string): Document {
  const operation = (operationId: string, summary: string, scope: string) => ({
    operationId,
    summary,
    security: [{ login: [scope] }],
    responses: { 200: { description: 'Fine.', content: { 'application/json': { schema: { type: 'object' } } } } },
  });
  const flow = { authorizationUrl: `${issuer}/auth`, tokenUrl: `${issuer}/token`, scopes };
  return {
    openapi: '3.1.0',
    info: { title, version: '1' },
    servers: [{ url: apiUrl }],
    components: { securitySchemes: { login: { type: 'oauth2', flows: { authorizationCode: flow } } } },
    paths: {
      '/me': { get: operation('getMe', 'Who am I', 'items:read') },
      '/items': {
        get: operation('listItems', 'List items', 'items:read'),
        post: operation('createItem', 'Create an item', 'items:write'),
      },
    },
  };
}

/** An API that is never called: what matters is which credentials it asks for. */
export function keyedDocument(title: string, schemes: Readonly<Record<string, object>>): Document {
  return {
    openapi: '3.1.0',
    info: { title, version: '1' },
    servers: [{ url: 'http://127.0.0.1:9' }],
    components: { securitySchemes: schemes },
    security: [Object.fromEntries(Object.keys(schemes).map((id) => [id, []]))],
    paths: {
      '/check': { get: { operationId: 'check', summary: 'Check', responses: { 200: { description: 'Fine.' } } } },
    },
  };
}
