/**
 * Spoils answers of the server one way after the other and writes down which checks notice, as a table in the README.
 * Fails when a wrong answer is noticed by none, or a check never notices anything. With an argument, only wrong answers
 * whose names hold it are tried, and only their rows are written anew.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { Check } from './check.ts';
import { allChecks } from './checks/all-checks.ts';
import { installLane, type LaneName, laneNames } from './lanes.ts';
import { type Mutation, mutations } from './mutations.ts';
import type { FrontRequest } from './start-front.ts';
import { startWorld, type World } from './world.ts';

const readme = new URL('../README.md', import.meta.url);

const longestCheckMs = 12_000;

/** Names of the checks that notice, by mutation. */
type Findings = Map<Mutation, Set<string>>;

const findings: Findings = new Map(mutations.map((mutation) => [mutation, new Set()]));
const only = process.argv[2];
const tried = mutations.filter(({ name }) => only === undefined || name.includes(only));

// Of what a check left running when it failed.
process.on('unhandledRejection', () => undefined);

for (const lane of laneNames) await mutateLane(lane);

const unnoticed = tried.filter((mutation) => findings.get(mutation)?.size === 0).map(({ name }) => name);
const noticing = new Set([...findings.values()].flatMap((names) => [...names]));
const idle = allChecks.map(({ name }) => name).filter((name) => !noticing.has(name));
await writeTable();
process.stdout.write(`${tried.length} wrong answers; noticed by none: ${JSON.stringify(unnoticed)}\n`);
if (only === undefined) {
  process.stdout.write(`${allChecks.length} checks; never noticed anything: ${JSON.stringify(idle)}\n`);
}
process.exit(unnoticed.length > 0 || (only === undefined && idle.length > 0) ? 1 : 0);

async function mutateLane(lane: LaneName): Promise<void> {
  installLane(lane);
  const world = await startWorld({ lane });
  const requests = new Map<Check, readonly FrontRequest[]>();
  for (const check of allChecks) {
    const before = world.front.requests.length;
    const failure = await failureOf(check, world);
    if (failure !== undefined) throw new Error(`${check.name} fails although nothing is spoiled.`, { cause: failure });
    requests.set(check, world.front.requests.slice(before));
  }
  for (const mutation of tried) {
    for (const check of allChecks) {
      if (requests.get(check)?.some((request) => mutation.matches(request)) !== true) continue;
      world.front.mutation = mutation;
      if ((await failureOf(check, world)) !== undefined) findings.get(mutation)?.add(check.name);
      world.front.mutation = undefined;
    }
    process.stdout.write(`${lane} ${mutation.name}: ${findings.get(mutation)?.size}\n`);
  }
  await world.close();
}

async function failureOf(check: Check, world: World): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It did not end.')), longestCheckMs);
  });
  try {
    await Promise.race([check.run(world), late]);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
  }
}

async function writeTable(): Promise<void> {
  const text = await readFile(readme, 'utf8');
  const [before = '', table = ''] = text.split('<!-- mutations -->');
  const kept = new Map(table.split('\n').map((row) => [/^\| (.+?) +\|/.exec(row)?.[1], row]));
  const rows = mutations.flatMap((mutation) => {
    if (!tried.includes(mutation)) return kept.get(mutation.name) ?? [];
    const names = [...(findings.get(mutation) ?? [])];
    const shown = names.slice(0, 3).join('; ');
    return `| ${mutation.name} | ${names.length} | ${shown}${names.length > 3 ? '; …' : ''} |`;
  });
  const heading = ['| Wrong answer | Checks that notice | Such as |', '|---|---|---|'];
  await writeFile(readme, `${before}<!-- mutations -->\n\n${[...heading, ...rows].join('\n')}\n`);
}
