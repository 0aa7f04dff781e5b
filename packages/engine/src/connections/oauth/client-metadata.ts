import type { OAuthConfig } from './oauth-config.ts';

const clientName = 'Jackfield';

/** Path below the server's public URL to which services send browsers back. */
const callbackPath = '/connect/callback';

/**
 * Where a service sends the browser back to. A client that the project registered by hand has one for all of them, to be
 * pasted there; a client that came to be by itself has its own, so that an answer that one service sends in another's
 * place arrives at the wrong one (RFC 9700 section 4.4.2.2).
 */
export function redirectUriOf(
  { mode, authConfig }: Pick<OAuthConfig, 'mode' | 'authConfig'>,
  publicUrl: string,
): string {
  const shared = `${publicUrl}${callbackPath}`;
  return mode === 'DCR_OAUTH' || mode === 'CIMD_OAUTH' ? `${shared}/${authConfig.id}` : shared;
}

/** A client id that is the address of the client's metadata document (OAuth Client ID Metadata Document). */
export function clientMetadataUrl(publicUrl: string, authConfigId: string): string {
  return `${publicUrl}/connect/client/${authConfigId}`;
}

/** The document at {@link clientMetadataUrl}. It holds nothing but what the URL says. */
export function clientMetadata(publicUrl: string, authConfigId: string): Readonly<Record<string, unknown>> {
  return {
    client_id: clientMetadataUrl(publicUrl, authConfigId),
    client_uri: publicUrl,
    ...common([`${publicUrl}${callbackPath}/${authConfigId}`]),
    token_endpoint_auth_method: 'none',
  };
}

/** What a client says of itself to be registered (RFC 7591 section 2). */
export function registrationMetadata(
  redirectUri: string,
  supported: readonly string[] | undefined,
): Record<string, string | string[]> {
  const method = ['none', 'client_secret_basic', 'client_secret_post'].find((name) => supported?.includes(name));
  return {
    ...common([redirectUri]),
    // RFC 7591 section 2: without it, `client_secret_basic`.
    ...(method === undefined ? {} : { token_endpoint_auth_method: method }),
  };
}

function common(redirectUris: string[]): Record<string, string | string[]> {
  return {
    client_name: clientName,
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'web',
  };
}
