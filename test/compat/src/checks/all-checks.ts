import type { Check } from '../check.ts';
import { catalogueChecks } from './catalogue.ts';
import { connectChecks } from './connecting.ts';
import { customChecks } from './custom.ts';
import { executeChecks } from './executing.ts';
import { pageChecks } from './paging.ts';
import { sessionChecks } from './sessions.ts';
import { signInChecks } from './signing-in.ts';
import { toolChecks } from './tools.ts';
import { transportChecks } from './transport.ts';

/** Every check, in the order of the contract. */
export const allChecks: readonly Check[] = [
  ...transportChecks,
  ...pageChecks,
  ...sessionChecks,
  ...toolChecks,
  ...executeChecks,
  ...customChecks,
  ...connectChecks,
  ...signInChecks,
  ...catalogueChecks,
];
