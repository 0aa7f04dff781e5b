import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Folder of the repository. */
export const root: string = join(import.meta.dirname, '../../..');

export interface PublicPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly peerDependencies: readonly string[];
}

/** What a release publishes. */
export function publicPackages(): readonly PublicPackage[] {
  return globSync(['packages/*/package.json', 'packages/providers/*/package.json'], { cwd: root })
    .sort()
    .map((path) => ({ path, manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ path, manifest }) => ({
      name: manifest.name,
      version: manifest.version,
      folder: join(root, path, '..'),
      peerDependencies: Object.keys(manifest.peerDependencies ?? {}),
    }));
}

/** Builds and packs every public package as a release does. Package name to tarball. */
export async function packAll(): Promise<ReadonlyMap<string, string>> {
  const destination = mkdtempSync(join(tmpdir(), 'jackfield-tarballs-'));
  await command(root, 'pnpm', 'turbo', 'run', 'build', '--filter=./packages/**', '--output-logs=errors-only');
  const tarballs = new Map<string, string>();
  for (const { name, folder } of publicPackages()) {
    const output = await command(folder, 'pnpm', 'pack', '--json', '--pack-destination', destination);
    tarballs.set(name, join(destination, JSON.parse(output).filename));
  }
  return tarballs;
}

/** @throws Error with everything that the command said. */
export async function command(cwd: string, file: string, ...args: string[]): Promise<string> {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS)/i.test(name)),
  );
  try {
    const { stdout } = await run(file, args, { cwd, env: environment, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${[file, ...args].join(' ')} failed in ${cwd}\n${stdout}\n${stderr}`, { cause: error });
  }
}
