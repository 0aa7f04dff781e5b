import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { JackfieldError } from '@jackfield/contract';
import { openStore, type Store, type StoreOptions } from '@jackfield/engine';

/** Where everything is kept: a folder of this machine, or a PostgreSQL database. */
export interface StoreSettings {
  /**
   * Folder for a SQLite database and, unless an encryption key is given, the file with that key. Made if there is none.
   * `:memory:` keeps everything in this process and forgets it at the end. Default: `.jackfield`.
   */
  readonly dataDir?: string | undefined;
  /** `postgres://user:password@host:5432/database`, in place of a folder. */
  readonly databaseUrl?: string | undefined;
}

export const inMemory = ':memory:';

export function dataDirOf({ dataDir = '.jackfield', databaseUrl }: StoreSettings): string | undefined {
  return databaseUrl === undefined ? dataDir : undefined;
}

/** @throws JackfieldError `INVALID_CONFIGURATION`, `UNAVAILABLE` */
export async function openStoreAt(settings: StoreSettings, options: StoreOptions = {}): Promise<Store> {
  const { databaseUrl } = settings;
  if (databaseUrl !== undefined && settings.dataDir !== undefined) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: 'There is a data folder and a database URL.',
      fix: 'Give one of `dataDir` and `databaseUrl`.',
    });
  }
  if (databaseUrl !== undefined) return openStore({ kind: 'postgres', url: databaseUrl }, options);
  const folder = dataDirOf(settings) ?? inMemory;
  if (folder === inMemory) return openStore({ kind: 'sqlite', file: inMemory }, options);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `The data folder ${folder} cannot be made.`,
      fix: 'Choose a folder that this user may write to.',
      cause,
    });
  }
  return openStore({ kind: 'sqlite', file: join(folder, 'jackfield.db') }, options);
}
