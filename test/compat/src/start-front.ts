import { type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
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

/** Makes another answer of one; undefined leaves it as it is. */
export type Spoil = (request: FrontRequest, answer: Answer) => Answer | undefined;

/** What clients take for the server. */
export interface Front {
  /** `http://localhost:4011` */
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly FrontRequest[];
  spoil: Spoil | undefined;
  close(): Promise<void>;
}

/** A proxy that sends each request to the next of several servers, and can spoil their answers. */
export async function startFront(backends: readonly string[]): Promise<Front> {
  const requests: FrontRequest[] = [];
  let turn = 0;
  const front = { spoil: undefined as Spoil | undefined };
  const { port, close } = await startHttp(async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await buffer(incoming);
    const { method = '', url: path = '', headers } = incoming;
    const request: FrontRequest = { method, path, headers, body: body.toString() };
    requests.push(request);
    const { hostname, port } = new URL(backends[turn++ % backends.length] ?? '');
    const forwarded = sendRequest({ host: hostname, port, path, method, headers }, async (answer) => {
      const { statusCode: status = 502 } = answer;
      if (front.spoil === undefined) {
        outgoing.writeHead(status, answer.headers);
        // What has no body yet still has headers, which clients wait for.
        outgoing.flushHeaders();
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
        return;
      }
      const whole: Answer = { status, headers: answer.headers, body: (await buffer(answer)).toString() };
      const spoiled = front.spoil(request, whole) ?? whole;
      const { 'content-length': _, 'transfer-encoding': __, ...rest } = spoiled.headers;
      outgoing.writeHead(spoiled.status, rest).end(spoiled.body);
    });
    forwarded.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    outgoing.on('close', () => forwarded.destroy());
    forwarded.end(body);
  });
  return Object.assign(front, { url: `http://localhost:${port}`, requests, close });
}
