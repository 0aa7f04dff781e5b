import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the repository. */
export const root: string = join(import.meta.dirname, '../../..');

export interface Package {
  /** Below the repository: `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Everything below `packages/`. */
export function readPackages(): readonly Package[] {
  return globSync(['packages/*/package.json', 'packages/providers/*/package.json'], { cwd: root })
    .sort()
    .map((path) => ({
      folder: path.slice(0, -'/package.json'.length),
      manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest,
    }));
}

/** What of a package is published: its sources without tests. */
export function readSources(folder: string): ReadonlyMap<string, string> {
  const paths = globSync(`${folder}/src/**/*.{ts,tsx}`, { cwd: root }).filter(
    (path) => !/\.(?:test|test-d|suite|fixture)\.tsx?$/.test(path),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Module specifiers that a source imports, statically or dynamically. */
export function readImports(source: string): readonly string[] {
  const patterns = [/\bfrom\s+'([^']+)'/g, /\bimport\s+'([^']+)'/g, /\bimport\(\s*'([^']+)'/g];
  return patterns.flatMap((pattern) => [...source.matchAll(pattern)].map((match) => match[1] ?? ''));
}

/** Paths of the files under version control, and of new ones that are not ignored. */
export function listFiles(): readonly string[] {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(output.split('\0'))].filter((path) => path !== '');
}
