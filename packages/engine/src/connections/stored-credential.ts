import type { Credential } from '../toolkit.ts';
import type { AccountCredentials } from './account-credentials.ts';

export interface AccessToken {
  readonly value: string;
  /** ISO 8601 instants. */
  readonly obtainedAt: string;
  /** Absent: the service did not say. */
  readonly expiresAt?: string | undefined;
}

/** Tokens that a person's sign-in led to. */
export interface SignInCredential {
  readonly mode: 'OAUTH2';
  readonly token: AccessToken;
  readonly refreshToken?: string | undefined;
  /** Whom the tokens were issued to. */
  readonly clientId: string;
  /** What they are for, where that has a name, and who issued them. */
  readonly resource?: { readonly identifier: string; readonly issuer: string } | undefined;
}

/** A client that acts for itself (RFC 6749 section 4.4); without a client of its own, the one of the auth config. */
export interface ClientCredential {
  readonly mode: 'S2S_OAUTH2';
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly token?: AccessToken | undefined;
}

/** A service account of Google's; without a key of its own, the one of the auth config. */
export interface ServiceAccountCredential {
  readonly mode: 'GOOGLE_SERVICE_ACCOUNT';
  /** The key file. */
  readonly key?: string | undefined;
  /** Email of the user to act as. */
  readonly subject?: string | undefined;
  readonly token?: AccessToken | undefined;
}

/** A credential whose access token is obtained anew from time to time. */
export type RenewableCredential = SignInCredential | ClientCredential | ServiceAccountCredential;

/** What the vault keeps of an account for one auth scheme. */
export type StoredCredential = Credential | RenewableCredential;

export function isRenewable(credential: StoredCredential): credential is RenewableCredential {
  return (
    credential.mode === 'OAUTH2' || credential.mode === 'S2S_OAUTH2' || credential.mode === 'GOOGLE_SERVICE_ACCOUNT'
  );
}

/** What of it a call is made with: never a refresh token, a client or a key. */
function callCredential(credential: StoredCredential): Credential | undefined {
  if (!isRenewable(credential)) return credential;
  return credential.token === undefined ? undefined : { mode: 'BEARER_TOKEN', token: credential.token.value };
}

/** Texts that must not be seen besides the access token. */
export function hiddenTexts(credential: StoredCredential): readonly string[] {
  switch (credential.mode) {
    case 'OAUTH2':
      return credential.refreshToken === undefined ? [] : [credential.refreshToken];
    case 'S2S_OAUTH2':
      return credential.clientSecret === undefined ? [] : [credential.clientSecret];
    default:
      return [];
  }
}

/** By auth scheme; without those that have no access token. */
export function callCredentials(stored: Readonly<Record<string, StoredCredential>>): AccountCredentials {
  return Object.fromEntries(
    Object.entries(stored).flatMap(([id, each]) => {
      const credential = callCredential(each);
      return credential === undefined ? [] : [[id, credential] as const];
    }),
  );
}

/** When the first of them is of no use any more; `null` when that is not known. */
export function expiryOf(stored: Readonly<Record<string, StoredCredential>>): Date | null {
  const times = Object.values(stored).flatMap((each) =>
    isRenewable(each) && each.token?.expiresAt !== undefined ? [Date.parse(each.token.expiresAt)] : [],
  );
  return times.length === 0 ? null : new Date(Math.min(...times));
}
