import { SessionPreset } from '@jackfield/core';
import { createTestDatabase } from '@jackfield-internal/fakes/test-database';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inapplicableChecks, inapplicableScenarios } from './conformance-scenarios.ts';
import { createConformanceToolkit } from './conformance-toolkit.ts';
import { type ConformanceCheck, listScenarios, runConformance } from './run-conformance.ts';
import { startProxy } from './start-proxy.ts';
import { startServer, type TestServer } from './start-server.ts';

const revisions = ['2025-06-18', '2025-11-25', '2026-07-28'] as const;

/** Servers of one store, behind something that sends requests to one after the other and brings the token along. */
async function serve(start: (toolkit: ReturnType<typeof createConformanceToolkit>) => Promise<TestServer[]>) {
  let turn = false;
  const toolkit = createConformanceToolkit(async () => {
    turn = !turn;
    await session.update({ tools: { conformance: { disable: turn ? ['test_extra'] : [] } }, widen: true });
  });
  const servers = await start(toolkit);
  const [first] = servers;
  if (first === undefined) throw new Error('There is no server.');
  const session = await first.jackfield.create('ada', {
    sessionPreset: SessionPreset.DIRECT_TOOLS,
    toolkits: ['conformance'],
    mcp: true,
  });
  const urls = servers.map(({ server }) => server.url);
  const proxy = await startProxy(urls, { authorization: session.mcp.headers.Authorization ?? '' });
  return proxy.url + new URL(session.mcp.url).pathname;
}

const mcp = { toolListPollMs: 50 };

const places = [
  [
    'one server',
    (toolkit: Awaited<ReturnType<typeof createConformanceToolkit>>) =>
      Promise.all([startServer({ toolkits: [toolkit], mcp })]),
  ],
  [
    'two servers on one PostgreSQL, in turns',
    async (toolkit: ReturnType<typeof createConformanceToolkit>) => {
      const database = await createTestDatabase();
      onTestFinished(() => database.drop());
      const options = {
        dataDir: undefined,
        databaseUrl: database.url,
        encryptionKey: Buffer.alloc(32, 7).toString('base64'),
        toolkits: [toolkit],
        mcp,
      };
      return [await startServer(options), await startServer(options)];
    },
  ],
] as const;

describe.each(places)('the official suite against a session on %s', (_, start) => {
  test.each(revisions)('%s', { timeout: 180_000 }, async (revision) => {
    const results = await runConformance(await serve(start), revision);
    const met = [...results].filter(([scenario]) => !(scenario in inapplicableScenarios));
    const checks = met.flatMap(([scenario, checks]) => checks.map((check) => ({ scenario, ...check })));
    const isMet = ({ status }: ConformanceCheck) => status === 'SUCCESS' || status === 'INFO';
    expect(checks.filter((check) => !isMet(check) && !(check.id in inapplicableChecks))).toEqual([]);
    // What is met after all should not stand among the exceptions.
    expect(checks.filter((check) => isMet(check) && check.id in inapplicableChecks)).toEqual([]);
    expect(met.length).toBeGreaterThan(5);
    for (const [scenario, checks] of met) expect.soft(checks.length, scenario).toBeGreaterThan(0);
  });
});

test('names no scenario that the suite does not have', async () => {
  const scenarios = await listScenarios();
  expect(Object.keys(inapplicableScenarios).filter((name) => !scenarios.includes(name))).toEqual([]);
});
