import type { ConnectedAccount, CreateConnectedAccountBody, ListConnectedAccountsQuery } from '@jackfield/contract';
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
   * @throws JackfieldError `UNKNOWN_TOOLKIT`, `UNSUPPORTED_AUTH_SCHEME`, `CONFLICT` (the alias is taken)
   */
  create(account: CreateConnectedAccountBody, options?: CallOptions): Promise<ConnectedAccount> {
    return this.#transport.call('connectedAccounts.create', { body: account }, options);
  }

  /**
   * Deletes the account and its credential.
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
}
