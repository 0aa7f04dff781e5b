/** A server in a process of its own: says where it is, answers questions about its counter, ends with its parent. */
import { listen } from '@jackfield/server/node';
import { createCounter } from './counter-toolkit.ts';
import { createToolkits } from './create-toolkits.ts';
import type { ReplicaQuestion, ReplicaSettings } from './start-replica.ts';

const { services, ...settings }: ReplicaSettings = JSON.parse(process.argv[2] ?? '{}');
const counter = createCounter();
const server = await listen({
  ...settings,
  port: 0,
  gracePeriod: 100,
  toolkits: createToolkits(services, counter),
});

process.on('message', async ({ id, ask, slug }: ReplicaQuestion) => {
  if (ask === 'stop') await counter.stop();
  process.send?.({ id, answer: ask === 'aborted' ? await counter.aborted() : await counter.calls(slug) });
});
process.on('disconnect', async () => {
  await server.close();
  process.exit();
});
process.send?.({ url: server.url });
