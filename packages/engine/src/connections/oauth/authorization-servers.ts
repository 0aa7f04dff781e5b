import { JackfieldError } from '@jackfield/contract';
import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { BoundedCache } from '../../bounded-cache.ts';
import { authorizationFailure, isPassing } from './authorization-failure.ts';
import { checkEndpoint } from './check-endpoint.ts';
import type { OAuthConfig } from './oauth-config.ts';
import type { OAuthFetch } from './oauth-fetch.ts';
import type { ProtectedResource, ProtectedResources } from './protected-resources.ts';

/** An authorization server, and what is known of it. */
export interface ResolvedServer {
  readonly metadata: AuthorizationServer;
  /** It said so itself (RFC 8414); otherwise the issuer's name may be made up, too. */
  readonly isDiscovered: boolean;
  /** The issuer, when it is known by name. */
  readonly issuer: string | undefined;
  /** What tokens are asked for, where that has a name. */
  readonly resource?: Pick<ProtectedResource, 'identifier' | 'scopes'> | undefined;
}

export interface AuthorizationServersOptions {
  readonly fetch: OAuthFetch;
  readonly resources: ProtectedResources;
  readonly now: () => Date;
}

const keptMs = 10 * 60 * 1000;
const remembered = 200;

/** Finds out where a service's endpoints are, and what they take. */
export class AuthorizationServers {
  readonly #options: AuthorizationServersOptions;
  readonly #discovered = new BoundedCache<
    string,
    { readonly until: number; readonly metadata: Promise<AuthorizationServer> }
  >(remembered);

  constructor(options: AuthorizationServersOptions) {
    this.#options = options;
  }

  /** @throws JackfieldError `AUTHORIZATION_FAILED`, and what the egress throws */
  async resolve({
    endpoints,
    refreshUrl,
    toolkit,
    resource: resourceUrl,
  }: Pick<OAuthConfig, 'endpoints' | 'refreshUrl' | 'toolkit' | 'resource'>): Promise<ResolvedServer> {
    const { authorizationUrl, tokenUrl } = endpoints;
    const resource =
      resourceUrl === undefined ? undefined : await this.#options.resources.describe(resourceUrl, toolkit);
    const issuer = endpoints.issuer ?? (tokenUrl === undefined ? resource?.issuer : undefined);
    let discovered: AuthorizationServer | undefined;
    if (issuer !== undefined) {
      try {
        discovered = await this.discover(issuer);
      } catch (error) {
        // Who names the endpoints need not have metadata.
        if (tokenUrl === undefined) throw error;
      }
    }
    const token = tokenUrl ?? discovered?.token_endpoint;
    if (token === undefined) {
      throw new JackfieldError('AUTHORIZATION_FAILED', {
        message: `It is not known where ${toolkit.name} issues its tokens.`,
        fix: 'Set `oauth.tokenUrl`, and `oauth.authorizationUrl` where a person signs in, or `oauth.issuer`, in the auth config.',
      });
    }
    const metadata: AuthorizationServer = {
      ...discovered,
      issuer: discovered?.issuer ?? issuer ?? new URL(authorizationUrl ?? token).origin,
      token_endpoint: token,
      ...defined({
        authorization_endpoint: authorizationUrl,
        revocation_endpoint: endpoints.revocationUrl,
        userinfo_endpoint: endpoints.userinfoUrl,
        registration_endpoint: endpoints.registrationUrl,
      }),
    };
    for (const name of checked) {
      const url = metadata[name];
      if (url !== undefined) checkEndpoint(url, name);
    }
    if (refreshUrl !== undefined) checkEndpoint(refreshUrl, 'refreshUrl');
    return {
      metadata,
      isDiscovered: discovered !== undefined,
      issuer: discovered?.issuer ?? issuer,
      ...(resource === undefined ? {} : { resource }),
    };
  }

  /** @throws JackfieldError `AUTHORIZATION_FAILED`, `INVALID_REQUEST`, and what the egress throws */
  discover(issuer: string): Promise<AuthorizationServer> {
    const now = this.#options.now().getTime();
    const known = this.#discovered.get(issuer);
    if (known !== undefined && known.until > now) return known.metadata;
    const entry = { until: now + keptMs, metadata: this.#discover(issuer) };
    // A failure is not kept: the next call asks again.
    entry.metadata.catch(() => this.#discovered.set(issuer, { ...entry, until: 0 }));
    this.#discovered.set(issuer, entry);
    return entry.metadata;
  }

  async #discover(issuer: string): Promise<AuthorizationServer> {
    checkEndpoint(issuer, 'issuer');
    const url = new URL(issuer);
    const ask = async (algorithm: 'oauth2' | 'oidc', fetch = this.#options.fetch) => {
      try {
        const response = await discoveryRequest(url, {
          algorithm,
          [customFetch]: fetch,
          [allowInsecureRequests]: true,
        });
        return await processDiscoveryResponse(url, response);
      } catch (error) {
        throw authorizationFailure(error, url.host, []);
      }
    };
    try {
      return await ask('oidc');
    } catch (error) {
      if (JackfieldError.isInstance(error) && isPassing(error) && error.code !== 'UPSTREAM_INVALID_RESPONSE')
        throw error;
    }
    try {
      return await ask('oauth2');
    } catch (error) {
      if (url.pathname === '/' || (JackfieldError.isInstance(error) && isPassing(error))) throw error;
      // MCP 2025-11-25, Authorization Server Metadata Discovery, has a third place for it.
      const inserted = `${url.origin}/.well-known/openid-configuration${url.pathname.replace(/\/$/, '')}`;
      return await ask('oidc', (_url, request) => this.#options.fetch(inserted, request)).catch(() => {
        throw error;
      });
    }
  }
}

const checked = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'userinfo_endpoint',
  'registration_endpoint',
] as const;

function defined<Value>(record: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
