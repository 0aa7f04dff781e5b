import { type AccountIdentity, type EventType, JackfieldError } from '@jackfield/contract';
import type { Logger } from '../engine.ts';
import type {
  AccountScopes,
  ConnectedAccountUpdate,
  NewConnectedAccount,
  Store,
  StoredConnectedAccount,
} from '../stores/store.ts';
import { identityLabel, toIdentity } from './account-identity.ts';

export interface AccountLifecycleOptions {
  readonly store: Store;
  readonly logger: Logger;
  /** Hears, after it was written, that the project has a new event. */
  readonly onEvent: (projectId: string) => void;
}

export interface Connected {
  readonly credential: Uint8Array;
  readonly credentialExpiresAt: Date | null;
  readonly scopes: AccountScopes | null;
  readonly identity: AccountIdentity | null;
}

/** Every change of an account's status: written together with its event, and logged. */
export class AccountLifecycle {
  readonly #options: AccountLifecycleOptions;

  constructor(options: AccountLifecycleOptions) {
    this.#options = options;
  }

  /** An account that is connected from the start. @throws JackfieldError `CONFLICT` */
  async create(account: NewConnectedAccount): Promise<StoredConnectedAccount> {
    const event = 'connected_account.connected';
    return this.#tell(event, await this.#options.store.connectedAccounts.create({ ...account, event }));
  }

  /** @param replaces id of the account whose place it takes */
  async connect(
    account: StoredConnectedAccount,
    connected: Connected,
    replaces?: string,
  ): Promise<StoredConnectedAccount> {
    const { projectId, id, alias } = account;
    const update: ConnectedAccountUpdate = {
      projectId,
      id,
      status: 'ACTIVE',
      statusReason: null,
      endLease: true,
      replaces,
      ...connected,
      identity: connected.identity === null ? null : { ...connected.identity },
    };
    try {
      return await this.#change('connected_account.connected', update);
    } catch (error) {
      if (!JackfieldError.isInstance(error) || error.details?.alias === undefined) throw error;
      // Rather without a name than not at all: its user has done everything.
      const statusReason = `Another account got the alias ${JSON.stringify(alias)} meanwhile; this one has none.`;
      return this.#change('connected_account.connected', { ...update, alias: null, statusReason });
    }
  }

  /** Connecting led to nothing. One that had ended before has now done so for this reason; one in use is left alone. */
  async fail(account: StoredConnectedAccount, reason: string): Promise<StoredConnectedAccount> {
    const { projectId, id, status } = account;
    if (status === 'EXPIRED') {
      return this.#options.store.connectedAccounts.update({ projectId, id, statusReason: reason });
    }
    if (status !== 'INITIATED') return account;
    return this.#change('connected_account.failed', { projectId, id, status: 'FAILED', statusReason: reason });
  }

  /** The service does not accept the credential any more. */
  expire(
    { projectId, id, status }: StoredConnectedAccount,
    reason: string,
    leaseOwnerId?: string,
  ): Promise<StoredConnectedAccount> {
    const event = status === 'EXPIRED' ? undefined : 'connected_account.expired';
    return this.#change(event, { projectId, id, status: 'EXPIRED', statusReason: reason, leaseOwnerId });
  }

  /** The credential is gone, and cannot come back. */
  revoke(
    { projectId, id, status }: StoredConnectedAccount,
    reason: string,
    leaseOwnerId?: string,
  ): Promise<StoredConnectedAccount> {
    return this.#change(status === 'REVOKED' ? undefined : 'connected_account.revoked', {
      projectId,
      id,
      status: 'REVOKED',
      statusReason: reason,
      credential: null,
      credentialExpiresAt: null,
      leaseOwnerId,
    });
  }

  /** The credential was renewed; one that had ended is connected again. @throws JackfieldError `CONFLICT` */
  renew(
    { projectId, id, status }: StoredConnectedAccount,
    renewed: Pick<Connected, 'credential' | 'credentialExpiresAt'> & { readonly leaseOwnerId: string },
  ): Promise<StoredConnectedAccount> {
    // What became of the account meanwhile is not undone.
    if (status !== 'EXPIRED') return this.#change(undefined, { projectId, id, ...renewed });
    return this.#change('connected_account.connected', {
      projectId,
      id,
      status: 'ACTIVE',
      statusReason: null,
      ...renewed,
    });
  }

  /** Whether there was such an account. */
  async delete(account: StoredConnectedAccount): Promise<boolean> {
    const { projectId, id, credential } = account;
    const reason = credential === null ? undefined : 'The account was deleted.';
    const deleted = await this.#options.store.connectedAccounts.delete(projectId, id, reason);
    if (deleted && reason !== undefined) this.#tell('connected_account.revoked', { ...account, statusReason: reason });
    return deleted;
  }

  async #change(event: EventType | undefined, update: ConnectedAccountUpdate): Promise<StoredConnectedAccount> {
    const account = await this.#options.store.connectedAccounts.update({ ...update, event });
    return event === undefined ? account : this.#tell(event, account);
  }

  #tell(event: EventType, account: StoredConnectedAccount): StoredConnectedAccount {
    const { id, projectId, toolkit, statusReason } = account;
    const { logger, onEvent } = this.#options;
    const identity = identityLabel(toIdentity(account.identity));
    const fields = { connectedAccountId: id, toolkit, projectId, identity, reason: statusReason };
    const happened = event.slice('connected_account.'.length);
    logger[happened === 'connected' ? 'info' : 'warn'](fields, `account ${happened}`);
    onEvent(projectId);
    return account;
  }
}
