import { readFileSync } from 'node:fs';
import { catalog } from '../catalog.ts';
import { readManifest } from './manifest.ts';
import { formatReport, type ReportInput, summarise } from './report.ts';
import { type PageInput, pagesIndex, toolkitPage } from './toolkit-pages.ts';

const root = new URL('../../', import.meta.url);
export const pagesFolder: URL = new URL('../../docs/toolkits/', root);

/** The files that are checked in of the last compilation, and what they are to contain. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  return new Map([...reportFiles(), ...(await pageFiles())].map(([file, content]) => [file.href, content]));
}

function reportFiles(): readonly (readonly [URL, string])[] {
  const text = readFileSync(new URL('dist/build/report.json', root), 'utf8');
  const compiled = JSON.parse(text) as Omit<ReportInput, 'manifest'>;
  const input = { ...compiled, manifest: readManifest() };
  return [
    [new URL('REPORT.md', root), formatReport(input)],
    [new URL('report.json', root), `${JSON.stringify(summarise(input), undefined, 2)}\n`],
  ];
}

async function pageFiles(): Promise<readonly (readonly [URL, string])[]> {
  const { list, load } = catalog();
  const manifest = new Map(readManifest().map((entry) => [entry.slug, entry]));
  const pages = (await list()).flatMap((entry): PageInput[] => {
    const line = manifest.get(entry.slug);
    const { guide } = entry;
    return guide === undefined || line === undefined
      ? []
      : [{ entry: { ...entry, guide }, toolkit: load(entry.slug), manifest: line }];
  });
  return [
    [new URL('README.md', pagesFolder), pagesIndex(pages)],
    ...pages.map((page) => [new URL(`${page.entry.slug}.md`, pagesFolder), toolkitPage(page)] as const),
  ];
}
