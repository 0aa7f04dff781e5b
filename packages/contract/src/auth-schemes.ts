/** Every way to authenticate that the contract has a name for. */
export const authSchemeModes = ['NO_AUTH', 'API_KEY', 'BEARER_TOKEN', 'BASIC', 'OAUTH2'] as const;

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
