import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';

export interface McpAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CallOptions {
  readonly onprogress?: (progress: {
    progress: number;
    total?: number | undefined;
    message?: string | undefined;
  }) => void;
  readonly signal?: AbortSignal;
}

/** What the tests need of a client, whichever SDK it is of. */
export interface TestClient {
  listTools(): Promise<readonly ListedTool[]>;
  callTool(name: string, input?: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  instructions(): string | undefined;
  /** Calls back whenever the server says that the list of tools has changed. */
  onToolsChanged(listener: () => void): Promise<void>;
  close(): Promise<void>;
}

export interface ListedTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: object;
  readonly outputSchema?: object | undefined;
  readonly annotations?: object | undefined;
}

type Connect = (address: McpAddress, fetch?: typeof globalThis.fetch) => Promise<TestClient>;

const clientInfo = { name: 'jackfield-tests', version: '1.0.0' };

/** A client of the SDK's version 2, of one era of the protocol. Closed at the end of the test. */
export async function connectSdk2(
  { url, headers }: McpAddress,
  era: 'legacy' | 'modern',
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<TestClient> {
  const client = new Client2(clientInfo, {
    versionNegotiation: { mode: era === 'legacy' ? 'legacy' : { pin: '2026-07-28' } },
  });
  await client.connect(new Transport2(new URL(url), { requestInit: { headers }, fetch }));
  onTestFinished(() => client.close());
  return {
    listTools: async () => (await client.listTools()).tools,
    callTool: (name, input, options) => client.callTool({ name, ...(input && { arguments: input }) }, options),
    instructions: () => client.getInstructions(),
    async onToolsChanged(listener) {
      client.setNotificationHandler('notifications/tools/list_changed', listener);
      if (era === 'modern') await client.listen({ toolsListChanged: true });
    },
    close: () => client.close(),
  };
}

/** A client of the SDK's version 1. Closed at the end of the test. */
export async function connectSdk1({ url, headers }: McpAddress, fetch = globalThis.fetch): Promise<TestClient> {
  const client = new Client1(clientInfo);
  await client.connect(new Transport1(new URL(url), { requestInit: { headers }, fetch }));
  onTestFinished(() => client.close());
  return {
    listTools: async () => (await client.listTools()).tools,
    callTool: (name, input, options) =>
      client.callTool({ name, ...(input && { arguments: input }) }, undefined, options),
    instructions: () => client.getInstructions(),
    async onToolsChanged(listener) {
      client.setNotificationHandler(ToolListChangedNotificationSchema, listener);
    },
    close: () => client.close(),
  };
}

/** Every client of the official SDKs, by name. */
export const sdkClients: readonly (readonly [string, Connect])[] = [
  ['SDK 2, stateless', (at, fetch) => connectSdk2(at, 'modern', fetch)],
  ['SDK 2, handshake', (at, fetch) => connectSdk2(at, 'legacy', fetch)],
  ['SDK 1', connectSdk1],
];
