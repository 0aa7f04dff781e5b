import { expect, test } from 'vitest';
import { convertOpenApi } from './convert-openapi.ts';

function schemeOf(scheme: object): object | undefined {
  const document = {
    openapi: '3.1.0',
    info: { title: 'Items', version: '1' },
    servers: [{ url: 'https://api.example.com/v1' }],
    components: { securitySchemes: { login: scheme } },
    paths: { '/me': { get: { operationId: 'me', security: [{ login: [] }], responses: {} } } },
  };
  return convertOpenApi(document, { slug: 'items' }).toolkit.authSchemes[0];
}

test('an OAuth scheme says where and how tokens are had', () => {
  const scopes = { read: 'See', write: 'Change' };
  expect(
    schemeOf({
      type: 'oauth2',
      flows: {
        authorizationCode: {
          authorizationUrl: 'https://id.example.com/authorize',
          tokenUrl: '/oauth/token',
          refreshUrl: '/oauth/refresh',
          scopes,
        },
        clientCredentials: { tokenUrl: '/oauth/token', scopes: { admin: 'All' } },
      },
    }),
  ).toEqual({
    id: 'login',
    mode: 'OAUTH2',
    grants: ['authorization_code', 'client_credentials'],
    authorizationUrl: 'https://id.example.com/authorize',
    tokenUrl: 'https://api.example.com/oauth/token',
    refreshUrl: 'https://api.example.com/oauth/refresh',
    scopes: { ...scopes, admin: 'All' },
  });
  expect(schemeOf({ type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/token', scopes: {} } } })).toMatchObject({
    grants: ['client_credentials'],
  });
  // Nobody should use it, but who has it has an authorization page.
  expect(schemeOf({ type: 'oauth2', flows: { implicit: { authorizationUrl: '/a', scopes: {} } } })).toMatchObject({
    grants: ['authorization_code'],
  });
});

test('OpenID Connect names the issuer by its discovery document', () => {
  expect(
    schemeOf({
      type: 'openIdConnect',
      openIdConnectUrl: 'https://id.example.com/realms/x/.well-known/openid-configuration',
    }),
  ).toEqual({ id: 'login', mode: 'OAUTH2', issuer: 'https://id.example.com/realms/x', scopes: {} });
  expect(schemeOf({ type: 'openIdConnect', openIdConnectUrl: 'https://id.example.com/discovery' })).toEqual({
    id: 'login',
    mode: 'OAUTH2',
    scopes: {},
  });
});
