/**
 * A process that answers recorded responses from memory. It tells its parent the port, and gets the recording. A request
 * that names the recorded entity tag is answered 304, as a server would.
 */
import { createServer } from 'node:http';
import type { Recording } from './recording.ts';

let answers = new Map<string, { status: number; headers: Readonly<Record<string, string>>; body: Buffer }>();

process.on('message', (recording: Recording) => {
  answers = new Map(
    recording.map(({ request, status, headers, body }) => [request, { status, headers, body: Buffer.from(body) }]),
  );
  process.send?.('ready');
});

const server = createServer((request, response) => {
  const answer = answers.get(`${request.method} ${request.url}`);
  if (answer === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: `Not recorded: ${request.method} ${request.url}` }));
  } else if (answer.headers.etag !== undefined && request.headers['if-none-match'] === answer.headers.etag) {
    response.writeHead(304, { etag: answer.headers.etag });
    response.end();
  } else {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
    response.end(answer.body);
  }
});
// A connection must outlast the longest turn of the other contenders: a bare `fetch` does not try again.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
