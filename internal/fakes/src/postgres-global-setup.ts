import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import type { RunningPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A GET starts the PostgreSQL server of this test run, unless it runs, and answers its URL. */
    readonly postgresStarter: string;
  }
}

/** One PostgreSQL server for a whole test run, started when the first test asks for it. See `test-database.ts`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<RunningPostgres> | undefined;
  const starter = createServer(async (_request, response) => {
    try {
      starting ??= import('./postgres.ts').then(({ startPostgres }) => startPostgres());
      response.end((await starting).url);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => starter.listen(0, '127.0.0.1', resolve));
  const address = starter.address();
  if (address === null || typeof address === 'string') throw new Error('The starter has no port.');
  project.provide('postgresStarter', `http://127.0.0.1:${address.port}`);
  return async () => {
    starter.closeAllConnections();
    starter.close();
    await (await starting)?.stop();
  };
}
