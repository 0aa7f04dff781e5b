/**
 * What services want in the authorization URL to issue a token that lasts, or at all, and that no metadata says. By host
 * of the authorization endpoint; from the services' own documentation of their OAuth endpoints.
 */
const quirks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'accounts.google.com': { access_type: 'offline', prompt: 'consent' },
  'auth.atlassian.com': { audience: 'api.atlassian.com', prompt: 'consent' },
  'www.dropbox.com': { token_access_type: 'offline' },
  'www.reddit.com': { duration: 'permanent' },
  'api.notion.com': { owner: 'user' },
};

export function authorizationQuirks(authorizationUrl: string): Readonly<Record<string, string>> {
  const { host } = new URL(authorizationUrl);
  return Object.hasOwn(quirks, host) ? (quirks[host] ?? {}) : {};
}
