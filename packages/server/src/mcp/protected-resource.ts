/** Where the metadata of a protected resource stand (RFC 9728 section 3.1). */
export const metadataPath = '/.well-known/oauth-protected-resource/mcp/{session_id}';

/**
 * What a client without a credential can learn of a session's endpoint (RFC 9728 section 2). Names no authorization
 * server: tokens of sessions are made by the application that the session belongs to.
 */
export function protectedResourceMetadata(publicUrl: string, sessionId: string): Record<string, unknown> {
  return {
    resource: `${publicUrl}/mcp/${sessionId}`,
    resource_name: 'Jackfield session',
    bearer_methods_supported: ['header'],
  };
}

/** The challenge of a 401 (RFC 6750 section 3, RFC 9728 section 5.1). */
export function challenge(publicUrl: string, sessionId: string, hasCredential: boolean): string {
  const url = `${publicUrl}${metadataPath.replace('{session_id}', encodeURIComponent(sessionId))}`;
  return `Bearer realm="jackfield"${hasCredential ? ', error="invalid_token"' : ''}, resource_metadata="${url}"`;
}
