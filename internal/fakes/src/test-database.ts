import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
// Declares what is injected.
import type {} from './postgres-global-setup.ts';

export interface TestDatabase {
  /** With user and password. */
  readonly url: string;
  /** Closes connections that are still open, too. */
  drop(): Promise<void>;
}

/** An empty database of its own on the PostgreSQL server of this test run. Only within vitest. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const response = await fetch(inject('postgresStarter'));
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(answer, `create database ${name}`);
  const url = new URL(answer);
  url.pathname = name;
  return {
    url: url.href,
    drop: () => query(answer, `drop database ${name} with (force)`),
  };
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
