/** Runs every benchmark and prints the tables; with `--write` also puts them into `docs/benchmarks.md`. */
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { measureColdImport } from './cold-import.ts';
import { measureEmbedded } from './embedded.ts';
import { frameworks } from './frameworks.ts';
import { installComposio, installJackfield, removeInstallation } from './installations.ts';
import { measureMcp } from './mcp.ts';
import { measureOpenApi } from './openapi.ts';
import { installPeers } from './peers.ts';
import { type Section, toMarkdown } from './report.ts';
import { measureSessionTools } from './session-tools.ts';
import { measureSizes } from './sizes.ts';

// Garbage of one contender must not be collected in another's time.
if (globalThis.gc === undefined) {
  const { status } = spawnSync(process.execPath, ['--expose-gc', ...process.argv.slice(1)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const document = new URL('../../docs/benchmarks.md', import.meta.url);
const [begin, end] = ['<!-- measured -->', '<!-- /measured -->'];

const sections: Section[] = [];
const show = (...measured: readonly Section[]) => {
  for (const section of measured) {
    sections.push(section);
    console.log(toMarkdown(section));
  }
};

installPeers();
show(...(await measureSessionTools()));
show(await measureEmbedded());
show(await measureMcp());
show(await measureOpenApi());
const installed = await Promise.all(
  frameworks.map(async (framework) => ({
    framework,
    jackfield: await installJackfield(framework),
    composio: await installComposio(framework),
  })),
);
try {
  show(await measureSizes(installed));
  show(await measureColdImport(installed));
} finally {
  for (const { jackfield, composio } of installed) {
    await removeInstallation(jackfield);
    await removeInstallation(composio);
  }
}

const machine = `${availableParallelism()} cores, Node ${process.versions.node.split('.')[0]}`;
if (process.argv.includes('--write')) {
  const text = await readFile(document, 'utf8');
  const measured = `${begin}\n\nMeasured on: ${machine}.\n\n${sections.map(toMarkdown).join('\n')}\n${end}`;
  await writeFile(
    document,
    text.replace(new RegExp(`${begin}.*${end}`, 's'), () => measured),
  );
  spawnSync('pnpm', ['--workspace-root', 'exec', 'biome', 'format', '--write', fileURLToPath(document)], {
    stdio: 'inherit',
  });
}
