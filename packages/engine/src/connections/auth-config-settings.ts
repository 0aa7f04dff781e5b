import type { AuthConfigCredentials, OAuthSettings } from '@jackfield/contract';
import type { StoredAuthConfig } from '../stores/store.ts';
import type { Vault } from '../vault/vault.ts';

/** What an auth config keeps in clear. */
export interface AuthConfigSettings {
  /** Auth schemes that its accounts hold credentials for. */
  readonly schemeIds?: readonly string[] | undefined;
  /** Made without being asked for. */
  readonly automatic?: boolean | undefined;
  readonly clientId?: string | undefined;
  /** It has the key of a service account, so that accounts need none. */
  readonly hasServiceAccountKey?: boolean | undefined;
  /** Asked for. Default: those that the toolkit names. */
  readonly scopes?: readonly string[] | undefined;
  readonly oauth?: OAuthSettings | undefined;
  /** The client that was registered for it (RFC 7591). */
  readonly registration?: ClientRegistration | undefined;
}

export interface ClientRegistration {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly issuer: string;
  readonly tokenEndpointAuthMethod?: string | undefined;
  /** ISO 8601 instant. */
  readonly secretExpiresAt?: string | undefined;
}

/** What it keeps in the vault. */
export type AuthConfigSecrets = Pick<AuthConfigCredentials, 'clientSecret' | 'privateKey' | 'serviceAccountKey'>;

/** Written by `AuthConfigService` alone. */
export function settingsOf(authConfig: Pick<StoredAuthConfig, 'settings'>): AuthConfigSettings {
  return authConfig.settings;
}

type AuthConfigKey = Pick<StoredAuthConfig, 'projectId' | 'id'>;

/** `null` when there is nothing to keep. */
export async function encryptSecrets(
  vault: Vault,
  { projectId, id }: AuthConfigKey,
  secrets: AuthConfigSecrets,
): Promise<Uint8Array | null> {
  if (Object.values(secrets).every((secret) => secret === undefined)) return null;
  return vault.encrypt(JSON.stringify(secrets), { projectId, table: 'auth_configs', id });
}

/** For one use: nothing keeps what it returns. */
export async function decryptSecrets(
  vault: Vault,
  { projectId, id, secret }: AuthConfigKey & Pick<StoredAuthConfig, 'secret'>,
): Promise<AuthConfigSecrets> {
  if (secret === null) return {};
  return JSON.parse(await vault.decrypt(secret, { projectId, table: 'auth_configs', id }));
}
