import type { AuthSchemeMode, ConnectionStatus } from './auth-schemes.ts';
import type { CursorPage, PageQuery } from './pagination.ts';

/** Whom a credential belongs to, as the service says. */
export interface AccountIdentity {
  /** The service's own, such as the `sub` of an ID token. */
  id?: string | undefined;
  email?: string | undefined;
  login?: string | undefined;
  name?: string | undefined;
  /** Organisation, team or tenant. */
  workspace?: string | undefined;
}

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
  /** `null` when the service does not tell. */
  identity: AccountIdentity | null;
  /** Of an OAuth account: what was asked for and what the user granted. */
  scopes: { asked: string[]; granted: string[] } | null;
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
  | { mode: 'BASIC'; username: string; password: string }
  | {
      mode: 'AWS_SIGV4';
      accessKeyId: string;
      secretAccessKey: string;
      /** Of temporary credentials. */
      sessionToken?: string | undefined;
      /** Where the account's resources are. Default: that of the toolkit, nearly always `us-east-1`. */
      region?: string | undefined;
    }
  /** Tokens that another program obtained, with the client of the auth config. */
  | {
      mode: 'OAUTH2';
      accessToken: string;
      refreshToken?: string | undefined;
      /** ISO 8601 instant. Default: unknown. */
      expiresAt?: string | undefined;
    }
  /** Left out: the client of the auth config. */
  | { mode: 'S2S_OAUTH2'; clientId?: string | undefined; clientSecret?: string | undefined }
  | {
      mode: 'GOOGLE_SERVICE_ACCOUNT';
      /** The JSON key file, as text. Default: the one of the auth config. */
      key?: string | undefined;
      /** The user to act as, by domain-wide delegation. */
      subject?: string | undefined;
    };

/** Connect an account whose credential the caller already has. */
export interface CreateConnectedAccountBody {
  userId: string;
  /** Either this (an auth config of it that takes the credential is used) or `authConfigId`. */
  toolkit?: string | undefined;
  authConfigId?: string | undefined;
  alias?: string | undefined;
  /** Either this or `fields`. */
  credential?: CredentialInput | undefined;
  /** What a person would fill in, by the names in the auth config's `fields`. */
  fields?: Record<string, string> | undefined;
}

export interface UpdateConnectedAccountBody {
  /** Unique for the user and toolkit; `null` takes it away. */
  alias: string | null;
}

export interface UpdateConnectedAccountStatusBody {
  /** A disabled account keeps its credential and is not used. */
  enabled: boolean;
}

export interface UpdateConnectedAccountStatusResponse {
  success: true;
}

export interface RefreshConnectedAccountResponse {
  id: string;
  status: ConnectionStatus;
  statusReason: string | null;
  /** Where the user connects the account again, when the credential could not be renewed without them. */
  redirectUrl: string | null;
}

export interface DeleteConnectedAccountResponse {
  success: true;
}

export interface LinkBody {
  toolkit: string;
  /** `http` or `https`, and allowed by the server; gets `status` and `connected_account_id` in its query. */
  callbackUrl?: string | undefined;
  /** A name for the account, unique for the user and toolkit. */
  alias?: string | undefined;
  /** Id or alias of an account to connect again, which stays the same account. Default: a new one. */
  account?: string | undefined;
}

export interface LinkResponse {
  connectedAccountId: string;
  /** The page where the user connects: single-use, short-lived. */
  redirectUrl: string;
  linkToken: string;
  expiresAt: string;
}
