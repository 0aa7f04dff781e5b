import { type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Mutation } from './mutations.ts';
import { startHttp } from './start-http.ts';

export interface FrontRequest {
  readonly method: string;
  /** With query, as the server sees it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The server that it went to. */
  readonly backend: string;
}

/** An answer of the server's, before clients have it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What clients take for the server. */
export interface Front {
  /** `http://localhost:4011` */
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly FrontRequest[];
  /** The servers behind it, asked in turns. */
  backends: readonly string[];
  /** A server that is reached under {@link prefix}, which it does not see. */
  behindPrefix: string | undefined;
  /** How many of the next requests meet no server. */
  away: number;
  /** How answers are spoiled. */
  mutation: Mutation | undefined;
  close(): Promise<void>;
}

/** Path under which another server is. */
export const prefix = '/tools';

/** A proxy that sends each request to the next of several servers, and can spoil their answers. */
export async function startFront(): Promise<Front> {
  const requests: FrontRequest[] = [];
  let turn = 0;
  const front: Pick<Front, 'backends' | 'behindPrefix' | 'away' | 'mutation'> = {
    backends: [],
    behindPrefix: undefined,
    away: 0,
    mutation: undefined,
  };
  const { port, close } = await startHttp(async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await buffer(incoming);
    if (front.away > 0) {
      front.away -= 1;
      return void outgoing.writeHead(502).end();
    }
    const { method = '', url = '', headers } = incoming;
    const isBehindPrefix = url.startsWith(`${prefix}/`);
    const path = isBehindPrefix ? url.slice(prefix.length) : url;
    const backend = (isBehindPrefix ? front.behindPrefix : front.backends[turn++ % front.backends.length]) ?? '';
    const request: FrontRequest = { method, path, headers, body: body.toString(), backend };
    requests.push(request);
    const { hostname, port } = new URL(backend);
    const forwarded = sendRequest({ host: hostname, port, path, method, headers }, async (answer) => {
      const { statusCode: status = 502 } = answer;
      const { mutation } = front;
      if (mutation?.matches(request) !== true) {
        outgoing.writeHead(status, answer.headers);
        // What has no body yet still has headers, which clients wait for.
        outgoing.flushHeaders();
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
        return;
      }
      const read = await buffer(answer).catch(() => undefined);
      if (read === undefined) return void outgoing.destroy();
      const whole: Answer = { status, headers: answer.headers, body: read.toString() };
      const spoiled = mutation.spoil(whole);
      const { 'content-length': _, 'transfer-encoding': __, ...rest } = spoiled.headers;
      outgoing.writeHead(spoiled.status, rest).end(spoiled.body);
    });
    forwarded.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    outgoing.on('close', () => forwarded.destroy());
    forwarded.end(body);
  });
  return Object.assign(front, { url: `http://localhost:${port}`, requests, close });
}
