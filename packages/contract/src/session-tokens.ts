import type { CursorPage } from './pagination.ts';

/** What a token leaves out of its session. A tool must pass everything that is given. */
export interface TokenNarrowing {
  /** Only these tools, by slug. Meta tools stay: what they find and run is narrowed, too. */
  tools?: string[] | undefined;
  /** Only tools of these toolkits, by slug. */
  toolkits?: string[] | undefined;
  /** Only tools with `readOnlyHint`, and no connecting of accounts. Default: false. */
  readOnly?: boolean | undefined;
}

export interface CreateSessionTokenBody extends TokenNarrowing {
  /** For people: what the token is for. At most 200 characters. Default: none. */
  name?: string | undefined;
  /** Seconds from now until it expires; `null`: when the session does. Default: 86,400, a day. */
  ttl?: number | null | undefined;
}

/** A credential for one session alone. */
export interface SessionToken extends TokenNarrowing {
  id: string;
  /** Empty when none was given. */
  name: string;
  /** The token's last characters, to recognise it by. */
  hint: string;
  createdAt: string;
  /** `null`: when the session does. */
  expiresAt: string | null;
  revokedAt: string | null;
}

export interface CreatedSessionToken extends SessionToken {
  /** The token itself, for `Authorization: Bearer`. It is not stored and cannot be had again. */
  token: string;
}

/** Also tokens that were revoked or have expired. */
export type SessionTokenListResponse = CursorPage<SessionToken>;

export interface RevokeSessionTokenResponse {
  id: string;
  revoked: true;
}
