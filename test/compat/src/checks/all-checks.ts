import type { Check } from '../check.ts';
import { toolChecks } from './tools.ts';

/** Every check, in the order of the contract. */
export const allChecks: readonly Check[] = [...toolChecks];
