import type { Agent } from 'undici';
import { dispatch, type ExchangeOptions } from './dispatch.ts';
import type { Hop } from './hop.ts';

/** A response as it came, its body still encoded. */
export interface RawResponse {
  readonly status: number;
  /** Names in lower case; values of the same name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Sends one request and reads the whole response, without following redirects.
 *
 * @throws {ResponseTooLargeError} as soon as the body exceeds the limit, or says that it will.
 * @throws {unknown} the signal's reason, or what the connection failed with.
 */
export function exchange(agent: Agent, hop: Hop, options: ExchangeOptions): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    let head: Omit<RawResponse, 'body'> = { status: 0, headers: {} };
    const chunks: Buffer[] = [];
    dispatch(agent, hop, options, {
      start(status, headers) {
        head = { status, headers };
      },
      data(chunk) {
        chunks.push(chunk);
      },
      end() {
        const [first] = chunks;
        const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
        resolve({ ...head, body });
      },
      fail: reject,
    });
  });
}
