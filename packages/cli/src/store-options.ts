import { resolve } from 'node:path';
import type { Terminal } from './terminal.ts';

/** Where everything is kept, as given on the command line: a folder or a database. */
export interface StoreOptions {
  readonly data?: string;
  readonly databaseUrl?: string;
}

/** A folder or a database, not both. What the command line says goes before what the environment says. */
export type StorePlace = { readonly dataDir: string } | { readonly databaseUrl: string };

export function storePlace({ data, databaseUrl }: StoreOptions, { env }: Pick<Terminal, 'env'>): StorePlace {
  if (data !== undefined) return { dataDir: data };
  const url = databaseUrl ?? (env.JACKFIELD_DATABASE_URL || undefined);
  return url === undefined ? { dataDir: '.jackfield' } : { databaseUrl: url };
}

/** Whether everything is forgotten at the end of the process. */
export function isInMemory(place: StorePlace): boolean {
  return 'dataDir' in place && place.dataDir === ':memory:';
}

/** For people: a folder, or a database without its password. */
export function describeStore(place: StorePlace): string {
  if (isInMemory(place)) return 'memory, forgotten at the end (SQLite)';
  if ('dataDir' in place) return `${resolve(place.dataDir)} (SQLite)`;
  const url = URL.parse(place.databaseUrl);
  return `${url === null ? 'a database' : `${url.host}${url.pathname}`} (PostgreSQL)`;
}
