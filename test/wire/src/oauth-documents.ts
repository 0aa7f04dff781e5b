import type { OAuthProvider } from '@jackfield-internal/fakes/oauth-provider';

/** Documents of the API behind an authorization server, by toolkit slug. Each knows another way to a token. */
export function oauthDocuments(provider: OAuthProvider): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const scopes = { 'items:read': 'See items', 'items:write': 'Change items' };
  const tokenUrl = `${provider.issuer}/token`;
  return {
    // A client of the project's own.
    items: document(provider, 'Items', {
      type: 'oauth2',
      flows: { authorizationCode: { authorizationUrl: `${provider.issuer}/auth`, tokenUrl, scopes } },
    }),
    // A client that registers itself.
    items_open: document(provider, 'Open Items', {
      type: 'openIdConnect',
      openIdConnectUrl: `${provider.issuer}/.well-known/openid-configuration`,
    }),
    // A client that acts for itself.
    items_robot: document(provider, 'Robot Items', {
      type: 'oauth2',
      flows: { clientCredentials: { tokenUrl, scopes } },
    }),
  };
}

function document(provider: OAuthProvider, title: string, scheme: object): Readonly<Record<string, unknown>> {
  const operation = (operationId: string, summary: string, scope: string) => ({
    operationId,
    summary,
    security: [{ login: [scope] }],
    responses: {
      200: { description: 'Fine.', content: { 'application/json': { schema: { type: 'object' } } } },
    },
  });
  return {
    openapi: '3.1.0',
    info: { title, version: '1' },
    servers: [{ url: provider.apiUrl }],
    components: { securitySchemes: { login: scheme } },
    paths: {
      '/me': { get: operation('getMe', 'Who am I', 'items:read') },
      '/items': {
        get: operation('listItems', 'List items', 'items:read'),
        post: operation('createItem', 'Create an item', 'items:write'),
      },
    },
  };
}
