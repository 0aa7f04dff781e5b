import { writeFile } from 'node:fs/promises';
import { type CheckedSample, checkSample } from './check-sample.ts';
import { documents, type SampledDocument } from './documents.ts';

const checked: { readonly document: SampledDocument; readonly sample: CheckedSample }[] = [];
for (const document of documents) {
  const sample = await checkSample(document);
  checked.push({ document, sample });
  process.stderr.write(
    `${document.file}: ${sample.tried.length} tried, ${Object.keys(sample.refused).length} refused\n`,
  );
}
await writeFile(new URL('../REPORT.md', import.meta.url), reportOf());

function reportOf(): string {
  const tried = sum(({ sample }) => sample.tried.length);
  const refused = sum(({ sample }) => Object.keys(sample.refused).length);
  const incomplete = sum(({ sample }) => sample.incomplete);
  const unnoticed = sum(({ sample }) => sample.unnoticed.length);
  const share = (((tried - refused) / tried) * 100).toFixed(1);
  const documentRows = checked.map(({ document, sample }) => [
    `\`${document.file}\``,
    number(sample.operations),
    String(sample.tried.length),
    String(Object.keys(sample.refused).length),
  ]);
  const refusals = checked.flatMap(({ document, sample }) =>
    Object.entries(sample.refused).map(([tool, says]) => [
      `\`${tool}\``,
      says.split('; ')[0] ?? '',
      document.exceptions?.[tool]?.because ?? '**not explained**',
    ]),
  );
  return `# Requests that Prism checks

Written by \`pnpm --filter @jackfield-test/openapi-prism report\`; the tests hold it to the list of documents, and try a
part of the sample.

For ${documents.length} documents, from ${number(Math.min(...operations()))} operations to ${number(Math.max(...operations()))}, a sample of operations becomes tools;
arguments are generated after the tools' schemas, and Prism validates the requests against the documents as their authors
wrote them. Of ${number(tried)} requests, Prism takes ${number(tried - refused)} (${share} %). To see that it looks, ${number(incomplete)} requests were sent
again without something that is required: it took ${unnoticed} of them.

What Prism does not read is said otherwise to it: \`nullable\` without a type, a query in a path, which of the operations
that share a URL is meant, and the name that AWS has for JSON.

## Refused

${table([['Tool', 'Prism says', 'Why'], ...refusals], [])}
## Documents

${table([['Document', 'Operations', 'Tried', 'Refused'], ...documentRows], [1, 2, 3])}`;
}

function operations(): readonly number[] {
  return checked.map(({ sample }) => sample.operations);
}

function sum(count: (each: (typeof checked)[number]) => number): number {
  return checked.reduce((total, each) => total + count(each), 0);
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** In columns of equal width, as the formatter leaves it. */
function table(rows: readonly (readonly string[])[], toTheRight: readonly number[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length));
  const cell = (text: string, column: number) =>
    toTheRight.includes(column) ? text.padStart(width(column)) : text.padEnd(width(column));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const [head = [], ...body] = rows.map((row) => row.map(cell));
  const rule = head.map((text, column) =>
    toTheRight.includes(column) ? `${'-'.repeat(text.length - 1)}:` : '-'.repeat(text.length),
  );
  return [head, rule, ...body].map(line).join('');
}
