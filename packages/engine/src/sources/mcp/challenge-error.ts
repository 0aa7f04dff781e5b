/** What a server says to a request that it does not serve with this credential (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Challenge {
  readonly status: 401 | 403;
  readonly error?: string | undefined;
  /** Needed for the request. */
  readonly scopes: readonly string[];
  readonly resourceMetadataUrl?: string | undefined;
}

/** The request was not carried out, for want of a credential or of scopes. */
export class ChallengeError extends Error {
  override readonly name = 'ChallengeError';
  readonly challenge: Challenge;

  constructor(challenge: Challenge) {
    super(`status ${challenge.status}`);
    this.challenge = challenge;
  }
}

/** A 403 is one only if it says that scopes are missing: any other is the server's last word. */
export function challengeOf(status: number, header: string | undefined): Challenge | undefined {
  if (status !== 401 && status !== 403) return undefined;
  const parameters = readParameters(header ?? '');
  const { error, scope } = parameters;
  if (status === 403 && error !== 'insufficient_scope') return undefined;
  return {
    status,
    error,
    scopes: scope === undefined ? [] : scope.split(' ').filter((each) => each !== ''),
    resourceMetadataUrl: parameters.resource_metadata,
  };
}

/** The parameters of a `Bearer` challenge (RFC 9110 section 11.6.1); of several the first that has a parameter counts. */
function readParameters(header: string): Readonly<Partial<Record<'error' | 'scope' | 'resource_metadata', string>>> {
  const found: Partial<Record<'error' | 'scope' | 'resource_metadata', string>> = {};
  for (const [, name = '', quoted, token] of header.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    const key = name.toLowerCase();
    if (key !== 'error' && key !== 'scope' && key !== 'resource_metadata') continue;
    found[key] ??= quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? '';
  }
  return found;
}
