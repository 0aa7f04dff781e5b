import { resolve } from 'node:path';
import type { StoreSettings } from '@jackfield/server';

/** Where everything is kept, as given on the command line. */
export interface StoreOptions {
  readonly data: string;
  readonly databaseUrl?: string | undefined;
}

export function toStoreSettings({ data, databaseUrl }: StoreOptions): StoreSettings {
  return databaseUrl === undefined ? { dataDir: data } : { databaseUrl };
}

/** Whether everything is forgotten at the end of the process. */
export function isInMemory({ data, databaseUrl }: StoreOptions): boolean {
  return databaseUrl === undefined && data === ':memory:';
}

/** For people: a folder, or a database without its password. */
export function describeStore(options: StoreOptions): string {
  const { data, databaseUrl } = options;
  if (isInMemory(options)) return 'memory, forgotten at the end (SQLite)';
  if (databaseUrl === undefined) return `${resolve(data)} (SQLite)`;
  const url = URL.parse(databaseUrl);
  return `${url === null ? 'a database' : `${url.host}${url.pathname}`} (PostgreSQL)`;
}
