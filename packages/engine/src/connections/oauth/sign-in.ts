import { JackfieldError } from '@jackfield/contract';
import {
  AuthorizationResponseError,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  validateAuthResponse,
} from 'oauth4webapi';
import type { ConnectFailureKind } from '../../engine.ts';
import type { OAuthFlow, Store } from '../../stores/store.ts';
import type { Vault } from '../../vault/vault.ts';
import { hashToken } from '../connect-link-service.ts';
import type { SignInCredential } from '../stored-credential.ts';
import { foreignText, isGrantRefused, isPassing } from './authorization-failure.ts';
import type { AuthorizationServers, ResolvedServer } from './authorization-servers.ts';
import type { OAuthClient } from './client-authentication.ts';
import { redirectUriOf } from './client-metadata.ts';
import type { OAuthClients } from './oauth-clients.ts';
import { type OAuthConfig, scopesFor } from './oauth-config.ts';
import { authorizationQuirks } from './service-quirks.ts';
import type { IssuedTokens, TokenEndpoint } from './token-endpoint.ts';

/** Signing in may need a second factor, or a new password. */
const flowLifetimeMs = 15 * 60 * 1000;

export interface SignInOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly servers: AuthorizationServers;
  readonly clients: OAuthClients;
  readonly endpoint: TokenEndpoint;
  readonly now: () => Date;
}

export interface SignInStart {
  readonly config: OAuthConfig;
  readonly connectedAccountId: string;
  readonly linkTokenHash: string;
  readonly browserHash: string;
  readonly publicUrl: string;
  /** To ask for beside those of the config. */
  readonly moreScopes: readonly string[];
}

export interface SignedIn {
  readonly credential: SignInCredential;
  readonly scopes: { readonly asked: readonly string[]; readonly granted: readonly string[] };
  readonly claims: IssuedTokens['claims'];
  readonly userinfoUrl: string | undefined;
}

/** Signing in led to nothing; `message` is for people. */
export interface SignInFailure {
  readonly kind: ConnectFailureKind;
  readonly message: string;
}

/** What the vault keeps of a flow. */
interface FlowSecret {
  readonly codeVerifier: string;
  readonly nonce?: string | undefined;
  readonly resource?: string | undefined;
}

/** The authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 9700). */
export class SignIn {
  readonly #options: SignInOptions;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** What the page has to know before a person sets out. */
  async describe(
    config: OAuthConfig,
    moreScopes: readonly string[],
  ): Promise<{ readonly authorizationOrigin: string; readonly scopes: readonly string[] }> {
    const server = await this.#options.servers.resolve(config);
    return {
      authorizationOrigin: new URL(authorizationUrlOf(server, config)).origin,
      scopes: withMore(scopesFor(config, server.metadata.scopes_supported, server.resource), moreScopes),
    };
  }

  /** @returns the URL at which the person signs in */
  async start({ config, publicUrl, moreScopes, ...start }: SignInStart): Promise<string> {
    const { store, vault, servers, clients, now } = this.#options;
    const server = await servers.resolve(config);
    const url = new URL(authorizationUrlOf(server, config));
    const redirectUri = redirectUriOf(config, publicUrl);
    const client = await clients.forSignIn(config, server, redirectUri, publicUrl);
    const scopes = withMore(scopesFor(config, server.metadata.scopes_supported, server.resource), moreScopes);
    const resource = server.resource?.identifier;
    const state = generateRandomState();
    const codeVerifier = generateRandomCodeVerifier();
    const nonce = scopes.includes('openid') ? generateRandomNonce() : undefined;
    const stateHash = hashToken(state);
    const { projectId } = config.authConfig;
    const secret: FlowSecret = {
      codeVerifier,
      ...(nonce === undefined ? {} : { nonce }),
      ...(resource === undefined ? {} : { resource }),
    };
    await store.oauthFlows.deleteExpired();
    await store.oauthFlows.create({
      ...start,
      stateHash,
      projectId,
      redirectUri,
      issuer: server.metadata.issuer,
      clientId: client.clientId,
      scopes,
      secret: await vault.encrypt(JSON.stringify(secret), { projectId, table: 'oauth_flows', id: stateHash }),
      expiresAt: new Date(now().getTime() + flowLifetimeMs),
    });
    const parameters = {
      ...authorizationQuirks(url.href),
      ...(config.mode !== 'OAUTH2' && scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
      ...config.endpoints.authorizationParams,
      // Last: nothing that is configured can take their place.
      response_type: 'code',
      client_id: client.clientId,
      redirect_uri: redirectUri,
      ...(scopes.length === 0 ? {} : { scope: scopes.join(config.scopeSeparator) }),
      state,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(nonce === undefined ? {} : { nonce }),
      ...(resource === undefined ? {} : { resource }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  /**
   * Takes up a flow that the browser came back to, which can be done once.
   *
   * @throws JackfieldError `LINK_EXPIRED`
   */
  async take(parameters: URLSearchParams): Promise<OAuthFlow> {
    const [state, ...more] = parameters.getAll('state');
    const flow =
      state === undefined || more.length > 0
        ? undefined
        : await this.#options.store.oauthFlows.consume(hashToken(state));
    if (flow !== undefined) return flow;
    throw new JackfieldError('LINK_EXPIRED', {
      message: 'This sign-in is not one of ours, was ended already, or took too long.',
      fix: 'Go back to the app and start connecting again.',
    });
  }

  /**
   * Checks what came back and exchanges the code.
   *
   * @param arrivedAt The auth config in the path that the browser came back to, if there was one.
   */
  async finish(
    config: OAuthConfig,
    flow: OAuthFlow,
    parameters: URLSearchParams,
    arrivedAt: string | undefined,
  ): Promise<SignedIn | SignInFailure> {
    let server: ResolvedServer;
    try {
      server = await this.#options.servers.resolve(config);
    } catch (error) {
      return failureOf(error);
    }
    const checked = check(server, flow, parameters, arrivedAt);
    if ('kind' in checked) return checked;
    const { projectId, stateHash } = flow;
    try {
      const { codeVerifier, nonce, resource }: FlowSecret = JSON.parse(
        await this.#options.vault.decrypt(flow.secret, { projectId, table: 'oauth_flows', id: stateHash }),
      );
      const client = await this.#clientOf(config, flow);
      const issued = await this.#options.endpoint.exchangeCode({
        server,
        client,
        parameters: checked.parameters,
        redirectUri: flow.redirectUri,
        codeVerifier,
        nonce,
        resource,
      });
      const { scopes: asked, clientId } = flow;
      const granted = issued.scopes ?? asked;
      const isOpenId = granted.includes('openid') || config.endpoints.userinfoUrl !== undefined;
      return {
        credential: {
          mode: 'OAUTH2',
          token: issued.token,
          ...(issued.refreshToken === undefined ? {} : { refreshToken: issued.refreshToken }),
          clientId,
          ...(resource === undefined ? {} : { resource: { identifier: resource, issuer: server.metadata.issuer } }),
        },
        scopes: { asked, granted },
        claims: issued.claims,
        userinfoUrl: isOpenId ? server.metadata.userinfo_endpoint : undefined,
      };
    } catch (error) {
      return failureOf(error);
    }
  }

  /** The client that set out; one that was exchanged for another in between cannot come back. */
  async #clientOf(config: OAuthConfig, { clientId }: OAuthFlow): Promise<OAuthClient> {
    const token = { value: '', obtainedAt: '' };
    const client = await this.#options.clients.ofCredential(config, { mode: 'OAUTH2', token, clientId });
    return { ...client, clientId };
  }
}

function withMore(scopes: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...scopes, ...more])];
}

/** @throws JackfieldError `AUTHORIZATION_FAILED` */
function authorizationUrlOf({ metadata }: ResolvedServer, { toolkit }: OAuthConfig): string {
  if (metadata.authorization_endpoint !== undefined) return metadata.authorization_endpoint;
  throw new JackfieldError('AUTHORIZATION_FAILED', {
    message: `It is not known where users of ${toolkit.name} sign in.`,
    fix: 'Set `oauth.authorizationUrl` in the auth config.',
  });
}

function check(
  { metadata, issuer, isDiscovered }: ResolvedServer,
  flow: OAuthFlow,
  parameters: URLSearchParams,
  arrivedAt: string | undefined,
): { readonly parameters: URLSearchParams } | SignInFailure {
  const mixedUp: SignInFailure = {
    kind: 'issuer_mismatch',
    message: 'The answer did not come from the service that was asked.',
  };
  // RFC 9700 section 4.4.2: by the redirect URI where it is one server's own, by `iss` (RFC 9207) where the server sends it.
  const expected = /\/connect\/callback(?:\/([^/]*))?$/.exec(flow.redirectUri)?.[1];
  if (expected !== arrivedAt || flow.issuer !== metadata.issuer) return mixedUp;
  const named = parameters.getAll('iss');
  const isNamed = named.length > 0;
  if (isNamed && issuer === undefined) {
    // Only the endpoints are known, and not by which name the server goes: it must at least be at home there.
    const homes = [metadata.authorization_endpoint, metadata.token_endpoint].map(
      (url) => url && URL.parse(url)?.origin,
    );
    if (named.some((name) => !homes.includes(URL.parse(name)?.origin ?? ''))) return mixedUp;
  }
  if (isNamed && issuer !== undefined && named.some((name) => name !== issuer)) return mixedUp;
  if (!isNamed && isDiscovered && metadata.authorization_response_iss_parameter_supported === true) return mixedUp;
  const others = new URLSearchParams(parameters);
  others.delete('iss');
  try {
    // `iss` was seen to above; the state is how the flow was found.
    const server = { ...metadata, authorization_response_iss_parameter_supported: false };
    const state = parameters.get('state') ?? '';
    return { parameters: validateAuthResponse(server, { client_id: flow.clientId }, others, state) };
  } catch (error) {
    if (!(error instanceof AuthorizationResponseError)) {
      return { kind: 'invalid_response', message: 'The service sent back something that cannot be understood.' };
    }
    const description = foreignText(error.error_description ?? '');
    if (error.error === 'access_denied') {
      return { kind: 'denied', message: `Access was not granted${description === '' ? '' : `: ${description}`}.` };
    }
    const said = [foreignText(error.error), description].filter((text) => text !== '').join(': ');
    return { kind: 'refused', message: `The service refused (${said}).` };
  }
}

function failureOf(error: unknown): SignInFailure {
  if (!JackfieldError.isInstance(error)) throw error;
  const { message } = error;
  // A kind of its own: the ID token is not for us, not from there, or not of now.
  if (error.code === 'UPSTREAM_INVALID_RESPONSE') return { kind: 'invalid_response', message };
  if (isPassing(error)) return { kind: 'unavailable', message };
  if (isGrantRefused(error)) return { kind: 'refused', message };
  if (error.code === 'AUTHORIZATION_FAILED' || error.code === 'EGRESS_DENIED' || error.code === 'INVALID_REQUEST') {
    return { kind: 'misconfigured', message };
  }
  throw error;
}
