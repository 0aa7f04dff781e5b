/** What is known of a service beyond its API: how a person connects an account, and where to begin. */
export interface ToolkitGuide {
  readonly slug: string;
  /** Its page for people. */
  readonly website: string;
  /** Where its API is described. */
  readonly documentation: string;
  readonly auth: readonly AuthGuide[];
  /** When the endpoints of OAuth were last compared, and with what. Absent: nobody has. */
  readonly verified?: { readonly endpoints: 'documentation' | 'public code'; readonly on: string };
  /** Slugs of the tools that most agents need first, in this order. */
  readonly preload: readonly string[];
  /** What users should know before they connect it. */
  readonly notes?: string;
  /** Set when the base URL is the user's own: what it looks like. */
  readonly baseUrl?: { readonly example: string; readonly hint: string };
}

export type AuthGuide = OAuthGuide | KeyGuide;

export interface OAuthGuide {
  /** The auth scheme of the toolkit that this is about. */
  readonly scheme: string;
  readonly mode: 'OAUTH2';
  /** Where a client is registered. */
  readonly setupUrl: string;
  /** What is asked for unless an auth config says otherwise. */
  readonly defaultScopes: readonly string[];
  /** Between scopes in the authorization request. Default: a space (RFC 6749 section 3.3). */
  readonly scopeSeparator?: string;
  /** More parameters of the authorization request, such as what makes the service issue a refresh token. */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
}

export interface KeyGuide {
  readonly scheme: string;
  readonly mode: 'API_KEY' | 'BEARER_TOKEN' | 'BASIC';
  /** What a form asks for. */
  readonly fields: readonly KeyField[];
}

export interface KeyField {
  /** As in the engine's form: `api_key`, `token`, or `username` and `password` of basic authentication. */
  readonly name: 'api_key' | 'token' | 'username' | 'password';
  /** What the service itself calls it. */
  readonly label: string;
  readonly hint?: string;
  /** Where users get it. */
  readonly url: string;
}
