import type { AuthSchemeMode, TokenEndpointAuthMethod } from './auth-schemes.ts';
import type { CursorPage, PageQuery } from './pagination.ts';

/** Where and how a client of OAuth 2 gets its tokens. What is absent is read from the toolkit or the issuer. */
export interface OAuthSettings {
  /** Its metadata is read from there (RFC 8414, OpenID Connect Discovery), and answers must name it (RFC 9207). */
  issuer?: string | undefined;
  authorizationUrl?: string | undefined;
  tokenUrl?: string | undefined;
  /** RFC 7009 */
  revocationUrl?: string | undefined;
  /** OpenID Connect Core section 5.3 */
  userinfoUrl?: string | undefined;
  /** RFC 7591 */
  registrationUrl?: string | undefined;
  /** Default: what the issuer says that it takes. */
  tokenEndpointAuthMethod?: TokenEndpointAuthMethod | undefined;
  /** Sent to the authorization URL as well, such as `{ prompt: 'consent' }`. */
  authorizationParams?: Record<string, string> | undefined;
}

/** What a person fills in to connect an account. */
export interface ConnectionField {
  name: string;
  label: string;
  hint?: string | undefined;
  /** Not shown while typed, never sent back. */
  secret: boolean;
  required: boolean;
}

/** How a project authenticates with a toolkit. The secrets in it are never returned. */
export interface AuthConfig {
  id: string;
  name: string;
  toolkit: { slug: string; logo: string };
  authScheme: AuthSchemeMode;
  status: 'ENABLED' | 'DISABLED';
  /** Made by itself for a toolkit whose scheme needs no client. */
  isDefault: boolean;
  /** Asked for. */
  scopes: string[];
  /** Of the OAuth client, where there is one. */
  clientId: string | null;
  /** What was set, beside what the toolkit says. */
  oauth: OAuthSettings | null;
  /** To be registered at the service exactly so; `null` where none is needed or the server has no address. */
  redirectUri: string | null;
  /** What a person fills in; empty when they sign in at the service instead. */
  fields: ConnectionField[];
  createdAt: string;
  updatedAt: string;
}

/** The project's own client. What is absent is not needed by the scheme, or comes from the user's account. */
export interface AuthConfigCredentials {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  /** PKCS #8 in PEM, for `private_key_jwt`. */
  privateKey?: string | undefined;
  /** The JSON key file of a Google service account, as text. */
  serviceAccountKey?: string | undefined;
}

export interface CreateAuthConfigBody {
  toolkit: string;
  /** Default: `OAUTH2` with a client id, else what the toolkit's tools need. */
  authScheme?: AuthSchemeMode | undefined;
  /** Id of the auth scheme in the toolkit's document. Default: the one that serves most tools. */
  schemeId?: string | undefined;
  /** Default: the toolkit's name. */
  name?: string | undefined;
  /** Default: those that the toolkit names. */
  scopes?: string[] | undefined;
  credentials?: AuthConfigCredentials | undefined;
  oauth?: OAuthSettings | undefined;
}

/** What is absent stays; `null` takes a setting away. */
export interface UpdateAuthConfigBody {
  name?: string | undefined;
  scopes?: string[] | null | undefined;
  credentials?: { [Key in keyof AuthConfigCredentials]?: string | null | undefined } | undefined;
  oauth?: { [Key in keyof OAuthSettings]?: OAuthSettings[Key] | null | undefined } | undefined;
}

export interface DeleteAuthConfigResponse {
  success: true;
}

export interface ListAuthConfigsQuery extends PageQuery {
  toolkitSlug?: string | undefined;
}

export type AuthConfigListResponse = CursorPage<AuthConfig>;
