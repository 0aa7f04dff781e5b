import {
  type ClientCapabilities,
  isInitializeRequest,
  type McpServer,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { createMcpSessionId } from './client-marks.ts';
import { glanceAt } from './glance-at.ts';

/**
 * Answers a POST of a client of the handshake era (MCP 2025-11-25 and before), with a server of its own: nothing is
 * remembered between two requests. The answer is a stream only where something may come before the result.
 */
export async function serveLegacy(request: Request, body: unknown, server: McpServer | Server): Promise<Response> {
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: !glanceAt(body).some(({ wantsProgress }) => wantsProgress),
  });
  await server.connect(transport);
  const { promise: left, reject } = Promise.withResolvers<never>();
  const end = () => {
    server.close().catch(() => undefined);
  };
  // The client is gone: what runs for it ends.
  const onAbort = () => {
    end();
    reject(request.signal.reason);
  };
  request.signal.throwIfAborted();
  request.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const response = await Promise.race([transport.handleRequest(request, { parsedBody: body }), left]);
    const capabilities = initializedWith(body);
    if (capabilities !== undefined && response.ok) {
      response.headers.set('mcp-session-id', createMcpSessionId(capabilities));
    }
    if (response.headers.get('content-type')?.startsWith('text/event-stream') && response.body !== null) {
      return new Response(untilRead(response.body, end), response);
    }
    end();
    return response;
  } catch (error) {
    end();
    throw error;
  } finally {
    left.catch(() => undefined);
  }
}

/** Not in a batch: the handshake comes first and alone. */
function initializedWith(body: unknown): ClientCapabilities | undefined {
  const [only] = glanceAt(body);
  return only?.method === 'initialize' && isInitializeRequest(body) ? body.params.capabilities : undefined;
}

/** The same stream; `end` hears of its end, however it comes. */
export function untilRead(body: ReadableStream<Uint8Array>, end: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      } catch (error) {
        end();
        controller.error(error);
      }
    },
    async cancel(reason) {
      end();
      await reader.cancel(reason);
    },
  });
}
