import { test } from 'vitest';
import { type RequirementId, requirements } from './requirements.ts';

/** A test of one behaviour of the manifest. `requirements.test.ts` finds each by its literal id. @param timeout Milliseconds. Default: that of all. */
export function requirement(id: RequirementId, check: () => Promise<void>, timeout?: number): void {
  test(`${id}: ${requirements[id].text}`, check, timeout);
}
