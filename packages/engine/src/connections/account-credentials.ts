import type { AuthScheme, AwsCredential, Credential } from '../toolkit.ts';

/** What an account is used with: one credential for each auth scheme (by id) that it was connected under. */
export type AccountCredentials = Readonly<Record<string, Credential>>;

/** Where credentials go on a request. */
export interface Authorization {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly cookies: readonly (readonly [name: string, value: string])[];
  /** What the request, with all that, is signed with. */
  readonly signature?: AwsSignature | undefined;
}

export interface AwsSignature {
  readonly credential: AwsCredential;
  readonly service: string;
  /** See `AwsSignatureAuthScheme`. */
  readonly region: string;
}

export const noAuthorization: Authorization = { headers: {}, query: [], cookies: [] };

/**
 * The credentials for schemes that are needed together; undefined when the account lacks one. A scheme under another id
 * counts as the same when it is sent in the same way: a bearer token serves an OAuth 2 scheme, too.
 */
export function authorizationFor(
  schemeIds: readonly string[],
  schemes: readonly AuthScheme[],
  credentials: AccountCredentials,
): Authorization | undefined {
  const byId = new Map(schemes.map((scheme) => [scheme.id, scheme]));
  const held = new Map(
    Object.entries(credentials).flatMap(([id, credential]) => {
      const scheme = byId.get(id);
      return scheme === undefined ? [] : [[placeOf(scheme), credential] as const];
    }),
  );
  const headers: Record<string, string> = {};
  const query: [string, string][] = [];
  const cookies: [string, string][] = [];
  let signature: AwsSignature | undefined;
  for (const id of schemeIds) {
    const scheme = byId.get(id);
    if (scheme === undefined) return undefined;
    if (scheme.mode === 'NO_AUTH') continue;
    const credential = held.get(placeOf(scheme));
    if (credential === undefined) return undefined;
    if (credential.mode === 'BEARER_TOKEN') headers.authorization = `Bearer ${credential.token}`;
    else if (credential.mode === 'BASIC') headers.authorization = `Basic ${basicValue(credential)}`;
    else if (credential.mode === 'AWS_SIGV4') {
      if (scheme.mode !== 'AWS_SIGV4') return undefined;
      signature = { credential, service: scheme.service, region: scheme.region };
    } else if (scheme.mode !== 'API_KEY') return undefined;
    else {
      const value = `${scheme.prefix ?? ''}${credential.apiKey}`;
      if (scheme.in === 'header') headers[scheme.name.toLowerCase()] = value;
      else if (scheme.in === 'query') query.push([scheme.name, value]);
      else cookies.push([scheme.name, value]);
    }
  }
  return { headers, query, cookies, ...(signature === undefined ? {} : { signature }) };
}

/** Every text that must not be seen: the secrets themselves, and the forms in which they are sent. */
export function secretsOf(credentials: AccountCredentials): readonly string[] {
  const secrets = Object.values(credentials).flatMap(textsOf);
  return [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]))];
}

function textsOf(credential: Credential): readonly string[] {
  switch (credential.mode) {
    case 'API_KEY':
      return [credential.apiKey];
    case 'BEARER_TOKEN':
      return [credential.token];
    case 'BASIC':
      return [credential.password, basicValue(credential)];
    case 'AWS_SIGV4':
      return [credential.secretAccessKey, ...(credential.sessionToken === undefined ? [] : [credential.sessionToken])];
  }
}

/** RFC 7617 section 2.1: in UTF-8. */
function basicValue({ username, password }: { readonly username: string; readonly password: string }): string {
  return Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
}

/** Where a scheme's credential is sent: schemes with the same place are satisfied by the same credential. */
export function placeOf(scheme: AuthScheme): string {
  switch (scheme.mode) {
    case 'API_KEY':
      return `${scheme.in} ${scheme.in === 'header' ? scheme.name.toLowerCase() : scheme.name} ${scheme.prefix ?? ''}`;
    case 'BEARER_TOKEN':
    case 'OAUTH2':
      return 'bearer';
    case 'BASIC':
      return 'basic';
    case 'AWS_SIGV4':
      return 'aws signature';
    case 'NO_AUTH':
      return 'none';
    case 'UNSUPPORTED':
      return `unsupported ${scheme.id}`;
  }
}
