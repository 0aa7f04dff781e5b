import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a server answered. */
export interface RecordedAnswer {
  /** Method and path with query: `GET /v1/tool_router/session/ses_1`. */
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

export type Recording = readonly RecordedAnswer[];

/** What a server is, in process. */
type Handler = (url: string, init?: RequestInit) => Promise<Response>;

/** Asks a server and keeps its answers byte for byte. */
export async function record(server: Handler, requests: readonly string[]): Promise<Recording> {
  return Promise.all(
    requests.map(async (request) => {
      const [method = '', path = ''] = request.split(' ');
      const response = await server(`http://localhost${path}`, { method });
      if (!response.ok) throw new Error(`${request} answered ${response.status}: ${await response.text()}`);
      const kept = [...response.headers].filter(([name]) => name === 'content-type' || name === 'etag');
      return {
        request,
        status: response.status,
        headers: Object.fromEntries(kept),
        body: new Uint8Array(await response.arrayBuffer()),
      };
    }),
  );
}

/** A server that answers what it was sent. */
export interface Replay {
  readonly baseURL: string;
  /** Resolves when the recording is what is answered. */
  send(recording: Recording): Promise<void>;
  stop(): void;
}

/** Replays over HTTP on the loopback interface, from another process, whose work is not measured. */
export async function replayOverHttp(): Promise<Replay> {
  const child = fork(new URL('stub-server.ts', import.meta.url), { serialization: 'advanced' });
  const port = await nextMessage(child);
  return {
    baseURL: `http://127.0.0.1:${port}`,
    async send(recording) {
      child.send(recording);
      await nextMessage(child);
    },
    stop: () => child.kill(),
  };
}

/** Replays in process. */
export function replayInProcess(recording: Recording): Handler {
  const answers = new Map(recording.map((answer) => [answer.request, answer]));
  return async (url, init) => {
    const { pathname, search } = new URL(url);
    const request = `${init?.method ?? 'GET'} ${pathname}${search}`;
    const answer = answers.get(request);
    if (answer === undefined) throw new Error(`Not recorded: ${request}`);
    const { status, headers, body } = answer;
    const known = new Headers(init?.headers).get('if-none-match');
    if (known !== null && known === headers.etag) return new Response(null, { status: 304, headers });
    return new Response(body, { status, headers });
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('The stub server ended.'))),
  ]);
  return message;
}
