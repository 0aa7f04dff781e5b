import type { Agent, Dispatcher } from 'undici';
import { ResponseTooLargeError } from './egress-error.ts';
import { type ExchangeOptions, joinHeaders, type RawResponse } from './exchange.ts';
import type { Hop } from './hop.ts';

/** The beginning of a response, and the rest as it comes, still encoded. */
export interface RawStream extends Pick<RawResponse, 'status' | 'headers'> {
  readonly body: ReadableStream<Uint8Array>;
}

/**
 * Sends one request and hands on the response as soon as its headers are there, without following redirects. The reader
 * sets the pace.
 *
 * @throws {ResponseTooLargeError} if the body says that it will exceed the limit; the body fails with it as soon as it does.
 * @throws {unknown} the signal's reason, or what the connection failed with; so does the body.
 */
export function exchangeStream(agent: Agent, hop: Hop, options: ExchangeOptions): Promise<RawStream> {
  const { maxResponseBytes, signal, onProgress } = options;
  return new Promise((resolve, reject) => {
    let dispatch: Dispatcher.DispatchController | undefined;
    let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
    let length = 0;
    let ended = false;

    function fail(reason: unknown): void {
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', onAbort);
      reject(reason);
      stream?.error(reason);
      dispatch?.abort(reason instanceof Error ? reason : new Error('aborted'));
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
          dispatch = started;
          if (ended) started.abort(new Error('aborted'));
          else onProgress('sent');
        },
        onResponseStart(started, status, rawHeaders) {
          // Interim responses (RFC 9110 section 15.2).
          if (status < 200 || ended) return;
          onProgress('answering');
          const headers = joinHeaders(rawHeaders);
          if (hop.method !== 'HEAD' && Number(headers['content-length'] ?? 0) > maxResponseBytes) {
            fail(new ResponseTooLargeError());
            return;
          }
          const body = new ReadableStream<Uint8Array>({
            start(controller) {
              stream = controller;
            },
            pull: () => started.resume(),
            cancel: () => fail(new Error('cancelled')),
          });
          resolve({ status, headers, body });
        },
        onResponseData(started, chunk) {
          if (ended) return;
          length += chunk.length;
          if (length > maxResponseBytes) {
            fail(new ResponseTooLargeError());
            return;
          }
          stream?.enqueue(new Uint8Array(chunk));
          if ((stream?.desiredSize ?? 1) <= 0) started.pause();
        },
        onResponseEnd() {
          if (ended) return;
          ended = true;
          signal.removeEventListener('abort', onAbort);
          stream?.close();
        },
        onResponseError(_started, error) {
          fail(error);
        },
      },
    );
  });
}
