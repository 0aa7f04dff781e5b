/**
 * The toolkit format: what every source (OpenAPI document, MCP server, code) produces and what the rest of the
 * engine reads. Plain, serialisable data, except for a function binding.
 */

/** A JSON Schema object (draft 2020-12). Boolean schemas do not occur in the toolkit format. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A JSON Schema whose root has `type: "object"`. */
export type ObjectJsonSchema = JsonSchema & { readonly type: 'object' };

/** An application or service: its tools, and how to authenticate with it. */
export interface Toolkit {
  /** Lower-case letters, digits and underscores, starting with a letter: `github`. */
  readonly slug: string;
  /** For people: `GitHub`. Never empty. */
  readonly name: string;
  readonly description: string;
  /** A concrete version, such as the document's `info.version`; never `latest`. */
  readonly version: string;
  /** URL of a logo. */
  readonly logo?: string;
  /** Absolute URL below which the tools of this toolkit live; what a proxied call is relative to. */
  readonly baseUrl?: string;
  readonly authSchemes: readonly AuthScheme[];
  /** Tells whom a connected account belongs to. Default: what the sign-in itself tells. */
  readonly identity?: IdentityOperation;
  readonly tools: readonly Tool[];
  /** An MCP server that is asked for the tools when a session needs them; `tools` is empty then. */
  readonly upstream?: McpUpstream;
}

/** An MCP server. */
export type McpUpstream = McpHttpUpstream | McpCommandUpstream;

interface McpUpstreamBase {
  /** How it is greeted: `auto` asks for the stateless revision first, `legacy` always shakes hands (MCP 2025-11-25 and earlier). */
  readonly protocol: 'auto' | 'legacy';
  /** How long a list of tools is good, in milliseconds. */
  readonly listTtlMs: number;
  /** Whether what it says of the behaviour of its tools is believed. */
  readonly trustsAnnotations: boolean;
  /** What it gets when it asks the user to fill in a form: nothing can be asked, or the defaults of the form. */
  readonly elicitation: 'none' | 'defaults';
}

export interface McpHttpUpstream extends McpUpstreamBase {
  readonly kind: 'http';
  readonly url: string;
  /** Streamable HTTP, the transport of MCP 2024-11-05, or whichever it answers to. */
  readonly transport: 'auto' | 'streamable-http' | 'sse';
  /** Sent with every request. Secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a user needs an account there; `unknown` until it was asked without one. */
  readonly account: 'none' | 'required' | 'unknown';
}

/** A program on this machine that speaks on its standard input and output. */
export interface McpCommandUpstream extends McpUpstreamBase {
  readonly kind: 'command';
  readonly command: string;
  readonly args: readonly string[];
  /** Beside the variables that every program needs. Secret. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
}

/** A read-only tool without required arguments, and where in its result (JSON Pointer, RFC 6901) to look. */
export interface IdentityOperation {
  readonly tool: string;
  readonly id?: string;
  readonly email?: string;
  readonly login?: string;
  readonly name?: string;
  readonly workspace?: string;
}

/** One thing an agent can do. */
export interface Tool {
  /** `TOOLKIT_ACTION`, upper snake case, at most 64 characters, unique across all toolkits. */
  readonly slug: string;
  /** For people and models: `Create an issue`. Never empty. */
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly inputSchema: ObjectJsonSchema;
  /** Schema of a successful result's `data`, when known. */
  readonly outputSchema?: ObjectJsonSchema;
  readonly hints: BehaviourHints;
  /**
   * Ways to authenticate a call, any one of which is enough; each lists the ids of auth schemes that are needed
   * together. An empty inner list means that the call also works without credentials; an empty outer list that it
   * needs none.
   */
  readonly security: readonly (readonly string[])[];
  /** OAuth scopes named by the source for this tool. */
  readonly scopes: readonly string[];
  readonly deprecated: boolean;
  /** How to run it. Only the engine reads this; it never crosses the wire. */
  readonly binding: Binding;
}

/** What a tool does to the world, as in the Model Context Protocol's tool annotations. */
export interface BehaviourHints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

export type AuthScheme =
  | NoAuthScheme
  | ApiKeyAuthScheme
  | BearerAuthScheme
  | BasicAuthScheme
  | AwsSignatureAuthScheme
  | OAuth2AuthScheme
  | UnsupportedAuthScheme;

interface AuthSchemeBase {
  /** Unique within the toolkit; what {@link Tool.security} names. */
  readonly id: string;
  readonly description?: string;
  /** What a form asks for, in the service's own words. Default: words that fit every service. */
  readonly fields?: readonly AuthField[];
}

/** A part of a credential that a person types in. */
export interface AuthField {
  /** `username` and `password` of basic authentication; the last four of AWS's signatures. */
  readonly name:
    | 'api_key'
    | 'token'
    | 'username'
    | 'password'
    | 'access_key_id'
    | 'secret_access_key'
    | 'session_token'
    | 'region';
  readonly label: string;
  /** Where to find it, for example. */
  readonly hint?: string;
}

export interface NoAuthScheme extends AuthSchemeBase {
  readonly mode: 'NO_AUTH';
}

/** A key sent in a header, the query string or a cookie. */
export interface ApiKeyAuthScheme extends AuthSchemeBase {
  readonly mode: 'API_KEY';
  readonly in: 'header' | 'query' | 'cookie';
  /** Name of the header, query parameter or cookie. */
  readonly name: string;
  /** Put before the key, with its space: `Token `. */
  readonly prefix?: string;
}

/** `Authorization: Bearer <token>` (RFC 6750 section 2.1). */
export interface BearerAuthScheme extends AuthSchemeBase {
  readonly mode: 'BEARER_TOKEN';
}

/** `Authorization: Basic <user:password>` (RFC 7617). */
export interface BasicAuthScheme extends AuthSchemeBase {
  readonly mode: 'BASIC';
}

/**
 * Requests are signed, and the secret is not sent (AWS Signature Version 4,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html).
 */
export interface AwsSignatureAuthScheme extends AuthSchemeBase {
  readonly mode: 'AWS_SIGV4';
  /** How signatures name the service: `s3`. */
  readonly service: string;
  /**
   * The region of the tools' URLs, and of signatures: `us-east-1`. An account of another region calls the host of that
   * one, where the host's name has a region.
   */
  readonly region: string;
}

export type OAuthGrant = 'authorization_code' | 'client_credentials';

export interface OAuth2AuthScheme extends AuthSchemeBase {
  readonly mode: 'OAUTH2';
  /** How tokens can be had, as far as the source says. Default: by a person who signs in. */
  readonly grants?: readonly OAuthGrant[];
  /** Its metadata holds the endpoints (RFC 8414, OpenID Connect Discovery). */
  readonly issuer?: string;
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  readonly refreshUrl?: string;
  readonly revocationUrl?: string;
  readonly userinfoUrl?: string;
  readonly registrationUrl?: string;
  /** Scope to description. */
  readonly scopes: Readonly<Record<string, string>>;
  /** What is asked for unless an auth config says otherwise. Default: what the tools need, as far as they say. */
  readonly defaultScopes?: readonly string[];
  /** Between scopes in the authorization request. Default: a space (RFC 6749 section 3.3). */
  readonly scopeSeparator?: string;
  /**
   * URL of what the tokens are for. Its metadata (RFC 9728) holds the authorization server and the scopes; tokens are
   * asked for by its name (RFC 8707).
   */
  readonly resource?: string;
  /** Address of a client metadata document of one's own, for servers that know clients by it. Default: the one of this server. */
  readonly clientMetadataUrl?: string;
  /** More of the authorization request, such as what makes a service issue refresh tokens. */
  readonly authorizationParams?: Readonly<Record<string, string>>;
}

/** Known from the source, but nothing we can use yet; kept so that errors can name it. */
export interface UnsupportedAuthScheme extends AuthSchemeBase {
  readonly mode: 'UNSUPPORTED';
  /** The source's own word for it: `mutualTLS`, `digest`. */
  readonly kind: string;
}

export type Binding = HttpBinding | FunctionBinding | McpBinding;

/** A request template. Arguments are looked up by their name in the tool's input schema. */
export interface HttpBinding {
  readonly kind: 'http';
  /** Upper case. */
  readonly method: string;
  /** Absolute URL without a trailing slash, server variables filled in. */
  readonly baseUrl: string;
  /** `/repos/{owner}/{repo}`, the names in braces being parameters with `in: 'path'`. */
  readonly path: string;
  readonly parameters: readonly HttpParameter[];
  /** Sent with every call: parameters that have one value only, such as the version of the API. */
  readonly constants?: readonly HttpConstant[];
  readonly body?: HttpBody;
  /** Value of the `Accept` header. */
  readonly accept: string;
}

export interface HttpConstant {
  /** Name on the wire. */
  readonly name: string;
  readonly in: 'query' | 'header';
  readonly value: string;
}

export interface HttpParameter {
  /** Property of the tool's input. */
  readonly argument: string;
  /** Name on the wire. */
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  /** Serialisation as in OpenAPI 3.1 section 4.8.12.3. */
  readonly style: 'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject';
  readonly explode: boolean;
  /**
   * Leaves the reserved characters of RFC 3986 section 2.2 as they are, as far as they cannot end the parameter. In a
   * path: leaves slashes, because the value spans segments.
   */
  readonly allowReserved?: boolean;
  /** Set when the parameter is serialised as a media type (`application/json`) instead of by style. */
  readonly contentType?: string;
}

export interface HttpBody {
  /** Media type: `application/json`, `application/x-www-form-urlencoded`, `multipart/form-data`, `text/plain`, … */
  readonly contentType: string;
  /**
   * Where the body comes from: the object made of the named arguments (argument name to property name on the wire),
   * with `additional` also of every argument that is bound to nothing else, under its own name; or one argument as a
   * whole.
   */
  readonly from:
    | { readonly properties: Readonly<Record<string, string>>; readonly additional?: true }
    | { readonly argument: string };
  readonly required: boolean;
  /**
   * Per property (its name on the wire): how a form or multipart part is encoded. For a body that is one argument, under
   * that argument's name, whether it is bytes.
   */
  readonly encoding?: Readonly<Record<string, HttpBodyEncoding>>;
}

export interface HttpBodyEncoding {
  readonly contentType?: string;
  readonly style?: 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject';
  readonly explode?: boolean;
  readonly allowReserved?: boolean;
  /** The property is bytes (or a list of them): base64 strings in the arguments, decoded on the wire. */
  readonly binary?: boolean;
}

/** A tool that is a function in this process (`defineToolkit`). */
export interface FunctionBinding {
  readonly kind: 'function';
  readonly execute: (input: never, context: FunctionToolContext) => unknown;
}

/** A tool of the MCP server that is the toolkit's `upstream`. */
export interface McpBinding {
  readonly kind: 'mcp';
  /** Its name there. */
  readonly name: string;
  /** As the server lists it: some arguments travel in headers, too. */
  readonly inputSchema: ObjectJsonSchema;
}

/** How far a running tool is. */
export interface ToolProgress {
  /** Grows with each report. */
  readonly progress: number;
  /** What `progress` will be at the end, when that is known. */
  readonly total?: number | undefined;
  /** For people. */
  readonly message?: string | undefined;
}

export interface FunctionToolContext {
  readonly userId: string;
  readonly sessionId: string;
  readonly signal: AbortSignal;
  /** Tells the caller how far the tool is, where the caller listens: `progress` grows with each report. */
  readonly reportProgress: (progress: ToolProgress) => void;
  /** The credential of the connected account, when the tool asks for one. */
  readonly credential?: Credential;
  /** `fetch` behind the egress rules of the engine, with the credential injected. */
  readonly fetch: (input: string | URL, init?: RequestInit) => Promise<Response>;
}

/** What a call is authenticated with. Never logged, never serialised. An OAuth access token is a bearer token. */
export type Credential =
  | { readonly mode: 'API_KEY'; readonly apiKey: string }
  | { readonly mode: 'BEARER_TOKEN'; readonly token: string }
  | { readonly mode: 'BASIC'; readonly username: string; readonly password: string }
  | AwsCredential;

export interface AwsCredential {
  readonly mode: 'AWS_SIGV4';
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
  /** Default: the one of the toolkit. */
  readonly region?: string | undefined;
}
