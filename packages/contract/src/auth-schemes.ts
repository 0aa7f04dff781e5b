/**
 * Every way to authenticate that the contract has a name for.
 *
 * `AWS_SIGV4`: requests signed with an access key (AWS Signature Version 4);
 * `OAUTH2`: authorization code with PKCE and a client of the project's own; `S2S_OAUTH2`: client credentials, without a
 * person; `DCR_OAUTH`: as `OAUTH2`, the client registered by itself (RFC 7591); `CIMD_OAUTH`: as `OAUTH2`, the client
 * named by the URL of its metadata document; `GOOGLE_SERVICE_ACCOUNT`: a signed assertion (RFC 7523).
 */
export const authSchemeModes = [
  'NO_AUTH',
  'API_KEY',
  'BEARER_TOKEN',
  'BASIC',
  'AWS_SIGV4',
  'OAUTH2',
  'S2S_OAUTH2',
  'DCR_OAUTH',
  'CIMD_OAUTH',
  'GOOGLE_SERVICE_ACCOUNT',
] as const;

export type AuthSchemeMode = (typeof authSchemeModes)[number];

export const connectionStatuses = [
  'INITIALIZING',
  'INITIATED',
  'ACTIVE',
  'FAILED',
  'EXPIRED',
  'INACTIVE',
  'REVOKED',
] as const;

export type ConnectionStatus = (typeof connectionStatuses)[number];

/** How a client proves to a token endpoint who it is (RFC 7591 section 2, OpenID Connect Core section 9). */
export const tokenEndpointAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const;

export type TokenEndpointAuthMethod = (typeof tokenEndpointAuthMethods)[number];
