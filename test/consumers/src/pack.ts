import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';

/** Folder of the repository. */
export const root: string = join(import.meta.dirname, '../../..');

export interface PublicPackage {
  readonly name: string;
  readonly folder: string;
  /** The framework that a provider is for. */
  readonly peers: readonly string[];
}

/** What a release publishes. */
export function publicPackages(): readonly PublicPackage[] {
  return globSync(['packages/*/package.json', 'packages/providers/*/package.json'], { cwd: root })
    .sort()
    .map((path) => ({ folder: join(root, path, '..'), manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest }) => ({
      name: manifest.name,
      folder,
      peers: Object.keys(manifest.peerDependencies ?? {}),
    }));
}

/** Builds and packs every public package as a release does. @returns Package name to path of its tarball. */
export async function packAll(destination: string): Promise<ReadonlyMap<string, string>> {
  await command(root, 'pnpm', ['turbo', 'run', 'build', '--filter=./packages/**', '--output-logs=errors-only']);
  const tarballs = new Map<string, string>();
  for (const { name, folder } of publicPackages()) {
    const output = await command(folder, 'pnpm', ['pack', '--json', '--pack-destination', destination]);
    tarballs.set(name, (JSON.parse(output) as { filename: string }).filename);
  }
  return tarballs;
}

/** The version of a framework that a provider is developed with. */
export function developedWith(packageName: string, framework: string): string {
  const { folder } = publicPackages().find(({ name }) => name === packageName) ?? { folder: root };
  return JSON.parse(readFileSync(join(folder, 'node_modules', framework, 'package.json'), 'utf8')).version;
}
