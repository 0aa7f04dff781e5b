import { expect, test } from 'vitest';
import { actAsClient } from './conformance-client.ts';
import { listClientScenarios, runClientConformance } from './run-conformance.ts';

/** Checks that our client does not meet, and why. */
const inapplicable: Readonly<Record<string, string>> = {
  'sep-2243-client-omit-null':
    'An argument null, where the schema of the tool knows none, is refused before it is sent.',
};

test.each(['2025-06-18', '2025-11-25', '2026-07-28'])(
  'the official suite with a session as its client: %s',
  { timeout: 180_000 },
  async (revision) => {
    const scenarios = await listClientScenarios(revision);
    const results = await runClientConformance(revision, actAsClient);
    expect([...results.keys()].toSorted()).toEqual(scenarios.toSorted());
    for (const [scenario, checks] of results) {
      const isToBeMet = ({ id }: (typeof checks)[number]) => !(id in inapplicable);
      const isMet = ({ status }: (typeof checks)[number]) =>
        status === 'SUCCESS' || status === 'INFO' || status === 'SKIPPED';
      expect
        .soft(
          checks.filter((check) => !isMet(check) && isToBeMet(check)),
          scenario,
        )
        .toEqual([]);
      expect.soft(checks.filter(({ status }) => status === 'SUCCESS').length, scenario).toBeGreaterThan(0);
    }
  },
);
