import { JackfieldError, type ToolItem } from '@jackfield/contract';
import type { CallContext, Engine } from '@jackfield/engine';
import {
  fromJsonSchema,
  INVALID_PARAMS,
  McpServer,
  ProtocolError,
  Server,
  type ServerContext,
  type ServerOptions,
} from '@modelcontextprotocol/server';
import { callTool } from './call-tool.ts';
import { type ClientMarks, callName } from './client-marks.ts';
import { rpcCodes } from './rpc-error.ts';
import { toMcpTool } from './to-mcp-tool.ts';

export interface SessionServerOptions {
  readonly engine: Engine;
  readonly sessionId: string;
  /** Of the request that is served; its signal is replaced by the one of each message. */
  readonly context: CallContext;
  readonly version: string;
  readonly progressIntervalMs: number;
  readonly connectWaitMs: number;
  /** Of a client of the handshake era. */
  readonly client?: ClientMarks | undefined;
  /** Read only for a request that asks for it. */
  readonly withInstructions: boolean;
  /** The tool that a request of the stateless era calls. */
  readonly calledTool?: string | undefined;
}

/** For how long a client may keep what it was told when it does not listen for changes. */
const cacheHint = { ttlMs: 30_000, cacheScope: 'private' } as const;

/** Clients that do not ask for a second page are common: one page holds what any of them could use. */
const toolsPerPage = 1000;
const toolsPerRead = 500;

/** One session as an MCP server, for one request. */
export async function createSessionServer(options: SessionServerOptions): Promise<McpServer | Server> {
  const { engine, sessionId, context, calledTool } = options;
  const info = { name: 'jackfield', title: 'Jackfield', version: options.version };
  const serverOptions: ServerOptions = {
    capabilities: { tools: { listChanged: true } },
    cacheHints: { 'tools/list': cacheHint, 'server/discover': cacheHint },
    ...(options.withInstructions ? { instructions: await engine.instructions(sessionId, context) } : {}),
  };
  const schema = calledTool === undefined ? undefined : await engine.inputSchema(sessionId, calledTool, context);
  if (calledTool !== undefined && schema !== undefined && repeatsArgumentsInHeaders(schema)) {
    // The SDK holds the headers of a call to the arguments (SEP-2243) only for tools that it knows by itself.
    const mcp = new McpServer(info, serverOptions);
    mcp.registerTool(calledTool, { inputSchema: fromJsonSchema(schema) }, () => ({ content: [] }));
    handleRequests(mcp.server, options);
    return mcp;
  }
  const server = new Server(info, serverOptions);
  handleRequests(server, options);
  return server;
}

function handleRequests(server: Server, options: SessionServerOptions): void {
  const { engine, sessionId, context, client } = options;
  server.setRequestHandler('tools/list', async ({ params }, { mcpReq }) => {
    const { items, nextCursor } = await orProtocolError(() =>
      listTools(engine, sessionId, params?.cursor, { ...context, signal: mcpReq.signal }),
    );
    return { tools: items.map(toMcpTool), ...(nextCursor === null ? {} : { nextCursor }) };
  });
  server.setRequestHandler('tools/call', ({ params }, call: ServerContext) => callTool(params, call, options));
  if (client !== undefined) {
    // The call runs in a server of another request, perhaps in another process.
    server.setNotificationHandler('notifications/cancelled', async ({ params }) => {
      const call = params.requestId === undefined ? undefined : callName(client, params.requestId);
      if (call !== undefined) await engine.cancel(sessionId, call, context);
    });
  }
}

const headerSchemas = new WeakMap<object, boolean>();

/** Whether some argument is to stand in a header of the request, too. */
function repeatsArgumentsInHeaders(schema: object): boolean {
  let repeats = headerSchemas.get(schema);
  if (repeats === undefined) {
    repeats = JSON.stringify(schema).includes('"x-mcp-header"');
    headerSchemas.set(schema, repeats);
  }
  return repeats;
}

async function listTools(
  engine: Engine,
  sessionId: string,
  cursor: string | undefined,
  context: CallContext,
): Promise<{ items: ToolItem[]; nextCursor: string | null }> {
  const items: ToolItem[] = [];
  let next = cursor ?? null;
  do {
    const query = { limit: toolsPerRead, ...(next === null ? {} : { cursor: next }) };
    const page = await engine.operations['sessions.tools']({ params: { sessionId }, query }, context);
    items.push(...page.items);
    next = page.nextCursor;
  } while (next !== null && items.length < toolsPerPage);
  return { items, nextCursor: next };
}

/** What is wrong with a request itself is the protocol's to say. */
async function orProtocolError<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!JackfieldError.isInstance(error)) throw error;
    const code = error.code === 'INVALID_CURSOR' ? INVALID_PARAMS : rpcCodes.serverError;
    throw new ProtocolError(code, error.message, {
      code: error.code,
      ...(error.fix === undefined ? {} : { fix: error.fix }),
    });
  }
}
