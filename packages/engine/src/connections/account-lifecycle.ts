import type { AccountIdentity } from '@jackfield/contract';
import type { AccountChange, Logger } from '../engine.ts';
import type { AccountScopes, Store, StoredConnectedAccount } from '../stores/store.ts';
import { identityLabel, toIdentity } from './account-identity.ts';

export interface AccountLifecycleOptions {
  readonly store: Store;
  readonly logger: Logger;
  readonly onChange: (change: AccountChange) => void;
}

export interface Connected {
  readonly credential: Uint8Array;
  readonly credentialExpiresAt: Date | null;
  readonly scopes: AccountScopes | null;
  readonly identity: AccountIdentity | null;
}

/** Every change of an account's status, so that each is logged and told. */
export class AccountLifecycle {
  readonly #options: AccountLifecycleOptions;

  constructor(options: AccountLifecycleOptions) {
    this.#options = options;
  }

  async connect({ projectId, id }: StoredConnectedAccount, connected: Connected): Promise<StoredConnectedAccount> {
    const account = await this.#options.store.connectedAccounts.update({
      projectId,
      id,
      status: 'ACTIVE',
      statusReason: null,
      endLease: true,
      ...connected,
      identity: connected.identity === null ? null : { ...connected.identity },
    });
    this.tell('connected', account);
    return account;
  }

  /** Connecting led to nothing. One that had ended before has now done so for this reason; one in use is left alone. */
  async fail(account: StoredConnectedAccount, reason: string): Promise<StoredConnectedAccount> {
    if (account.status === 'EXPIRED') {
      const { projectId, id } = account;
      return this.#options.store.connectedAccounts.update({ projectId, id, statusReason: reason });
    }
    if (account.status !== 'INITIATED') return account;
    return this.#end('failed', account, { status: 'FAILED', statusReason: reason });
  }

  /** The service does not accept the credential any more. */
  expire(account: StoredConnectedAccount, reason: string, leaseOwnerId?: string): Promise<StoredConnectedAccount> {
    return this.#end('expired', account, { status: 'EXPIRED', statusReason: reason, leaseOwnerId });
  }

  /** The credential is gone, and cannot come back. */
  revoke(account: StoredConnectedAccount, reason: string, leaseOwnerId?: string): Promise<StoredConnectedAccount> {
    return this.#end('revoked', account, {
      status: 'REVOKED',
      statusReason: reason,
      credential: null,
      credentialExpiresAt: null,
      leaseOwnerId,
    });
  }

  async #end(
    type: AccountChange['type'],
    { projectId, id }: StoredConnectedAccount,
    change: Omit<Parameters<Store['connectedAccounts']['update']>[0], 'projectId' | 'id'>,
  ): Promise<StoredConnectedAccount> {
    const account = await this.#options.store.connectedAccounts.update({ projectId, id, ...change });
    this.tell(type, account);
    return account;
  }

  tell(type: AccountChange['type'], account: StoredConnectedAccount): void {
    const { id, projectId, userId, toolkit, statusReason } = account;
    const { logger, onChange } = this.#options;
    const identity = identityLabel(toIdentity(account.identity));
    const fields = { connectedAccountId: id, toolkit, projectId, identity, reason: statusReason };
    logger[type === 'connected' ? 'info' : 'warn'](fields, `account ${type}`);
    onChange({ type, projectId, connectedAccountId: id, userId, toolkit, reason: statusReason });
  }
}
