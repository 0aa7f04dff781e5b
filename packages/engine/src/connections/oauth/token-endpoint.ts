import { JackfieldError } from '@jackfield/contract';
import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  type ClientAuth,
  clientCredentialsGrantRequest,
  customFetch,
  expectNoNonce,
  genericTokenEndpointRequest,
  getValidatedIdTokenClaims,
  type IDToken,
  processAuthorizationCodeResponse,
  processClientCredentialsResponse,
  processGenericTokenEndpointResponse,
  processRefreshTokenResponse,
  processRevocationResponse,
  refreshTokenGrantRequest,
  revocationRequest,
  type TokenEndpointResponse,
} from 'oauth4webapi';
import { BoundedCache } from '../../bounded-cache.ts';
import type { AccessToken } from '../stored-credential.ts';
import { authorizationFailure } from './authorization-failure.ts';
import type { ResolvedServer } from './authorization-servers.ts';
import { clientAuthentications, type OAuthClient } from './client-authentication.ts';
import { mendTokenResponse } from './mend-token-response.ts';
import type { OAuthFetch } from './oauth-fetch.ts';
import { readServiceAccountKey, signAssertion } from './service-account.ts';

export interface TokenEndpointOptions {
  readonly fetch: OAuthFetch;
  readonly now: () => Date;
}

/** What came of asking for a token. */
export interface IssuedTokens {
  readonly token: AccessToken;
  readonly refreshToken: string | undefined;
  /** Undefined: as asked for (RFC 6749 section 5.1). */
  readonly scopes: readonly string[] | undefined;
  readonly claims: IDToken | undefined;
}

/** Whom is asked, and as whom. */
export interface AskedServer {
  readonly server: ResolvedServer;
  readonly client: OAuthClient;
  /** Name of what the token is for (RFC 8707). */
  readonly resource?: string | undefined;
}

export interface CodeExchange extends AskedServer {
  /** Checked by `validateAuthResponse`. */
  readonly parameters: URLSearchParams;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  /** Set when an ID token was asked for. */
  readonly nonce: string | undefined;
}

interface RequestOptions {
  [customFetch]: OAuthFetch;
  [allowInsecureRequests]: true;
  additionalParameters?: Record<string, string>;
}

const remembered = 1_000;

/** Asks authorization servers for tokens. Every method throws what `authorizationFailure` makes of a failure. */
export class TokenEndpoint {
  readonly #options: TokenEndpointOptions;
  /** By client id and server: which of several ways to authenticate worked. */
  readonly #worked = new BoundedCache<string, number>(remembered);

  constructor(options: TokenEndpointOptions) {
    this.#options = options;
  }

  exchangeCode({ parameters, redirectUri, codeVerifier, nonce, ...asked }: CodeExchange): Promise<IssuedTokens> {
    const code = parameters.get('code') ?? '';
    return this.#ask(
      asked,
      [code, codeVerifier],
      nonce !== undefined,
      async (server, client, authenticate, options) => ({
        response: await authorizationCodeGrantRequest(
          server,
          client,
          authenticate,
          parameters,
          redirectUri,
          codeVerifier,
          options,
        ),
        process: (response) =>
          processAuthorizationCodeResponse(server, client, response, {
            expectedNonce: nonce ?? expectNoNonce,
            requireIdToken: nonce !== undefined,
          }),
      }),
    );
  }

  refresh(asked: AskedServer, refreshToken: string): Promise<IssuedTokens> {
    return this.#ask(asked, [refreshToken], false, async (server, client, authenticate, options) => ({
      response: await refreshTokenGrantRequest(server, client, authenticate, refreshToken, options),
      process: (response) => processRefreshTokenResponse(server, client, response),
    }));
  }

  /** RFC 6749 section 4.4 */
  clientCredentials(asked: AskedServer, scopes: readonly string[]): Promise<IssuedTokens> {
    const parameters = new URLSearchParams(scopes.length === 0 ? {} : { scope: scopes.join(' ') });
    return this.#ask(asked, [], false, async (server, client, authenticate, options) => ({
      response: await clientCredentialsGrantRequest(server, client, authenticate, parameters, options),
      process: (response) => processClientCredentialsResponse(server, client, response),
    }));
  }

  /** RFC 7523 section 2.1 */
  async serviceAccount(
    keyFile: string,
    options: {
      readonly tokenUrl: string | undefined;
      readonly subject: string | undefined;
      readonly scopes: readonly string[];
    },
  ): Promise<IssuedTokens> {
    const key = readServiceAccountKey(keyFile);
    const tokenUrl = options.tokenUrl ?? key.tokenUri ?? 'https://oauth2.googleapis.com/token';
    const assertion = await signAssertion(key, {
      scopes: options.scopes,
      audience: tokenUrl,
      subject: options.subject,
      now: this.#options.now(),
    });
    const metadata: AuthorizationServer = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
    const client: Client = { client_id: key.clientEmail };
    // The assertion itself says who asks.
    const authenticate: ClientAuth = () => {};
    const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    try {
      const response = await genericTokenEndpointRequest(
        metadata,
        client,
        authenticate,
        grantType,
        { assertion },
        this.#requestOptions(),
      );
      const mended = await mendTokenResponse(response, { withIdToken: false });
      return this.#toIssued(await processGenericTokenEndpointResponse(metadata, client, mended));
    } catch (error) {
      throw authorizationFailure(error, new URL(tokenUrl).host, [assertion]);
    }
  }

  /** RFC 7009. @returns false when the server has no way to do it */
  async revoke(
    { server, client }: AskedServer,
    token: string,
    hint: 'access_token' | 'refresh_token',
  ): Promise<boolean> {
    const { metadata, isDiscovered } = server;
    const url = metadata.revocation_endpoint;
    if (url === undefined) return false;
    const [authenticate] = await clientAuthentications(client, metadata, isDiscovered);
    if (authenticate === undefined) return false;
    try {
      const response = await revocationRequest(metadata, { client_id: client.clientId }, authenticate, token, {
        ...this.#requestOptions(),
        additionalParameters: { token_type_hint: hint },
      });
      await processRevocationResponse(response);
      return true;
    } catch (error) {
      throw authorizationFailure(error, new URL(url).host, secretsOf(client, [token]));
    }
  }

  async #ask(
    { server: { metadata, isDiscovered }, client, resource }: AskedServer,
    secrets: readonly string[],
    withIdToken: boolean,
    send: (
      server: AuthorizationServer,
      client: Client,
      authenticate: ClientAuth,
      options: RequestOptions,
    ) => Promise<{
      readonly response: Response;
      readonly process: (response: Response) => Promise<TokenEndpointResponse>;
    }>,
  ): Promise<IssuedTokens> {
    const host = new URL(metadata.token_endpoint ?? metadata.issuer).host;
    const ways = await clientAuthentications(client, metadata, isDiscovered);
    const key = `${host} ${client.clientId}`;
    const first = this.#worked.get(key) ?? 0;
    const ordered = [...ways.slice(first), ...ways.slice(0, first)];
    for (const [index, authenticate] of ordered.entries()) {
      try {
        const { response, process } = await send(metadata, { client_id: client.clientId }, authenticate, {
          ...this.#requestOptions(),
          ...(resource === undefined ? {} : { additionalParameters: { resource } }),
        });
        const issued = this.#toIssued(await process(await mendTokenResponse(response, { withIdToken })));
        if (ways.length > 1) this.#worked.set(key, ways.indexOf(authenticate));
        return issued;
      } catch (thrown) {
        const error = authorizationFailure(thrown, host, secretsOf(client, secrets));
        const isLast = index === ordered.length - 1;
        if (isLast || error.details?.error !== 'invalid_client') throw error;
      }
    }
    throw new JackfieldError('AUTHORIZATION_FAILED', { message: `There is no way to authenticate at ${host}.` });
  }

  /** Plain http is for `checkEndpoint` to judge. */
  #requestOptions(): RequestOptions {
    return { [customFetch]: this.#options.fetch, [allowInsecureRequests]: true };
  }

  #toIssued(response: TokenEndpointResponse): IssuedTokens {
    const now = this.#options.now();
    const { access_token: value, expires_in: seconds, refresh_token: refreshToken, scope } = response;
    return {
      token: {
        value,
        obtainedAt: now.toISOString(),
        ...(seconds === undefined ? {} : { expiresAt: new Date(now.getTime() + seconds * 1000).toISOString() }),
      },
      refreshToken,
      scopes: scope?.split(' ').filter((each) => each !== ''),
      claims: getValidatedIdTokenClaims(response),
    };
  }
}

function secretsOf({ clientSecret }: OAuthClient, more: readonly string[]): readonly string[] {
  return clientSecret === undefined ? more : [clientSecret, ...more];
}
