import { type ConnectedAccount, type ConnectionStatus, JackfieldError, type LinkResponse } from '@jackfield/contract';
import { sleep } from './sleep.ts';
import type { CallOptions, Transport } from './transport.ts';

export interface WaitOptions {
  /** Stops waiting: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A connection that waits for its user. */
export class ConnectionRequest {
  /** Of the connected account to be. */
  readonly id: string;
  readonly status: ConnectionStatus = 'INITIATED';
  /** The page where the user connects: single-use, short-lived. */
  readonly redirectUrl: string;
  /** ISO 8601 instant until which the page can be used. */
  readonly expiresAt: string;
  readonly #transport: Transport;
  readonly #isAgain: boolean;

  /** @param isAgain The account was connected before, and may have ended. */
  constructor(transport: Transport, link: LinkResponse, isAgain: boolean) {
    this.id = link.connectedAccountId;
    this.redirectUrl = link.redirectUrl;
    this.expiresAt = link.expiresAt;
    this.#transport = transport;
    this.#isAgain = isAgain;
  }

  /**
   * Waits until the user has connected.
   * @param timeout Milliseconds. Default: 60,000.
   * @throws JackfieldError `CONNECTION_NOT_ACTIVE` when it failed, expired or was revoked, `TIMEOUT`
   */
  waitForConnection(timeout?: number, options?: WaitOptions): Promise<ConnectedAccount> {
    return waitForConnection(this.#transport, this.id, timeout, options, this.#isAgain);
  }
}

const pollInterval = 1000;
const ended: ReadonlySet<ConnectionStatus> = new Set<ConnectionStatus>(['FAILED', 'EXPIRED', 'REVOKED']);

/** Asks for the account until it is active. */
export async function waitForConnection(
  transport: Transport,
  connectedAccountId: string,
  timeout = 60_000,
  { signal }: WaitOptions = {},
  isAgain = false,
): Promise<ConnectedAccount> {
  const end = Date.now() + timeout;
  let endedBefore: string | undefined;
  // People need seconds, programs do not: the first questions come quickly.
  for (let interval = 50; ; interval = Math.min(interval * 2, pollInterval)) {
    const options: CallOptions = { signal };
    const account = await transport.call('connectedAccounts.get', { params: { connectedAccountId } }, options);
    const { status, statusReason, updatedAt } = account;
    if (status === 'ACTIVE') return account;
    const details = { connectedAccountId, status };
    if (isAgain && ended.has(status)) endedBefore ??= updatedAt;
    if (ended.has(status) && endedBefore !== updatedAt) {
      throw new JackfieldError('CONNECTION_NOT_ACTIVE', {
        message: `The connection ${connectedAccountId} is ${status}${statusReason === null ? '' : `: ${statusReason}`}.`,
        fix: 'Start a new one with `session.authorize()`.',
        details,
      });
    }
    if (Date.now() + interval > end) {
      throw new JackfieldError('TIMEOUT', {
        message: `The connection ${connectedAccountId} was still ${status} after ${timeout} ms.`,
        fix: 'Send the user to the `redirectUrl`, and wait longer.',
        details,
      });
    }
    await sleep(interval, signal);
  }
}
