import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@jackfield-internal/fakes/test-database';
import { describeDurableStore, describeStore, type StoreUnderTest } from './store.suite.ts';

async function sqliteMemory(): Promise<StoreUnderTest> {
  return { location: { kind: 'sqlite', file: ':memory:' }, remove: async () => {} };
}

async function sqliteFile(): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'jackfield-store-'));
  return {
    location: { kind: 'sqlite', file: join(folder, 'data', 'jackfield.db') },
    remove: () => rm(folder, { recursive: true }),
  };
}

async function postgres(): Promise<StoreUnderTest> {
  const { url, drop } = await createTestDatabase();
  return { location: { kind: 'postgres', url }, remove: drop };
}

describeStore('SQLite in memory', sqliteMemory);
describeStore('SQLite in a file', sqliteFile);
describeStore('PostgreSQL', postgres);
describeDurableStore('SQLite in a file', sqliteFile);
describeDurableStore('PostgreSQL', postgres);
