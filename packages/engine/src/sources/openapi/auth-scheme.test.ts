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

test('AWS has its requests signed, and says so by an extension', () => {
  const signature = (type: string, server: string, info: object = {}) =>
    convertOpenApi(
      {
        openapi: '3.0.0',
        info: { title: 'A', version: '1', ...info },
        servers: [{ url: server }],
        components: {
          securitySchemes: {
            hmac: { type: 'apiKey', in: 'header', name: 'Authorization', 'x-amazon-apigateway-authtype': type },
          },
        },
        paths: { '/': { get: { security: [{ hmac: [] }], responses: {} } } },
      },
      { slug: 'a' },
    ).toolkit.authSchemes[0];
  const scheme = { id: 'hmac', mode: 'AWS_SIGV4' };
  expect(signature('awsSigv4', 'https://sqs.eu-west-1.amazonaws.com')).toEqual({
    ...scheme,
    service: 'sqs',
    region: 'eu-west-1',
  });
  expect(signature('awsS3', 'https://s3-us-west-2.amazonaws.com')).toEqual({
    ...scheme,
    service: 's3',
    region: 'us-west-2',
  });
  expect(signature('awsSigv4', 'https://iam.amazonaws.com')).toMatchObject({ service: 'iam', region: 'us-east-1' });
  const ses = { 'x-aws-signingName': 'ses', 'x-serviceName': 'email' };
  expect(signature('awsSigv4', 'https://email.us-east-1.amazonaws.com', ses)).toMatchObject({ service: 'ses' });
  const chime = { 'x-serviceName': 'chime' };
  expect(signature('awsSigv4', 'https://service.chime.aws.amazon.com', chime)).toMatchObject({ service: 'chime' });
  // An API of one's own behind Amazon API Gateway.
  expect(signature('awsSigv4', 'https://x1.execute-api.eu-west-1.amazonaws.com/prod')).toMatchObject({
    service: 'execute-api',
    region: 'eu-west-1',
  });
  expect(signature('awsSigv4', 'https://api.example.com')).toMatchObject({ service: 'execute-api' });
  expect(signature('awsSigv2', 'https://sdb.amazonaws.com')).toEqual({
    id: 'hmac',
    mode: 'UNSUPPORTED',
    kind: 'AWS Signature Version 2',
  });
});
