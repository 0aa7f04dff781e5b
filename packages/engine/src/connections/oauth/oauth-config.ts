import type { OAuthSettings } from '@jackfield/contract';
import type { StoredAuthConfig } from '../../stores/store.ts';
import type { OAuth2AuthScheme, Toolkit } from '../../toolkit.ts';
import { settingsOf } from '../auth-config-settings.ts';
import type { ResolvedServer } from './authorization-servers.ts';

/** Ways to get an access token. */
export type OAuthMode = 'OAUTH2' | 'DCR_OAUTH' | 'CIMD_OAUTH' | 'S2S_OAUTH2' | 'GOOGLE_SERVICE_ACCOUNT';

/** What an auth config and its toolkit say together about where and how tokens are had. */
export interface OAuthConfig {
  readonly authConfig: StoredAuthConfig;
  readonly toolkit: Toolkit;
  readonly mode: OAuthMode;
  /** Auth scheme of the toolkit that the access token serves. */
  readonly schemeId: string;
  readonly endpoints: OAuthSettings;
  /** URL of what the tokens are for, where it tells who issues them. */
  readonly resource: string | undefined;
  /** Where tokens are renewed, if not at the token URL. */
  readonly refreshUrl: string | undefined;
  /** Absent: nobody chose any; see `scopesFor`. */
  readonly chosenScopes: readonly string[] | undefined;
  /** Those that the toolkit names. */
  readonly toolkitScopes: readonly string[];
  /** Between scopes where a person is asked for them. */
  readonly scopeSeparator: string;
  readonly clientId: string | undefined;
}

const modes: ReadonlySet<string> = new Set<OAuthMode>([
  'OAUTH2',
  'DCR_OAUTH',
  'CIMD_OAUTH',
  'S2S_OAUTH2',
  'GOOGLE_SERVICE_ACCOUNT',
]);

/** Undefined when accounts are connected by typing in a credential. */
export function oauthConfigOf(authConfig: StoredAuthConfig, toolkit: Toolkit): OAuthConfig | undefined {
  const { mode } = authConfig;
  const settings = settingsOf(authConfig);
  if (!isOAuthMode(mode)) return undefined;
  // Once a toolkit with OAuth had a form for an access token under this mode, and no client.
  if (mode === 'OAUTH2' && settings.clientId === undefined) return undefined;
  const scheme = toolkit.authSchemes.find(({ id }) => id === authConfig.schemeId);
  const oauth = scheme?.mode === 'OAUTH2' ? scheme : undefined;
  return {
    authConfig,
    toolkit,
    mode,
    schemeId: authConfig.schemeId,
    endpoints: endpointsOf(oauth, settings.oauth),
    resource: oauth?.resource,
    refreshUrl: settings.oauth?.tokenUrl === undefined ? oauth?.refreshUrl : undefined,
    chosenScopes: settings.scopes,
    toolkitScopes: toolkitScopes(toolkit, oauth),
    scopeSeparator: oauth?.scopeSeparator ?? ' ',
    clientId: settings.clientId,
  };
}

export function isOAuthMode(mode: string): mode is OAuthMode {
  return modes.has(mode);
}

/** The settings over what the document says. */
export function endpointsOf(scheme: OAuth2AuthScheme | undefined, settings: OAuthSettings = {}): OAuthSettings {
  const { issuer, authorizationUrl, tokenUrl, revocationUrl, userinfoUrl, registrationUrl } = scheme ?? {};
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const authorizationParams = { ...scheme?.authorizationParams, ...settings.authorizationParams };
  return {
    issuer,
    authorizationUrl,
    tokenUrl,
    revocationUrl,
    userinfoUrl,
    registrationUrl,
    ...given,
    ...(Object.keys(authorizationParams).length === 0 ? {} : { authorizationParams }),
  };
}

/** Those that its scheme asks for; else what its tools need, as far as they say; else all that its scheme knows. */
function toolkitScopes(toolkit: Toolkit, scheme: OAuth2AuthScheme | undefined): readonly string[] {
  if (scheme?.defaultScopes !== undefined) return scheme.defaultScopes;
  const known = Object.keys(scheme?.scopes ?? {});
  const needed = new Set(toolkit.tools.flatMap(({ scopes }) => scopes));
  const both = known.filter((scope) => needed.has(scope));
  return both.length > 0 ? both : known.length > 0 ? known : [...needed];
}

/** Scopes that tell who signed in, and that let the sign-in last. */
const lastingScopes = ['openid', 'email', 'profile', 'offline_access'];

/**
 * The scopes to ask for: those that were chosen, else those of the toolkit, and where the server says that it has them
 * those that make it tell who the user is and that make the connection last.
 */
export function scopesFor(
  config: OAuthConfig,
  supported: readonly string[] | undefined,
  resource?: ResolvedServer['resource'],
): readonly string[] {
  if (config.chosenScopes !== undefined) return config.chosenScopes;
  if (config.resource !== undefined) {
    // MCP 2025-11-25, Scope Selection Strategy: as little as the resource asks for.
    const asked = config.toolkitScopes.length > 0 ? config.toolkitScopes : (resource?.scopes ?? []);
    return [...new Set([...asked, ...(supported?.includes('offline_access') ? ['offline_access'] : [])])];
  }
  const more = config.mode === 'OAUTH2' || config.mode === 'DCR_OAUTH' || config.mode === 'CIMD_OAUTH';
  const lasting = more ? lastingScopes.filter((scope) => supported?.includes(scope)) : [];
  return [...new Set([...config.toolkitScopes, ...lasting])];
}
