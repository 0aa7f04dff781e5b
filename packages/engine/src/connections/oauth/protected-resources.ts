import { JackfieldError } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import type { Challenge } from '../../sources/mcp/challenge-error.ts';
import type { Toolkit } from '../../toolkit.ts';
import { checkEndpoint } from './check-endpoint.ts';
import type { OAuthFetch } from './oauth-fetch.ts';

/** What tokens are asked for, and where. */
export interface ProtectedResource {
  /** Exactly as it is published: tokens are asked for by this name (RFC 8707 section 2). */
  readonly identifier: string;
  /** Of the authorization server. */
  readonly issuer: string;
  /** What the resource asks for; undefined where it does not say. */
  readonly scopes: readonly string[] | undefined;
}

export interface ProtectedResourcesOptions {
  readonly fetch: OAuthFetch;
  /** What the resource says to a request without a credential; undefined when it serves that. */
  readonly challenge: (toolkit: Toolkit) => Promise<Challenge | undefined>;
}

/**
 * Finds out who issues tokens for a resource (RFC 9728, and MCP 2025-11-25, Authorization). Nothing is remembered: people
 * rarely sign in, and do so again where the issuer has changed.
 */
export class ProtectedResources {
  readonly #options: ProtectedResourcesOptions;
  readonly #describing = new Map<string, Promise<ProtectedResource>>();

  constructor(options: ProtectedResourcesOptions) {
    this.#options = options;
  }

  /** @throws JackfieldError `AUTHORIZATION_FAILED` for metadata of something else, and what the egress throws */
  describe(url: string, toolkit: Toolkit): Promise<ProtectedResource> {
    const describing = this.#describing.get(url);
    if (describing !== undefined) return describing;
    const began = this.#describe(url, toolkit).finally(() => this.#describing.delete(url));
    this.#describing.set(url, began);
    return began;
  }

  async #describe(url: string, toolkit: Toolkit): Promise<ProtectedResource> {
    const challenge = await this.#options.challenge(toolkit);
    const asked = challenge !== undefined && challenge.scopes.length > 0 ? challenge.scopes : undefined;
    const metadata = await this.#metadata(url, challenge?.resourceMetadataUrl);
    // Servers of MCP 2025-03-26 are their own authorization servers.
    if (metadata === undefined) return { identifier: url, issuer: new URL(url).origin, scopes: asked };
    const { resource, authorization_servers: servers, scopes_supported: supported } = metadata;
    if (typeof resource !== 'string' || !covers(resource, url)) {
      throw new JackfieldError('AUTHORIZATION_FAILED', {
        message: `What ${new URL(url).host} publishes of itself is about another resource.`,
        fix: `Report it to the maintainers of ${toolkit.name}: "resource" of its metadata (RFC 9728) must be the URL of the MCP server, or be above it.`,
      });
    }
    const issuer: unknown = Array.isArray(servers) ? servers[0] : undefined;
    const scopes = Array.isArray(supported)
      ? supported.filter((scope): scope is string => typeof scope === 'string')
      : undefined;
    return {
      identifier: resource,
      issuer: typeof issuer === 'string' ? issuer : new URL(url).origin,
      scopes: asked ?? scopes,
    };
  }

  /** RFC 9728 section 3.1: where the server says, else below the path of the resource, else at its host. */
  async #metadata(url: string, named: string | undefined): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { origin, pathname, search } = new URL(url);
    const wellKnown = `${origin}/.well-known/oauth-protected-resource`;
    const path = pathname.replace(/\/$/, '');
    const candidates = named === undefined ? [...new Set([`${wellKnown}${path}${search}`, wellKnown])] : [named];
    for (const candidate of candidates) {
      checkEndpoint(candidate, 'resource_metadata');
      const response = await this.#options.fetch(candidate, { method: 'GET', headers: { accept: 'application/json' } });
      if (response.status === 404 || response.status === 405) continue;
      if (response.status !== 200) {
        throw new JackfieldError('UPSTREAM_ERROR', {
          message: `${new URL(candidate).host} answered ${response.status} where its metadata should be.`,
          fix: 'Try again later.',
          details: { status: response.status },
          retryable: response.status >= 500 || response.status === 429,
        });
      }
      const body: unknown = await response.json().catch(() => undefined);
      if (isJsonObject(body)) return body;
      throw new JackfieldError('UPSTREAM_INVALID_RESPONSE', {
        message: `What ${new URL(candidate).host} publishes of itself is not a JSON object.`,
        fix: 'Report it to the maintainers of the service.',
      });
    }
    return undefined;
  }
}

/** Whether a resource identifier is that of a URL, or of something above it (RFC 9728 section 3.3, RFC 8707 section 2). */
function covers(identifier: string, url: string): boolean {
  const resource = URL.parse(identifier);
  if (resource === null || resource.hash !== '') return false;
  const { origin, pathname } = new URL(url);
  const above = resource.pathname.endsWith('/') ? resource.pathname : `${resource.pathname}/`;
  return resource.origin === origin && (pathname === resource.pathname || `${pathname}/`.startsWith(above));
}
