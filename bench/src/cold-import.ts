import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Contender, compare } from './compare.ts';
import { type Installation, stubFramework } from './installations.ts';
import { atMost, milliseconds, number, type Section } from './report.ts';
import { entry, type Installed } from './sizes.ts';

/** How long a new process takes to have the client and its provider. */
export async function measureColdImport(installed: readonly Installed[]): Promise<Section> {
  const rows: string[][] = [];
  let n = 0;
  for (const { framework, jackfield, composio } of installed) {
    await stubFramework(jackfield, framework);
    await stubFramework(composio, framework);
    const { bare, ours, theirs } = await compare(
      {
        bare: await importing(jackfield, 'bare.js', ''),
        ours: await importing(jackfield, 'entry.js', entry(jackfield.imports)),
        theirs: await importing(composio, 'entry.js', entry(composio.imports)),
      },
      { warmUp: 3, rounds: 30 },
    );
    n = ours.n;
    rows.push([
      framework.name,
      milliseconds(bare.median),
      atMost(ours.median - bare.median, 15, ' ms'),
      `${number(ours.lowerQuartile - bare.median)} to ${number(ours.upperQuartile - bare.median)}`,
      milliseconds(theirs.median - bare.median),
    ]);
  }
  return {
    title: 'Cold import of core and provider',
    note: `Whole processes, from spawn to exit, above a process that imports nothing; the framework replaced by modules that export the same names and do nothing. Medians of ${n} rounds.`,
    columns: ['', 'bare node', 'Jackfield', 'middle half', 'Composio'],
    rows,
  };
}

async function importing({ folder }: Installation, file: string, source: string): Promise<Contender> {
  await writeFile(join(folder, file), source);
  return () => () => execFileSync(process.execPath, [file], { cwd: folder });
}
