import { JackfieldError } from '@jackfield/contract';
import type { Vault } from '../../vault/vault.ts';
import { decryptSecrets } from '../auth-config-settings.ts';
import type { RenewableCredential } from '../stored-credential.ts';
import { isPassing } from './authorization-failure.ts';
import type { AuthorizationServers, ResolvedServer } from './authorization-servers.ts';
import { checkEndpoint } from './check-endpoint.ts';
import type { OAuthClients } from './oauth-clients.ts';
import { type OAuthConfig, scopesFor } from './oauth-config.ts';
import type { IssuedTokens, TokenEndpoint } from './token-endpoint.ts';

export interface TokenIssuerOptions {
  readonly vault: Vault;
  readonly servers: AuthorizationServers;
  readonly clients: OAuthClients;
  readonly endpoint: TokenEndpoint;
}

export interface Renewed {
  readonly credential: RenewableCredential;
  readonly scopes: { readonly asked: readonly string[]; readonly granted: readonly string[] };
}

/** Gets access tokens for credentials that are there already, and gives them back. */
export class TokenIssuer {
  readonly #options: TokenIssuerOptions;

  constructor(options: TokenIssuerOptions) {
    this.#options = options;
  }

  /** Whether there is anything to get an access token with. */
  static canRenew(credential: RenewableCredential): boolean {
    return credential.mode !== 'OAUTH2' || credential.refreshToken !== undefined;
  }

  /** @throws JackfieldError as `authorizationFailure`, and what the egress throws */
  async renew(config: OAuthConfig, credential: RenewableCredential): Promise<Renewed> {
    const { servers, clients, endpoint, vault } = this.#options;
    if (credential.mode === 'GOOGLE_SERVICE_ACCOUNT') {
      const key = credential.key ?? (await decryptSecrets(vault, config.authConfig)).serviceAccountKey;
      const asked = scopesFor(config, undefined);
      const tokenUrl = config.authConfig.settings.oauth === undefined ? undefined : config.endpoints.tokenUrl;
      if (tokenUrl !== undefined) checkEndpoint(tokenUrl, 'tokenUrl');
      const issued = await endpoint.serviceAccount(key ?? '', { tokenUrl, subject: credential.subject, scopes: asked });
      return renewed({ ...credential, token: issued.token }, issued, asked);
    }
    const resolved = await servers.resolve(issuerOf(config, credential));
    const client = await clients.ofCredential(config, credential);
    if (credential.mode === 'S2S_OAUTH2') {
      const asked = scopesFor(config, undefined, resolved.resource);
      const resource = resolved.resource?.identifier;
      const issued = await endpoint.clientCredentials({ server: resolved, client, resource }, asked);
      return renewed({ ...credential, token: issued.token }, issued, asked);
    }
    const { refreshToken = '' } = credential;
    const resource = credential.resource?.identifier;
    const issued = await endpoint.refresh({ server: forRefresh(resolved, config), client, resource }, refreshToken);
    // RFC 6749 section 6: without a new refresh token the old one stays good.
    return renewed(
      { ...credential, token: issued.token, refreshToken: issued.refreshToken ?? refreshToken },
      issued,
      [],
    );
  }

  /**
   * Has a credential withdrawn at the service (RFC 7009). With the refresh token goes what was issued on it (section
   * 2.1); not every server does that, so that the access token is named as well.
   *
   * @returns false when the service has no way to do it
   * @throws JackfieldError as `authorizationFailure`, and what the egress throws
   */
  async revoke(config: OAuthConfig, credential: RenewableCredential): Promise<boolean> {
    const { servers, clients, endpoint } = this.#options;
    if (credential.mode !== 'OAUTH2') return false;
    const server = await servers.resolve(issuerOf(config, credential));
    const client = await clients.ofCredential(config, credential);
    const { refreshToken, token } = credential;
    if (refreshToken === undefined) return endpoint.revoke({ server, client }, token.value, 'access_token');
    if (!(await endpoint.revoke({ server, client }, refreshToken, 'refresh_token'))) return false;
    try {
      await endpoint.revoke({ server, client }, token.value, 'access_token');
    } catch (error) {
      // It may be unknown by now, or of a type that cannot be revoked (section 2.2.1).
      if (!JackfieldError.isInstance(error) || isPassing(error)) throw error;
    }
    return true;
  }
}

/**
 * A credential goes back to the server that issued it and to no other, whatever the resource says by now of who issues
 * tokens for it.
 */
function issuerOf(config: OAuthConfig, credential: RenewableCredential): OAuthConfig {
  if (credential.mode !== 'OAUTH2' || credential.resource === undefined) return config;
  return { ...config, resource: undefined, endpoints: { ...config.endpoints, issuer: credential.resource.issuer } };
}

function renewed(credential: RenewableCredential, { scopes }: IssuedTokens, asked: readonly string[]): Renewed {
  return { credential, scopes: { asked, granted: scopes ?? asked } };
}

function forRefresh(server: ResolvedServer, { refreshUrl }: OAuthConfig): ResolvedServer {
  if (refreshUrl === undefined) return server;
  return { ...server, metadata: { ...server.metadata, token_endpoint: refreshUrl } };
}
