import {
  type AuthConfig,
  type AuthConfigCredentials,
  type AuthConfigListResponse,
  type AuthSchemeMode,
  type CreateAuthConfigBody,
  type DeleteAuthConfigResponse,
  JackfieldError,
  type ListAuthConfigsQuery,
  type SessionConfig,
  type UpdateAuthConfigBody,
} from '@jackfield/contract';
import type { CallContext } from '../engine.ts';
import { createId } from '../stores/create-id.ts';
import type { Store, StoredAuthConfig } from '../stores/store.ts';
import type { AuthScheme, Toolkit } from '../toolkit.ts';
import type { ProjectCatalogs } from '../toolkits/project-catalogs.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import type { Vault } from '../vault/vault.ts';
import {
  bestSchemes,
  credentialModeOf,
  defaultSchemes,
  isUsable,
  noUsableScheme,
  schemeForCredential,
  type TypedMode,
  toAuthSchemeMode,
  type UsableAuthScheme,
  type UsableSchemes,
} from './auth-choice.ts';
import {
  type AuthConfigSecrets,
  type AuthConfigSettings,
  decryptSecrets,
  encryptSecrets,
  settingsOf,
} from './auth-config-settings.ts';
import { connectionFields, isSignIn, schemesOf } from './connection-fields.ts';
import type { AuthorizationServers } from './oauth/authorization-servers.ts';
import { checkEndpoint } from './oauth/check-endpoint.ts';
import { redirectUriOf } from './oauth/client-metadata.ts';
import { endpointsOf, isOAuthMode, type OAuthMode, oauthConfigOf, scopesFor } from './oauth/oauth-config.ts';
import { importPrivateKey } from './oauth/private-key.ts';
import { readServiceAccountKey } from './oauth/service-account.ts';

/** What a list answers without a limit of the caller's own. */
export const defaultPageSize = 50;

export interface AuthConfigServiceOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly catalogs: ProjectCatalogs;
  readonly servers: AuthorizationServers;
}

export class AuthConfigService {
  readonly #options: AuthConfigServiceOptions;

  constructor(options: AuthConfigServiceOptions) {
    this.#options = options;
  }

  /** @throws JackfieldError `UNKNOWN_TOOLKIT`, `UNSUPPORTED_AUTH_SCHEME`, `INVALID_REQUEST` */
  async create(body: CreateAuthConfigBody, context: CallContext): Promise<AuthConfig> {
    const { store, vault, catalogs } = this.#options;
    const { projectId } = context;
    const catalog = await catalogs.freshOf(projectId);
    const toolkit = catalog.toolkits.get(body.toolkit)?.toolkit;
    if (toolkit === undefined) throw unknownToolkit([body.toolkit], catalog);
    if (body.authScheme === 'NO_AUTH')
      return toAuthConfig(await this.#createWithout(toolkit, body, projectId), toolkit, context);
    const { credentials = {}, oauth, scopes } = body;
    const [scheme, ...others] = chooseSchemes(toolkit, body);
    const mode = body.authScheme ?? (credentials.clientId === undefined ? credentialModeOf(scheme) : 'OAUTH2');
    const settings: AuthConfigSettings = {
      schemeIds: [scheme.id, ...others.map(({ id }) => id)],
      ...(credentials.clientId === undefined ? {} : { clientId: credentials.clientId }),
      ...(credentials.serviceAccountKey === undefined ? {} : { hasServiceAccountKey: true }),
      ...(scopes === undefined ? {} : { scopes }),
      ...(oauth === undefined ? {} : { oauth }),
    };
    await checkSettings({ mode, toolkit, scheme, settings, credentials, context });
    const id = createId('ac');
    const stored = await store.authConfigs.create({
      id,
      projectId,
      toolkit: toolkit.slug,
      schemeId: scheme.id,
      mode,
      name: body.name ?? toolkit.name,
      settings: { ...settings },
      secret: await encryptSecrets(vault, { projectId, id }, secretsOf(credentials)),
    });
    return toAuthConfig(stored, toolkit, context);
  }

  /** @throws JackfieldError `NOT_FOUND`, `CONFLICT`, `INVALID_REQUEST`, `UNSUPPORTED_AUTH_SCHEME` */
  async update(id: string, body: UpdateAuthConfigBody, context: CallContext): Promise<AuthConfig> {
    const { store, vault, catalogs } = this.#options;
    const { projectId } = context;
    const stored = await this.#find(id, projectId);
    const catalog = await catalogs.freshOf(projectId);
    const toolkit = catalog.toolkits.get(stored.toolkit)?.toolkit;
    if (toolkit === undefined) throw unknownToolkit([stored.toolkit], catalog);
    if (stored.mode === 'NO_AUTH') {
      checkIsBare(body);
      return toAuthConfig(await store.authConfigs.update({ projectId, id, name: body.name }), toolkit, context);
    }
    const before = settingsOf(stored);
    const secrets = changed<AuthConfigCredentials>(
      { ...(await decryptSecrets(vault, stored)), clientId: before.clientId },
      body.credentials,
    );
    const oauth = changed(before.oauth ?? {}, body.oauth);
    const { registration, ...kept } = before;
    const settings: AuthConfigSettings = {
      ...kept,
      clientId: secrets.clientId,
      hasServiceAccountKey: secrets.serviceAccountKey !== undefined || undefined,
      scopes: body.scopes === undefined ? before.scopes : (body.scopes ?? undefined),
      oauth: Object.keys(oauth).length === 0 ? undefined : oauth,
      // Another server knows nothing of a client that was registered at this one.
      ...(body.oauth === undefined ? { registration } : {}),
    };
    const scheme = toolkit.authSchemes.find((each) => each.id === stored.schemeId);
    if (scheme === undefined || !isUsable(scheme)) throw noUsableScheme(toolkit);
    const mode = toAuthSchemeMode(stored.mode);
    await checkSettings({ mode, toolkit, scheme, settings, credentials: secrets, context });
    const updated = await store.authConfigs.update({
      projectId,
      id,
      expectedVersion: stored.version,
      name: body.name,
      settings: { ...settings },
      secret: await encryptSecrets(vault, stored, secretsOf(secrets)),
    });
    return toAuthConfig(updated, toolkit, context);
  }

  /** @throws JackfieldError `NOT_FOUND` */
  async setEnabled(id: string, enabled: boolean, context: CallContext): Promise<AuthConfig> {
    const stored = await this.#options.store.authConfigs.update({ projectId: context.projectId, id, enabled });
    return toAuthConfig(stored, await this.#toolkitOf(stored), context);
  }

  /** @throws JackfieldError `NOT_FOUND` */
  async delete(id: string, { projectId }: CallContext): Promise<DeleteAuthConfigResponse> {
    if (!(await this.#options.store.authConfigs.delete(projectId, id))) throw authConfigNotFound(id);
    return { success: true };
  }

  /** @throws JackfieldError `NOT_FOUND` */
  async get(id: string, context: CallContext): Promise<AuthConfig> {
    const stored = await this.#find(id, context.projectId);
    return toAuthConfig(stored, await this.#toolkitOf(stored), context);
  }

  async list(query: ListAuthConfigsQuery, context: CallContext): Promise<AuthConfigListResponse> {
    const catalog = await this.#options.catalogs.of(context.projectId);
    const { toolkitSlug, cursor, limit = defaultPageSize } = query;
    if (toolkitSlug !== undefined && !catalog.toolkits.has(toolkitSlug)) throw unknownToolkit([toolkitSlug], catalog);
    const page = await this.#options.store.authConfigs.list({
      projectId: context.projectId,
      toolkit: toolkitSlug,
      cursor,
      limit,
    });
    return {
      items: page.items.map((stored) => toAuthConfig(stored, catalog.toolkits.get(stored.toolkit)?.toolkit, context)),
      nextCursor: page.nextCursor,
    };
  }

  /**
   * The auth config that accounts of a toolkit are connected under unless another one is named: the project's own that
   * was made first and is enabled, else the one that makes itself when it is first needed.
   *
   * @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME`, and what discovery throws
   */
  async choose(
    toolkit: Toolkit,
    { projectId, publicUrl }: Pick<CallContext, 'projectId' | 'publicUrl'>,
  ): Promise<StoredAuthConfig> {
    const own = ownAmong(await this.#enabled(projectId, toolkit));
    return own ?? (await this.ensureDefault(toolkit, { projectId, publicUrl }));
  }

  /** Whether the auth config that accounts of a toolkit would be connected under says that there is no need to. */
  async needsNoAccount(
    { projectId, config }: { readonly projectId: string; readonly config: SessionConfig },
    toolkit: Toolkit,
  ): Promise<boolean> {
    const { authConfigs } = config;
    const named =
      authConfigs !== undefined && Object.hasOwn(authConfigs, toolkit.slug) ? authConfigs[toolkit.slug] : undefined;
    const chosen =
      named === undefined
        ? ownAmong(await this.#enabled(projectId, toolkit))
        : await this.#options.store.authConfigs.get(projectId, named);
    return chosen?.mode === 'NO_AUTH' && chosen.enabled;
  }

  /** @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME`, and what discovery throws */
  async ensureDefault(
    toolkit: Toolkit,
    { projectId, publicUrl }: Pick<CallContext, 'projectId' | 'publicUrl'>,
  ): Promise<StoredAuthConfig> {
    const { store } = this.#options;
    const { items } = await store.authConfigs.list({ projectId, toolkit: toolkit.slug, limit: listed });
    const known = items.find(({ isDefault }) => isDefault);
    if (known !== undefined) return known;
    const [first, ...others] = defaultSchemes(toolkit);
    const automatic =
      others.length > 0 ? credentialModeOf(first) : await this.#automaticMode(toolkit, first, publicUrl);
    // A client whose document stands elsewhere is one like those that were registered by hand.
    const clientId = automatic === 'CIMD_OAUTH' && first.mode === 'OAUTH2' ? first.clientMetadataUrl : undefined;
    const mode = clientId === undefined ? automatic : 'OAUTH2';
    return store.authConfigs.ensureDefault(projectId, toolkit.slug, () => ({
      id: createId('ac'),
      schemeId: first.id,
      mode,
      name: toolkit.name,
      settings: {
        schemeIds: [first.id, ...others.map(({ id }) => id)],
        automatic: true,
        ...(clientId === undefined ? {} : { clientId }),
      },
    }));
  }

  /**
   * An auth config of the toolkit under which a credential of this mode can be used: one that fits, else a new one.
   *
   * @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME`
   */
  async ensureForCredential(
    toolkit: Toolkit,
    mode: TypedMode | OAuthMode,
    context: CallContext,
  ): Promise<StoredAuthConfig> {
    const { projectId } = context;
    const fits = (authConfig: StoredAuthConfig) => takesCredential(authConfig, toolkit, mode);
    const existing = (await this.#enabled(projectId, toolkit)).findLast(fits);
    if (existing !== undefined) return existing;
    const scheme = isOAuthMode(mode) ? oauthSchemeOf(toolkit) : schemeForCredential(toolkit, mode);
    if (scheme === undefined || mode === 'OAUTH2') {
      throw new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
        message: `There is no auth config of ${toolkit.name} that takes a credential of mode ${mode}.`,
        fix: 'Create one, with the client that the credential belongs to.',
        details: { toolkit: toolkit.slug },
      });
    }
    const standard = await this.ensureDefault(toolkit, context);
    if (fits(standard)) return standard;
    return this.#options.store.authConfigs.create({
      id: createId('ac'),
      projectId,
      toolkit: toolkit.slug,
      schemeId: scheme.id,
      mode: isOAuthMode(mode) ? mode : scheme.mode === 'OAUTH2' ? 'BEARER_TOKEN' : scheme.mode,
      name: `${toolkit.name} (${scheme.id})`,
      settings: { schemeIds: [scheme.id], automatic: true },
    });
  }

  /** @throws JackfieldError `INVALID_REQUEST` */
  #createWithout(toolkit: Toolkit, body: CreateAuthConfigBody, projectId: string): Promise<StoredAuthConfig> {
    checkIsBare(body);
    return this.#options.store.authConfigs.create({
      id: createId('ac'),
      projectId,
      toolkit: toolkit.slug,
      schemeId: 'no_auth',
      mode: 'NO_AUTH',
      name: body.name ?? toolkit.name,
      settings: { schemeIds: [] },
    });
  }

  /** Newest first. */
  async #enabled(projectId: string, toolkit: Toolkit): Promise<readonly StoredAuthConfig[]> {
    const filter = { projectId, toolkit: toolkit.slug, enabled: true, limit: listed };
    return (await this.#options.store.authConfigs.list(filter)).items;
  }

  /** How accounts are connected when the project has said nothing about it. */
  async #automaticMode(
    toolkit: Toolkit,
    scheme: UsableAuthScheme,
    publicUrl: string | undefined,
  ): Promise<AuthSchemeMode> {
    if (scheme.mode !== 'OAUTH2') return scheme.mode;
    if (scheme.grants?.length === 1 && scheme.grants[0] === 'client_credentials') return 'S2S_OAUTH2';
    const { issuer, registrationUrl, refreshUrl, resource } = scheme;
    if (issuer === undefined && registrationUrl === undefined && resource === undefined) return 'BEARER_TOKEN';
    const endpoints = endpointsOf(scheme);
    const resolved = await this.#options.servers
      .resolve({ endpoints, refreshUrl, toolkit, resource })
      .catch((error: unknown) => {
        // A resource that asks for a token, and does not say where one is had, takes one that is pasted.
        if (resource !== undefined && saysNothing(error)) return undefined;
        throw error;
      });
    if (resolved === undefined) return 'BEARER_TOKEN';
    const { metadata } = resolved;
    // The service has to be able to fetch the document.
    const isPublic = (scheme.clientMetadataUrl ?? publicUrl)?.startsWith('https://') === true;
    if (isPublic && metadata.client_id_metadata_document_supported === true) return 'CIMD_OAUTH';
    return metadata.registration_endpoint === undefined ? 'BEARER_TOKEN' : 'DCR_OAUTH';
  }

  async #find(id: string, projectId: string): Promise<StoredAuthConfig> {
    const stored = await this.#options.store.authConfigs.get(projectId, id);
    if (stored === undefined) throw authConfigNotFound(id);
    return stored;
  }

  async #toolkitOf({ toolkit, projectId }: StoredAuthConfig): Promise<Toolkit | undefined> {
    return (await this.#options.catalogs.of(projectId)).toolkits.get(toolkit)?.toolkit;
  }
}

/** More auth configs than anybody makes of one toolkit. */
const listed = 100;

/** Whether there is no metadata where an authorization server was looked for. */
function saysNothing(error: unknown): boolean {
  if (!JackfieldError.isInstance(error)) return false;
  const { code, details } = error;
  const isRefused = code === 'AUTHORIZATION_FAILED' && typeof details?.status === 'number' && details.status < 500;
  return isRefused || code === 'UPSTREAM_INVALID_RESPONSE';
}

/** Whether one credential of this mode is all that an account under this auth config needs. */
export function takesCredential(authConfig: StoredAuthConfig, toolkit: Toolkit, mode: TypedMode | OAuthMode): boolean {
  const oauth = oauthConfigOf(authConfig, toolkit);
  if (oauth !== undefined) return oauth.mode === mode || (mode === 'OAUTH2' && isSignIn(oauth.mode));
  const [scheme, ...others] = schemesOf(authConfig, toolkit);
  return scheme !== undefined && others.length === 0 && credentialModeOf(scheme) === mode;
}

/** Where an auth config says that its toolkit is used without accounts. */
export function noAccountNeeded({ id }: StoredAuthConfig, toolkit: Toolkit): JackfieldError {
  return new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
    message: `The auth config ${id} says that ${toolkit.name} is used without an account.`,
    fix: 'Call its tools without connecting, or disable that auth config.',
    details: { toolkit: toolkit.slug, authConfigId: id },
  });
}

/** The project's own that was made first. */
function ownAmong(newestFirst: readonly StoredAuthConfig[]): StoredAuthConfig | undefined {
  return newestFirst.findLast((authConfig) => !authConfig.isDefault && settingsOf(authConfig).automatic !== true);
}

/** @throws JackfieldError `INVALID_REQUEST` for what says how to authenticate where nobody does */
function checkIsBare(
  body: Pick<CreateAuthConfigBody, 'schemeId'> & Pick<UpdateAuthConfigBody, 'credentials' | 'oauth' | 'scopes'>,
): void {
  const given = (['schemeId', 'credentials', 'oauth', 'scopes'] as const).filter((name) => body[name] !== undefined);
  if (given.length === 0) return;
  throw invalid(
    `An auth config of scheme NO_AUTH has no ${given.join(' and no ')}.`,
    'Leave them out, or name another scheme.',
  );
}

export function authConfigNotFound(id: string): JackfieldError {
  return new JackfieldError('NOT_FOUND', {
    message: `There is no auth config ${id}.`,
    fix: 'Check the id, or list the auth configs of this project.',
  });
}

/** @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME` */
function chooseSchemes(toolkit: Toolkit, { authScheme, schemeId, credentials }: CreateAuthConfigBody): UsableSchemes {
  if (schemeId !== undefined) {
    const scheme = toolkit.authSchemes.find(({ id }) => id === schemeId);
    if (scheme !== undefined && isUsable(scheme)) return [scheme];
    const ids = toolkit.authSchemes.filter(isUsable).map(({ id }) => id);
    throw new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
      message: `${toolkit.name} has no auth scheme ${JSON.stringify(schemeId)} that can be used.`,
      fix: ids.length === 0 ? 'Leave it out.' : `Name one of ${ids.join(', ')}, or leave it out.`,
      details: { toolkit: toolkit.slug },
    });
  }
  if (authScheme === undefined && credentials?.clientId === undefined) return defaultSchemes(toolkit);
  const mode = authScheme ?? 'OAUTH2';
  if (isOAuthMode(mode)) {
    const scheme = oauthSchemeOf(toolkit);
    if (scheme !== undefined) return [scheme];
  } else {
    const best = bestSchemes(toolkit, (scheme) => credentialModeOf(scheme) === mode);
    if (best !== undefined) return best;
  }
  const usable = [...new Set(toolkit.authSchemes.filter(isUsable).map((scheme) => scheme.mode))];
  throw new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
    message: `${toolkit.name} cannot be used with ${mode}.`,
    fix: usable.length === 0 ? 'Its tools are called without an account.' : `It takes ${usable.join(', ')}.`,
    details: { toolkit: toolkit.slug, accepted: usable },
  });
}

/** The scheme that an access token is sent under: documents often know a bearer token and not where it comes from. */
function oauthSchemeOf(toolkit: Toolkit): UsableAuthScheme | undefined {
  return (bestSchemes(toolkit, ({ mode }) => mode === 'OAUTH2') ??
    bestSchemes(toolkit, ({ mode }) => mode === 'BEARER_TOKEN'))?.[0];
}

interface Checked {
  readonly mode: AuthSchemeMode;
  readonly toolkit: Toolkit;
  readonly scheme: AuthScheme;
  readonly settings: AuthConfigSettings;
  readonly credentials: AuthConfigCredentials;
  readonly context: CallContext;
}

/** @throws JackfieldError `INVALID_REQUEST` for what could never work */
async function checkSettings({ mode, toolkit, scheme, settings, credentials, context }: Checked): Promise<void> {
  if (!isOAuthMode(mode)) {
    const given = Object.keys(credentials).filter((key) =>
      Object.entries(credentials).some(([name, value]) => name === key && value !== undefined),
    );
    if (given.length === 0 && settings.oauth === undefined) return;
    throw invalid(
      `An auth config of scheme ${mode} has no ${given.length > 0 ? `credentials (${given.join(', ')})` : 'OAuth settings'} of its own.`,
      'Leave them out, or name an OAuth scheme.',
    );
  }
  const endpoints = endpointsOf(scheme.mode === 'OAUTH2' ? scheme : undefined, settings.oauth);
  // A client that the project brings along has a secret, which is for one server alone; others find theirs by themselves.
  const isFound = scheme.mode === 'OAUTH2' && scheme.resource !== undefined && mode !== 'OAUTH2';
  for (const name of [
    'issuer',
    'authorizationUrl',
    'tokenUrl',
    'revocationUrl',
    'userinfoUrl',
    'registrationUrl',
  ] as const) {
    const url = settings.oauth?.[name];
    if (url !== undefined) checkEndpoint(url, `oauth.${name}`);
  }
  if (credentials.privateKey !== undefined) await importPrivateKey(credentials.privateKey);
  if (credentials.serviceAccountKey !== undefined) readServiceAccountKey(credentials.serviceAccountKey);
  if (mode === 'GOOGLE_SERVICE_ACCOUNT') return;
  const isComplete =
    endpoints.tokenUrl !== undefined && (endpoints.authorizationUrl !== undefined || mode === 'S2S_OAUTH2');
  if (endpoints.issuer === undefined && !isComplete && !isFound) {
    throw invalid(
      `The document of ${toolkit.name} does not say where its tokens are issued.`,
      'Set `oauth.issuer`, or `oauth.authorizationUrl` and `oauth.tokenUrl`.',
    );
  }
  if (mode === 'OAUTH2' && credentials.clientId === undefined) {
    const { publicUrl = 'https://<your server>' } = context;
    throw invalid(
      `Signing in at ${toolkit.name} needs an OAuth client.`,
      `Register one there with the redirect URI ${publicUrl}/connect/callback, and give its id and secret as \`credentials.clientId\` and \`credentials.clientSecret\`.`,
    );
  }
  if ((mode === 'DCR_OAUTH' || mode === 'CIMD_OAUTH') && credentials.clientId !== undefined) {
    throw invalid(`A client of scheme ${mode} is not brought along.`, 'Leave `credentials` out, or use OAUTH2.');
  }
}

function secretsOf({ clientSecret, privateKey, serviceAccountKey }: AuthConfigCredentials): AuthConfigSecrets {
  return { clientSecret, privateKey, serviceAccountKey };
}

/** What is absent stays, `null` goes. */
function changed<Settings extends object>(
  before: Settings,
  change: { readonly [Key in keyof Settings]?: Settings[Key] | null | undefined } | undefined,
): Settings {
  const entries = Object.entries(change ?? {}).filter(([, value]) => value !== undefined);
  const merged = { ...before, ...Object.fromEntries(entries) };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== null && value !== undefined),
  ) as Settings;
}

function invalid(message: string, fix: string): JackfieldError {
  return new JackfieldError('INVALID_REQUEST', { message, fix });
}

function toAuthConfig(stored: StoredAuthConfig, toolkit: Toolkit | undefined, { publicUrl }: CallContext): AuthConfig {
  const settings = settingsOf(stored);
  const oauth = toolkit && oauthConfigOf(stored, toolkit);
  const redirectUri =
    publicUrl !== undefined && oauth !== undefined && isSignIn(oauth.mode) ? redirectUriOf(oauth, publicUrl) : null;
  return {
    id: stored.id,
    name: stored.name,
    toolkit: { slug: stored.toolkit, logo: toolkit?.logo ?? '' },
    authScheme: toAuthSchemeMode(stored.mode),
    status: stored.enabled ? 'ENABLED' : 'DISABLED',
    isDefault: stored.isDefault,
    scopes: [...(oauth === undefined ? (settings.scopes ?? []) : scopesFor(oauth, undefined))],
    clientId: settings.clientId ?? settings.registration?.clientId ?? null,
    oauth: settings.oauth ?? null,
    redirectUri,
    fields:
      toolkit === undefined
        ? []
        : connectionFields(stored, toolkit).map(({ name, label, hint, secret, required }) => ({
            name,
            label,
            ...(hint === undefined ? {} : { hint }),
            secret,
            required,
          })),
    createdAt: stored.createdAt.toISOString(),
    updatedAt: stored.updatedAt.toISOString(),
  };
}
