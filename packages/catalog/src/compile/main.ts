/**
 * Compiles every toolkit of `toolkits.jsonl` into `dist/data`: `pnpm compile`. What has not changed since the last time
 * comes from a cache.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { formatVersion } from '../compiled-format.ts';
import type { CompiledIndex, CompiledSummary } from '../compiled-index.ts';
import { dataFolder, fileOf, indexFile } from '../data-files.ts';
import { compileAll, type Progress } from './compile-all.ts';
import type { Compiled } from './compile-cache.ts';
import type { CompileJob, DocumentReport } from './compile-toolkit.ts';
import { listDocuments } from './documents.ts';
import { compress } from './encode-toolkit.ts';
import { type ManifestEntry, readManifest } from './manifest.ts';

const dist = new URL('../../dist/', import.meta.url);
const buildFolder = new URL('build/', dist);

const started = performance.now();
const manifest = readManifest();
const jobs = manifest.flatMap((entry): CompileJob[] => [
  { entry, document: entry, isCurrent: true },
  ...(entry.older ?? []).map((document) => ({ entry, document, isCurrent: false })),
]);
const compiled = await compileAll(jobs, progressBar());
const files = new Map<string, Buffer>();
const summaries: CompiledSummary[] = [];
const revision = createHash('sha256');

jobs.forEach(({ entry, document, isCurrent }, index) => {
  const { result, bytes } = compiled[index] ?? {};
  if (bytes === undefined || result?.summary === undefined) return;
  files.set(fileOf(entry.slug, isCurrent ? undefined : document.version), bytes);
  revision.update(entry.slug).update(document.version).update(bytes);
  if (isCurrent) summaries.push(withVersions(result.summary, entry, compiled, jobs));
});
refuseDuplicates(compiled);

const toolkits = summaries.toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
const index: CompiledIndex = {
  format: formatVersion,
  revision: revision.update(JSON.stringify(toolkits)).digest('hex').slice(0, 16),
  toolkits,
};
files.set(indexFile, compress(JSON.stringify(index)));

writeFolder(dataFolder, files);
const reports = compiled.map(({ result }) => result.report);
const ownBaseUrl = toolkits.flatMap((toolkit) => (toolkit.ownBaseUrl === true ? [toolkit.slug] : []));
const listed = new Set(
  manifest.flatMap(({ document, older = [], replaces = [] }) => [
    document,
    ...older.map((version) => version.document),
    ...replaces,
  ]),
);
const empty = listDocuments().filter((name) => !listed.has(name));
writeFolder(
  buildFolder,
  new Map([
    [
      'operations.tsv',
      Buffer.from(
        compiled
          .flatMap(({ result }) => result.operations)
          .map((row) => `${row.join('\t')}\n`)
          .join(''),
      ),
    ],
    ['report.json', Buffer.from(JSON.stringify({ reports, ownBaseUrl, empty }))],
  ]),
);

const bytes = [...files.values()].reduce((sum, file) => sum + file.length, 0);
process.stderr.write(
  `${toolkits.length} toolkits, ${total(reports, 'tools')} tools, ${(bytes / 1e6).toFixed(1)} MB in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
);

function withVersions(
  summary: CompiledSummary,
  { slug, older = [], aliases }: ManifestEntry,
  all: readonly Compiled[],
  allJobs: readonly CompileJob[],
): CompiledSummary {
  const usable = older.filter((version) =>
    allJobs.some((job, at) => job.entry.slug === slug && job.document === version && all[at]?.bytes !== undefined),
  );
  return {
    ...summary,
    ...(aliases === undefined ? {} : { aliases }),
    ...(usable.length === 0 ? {} : { older: usable.map(({ version }) => version) }),
  };
}

/** Tools are found by their slug alone: no two may have the same. */
function refuseDuplicates(all: readonly Compiled[]): void {
  const owners = new Map<string, string>();
  for (const { result } of all) {
    for (const [tool] of result.operations) {
      const other = owners.get(tool);
      if (other !== undefined) throw new Error(`${tool} is a tool of ${other} and of ${result.report.slug}.`);
      owners.set(tool, result.report.slug);
    }
  }
}

function writeFolder(folder: URL, contents: ReadonlyMap<string, Buffer>): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!contents.has(name)) rmSync(new URL(name, folder));
  for (const [name, content] of contents) writeFileSync(new URL(name, folder), content);
}

function total(reports: readonly DocumentReport[], count: 'tools'): number {
  return reports.reduce((sum, report) => sum + report[count], 0);
}

/** One line that is written over on a terminal; a line for every tenth elsewhere. */
function progressBar(): (progress: Progress) => void {
  let shown = -1;
  return ({ done, cached, total: all }) => {
    const tenth = Math.floor((done / all) * 10);
    const text = `compiled ${done} of ${all} documents (${cached} from the cache)`;
    if (process.stderr.isTTY) process.stderr.write(`\r${text}${done === all ? '\n' : ''}`);
    else if (tenth > shown) process.stderr.write(`${text}\n`);
    shown = tenth;
  };
}
