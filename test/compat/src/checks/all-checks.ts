import type { Check } from '../check.ts';
import { catalogueChecks } from './catalogue.ts';
import { connectChecks } from './connecting.ts';
import { customChecks } from './custom.ts';
import { executeChecks } from './executing.ts';
import { sessionChecks } from './sessions.ts';
import { toolChecks } from './tools.ts';

/** Every check, in the order of the contract. */
export const allChecks: readonly Check[] = [
  ...sessionChecks,
  ...toolChecks,
  ...executeChecks,
  ...customChecks,
  ...connectChecks,
  ...catalogueChecks,
];
