/** A server in a process of its own, for tests that kill it. Its options stand in JACKFIELD_REPLICA, as JSON. */
import { listen } from '@jackfield/server/node';
import { createDesk } from './desk-toolkit.ts';

const options: unknown = JSON.parse(process.env.JACKFIELD_REPLICA ?? '{}');
const server = await listen({ ...(options as object), port: 0, toolkits: [createDesk().toolkit] });
process.stdout.write(`${server.url}\n`);
