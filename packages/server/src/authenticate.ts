import { timingSafeEqual } from 'node:crypto';
import { JackfieldError, type TokenNarrowing } from '@jackfield/contract';
import {
  type ApiKeyStore,
  hashSessionToken,
  isSessionToken,
  type SessionTokenStore,
  type StoredSession,
} from '@jackfield/engine';
import { hashApiKey } from './api-keys.ts';

/** Who calls. */
export interface Principal {
  readonly projectId: string;
  /** Names the key in logs; not the key. */
  readonly keyId: string;
  /** Set for the token of a session, which opens that session and nothing else, less what it leaves out. */
  readonly session?: SessionPrincipal | undefined;
}

/** What the token of a session opens. */
export interface SessionPrincipal {
  readonly id: string;
  readonly narrowing: TokenNarrowing;
  /** The session, as it was read together with the token. */
  readonly stored?: StoredSession | undefined;
}

/**
 * Tells who sent a request.
 *
 * @throws JackfieldError `UNAUTHENTICATED`
 */
export type Authenticate = (request: Request) => Promise<Principal>;

/** A key that is known without asking the store. */
export interface StaticApiKey {
  /** From `hashApiKey`. */
  readonly hash: string;
  readonly projectId: string;
  /** Names the key in logs. */
  readonly keyId: string;
}

export interface AuthenticatorOptions {
  /** Tried first. Default: none. */
  readonly staticKeys?: readonly StaticApiKey[] | undefined;
  /** Where all other keys are looked up. Default: nowhere. */
  readonly apiKeys?: Pick<ApiKeyStore, 'findByHash'> | undefined;
  /** Where tokens of sessions are looked up. Default: nowhere. */
  readonly sessionTokens?: Pick<SessionTokenStore, 'findByHash'> | undefined;
}

/**
 * Authenticates by an API key, or the token of a session, in `x-api-key` or, where that is absent, in `authorization:
 * Bearer`.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const staticKeys = (options.staticKeys ?? []).map((key) => ({ ...key, bytes: Buffer.from(key.hash, 'hex') }));
  return async (request) => {
    const key = readKey(request.headers);
    if (key === undefined) {
      throw new JackfieldError('UNAUTHENTICATED', {
        message: 'The request carries no API key.',
        fix: 'Send the key in the header `x-api-key`. `jackfield keys create` makes one.',
      });
    }
    if (isSessionToken(key)) {
      const found = await options.sessionTokens?.findByHash(hashSessionToken(key));
      if (found !== undefined) {
        const { token, session } = found;
        return {
          projectId: token.projectId,
          keyId: token.id,
          session: { id: session.id, narrowing: token.narrowing, stored: session },
        };
      }
      throw new JackfieldError('UNAUTHENTICATED', {
        message: "The session's token is not known, has expired, or was revoked.",
        fix: 'Make another one: `session.tokens.create()`, or `sessions.use(id, { mcp: true })`.',
      });
    }
    const hash = hashApiKey(key);
    const bytes = Buffer.from(hash, 'hex');
    let found: Principal | undefined;
    // Every key is compared, so that the time taken does not tell which one came close.
    for (const candidate of staticKeys) if (timingSafeEqual(candidate.bytes, bytes)) found = candidate;
    if (found !== undefined) return { projectId: found.projectId, keyId: found.keyId };
    const stored = await options.apiKeys?.findByHash(hash);
    if (stored !== undefined) return { projectId: stored.projectId, keyId: stored.id };
    throw new JackfieldError('UNAUTHENTICATED', {
      message: 'The API key is not known, or was revoked.',
      fix: 'Send a key of this server in the header `x-api-key`. `jackfield keys list` shows which there are.',
    });
  };
}

function readKey(headers: Headers): string | undefined {
  const key = headers.get('x-api-key');
  if (key !== null && key !== '') return key;
  // RFC 6750 section 2.1; the scheme's name in any case (RFC 9110 section 11.1).
  return /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
}
