import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Framework } from './frameworks.ts';
import type { Installation } from './installations.ts';
import { atMost, number, type Section } from './report.ts';

export interface Installed {
  readonly framework: Framework;
  readonly jackfield: Installation;
  readonly composio: Installation;
}

/** What a client and its provider weigh: bundled for a browser or an edge runtime, and on disk. */
export async function measureSizes(installed: readonly Installed[]): Promise<Section> {
  const rows: string[][] = [];
  for (const { framework, jackfield, composio } of installed) {
    const [ours, theirs] = await Promise.all([
      bundledKilobytes(jackfield, framework),
      bundledKilobytes(composio, framework),
    ]);
    rows.push([
      framework.name,
      atMost(ours, 12, ' KB'),
      `${number(theirs)} KB`,
      atMost(jackfield.packages, 2, ''),
      atMost(jackfield.bytes / 1e6, 2, ' MB'),
      `${composio.packages}, ${number(composio.bytes / 1e6)} MB`,
    ]);
  }
  return {
    title: 'Size of core and provider',
    note: 'What is loaded at first, bundled by esbuild, minified, `gzip -9`, the framework and node modules external. Installed from the packed tarballs, the framework not counted.',
    columns: ['', 'bundle', 'Composio', 'packages', 'on disk', 'Composio'],
    rows,
  };
}

async function bundledKilobytes({ folder, imports }: Installation, framework: Framework): Promise<number> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry(imports), resolveDir: folder, loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'es2024',
    external: [framework.package],
    // What is loaded later, by who needs it, is a file of its own.
    splitting: true,
    outdir: folder,
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  const [[first = ''] = []] = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint === '<stdin>');
  const loaded = new Set([first]);
  for (const path of loaded) {
    for (const { path: imported, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') loaded.add(imported);
    }
  }
  // The metafile has paths from the working directory, the files have absolute ones.
  const names = new Set([...loaded].map((path) => basename(path)));
  const atFirst = outputFiles.filter((file) => names.has(basename(file.path)));
  return atFirst.reduce((bytes, file) => bytes + gzipSync(file.contents, { level: 9 }).length, 0) / 1000;
}

/** A program that imports and uses the given names. */
export function entry(imports: Installation['imports']): string {
  const lines = imports.map(({ specifier, name }) => `import { ${name} } from '${specifier}';`);
  return `${lines.join('\n')}\nglobalThis.used = [${imports.map(({ name }) => name).join(', ')}];\n`;
}
