import type { JackfieldError, JsonObject } from '@jackfield/contract';
import type { AccountCredentials, Authorization } from '../connections/account-credentials.ts';
import type { OpenSession } from '../sessions/session-access.ts';
import type { JsonSchema, Toolkit, ToolProgress } from '../toolkit.ts';

/**
 * Something that a session does when it is called: an app's tool, a meta tool, a request of the caller's own to a
 * toolkit's API. What the gate needs to know of it, and how to do it once the gate has let it through.
 */
export interface Action<Data> {
  /** What the record of the call says. */
  readonly tool: string;
  readonly toolkit: string;
  readonly input: unknown;
  /** Absent when there is nothing to check the input against. */
  readonly inputSchema?: JsonSchema;
  /** Absent when no account is ever used. */
  readonly account?: AccountNeed;
  /**
   * `safe`: doing it twice does no more than doing it once. `unsafe`: it may. `own`: it keeps no record of its own for a
   * repeated call, because it changes nothing or its inner calls do.
   */
  readonly repetition: 'safe' | 'unsafe' | 'own';
  perform(granted: Granted): Promise<Performed<Data>>;
}

export interface AccountNeed {
  readonly toolkit: Toolkit;
  /** As {@link Tool.security}; `held` is whatever the account has. */
  readonly security: readonly (readonly string[])[] | 'held';
  /** It works without an account, too. */
  readonly optional: boolean;
  /** Id or alias, when the caller named one. */
  readonly named?: string | undefined;
}

/** What the gate hands to an action that it lets through. */
export interface Granted {
  readonly session: OpenSession;
  /** Of the connected account, if there is one. */
  readonly accountId?: string | undefined;
  readonly credentials: AccountCredentials;
  readonly authorization: Authorization;
  /** For a service that does not accept it. */
  readonly reauthorization?: Reauthorization | undefined;
  /** What must not be seen in what comes back. Grows when a credential is renewed. */
  readonly secrets: readonly string[];
  /** Fires when the caller gave up or the time is over. */
  readonly signal: AbortSignal;
  readonly reportProgress: (progress: ToolProgress) => void;
}

/** A way to a better credential, once. */
export interface Reauthorization {
  /**
   * @param isInvalid The service said that the credential itself is not valid.
   * @returns undefined when there is nothing better to send
   * @throws JackfieldError `CONNECTION_EXPIRED`, and what asking for a token throws
   */
  authorize(isInvalid: boolean): Promise<Authorization | undefined>;
  /** What came of it was not accepted either. */
  wasInVain(): void;
}

/** A failure leaves the data as far as there is any. */
export interface Performed<Data> {
  readonly data: Data;
  /** What the data does not hold: content blocks of MCP, all of them. */
  readonly content?: readonly JsonObject[] | undefined;
  readonly failure?: JackfieldError | undefined;
}
