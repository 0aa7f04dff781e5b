import { JackfieldError } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import {
  allowInsecureRequests,
  customFetch,
  dynamicClientRegistrationRequest,
  processDynamicClientRegistrationResponse,
} from 'oauth4webapi';
import type { Store, StoredAuthConfig } from '../../stores/store.ts';
import type { Vault } from '../../vault/vault.ts';
import {
  type AuthConfigSettings,
  type ClientRegistration,
  decryptSecrets,
  encryptSecrets,
  settingsOf,
} from '../auth-config-settings.ts';
import type { RenewableCredential } from '../stored-credential.ts';
import { authorizationFailure } from './authorization-failure.ts';
import type { ResolvedServer } from './authorization-servers.ts';
import type { OAuthClient } from './client-authentication.ts';
import { clientMetadataUrl, registrationMetadata } from './client-metadata.ts';
import type { OAuthConfig } from './oauth-config.ts';
import type { OAuthFetch } from './oauth-fetch.ts';

export interface OAuthClientsOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly fetch: OAuthFetch;
  readonly now: () => Date;
}

/** The clients that services know us as. */
export class OAuthClients {
  readonly #options: OAuthClientsOptions;

  constructor(options: OAuthClientsOptions) {
    this.#options = options;
  }

  /**
   * The client for a person's sign-in; registered now, if that has to be done first.
   *
   * @throws JackfieldError `AUTHORIZATION_FAILED`, and what the egress throws
   */
  async forSignIn(
    config: OAuthConfig,
    server: ResolvedServer,
    redirectUri: string,
    publicUrl: string,
  ): Promise<OAuthClient> {
    const { mode, authConfig } = config;
    if (mode === 'CIMD_OAUTH') return { clientId: clientMetadataUrl(publicUrl, authConfig.id), authMethod: 'none' };
    if (mode === 'DCR_OAUTH') return this.#registered(config, server, redirectUri);
    return this.#ofProject(config);
  }

  /** The client that a credential was issued to. @throws JackfieldError `AUTHORIZATION_FAILED` when there is none */
  async ofCredential(config: OAuthConfig, credential: RenewableCredential): Promise<OAuthClient> {
    const { vault } = this.#options;
    if (credential.mode === 'S2S_OAUTH2' && credential.clientId !== undefined) {
      const { tokenEndpointAuthMethod: authMethod } = config.endpoints;
      return { clientId: credential.clientId, clientSecret: credential.clientSecret, authMethod };
    }
    if (credential.mode !== 'OAUTH2' || config.mode === 'OAUTH2') return this.#ofProject(config);
    const { clientId } = credential;
    const { registration } = settingsOf(config.authConfig);
    if (config.mode === 'CIMD_OAUTH' || registration?.clientId !== clientId) return { clientId, authMethod: 'none' };
    return toClient(registration, (await decryptSecrets(vault, config.authConfig)).clientSecret);
  }

  async #ofProject({ authConfig, clientId, endpoints, toolkit }: OAuthConfig): Promise<OAuthClient> {
    if (clientId === undefined) {
      throw new JackfieldError('AUTHORIZATION_FAILED', {
        message: `The auth config ${authConfig.id} of ${toolkit.name} has no client id.`,
        fix: 'Set `credentials.clientId` in the auth config.',
      });
    }
    const { clientSecret, privateKey } = await decryptSecrets(this.#options.vault, authConfig);
    return { clientId, clientSecret, privateKey, authMethod: endpoints.tokenEndpointAuthMethod };
  }

  async #registered(config: OAuthConfig, server: ResolvedServer, redirectUri: string): Promise<OAuthClient> {
    const { store, vault, now } = this.#options;
    let current: StoredAuthConfig | undefined = config.authConfig;
    const usable = (authConfig: StoredAuthConfig) => {
      const { registration } = settingsOf(authConfig);
      const { secretExpiresAt } = registration ?? {};
      const isOver = secretExpiresAt !== undefined && Date.parse(secretExpiresAt) <= now().getTime();
      const fits = registration?.redirectUri === redirectUri && registration.issuer === server.metadata.issuer;
      return fits && !isOver ? registration : undefined;
    };
    for (;;) {
      const registration = usable(current);
      if (registration !== undefined) {
        return toClient(registration, (await decryptSecrets(vault, current)).clientSecret);
      }
      const { secret, ...registered } = await this.#register(config, server, redirectUri);
      const settings: AuthConfigSettings = { ...settingsOf(current), registration: registered };
      const { id, projectId, version } = current;
      try {
        await store.authConfigs.update({
          projectId,
          id,
          expectedVersion: version,
          settings: { ...settings },
          secret: await encryptSecrets(vault, current, { clientSecret: secret }),
        });
        return toClient(registered, secret);
      } catch (error) {
        if (!JackfieldError.isInstance(error) || error.code !== 'CONFLICT') throw error;
        // Another server was first: its client is as good as ours.
        current = await store.authConfigs.get(projectId, id);
        if (current === undefined) throw error;
      }
    }
  }

  async #register(
    { toolkit }: OAuthConfig,
    { metadata }: ResolvedServer,
    redirectUri: string,
  ): Promise<ClientRegistration & { readonly secret: string | undefined }> {
    if (metadata.registration_endpoint === undefined) {
      throw new JackfieldError('AUTHORIZATION_FAILED', {
        message: `${new URL(metadata.issuer).host} does not let clients register themselves, which connecting ${toolkit.name} needs.`,
        fix: 'Register a client there by hand and create an auth config of scheme OAUTH2 with it.',
      });
    }
    const supported = metadata.token_endpoint_auth_methods_supported;
    try {
      const response = await dynamicClientRegistrationRequest(metadata, registrationMetadata(redirectUri, supported), {
        [customFetch]: this.#options.fetch,
        [allowInsecureRequests]: true,
      });
      const client = await processDynamicClientRegistrationResponse(await mendRegistration(response));
      const expiry = client.client_secret_expires_at;
      return {
        clientId: client.client_id,
        redirectUri,
        issuer: metadata.issuer,
        secret: typeof client.client_secret === 'string' ? client.client_secret : undefined,
        ...(typeof client.token_endpoint_auth_method === 'string'
          ? { tokenEndpointAuthMethod: client.token_endpoint_auth_method }
          : {}),
        ...(typeof expiry === 'number' && expiry > 0 ? { secretExpiresAt: new Date(expiry * 1000).toISOString() } : {}),
      };
    } catch (error) {
      throw authorizationFailure(error, new URL(metadata.registration_endpoint).host, []);
    }
  }
}

/** Servers leave out when a secret expires (RFC 7591 section 3.2.1) that never does. */
async function mendRegistration(response: Response): Promise<Response> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (!isJsonObject(body) || body.client_secret === undefined || body.client_secret_expires_at !== undefined) {
    return response;
  }
  const { status, headers } = response;
  return new Response(JSON.stringify({ ...body, client_secret_expires_at: 0 }), { status, headers });
}

function toClient(registration: ClientRegistration, clientSecret: string | undefined): OAuthClient {
  return { clientId: registration.clientId, clientSecret, authMethod: registration.tokenEndpointAuthMethod };
}
