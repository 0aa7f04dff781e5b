/**
 * Run by the store suite as a process of its own, to be killed: makes and changes sessions without an end and writes
 * the id of each to the standard output once the store has answered both writes; before them the id of their project.
 */
import { writeSync } from 'node:fs';
import { createId } from './create-id.ts';
import { openStore } from './open-store.ts';

const store = await openStore(JSON.parse(process.argv[2] ?? ''));
const { id: projectId } = await store.projects.ensure('default');
writeSync(1, `${projectId}\n`);

async function write(): Promise<void> {
  for (;;) {
    const id = createId('ses');
    await store.sessions.create({ id, projectId, userId: 'user_1', config: { version: 1 }, expiresAt: null });
    await store.sessions.update({ projectId, id, config: { version: 2 }, expectedConfigVersion: 1 });
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, write));
