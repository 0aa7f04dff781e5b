import { type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Mutation } from './mutations.ts';
import { startHttp } from './start-http.ts';

export interface FrontRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
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
  /** The servers behind it. */
  backends: readonly string[];
  /** How answers are spoiled. */
  mutation: Mutation | undefined;
  close(): Promise<void>;
}

/** A proxy that sends each request to the next of several servers, and can spoil their answers. */
export async function startFront(): Promise<Front> {
  const requests: FrontRequest[] = [];
  let turn = 0;
  const front: Pick<Front, 'backends' | 'mutation'> = { backends: [], mutation: undefined };
  const { port, close } = await startHttp(async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await buffer(incoming);
    const { method = '', url: path = '', headers } = incoming;
    const request: FrontRequest = { method, path, headers, body: body.toString() };
    requests.push(request);
    const { hostname, port } = new URL(front.backends[turn++ % front.backends.length] ?? '');
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
