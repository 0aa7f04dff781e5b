/** A server in a process of its own: prints its URL, ends on SIGTERM. Its settings are the first argument, as JSON. */
import { openApiSource } from '@jackfield/server';
import { createLogger, listen } from '@jackfield/server/node';

const { documents, ...settings } = JSON.parse(process.argv[2] ?? '{}');
const server = await listen({
  ...settings,
  port: 0,
  toolkits: Object.entries(documents as Record<string, Record<string, unknown>>).map(([slug, document]) =>
    openApiSource({ document }, { slug }),
  ),
  logger: createLogger({ write: (line) => process.stderr.write(line) }),
});
process.once('SIGTERM', async () => {
  await server.close();
  process.stdout.write('stopped\n');
});
process.stdout.write(`${server.url}\n`);
