import { test } from 'vitest';
import { type RequirementId, requirements } from './requirements.ts';

/** A test of one behaviour of the manifest. `requirements.test.ts` finds each by its literal id. */
export function requirement(id: RequirementId, check: () => Promise<void>): void {
  test(`${id}: ${requirements[id].text}`, check);
}
