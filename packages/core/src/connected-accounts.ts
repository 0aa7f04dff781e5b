import type {
  ConnectedAccount,
  CreateConnectedAccountBody,
  ListConnectedAccountsQuery,
  RefreshConnectedAccountResponse,
  UpdateConnectedAccountBody,
} from '@jackfield/contract';
import { type WaitOptions, waitForConnection } from './connection-request.ts';
import { firstPage, type Page } from './page.ts';
import type { CallOptions, Transport } from './transport.ts';

/** Users' credentials for toolkits. The credentials themselves are never returned. */
export class ConnectedAccounts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first. */
  list(query: ListConnectedAccountsQuery = {}, options?: CallOptions): Promise<Page<ConnectedAccount>> {
    return firstPage(query, (page) => this.#transport.call('connectedAccounts.list', { query: page }, options));
  }

  /** @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND` */
  get(connectedAccountId: string, options?: CallOptions): Promise<ConnectedAccount> {
    return this.#transport.call('connectedAccounts.get', { params: { connectedAccountId } }, options);
  }

  /**
   * Connects an account whose credential is at hand, without the user.
   * @throws JackfieldError `UNKNOWN_TOOLKIT`, `UNSUPPORTED_AUTH_SCHEME`, `AUTHORIZATION_FAILED`, `CONFLICT` (the alias is
   * taken)
   */
  create(account: CreateConnectedAccountBody, options?: CallOptions): Promise<ConnectedAccount> {
    return this.#transport.call('connectedAccounts.create', { body: account }, options);
  }

  /** @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND`, `CONFLICT` (the alias is taken) */
  update(
    connectedAccountId: string,
    change: UpdateConnectedAccountBody,
    options?: CallOptions,
  ): Promise<ConnectedAccount> {
    return this.#transport.call('connectedAccounts.update', { params: { connectedAccountId }, body: change }, options);
  }

  /** Lets the account be used again. @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND` */
  enable(connectedAccountId: string, options?: CallOptions): Promise<void> {
    return this.#setEnabled(connectedAccountId, true, options);
  }

  /** Keeps the account, and keeps it from being used. @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND` */
  disable(connectedAccountId: string, options?: CallOptions): Promise<void> {
    return this.#setEnabled(connectedAccountId, false, options);
  }

  /**
   * Renews the credential now. What only the user can renew has a `redirectUrl` for them.
   * @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND`, `AUTHORIZATION_FAILED`, `UPSTREAM_UNREACHABLE`
   */
  refresh(connectedAccountId: string, options?: CallOptions): Promise<RefreshConnectedAccountResponse> {
    return this.#transport.call('connectedAccounts.refresh', { params: { connectedAccountId } }, options);
  }

  /**
   * Withdraws the credential at the service and forgets it; the account stays, as REVOKED.
   * @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND`, `UPSTREAM_UNREACHABLE`
   */
  revoke(connectedAccountId: string, options?: CallOptions): Promise<ConnectedAccount> {
    return this.#transport.call('connectedAccounts.revoke', { params: { connectedAccountId } }, options);
  }

  /**
   * Deletes the account and its credential, which is withdrawn at the service if that can be done.
   * @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND`
   */
  async delete(connectedAccountId: string, options?: CallOptions): Promise<void> {
    await this.#transport.call('connectedAccounts.delete', { params: { connectedAccountId } }, options);
  }

  /**
   * Waits until the user has connected, for a request that another process started.
   * @param timeout Milliseconds. Default: 60,000.
   * @throws JackfieldError `CONNECTION_NOT_ACTIVE` when it failed, expired or was revoked, `TIMEOUT`
   */
  waitForConnection(connectedAccountId: string, timeout?: number, options?: WaitOptions): Promise<ConnectedAccount> {
    return waitForConnection(this.#transport, connectedAccountId, timeout, options);
  }

  async #setEnabled(connectedAccountId: string, enabled: boolean, options: CallOptions | undefined): Promise<void> {
    const input = { params: { connectedAccountId }, body: { enabled } };
    await this.#transport.call('connectedAccounts.updateStatus', input, options);
  }
}
