import type { Agent, Dispatcher } from 'undici';
import { type CallProgress, ResponseTooLargeError } from './egress-error.ts';
import type { Hop } from './hop.ts';

/** A response as it came, its body still encoded. */
export interface RawResponse {
  readonly status: number;
  /** Names in lower case; values of the same name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ExchangeOptions {
  readonly maxResponseBytes: number;
  /** Ends the exchange: closes its socket and rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Called as the exchange gets on. */
  readonly onProgress: (progress: CallProgress) => void;
}

/**
 * Sends one request and reads the whole response, without following redirects.
 *
 * @throws {ResponseTooLargeError} as soon as the body exceeds the limit, or says that it will.
 * @throws {unknown} the signal's reason, or what the connection failed with.
 */
export function exchange(agent: Agent, hop: Hop, options: ExchangeOptions): Promise<RawResponse> {
  const { maxResponseBytes, signal, onProgress } = options;
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: Readonly<Record<string, string>> = {};
    const chunks: Buffer[] = [];
    let length = 0;

    function fail(reason: unknown): void {
      signal.removeEventListener('abort', onAbort);
      reject(reason);
      // Closes the socket; a request that still waits for a connection is dropped when it gets one.
      controller?.abort(reason instanceof Error ? reason : new Error('aborted'));
    }
    function onAbort(): void {
      fail(signal.reason);
    }
    if (signal.aborted) {
      reject(signal.reason);
      return;
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
          if (signal.aborted) started.abort(new Error('aborted'));
          else onProgress('sent');
        },
        onResponseStart(_started, statusCode, rawHeaders) {
          // Interim responses (RFC 9110 section 15.2).
          if (statusCode < 200) return;
          onProgress('answering');
          status = statusCode;
          headers = joinHeaders(rawHeaders);
          if (hop.method !== 'HEAD' && Number(headers['content-length'] ?? 0) > maxResponseBytes) {
            fail(new ResponseTooLargeError());
          }
        },
        onResponseData(_started, chunk) {
          length += chunk.length;
          if (length > maxResponseBytes) fail(new ResponseTooLargeError());
          else chunks.push(chunk);
        },
        onResponseEnd() {
          signal.removeEventListener('abort', onAbort);
          const [first] = chunks;
          resolve({
            status,
            headers,
            body: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks),
          });
        },
        onResponseError(_started, error) {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      },
    );
  });
}

/** Values of the same name joined by a comma. */
export function joinHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) joined[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return joined;
}
