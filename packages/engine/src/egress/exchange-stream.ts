import type { Agent } from 'undici';
import { dispatch, type ExchangeOptions } from './dispatch.ts';
import type { RawResponse } from './exchange.ts';
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
  return new Promise((resolve, reject) => {
    let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
    const giveUp = dispatch(agent, hop, options, {
      start(status, headers, pace) {
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            stream = controller;
          },
          pull: () => pace.resume(),
          cancel: () => giveUp(new Error('cancelled')),
        });
        resolve({ status, headers, body });
      },
      data(chunk, pace) {
        stream?.enqueue(new Uint8Array(chunk));
        if ((stream?.desiredSize ?? 1) <= 0) pace.pause();
      },
      end() {
        stream?.close();
      },
      fail(reason) {
        reject(reason);
        stream?.error(reason);
      },
    });
  });
}
