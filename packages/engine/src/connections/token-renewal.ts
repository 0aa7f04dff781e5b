import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { JackfieldError } from '@jackfield/contract';
import { BoundedCache } from '../bounded-cache.ts';
import type { Logger } from '../engine.ts';
import type { Store, StoredAuthConfig, StoredConnectedAccount } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Vault } from '../vault/vault.ts';
import { type AccountCredentials, secretsOf } from './account-credentials.ts';
import type { AccountLifecycle } from './account-lifecycle.ts';
import { decryptCredentials, encryptCredentials, type StoredCredentials } from './account-secrets.ts';
import { accountNotFound } from './connected-account-service.ts';
import { isGrantRefused, isPassing } from './oauth/authorization-failure.ts';
import { oauthConfigOf } from './oauth/oauth-config.ts';
import { oauthTimeoutMs } from './oauth/oauth-fetch.ts';
import { type Renewed, TokenIssuer } from './oauth/token-issuer.ts';
import { connectionExpired } from './resolve-account.ts';
import { callCredentials, expiryOf, hiddenTexts, isRenewable, type RenewableCredential } from './stored-credential.ts';

export interface TokenRenewalOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly issuer: TokenIssuer;
  readonly lifecycle: AccountLifecycle;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Renew this long before a token runs out, in milliseconds. */
  readonly refreshAheadMs: number;
}

/** An account and what it was connected under. */
export interface AccountInUse {
  readonly account: StoredConnectedAccount;
  readonly authConfig: StoredAuthConfig;
  readonly toolkit: Toolkit;
}

/** What a call is made with. */
export interface HeldCredentials {
  readonly credentials: AccountCredentials;
  /** What must not be seen in what comes back. */
  readonly secrets: readonly string[];
  /** Absent where nothing can be renewed. */
  readonly renewal?: CredentialRenewal | undefined;
}

/** For the case that the service does not accept a credential that looked good. */
export interface CredentialRenewal {
  /**
   * @param isInvalid The service said that the token itself is not valid (RFC 6750 section 3.1).
   * @returns undefined when there is nothing better to send
   * @throws JackfieldError `CONNECTION_EXPIRED`, and what asking for a token throws
   */
  renew(isInvalid: boolean): Promise<HeldCredentials | undefined>;
  /** What was renewed is not accepted either: it is not the token. */
  wasInVain(): void;
}

/** Longer than asking once can take, so that who has the lease and lives has it for as long as it asks. */
const leaseMs = oauthTimeoutMs + 5_000;
const pollMs = 50;
const longestPollMs = 500;
/** Longer than a lease: who waits gets a turn after the one who died with it. */
const longestWaitMs = 2 * leaseMs;
/** After a failure that passes: for this long nobody asks. */
const pauseMs = 3_000;
const repetitionsAfterMs: readonly number[] = [250, 1_000];
const remembered = 1_000;

/**
 * Keeps access tokens fresh. Of all processes that share a store one at a time renews an account's token, under a lease
 * in its row; the others take what it got. Where the refresh token is replaced with each use (RFC 9700 section 4.14.2),
 * a second use would end the connection.
 */
export class TokenRenewal {
  readonly #options: TokenRenewalOptions;
  /** Of this process; between processes the lease decides. */
  readonly #flights = new Map<string, Promise<StoredConnectedAccount>>();
  /** By account: the access token that was not accepted although it was new. */
  readonly #refused = new BoundedCache<string, string>(remembered);

  constructor(options: TokenRenewalOptions) {
    this.#options = options;
  }

  /**
   * The credentials of an account, renewed if it is time.
   *
   * @throws JackfieldError `CONNECTION_EXPIRED`, and what asking for a token throws
   */
  async hold(use: AccountInUse, signal: AbortSignal): Promise<HeldCredentials> {
    const stored = await decryptCredentials(this.#options.vault, use.account);
    const renewable = renewableOf(stored);
    if (renewable === undefined) return held(stored);
    const due = this.#due(renewable.credential);
    if (due === 'later') return this.#heldRenewable(use, stored, renewable.credential, signal);
    return this.#renewed(use, renewable.credential, due, signal);
  }

  /**
   * Renews the credential now, whether it is time or not.
   *
   * @throws JackfieldError `CONNECTION_EXPIRED`, and what asking for a token throws
   */
  async renewNow(use: AccountInUse): Promise<StoredConnectedAccount> {
    const renewable = renewableOf(await decryptCredentials(this.#options.vault, use.account));
    if (renewable === undefined) return use.account;
    return this.#fly(use, renewable.credential.token?.value, 'asked');
  }

  /**
   * Does something while nobody renews the credential.
   *
   * @throws JackfieldError `CONFLICT` when somebody does for too long
   */
  async withLease<Result>(
    { projectId, id }: StoredConnectedAccount,
    act: (account: StoredConnectedAccount, ownerId: string) => Promise<Result>,
  ): Promise<Result> {
    const { store } = this.#options;
    const ownerId = randomUUID();
    const deadline = performance.now() + longestWaitMs;
    for (let wait = pollMs; ; wait = Math.min(2 * wait, longestPollMs)) {
      const account = await this.#read(projectId, id);
      const leased = await store.connectedAccounts.lease({
        ...this.#lease(account, ownerId),
        expectedVersion: account.version,
      });
      if (leased !== undefined) {
        try {
          return await act(leased, ownerId);
        } finally {
          await store.connectedAccounts.releaseLease({ projectId, id, ownerId });
        }
      }
      if (performance.now() > deadline) throw stillRenewing(account);
      await delay(wait);
    }
  }

  #heldRenewable(
    use: AccountInUse,
    stored: StoredCredentials,
    credential: RenewableCredential,
    signal: AbortSignal,
  ): HeldCredentials {
    const used = credential.token?.value;
    const key = keyOf(use.account);
    const renewal: CredentialRenewal = {
      renew: async (isInvalid) => {
        if (this.#refused.get(key) === used) return undefined;
        if (!TokenIssuer.canRenew(credential) && !isInvalid) return undefined;
        return this.#renewed(use, credential, 'refused', signal);
      },
      wasInVain: () => {
        if (used !== undefined) this.#refused.set(key, used);
      },
    };
    return { ...held(stored), renewal };
  }

  async #renewed(
    use: AccountInUse,
    { token }: RenewableCredential,
    due: Due,
    signal: AbortSignal,
  ): Promise<HeldCredentials> {
    const account = await untilAborted(this.#fly(use, token?.value, due), signal);
    const stored = await decryptCredentials(this.#options.vault, account);
    const renewable = renewableOf(stored);
    if (renewable === undefined) return held(stored);
    return this.#heldRenewable({ ...use, account }, stored, renewable.credential, signal);
  }

  /** All of this process who need the same account's token wait for one. */
  #fly(use: AccountInUse, used: string | undefined, due: Due): Promise<StoredConnectedAccount> {
    const key = `${keyOf(use.account)} ${due === 'over' ? 'refused' : due} ${used ?? ''}`;
    const flying = this.#flights.get(key);
    if (flying !== undefined) return flying;
    const flight = this.#renew(use, used, due).finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }

  async #renew(use: AccountInUse, used: string | undefined, due: Due): Promise<StoredConnectedAccount> {
    const { store, vault, now } = this.#options;
    const ownerId = randomUUID();
    const deadline = performance.now() + longestWaitMs;
    let { account } = use;
    for (let wait = pollMs; ; account = await this.#read(account.projectId, account.id)) {
      const renewable = renewableOf(await decryptCredentials(vault, account));
      const isOver = account.status === 'EXPIRED' && due !== 'asked';
      if (isOver || renewable === undefined) throw connectionExpired(account, use.toolkit);
      const { credential } = renewable;
      // Somebody else was faster.
      if (credential.token?.value !== used && this.#due(credential) !== 'over') return account;
      if (!TokenIssuer.canRenew(credential)) {
        if (due === 'soon') return account;
        throw connectionExpired(await this.#expire(account, 'The service gave nothing to renew it with.'), use.toolkit);
      }
      const { lease } = account;
      const isLeased = lease !== null && lease.until.getTime() > now().getTime();
      if (isLeased && due === 'soon') return account;
      if (isLeased && lease.ownerId === null) throw pausing(use.toolkit, lease.until, now());
      if (!isLeased) {
        const leased = await store.connectedAccounts.lease({
          ...this.#lease(account, ownerId),
          expectedVersion: account.version,
        });
        if (leased !== undefined) return this.#ask({ ...use, account: leased }, due, ownerId);
      } else {
        if (performance.now() > deadline) throw stillRenewing(account);
        await delay(wait);
        wait = Math.min(2 * wait, longestPollMs);
      }
    }
  }

  /** Asks for a token, as the one who may. */
  async #ask(use: AccountInUse, due: Due, ownerId: string): Promise<StoredConnectedAccount> {
    const { store, vault, lifecycle, logger, now } = this.#options;
    const { account, toolkit } = use;
    const { projectId, id } = account;
    const fields = { connectedAccountId: id, toolkit: toolkit.slug, projectId };
    try {
      const stored = await decryptCredentials(vault, account);
      const renewed = await this.#askRepeatedly(use, stored);
      const credentials = { ...stored, [renewed.schemeId]: renewed.credential };
      const updated = await lifecycle.renew(account, {
        leaseOwnerId: ownerId,
        credential: await encryptCredentials(vault, account, credentials),
        credentialExpiresAt: expiryOf(credentials),
      });
      logger.info({ ...fields, expiresAt: updated.credentialExpiresAt }, 'token renewed');
      return updated;
    } catch (error) {
      if (!JackfieldError.isInstance(error)) {
        await store.connectedAccounts.releaseLease({ projectId, id, ownerId });
        throw error;
      }
      // While we asked, the account was connected again, or our time was over and another went on.
      if (error.code === 'CONFLICT') return this.#read(projectId, id);
      if (isGrantRefused(error)) {
        const reason = `The service refused to renew it: ${error.message}`;
        const after = await this.#expire(account, reason, ownerId).catch(async (conflict: unknown) => {
          if (JackfieldError.isInstance(conflict) && conflict.code === 'CONFLICT') return this.#read(projectId, id);
          throw conflict;
        });
        if (after.status === 'ACTIVE') return after;
        throw connectionExpired(after, toolkit);
      }
      logger.warn({ ...fields, errorCode: error.code, reason: error.message }, 'token not renewed');
      await store.connectedAccounts.releaseLease({
        projectId,
        id,
        ownerId,
        until: new Date(now().getTime() + pauseMs),
      });
      // It is still good for a while.
      if (due === 'soon') return account;
      throw notRenewed(error, toolkit);
    }
  }

  async #askRepeatedly(
    { authConfig, toolkit }: AccountInUse,
    stored: StoredCredentials,
  ): Promise<Renewed & { readonly schemeId: string }> {
    const config = oauthConfigOf(authConfig, toolkit);
    const renewable = renewableOf(stored);
    if (config === undefined || renewable === undefined) {
      throw new JackfieldError('AUTHORIZATION_FAILED', {
        message: `The auth config ${authConfig.id} does not say any more how the token of ${toolkit.name} is renewed.`,
        fix: 'Correct the auth config, or have the user connect the account again.',
      });
    }
    const started = performance.now();
    for (let failures = 0; ; failures++) {
      try {
        return { ...(await this.#options.issuer.renew(config, renewable.credential)), schemeId: renewable.schemeId };
      } catch (error) {
        const wait = repetitionsAfterMs[failures];
        const isInTime = performance.now() - started + (wait ?? 0) < leaseMs - oauthTimeoutMs;
        if (wait === undefined || !isInTime || !JackfieldError.isInstance(error) || !isPassing(error)) throw error;
        await delay(wait);
      }
    }
  }

  #expire(account: StoredConnectedAccount, reason: string, ownerId?: string): Promise<StoredConnectedAccount> {
    return this.#options.lifecycle.expire(account, reason, ownerId);
  }

  #lease({ projectId, id }: StoredConnectedAccount, ownerId: string) {
    return { projectId, id, ownerId, until: new Date(this.#options.now().getTime() + leaseMs) };
  }

  async #read(projectId: string, id: string): Promise<StoredConnectedAccount> {
    const account = await this.#options.store.connectedAccounts.get(projectId, id);
    if (account === undefined) throw accountNotFound(id);
    return account;
  }

  #due({ token }: RenewableCredential): 'later' | 'soon' | 'over' {
    if (token === undefined) return 'over';
    if (token.expiresAt === undefined) return 'later';
    const now = this.#options.now().getTime();
    const expiry = Date.parse(token.expiresAt);
    if (expiry <= now) return 'over';
    // A token that lives no longer than the time ahead would be renewed with each call.
    const ahead = Math.min(this.#options.refreshAheadMs, (expiry - Date.parse(token.obtainedAt)) / 2);
    return expiry - now <= ahead ? 'soon' : 'later';
  }
}

/** `refused`: the service did not accept it; `asked`: somebody wants it, even if it ended before. */
type Due = 'soon' | 'over' | 'refused' | 'asked';

function held(stored: StoredCredentials): HeldCredentials {
  const credentials = callCredentials(stored);
  return { credentials, secrets: [...secretsOf(credentials), ...Object.values(stored).flatMap(hiddenTexts)] };
}

function renewableOf(
  stored: StoredCredentials,
): { readonly schemeId: string; readonly credential: RenewableCredential } | undefined {
  for (const [schemeId, credential] of Object.entries(stored))
    if (isRenewable(credential)) return { schemeId, credential };
  return undefined;
}

function keyOf({ projectId, id }: StoredConnectedAccount): string {
  return `${projectId} ${id}`;
}

function notRenewed(error: JackfieldError, { name }: Toolkit): JackfieldError {
  const passes = isPassing(error);
  return new JackfieldError(error.code, {
    message: `The access token of ${name} has run out and could not be renewed: ${error.message}`,
    fix: passes ? 'Try again in a moment; the connection itself is not lost.' : error.fix,
    status: error.status,
    details: error.details,
    retryable: passes,
    cause: error,
  });
}

function pausing({ name }: Toolkit, until: Date, now: Date): JackfieldError {
  return new JackfieldError('UPSTREAM_UNREACHABLE', {
    message: `The access token of ${name} has run out and could not be renewed a moment ago.`,
    fix: `Try again in ${Math.ceil((until.getTime() - now.getTime()) / 1000)} s; the connection itself is not lost.`,
  });
}

function stillRenewing({ id }: StoredConnectedAccount): JackfieldError {
  return new JackfieldError('CONFLICT', {
    message: `The credential of ${id} is being renewed, which takes too long.`,
    fix: 'Try again in a moment.',
    retryable: true,
  });
}
