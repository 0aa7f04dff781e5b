import type { Agent, Dispatcher } from 'undici';
import { type CallProgress, ResponseTooLargeError } from './egress-error.ts';
import type { Hop } from './hop.ts';

export interface ExchangeOptions {
  readonly maxResponseBytes: number;
  /** Ends the exchange: closes its socket and fails with the signal's reason. */
  readonly signal: AbortSignal;
  /** Called as the exchange gets on. */
  readonly onProgress: (progress: CallProgress) => void;
}

/** What happens to a response: once `start`, any number of `data`, once `end`; or, at any moment and as the last, `fail`. */
export interface ResponseReceiver {
  /** @param headers names in lower case; values of the same name joined by a comma */
  start(status: number, headers: Readonly<Record<string, string>>, pace: Dispatcher.DispatchController): void;
  /** Still encoded. The bytes may be kept. */
  data(chunk: Buffer, pace: Dispatcher.DispatchController): void;
  end(): void;
  /** With the signal's reason, a {@link ResponseTooLargeError}, or what the connection failed with. */
  fail(reason: unknown): void;
}

/**
 * Sends one request, without following redirects.
 *
 * @returns gives the exchange up for a reason: closes its socket, and hands the reason to `fail`
 */
export function dispatch(
  agent: Agent,
  hop: Hop,
  { maxResponseBytes, signal, onProgress }: ExchangeOptions,
  receiver: ResponseReceiver,
): (reason: unknown) => void {
  let controller: Dispatcher.DispatchController | undefined;
  let length = 0;
  let isOver = false;

  function finish(tell: () => void): void {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener('abort', onAbort);
    tell();
  }
  function fail(reason: unknown): void {
    finish(() => {
      receiver.fail(reason);
      // Closes the socket; a request that still waits for a connection is dropped when it gets one.
      controller?.abort(asError(reason));
    });
  }
  function onAbort(): void {
    fail(signal.reason);
  }
  if (signal.aborted) {
    fail(signal.reason);
    return fail;
  }
  signal.addEventListener('abort', onAbort, { once: true });

  onProgress('connecting');
  agent.dispatch(
    {
      origin: hop.url.origin,
      path: hop.url.pathname + hop.url.search,
      method: hop.method,
      headers: hop.headers,
      body: hop.body,
    },
    {
      onRequestStart(started) {
        controller = started;
        if (isOver) started.abort(asError(signal.reason));
        else onProgress('sent');
      },
      onResponseStart(pace, status, rawHeaders) {
        // Interim responses (RFC 9110 section 15.2).
        if (status < 200 || isOver) return;
        onProgress('answering');
        const headers = joinHeaders(rawHeaders);
        if (hop.method !== 'HEAD' && Number(headers['content-length'] ?? 0) > maxResponseBytes) {
          fail(new ResponseTooLargeError());
        } else receiver.start(status, headers, pace);
      },
      onResponseData(pace, chunk) {
        if (isOver) return;
        length += chunk.length;
        if (length > maxResponseBytes) fail(new ResponseTooLargeError());
        else receiver.data(chunk, pace);
      },
      onResponseEnd() {
        finish(() => receiver.end());
      },
      onResponseError(_started, error) {
        finish(() => receiver.fail(error));
      },
    },
  );
  return fail;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted');
}

function joinHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) joined[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return joined;
}
