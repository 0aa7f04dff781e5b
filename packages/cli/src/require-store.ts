import { existsSync } from 'node:fs';
import { JackfieldError } from '@jackfield/core';
import type { StorePlace } from './store-options.ts';

/** Looking into a store does not make one. @throws JackfieldError `INVALID_CONFIGURATION` */
export function requireStore(place: StorePlace): void {
  if ('databaseUrl' in place || existsSync(place.dataDir)) return;
  throw new JackfieldError('INVALID_CONFIGURATION', {
    message: `There is no data folder ${place.dataDir}.`,
    fix: 'Name the folder that the server uses with `--data`, or its database with `--database-url`.',
  });
}
