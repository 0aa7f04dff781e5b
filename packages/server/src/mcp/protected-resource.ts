/** Where the metadata of a protected resource stand: its path, behind this (RFC 9728 section 3.1). */
export const metadataPrefix = '/.well-known/oauth-protected-resource';

/**
 * What a client without a credential can learn of a session's endpoint (RFC 9728 section 2). Names no authorization
 * server: tokens of sessions are made by the application that the session belongs to.
 */
export function protectedResourceMetadata(
  publicUrl: string,
  mcpPath: string,
  sessionId: string,
): Record<string, unknown> {
  return {
    resource: `${publicUrl}${mcpPath}/${sessionId}`,
    resource_name: 'Jackfield session',
    bearer_methods_supported: ['header'],
  };
}

/** The challenge of a 401 (RFC 6750 section 3, RFC 9728 section 5.1). */
export function challenge(publicUrl: string, mcpPath: string, sessionId: string, hasCredential: boolean): string {
  const url = `${publicUrl}${metadataPrefix}${mcpPath}/${encodeURIComponent(sessionId)}`;
  return `Bearer realm="jackfield"${hasCredential ? ', error="invalid_token"' : ''}, resource_metadata="${url}"`;
}
