import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';

/** What `node:http`, Express, Connect and Fastify's middleware layer call. */
export type NodeHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

/**
 * Makes a Node request listener of a `fetch`-like handler. The handler's `Request.signal` fires when the client closes
 * the connection. Mount it before any body parser: the body can be read only once.
 */
export function toNodeHandler(handler: (request: Request) => Promise<Response>): NodeHandler {
  return getRequestListener(handler, {
    // The adapter would replace `Request` and `Response` for the whole process.
    overrideGlobalObjects: false,
    // A request line or `Host` that makes no URL.
    errorHandler: () =>
      new Response(
        JSON.stringify({
          message: 'The request line or its `Host` header makes no URL.',
          error: {
            code: 'INVALID_REQUEST',
            status: 400,
            message: 'The request line or its `Host` header makes no URL.',
            retryable: false,
          },
        }),
        { status: 400, headers: { 'content-type': 'application/json' } },
      ),
  });
}
