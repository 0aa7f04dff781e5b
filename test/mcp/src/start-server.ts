import { Jackfield } from '@jackfield/core';
import { createLogger, type ListenOptions, listen, type Server } from '@jackfield/server/node';
import { onTestFinished } from 'vitest';
import { ItemProvider } from './item-provider.ts';

export interface TestServer {
  readonly server: Server;
  readonly apiKey: string;
  readonly jackfield: Jackfield<ItemProvider>;
  /** Everything that was logged. */
  log(): string;
}

export const testApiKey = 'a-key-of-the-mcp-tests';

/** A server that listens on this machine until the end of the test. */
export async function startServer(options: Partial<ListenOptions> = {}): Promise<TestServer> {
  const lines: string[] = [];
  const server = await listen({
    dataDir: ':memory:',
    port: 0,
    apiKey: testApiKey,
    logger: createLogger({ level: 'debug', write: (line) => void lines.push(line) }),
    ...options,
  });
  onTestFinished(() => server.close());
  return {
    server,
    apiKey: testApiKey,
    jackfield: new Jackfield({ apiKey: testApiKey, baseURL: server.url, provider: new ItemProvider() }),
    log: () => lines.join('\n'),
  };
}
