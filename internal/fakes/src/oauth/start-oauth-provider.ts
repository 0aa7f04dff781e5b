import { generateKeyPairSync, type KeyObject, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import Provider, { type ClientMetadata, type Configuration, errors } from 'oidc-provider';
import { MemoryAdapter } from './memory-adapter.ts';

export interface OAuthClientOptions {
  readonly redirectUris: readonly string[];
  /** Default: `client_secret_basic`. */
  readonly tokenEndpointAuthMethod?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';
  readonly jwks?: { readonly keys: readonly object[] };
}

/** One request to the token endpoint. */
export interface TokenRequest {
  grantType: string;
  clientId: string | undefined;
  /** `undefined` while it is worked on. */
  status: number | undefined;
  error: string | undefined;
}

/** An authorization server: oidc-provider, with PKCE required, and refresh tokens that are replaced with each use. */
export interface OAuthProvider {
  readonly issuer: string;
  readonly host: string;
  /** A URL that serves something only for a valid access token; see {@link startOAuthProvider}. */
  readonly apiUrl: string;
  addClient(options: OAuthClientOptions): { readonly clientId: string; readonly clientSecret: string };
  /** A service account that may ask with a signed assertion (RFC 7523), as its key file. */
  addServiceAccount(name: string): string;
  readonly tokenRequests: readonly Readonly<TokenRequest>[];
  /** Ids of clients that registered themselves. */
  registeredClients(): readonly string[];
  /** Seconds that access tokens live from now on. Default: 3600. */
  setTokenLifetime(seconds: number): void;
  /** Whether the authorization response names the issuer. Default: true, as its metadata says. */
  setIssuerInResponse(included: boolean): void;
  /** What the token endpoint does instead of its work, until it is told otherwise. */
  setTokenEndpoint(behaviour: 'work' | 'fail' | 'reset' | 'hold-request' | 'hold-answer'): void;
  /** Goes on with what was held; a request whose sender has left meanwhile is not carried out. */
  release(): void;
  /** What it knows of an access token (RFC 7662). */
  introspect(token: string): Promise<TokenIntrospection>;
  /** Makes every access token that was issued invalid, as a service does that loses its sessions. */
  forgetAccessTokens(): void;
  /** Ends everything that a user granted, as they can do in a service's settings. */
  forgetGrants(): void;
  /** Requests to the API, by the user whose token it was; `undefined` for a refused one. */
  readonly apiRequests: readonly { readonly path: string; readonly user: string | undefined }[];
  /** Every secret that it handed out. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

export interface TokenIntrospection {
  readonly active: boolean;
  readonly sub?: string;
  readonly client_id?: string;
  readonly scope?: string;
  /** Name of the resource that it is for. */
  readonly aud?: string;
  readonly exp?: number;
}

export interface OAuthProviderOptions {
  /** How it reaches the documents of clients that are known by their address. Default: not at all. */
  readonly fetchClientDocument?: (url: string) => Promise<Response>;
  /** Whether clients may register themselves. Default: true. */
  readonly registration?: boolean;
  /** Whether clients may authenticate in the `Authorization` header, as they must be able to. Default: true. */
  readonly acceptsBasic?: boolean;
  /** Whether tokens can be asked for by this name of a resource (RFC 8707). Default: by none. */
  readonly isResource?: (name: string) => boolean;
  /** Port to listen on. Default: a free one. */
  readonly port?: number;
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Who asks with an assertion is no client: this one stands for all of them. */
const assertionClient = 'assertions';

/** Where a person says who they are, and then whether they agree. */
function interactionPage(prompt: string): string {
  const isLogin = prompt === 'login';
  return `<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>${isLogin ? 'Sign in' : 'Allow access'}</title>
      <h1>${isLogin ? 'Sign in' : 'Allow access?'}</h1>
      <form method="post">
        <p ${isLogin ? '' : 'hidden'}><label>Name <input name="login" value="ada" /></label></p>
        <p>
          <label><input type="radio" name="decision" value="approve" checked /> ${isLogin ? 'Go on' : 'Allow'}</label>
          <label><input type="radio" name="decision" value="deny" /> Refuse</label>
        </p>
        <input type="hidden" name="scopes" value="" />
        <button type="submit">Continue</button>
      </form>
    </html>`;
}

const people: Readonly<Record<string, { readonly name: string; readonly workspace: string }>> = {
  ada: { name: 'Ada Lovelace', workspace: 'Analytical Engines' },
  grace: { name: 'Grace Hopper', workspace: 'Navy' },
};

/**
 * Starts an authorization server on this machine, and behind it an API (`/api/me`, `/api/items`) that asks it about each
 * token (RFC 7662). Whoever says a name at `/interaction` is signed in as that person.
 */
export async function startOAuthProvider(options: OAuthProviderOptions = {}): Promise<OAuthProvider> {
  const { fetchClientDocument } = options;
  const adapter = new MemoryAdapter();
  const tokenRequests: TokenRequest[] = [];
  const apiRequests: { path: string; user: string | undefined }[] = [];
  const secrets: string[] = [];
  let lifetime = 3600;
  let withIssuer = true;
  let behaviour: Parameters<OAuthProvider['setTokenEndpoint']>[0] = 'work';
  let held: (() => void)[] = [];
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const issuer = `http://${host}`;

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const introspector = { clientId: 'api', clientSecret: randomBytes(16).toString('hex') };
  const configuration: Configuration = {
    adapter: (kind: string) => adapter.of(kind),
    clients: [
      {
        client_id: introspector.clientId,
        client_secret: introspector.clientSecret,
        redirect_uris: [],
        response_types: [],
        grant_types: [],
      },
      {
        client_id: assertionClient,
        redirect_uris: [],
        response_types: [],
        grant_types: [],
        token_endpoint_auth_method: 'none',
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: {
      keys: [randomBytes(16).toString('hex')],
      names: { session: `_session_${port}`, interaction: `_interaction_${port}`, resume: `_resume_${port}` },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    scopes: ['openid', 'offline_access', 'items:read', 'items:write'],
    claims: {
      openid: ['sub'],
      email: ['email'],
      profile: ['name', 'preferred_username', 'workspace'],
    },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: async () => ({
        sub: id,
        email: `${id}@example.com`,
        preferred_username: id,
        name: people[id]?.name ?? id,
        workspace: people[id]?.workspace,
      }),
    }),
    ttl: {
      AccessToken: () => lifetime,
      ClientCredentials: () => lifetime,
      RefreshToken: 30 * 24 * 3600,
      AuthorizationCode: 60,
      Grant: 30 * 24 * 3600,
      IdToken: 3600,
      Interaction: 3600,
      Session: 3600,
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => token.clientId === client.clientId,
      },
      userinfo: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo(_context, resource) {
          if (options.isResource?.(resource) !== true) throw new errors.InvalidTarget();
          return {
            scope: 'items:read items:write',
            audience: resource,
            accessTokenFormat: 'opaque',
            accessTokenTTL: lifetime,
          };
        },
      },
      registration: { enabled: options.registration ?? true },
      ...(fetchClientDocument === undefined ? {} : { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } }),
    },
    ...(fetchClientDocument === undefined
      ? {}
      : { fetch: (input) => fetchClientDocument(input instanceof Request ? input.url : String(input)) }),
    renderError: async (context, { error, error_description: description }) => {
      context.type = 'text/plain';
      context.body = `${error}: ${description}`;
    },
  };
  const serviceAccounts = new Map<string, KeyObject>();
  const provider = new Provider(issuer, configuration);
  provider.use(async (context, next) => {
    if (context.path !== '/token') return next();
    const record: TokenRequest = { grantType: '', clientId: undefined, status: undefined, error: undefined };
    tokenRequests.push(record);
    if (behaviour === 'reset') {
      context.respond = false;
      context.req.socket.destroy();
      return;
    }
    if (behaviour === 'fail') {
      record.status = 503;
      context.status = 503;
      context.body = { error: 'temporarily_unavailable' };
      return;
    }
    if (behaviour === 'hold-request') {
      await new Promise<void>((resolve) => held.push(resolve));
      // A moment in which it is noticed that the sender has left.
      await delay(200);
      if (context.req.socket.destroyed) return;
    }
    if (options.acceptsBasic === false && /^basic /i.test(context.get('authorization'))) {
      Object.assign(record, { status: 401, error: 'invalid_client' });
      context.status = 401;
      context.body = { error: 'invalid_client' };
      return;
    }
    const isHeld = behaviour === 'hold-answer';
    await next();
    const { params = {}, client } = context.oidc;
    record.grantType = String(params.grant_type);
    record.clientId = client?.clientId;
    record.status = context.status;
    const answered: Readonly<Record<string, unknown>> = Object(context.body);
    record.error = answered.error === undefined ? undefined : String(answered.error);
    for (const secret of [
      params.code,
      params.code_verifier,
      params.refresh_token,
      answered.access_token,
      answered.refresh_token,
      answered.id_token,
    ]) {
      if (typeof secret === 'string') secrets.push(secret);
    }
    // What it answers is worked out, a refresh token is used up, and only the answer waits.
    if (isHeld) await new Promise<void>((resolve) => held.push(resolve));
  });
  const handle = provider.callback();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    try {
      if (url.pathname.startsWith('/interaction/')) return await interact(request, response);
      if (url.pathname.startsWith('/api/')) return await serveApi(url, request, response);
      if (url.pathname.startsWith('/auth')) editLocation(response);
      if (url.pathname === '/service-token') return await issueToServiceAccount(request, response);
      await handle(request, response);
    } catch (error) {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(String(error));
    }
  }

  /** A page on which anybody says who they are, and whether they agree. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, grantId, session } = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(interactionPage(prompt.name));
      return;
    }
    const form = new URLSearchParams(await readText(request));
    if (form.get('decision') === 'deny') {
      const result = { error: 'access_denied', error_description: 'The user said no.' };
      return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    }
    if (prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: form.get('login') ?? '' } });
    }
    const accountId = session?.accountId ?? '';
    const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    const grant = known ?? new provider.Grant({ accountId, clientId: String(params.client_id) });
    const asked = String(params.scope ?? '').split(' ');
    const allowed =
      form
        .get('scopes')
        ?.split(' ')
        .filter((scope) => scope !== '') ?? [];
    const given = (allowed.length === 0 ? asked : asked.filter((scope) => allowed.includes(scope))).join(' ');
    grant.addOIDCScope(given);
    for (const resource of [params.resource ?? []].flat()) grant.addResourceScope(String(resource), given);
    if (allowed.length > 0) grant.rejectOIDCScope(asked.filter((scope) => !allowed.includes(scope)).join(' '));
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
  }

  /** RFC 7523 section 2.1, as Google does it. */
  async function issueToServiceAccount(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readText(request));
    const record: TokenRequest = {
      grantType: form.get('grant_type') ?? '',
      clientId: undefined,
      status: undefined,
      error: undefined,
    };
    tokenRequests.push(record);
    const [header = '', body = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    secrets.push(signature);
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString() || '{}');
    const key = serviceAccounts.get(claims.iss);
    const isSigned =
      key !== undefined &&
      verify('RSA-SHA256', Buffer.from(`${header}.${body}`), key, Buffer.from(signature, 'base64url'));
    const isNow = claims.exp > Date.now() / 1000 && claims.exp - claims.iat <= 3600;
    const client = await provider.Client.find(assertionClient);
    response.setHeader('content-type', 'application/json');
    if (record.grantType !== jwtBearer || !isSigned || !isNow || claims.aud !== `${issuer}/service-token` || !client) {
      Object.assign(record, { status: 400, error: 'invalid_grant' });
      response.writeHead(400).end('{"error":"invalid_grant","error_description":"Invalid JWT Signature."}');
      return;
    }
    const accountId = String(claims.sub ?? claims.iss);
    const grant = new provider.Grant({ accountId, clientId: client.clientId });
    grant.addOIDCScope(String(claims.scope ?? ''));
    const grantId = await grant.save();
    const fields = { accountId, client, grantId, gty: 'service_account', scope: String(claims.scope ?? '') };
    const value = await new provider.AccessToken(fields).save();
    secrets.push(value);
    record.status = 200;
    response.end(JSON.stringify({ access_token: value, token_type: 'Bearer', expires_in: lifetime }));
  }

  function editLocation(response: ServerResponse): void {
    if (withIssuer) return;
    const setHeader = response.setHeader.bind(response);
    response.setHeader = (name, value) => {
      if (name.toLowerCase() !== 'location' || typeof value !== 'string') return setHeader(name, value);
      const location = new URL(value, issuer);
      if (location.searchParams.has('iss')) location.searchParams.delete('iss');
      return setHeader(name, location.origin === issuer ? `${location.pathname}${location.search}` : location.href);
    };
  }

  async function introspect(token: string): Promise<TokenIntrospection> {
    const secret = Buffer.from(`${introspector.clientId}:${introspector.clientSecret}`).toString('base64');
    const response = await fetch(`${issuer}/token/introspection`, {
      method: 'POST',
      headers: { authorization: `Basic ${secret}` },
      body: new URLSearchParams({ token }),
    });
    return response.json();
  }

  async function serveApi(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const { active, sub, client_id: clientId, scope = '' } = await introspect(token);
    const user = active ? (sub ?? clientId) : undefined;
    apiRequests.push({ path: url.pathname, user });
    response.setHeader('content-type', 'application/json');
    if (user === undefined) {
      response.setHeader('www-authenticate', 'Bearer error="invalid_token"');
      response.writeHead(401).end('{"message":"The token is not valid."}');
      return;
    }
    if (request.method === 'POST' && !scope.split(' ').includes('items:write')) {
      response.writeHead(403).end('{"message":"items:write is missing."}');
      return;
    }
    response.end(JSON.stringify({ login: user, email: `${user}@example.com`, team: people[user]?.workspace, scope }));
  }

  return {
    issuer,
    host,
    apiUrl: `${issuer}/api`,
    addServiceAccount(name) {
      const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const email = `${name}@project.iam.example.com`;
      serviceAccounts.set(email, pair.publicKey);
      const privateKey = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
      secrets.push(privateKey, ...privateKey.split('\n').filter((line) => line.length === 64));
      return JSON.stringify({
        type: 'service_account',
        client_email: email,
        private_key_id: randomBytes(8).toString('hex'),
        private_key: privateKey,
        token_uri: `${issuer}/service-token`,
      });
    },
    tokenRequests,
    apiRequests,
    secrets,
    addClient({ redirectUris, tokenEndpointAuthMethod = 'client_secret_basic', jwks }) {
      const clientId = `client_${randomBytes(6).toString('hex')}`;
      const clientSecret = randomBytes(24).toString('hex');
      secrets.push(clientSecret);
      const hasSecret = tokenEndpointAuthMethod.startsWith('client_secret');
      const metadata: ClientMetadata = {
        client_id: clientId,
        ...(hasSecret ? { client_secret: clientSecret } : {}),
        redirect_uris: [...redirectUris],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        response_types: ['code'],
        token_endpoint_auth_method: tokenEndpointAuthMethod,
        ...(jwks === undefined ? {} : { jwks: { keys: [...jwks.keys] } }),
      };
      void adapter.of('Client').upsert(clientId, metadata, Number.POSITIVE_INFINITY);
      return { clientId, clientSecret };
    },
    registeredClients: () =>
      adapter
        .all('Client')
        .flatMap(({ client_id: id }) => (typeof id === 'string' && !id.startsWith('client_') ? [id] : [])),
    setTokenLifetime(seconds) {
      lifetime = seconds;
    },
    setIssuerInResponse(included) {
      withIssuer = included;
    },
    setTokenEndpoint(next) {
      behaviour = next;
    },
    release() {
      for (const release of held) release();
      held = [];
    },
    introspect,
    forgetAccessTokens: () => adapter.forget('AccessToken'),
    forgetGrants() {
      for (const kind of ['Grant', 'AccessToken', 'RefreshToken']) adapter.forget(kind);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
