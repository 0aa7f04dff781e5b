import type { AuthSchemeMode, ConnectionStatus } from './auth-schemes.ts';
import type { CursorPage, PageQuery } from './pagination.ts';

/** One user's credential for one toolkit. The credential itself is never returned. */
export interface ConnectedAccount {
  id: string;
  userId: string;
  toolkit: { slug: string };
  authConfig: { id: string; authScheme: AuthSchemeMode; isDisabled: boolean };
  status: ConnectionStatus;
  statusReason: string | null;
  isDisabled: boolean;
  alias: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface ListConnectedAccountsQuery extends PageQuery {
  userIds?: string[] | undefined;
  toolkitSlugs?: string[] | undefined;
  statuses?: ConnectionStatus[] | undefined;
  authConfigIds?: string[] | undefined;
}

export type ConnectedAccountListResponse = CursorPage<ConnectedAccount>;

/** A secret that a user's account is used with. */
export type CredentialInput =
  | { mode: 'API_KEY'; apiKey: string }
  | { mode: 'BEARER_TOKEN'; token: string }
  | { mode: 'BASIC'; username: string; password: string };

/** Connect an account whose credential the caller already has. */
export interface CreateConnectedAccountBody {
  userId: string;
  /** Either this (its default auth config is used) or `authConfigId`. */
  toolkit?: string | undefined;
  authConfigId?: string | undefined;
  alias?: string | undefined;
  credential: CredentialInput;
}

export interface DeleteConnectedAccountResponse {
  success: true;
}

export interface LinkBody {
  toolkit: string;
  /** `http` or `https`; gets `status` and `connected_account_id` in its query. */
  callbackUrl?: string | undefined;
  /** A name for the account, unique for the user and toolkit. */
  alias?: string | undefined;
}

export interface LinkResponse {
  connectedAccountId: string;
  /** The page where the user connects: single-use, short-lived. */
  redirectUrl: string;
  linkToken: string;
  expiresAt: string;
}
