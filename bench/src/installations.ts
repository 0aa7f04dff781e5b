import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Framework } from './frameworks.ts';
import { peerClosure, peersFolder } from './peers.ts';

/** A project with one library installed as a user would have it, the agent framework left out. */
export interface Installation {
  readonly folder: string;
  /** What a program imports first: the client's and the provider's specifier and class. */
  readonly imports: readonly { readonly specifier: string; readonly name: string }[];
  readonly packages: number;
  /** Of all files in `node_modules`. */
  readonly bytes: number;
}

/** Packs `@jackfield/core` and a provider and installs the tarballs. */
export async function installJackfield(framework: Framework): Promise<Installation> {
  const folder = await emptyProject();
  const names = await workspaceClosure([`@jackfield/core`, `@jackfield/${framework.name}`]);
  const tarballs = names.map(([, path]) => pack(path, folder));
  execFileSync(
    'npm',
    ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const lock: { packages: object } = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'));
  return {
    folder,
    imports: [
      { specifier: '@jackfield/core', name: 'Jackfield' },
      { specifier: `@jackfield/${framework.name}`, name: framework.jackfieldProvider },
    ],
    packages: Object.keys(lock.packages).filter((path) => path !== '').length,
    bytes: await sizeOf(join(folder, 'node_modules')),
  };
}

/** Copies `@composio/core`, its provider and what they need out of the peers' lane. */
export async function installComposio(framework: Framework): Promise<Installation> {
  const folder = await emptyProject();
  // Zod is a peer dependency of the core, which does not run without it.
  const closure = await peerClosure(['@composio/core', `@composio/${framework.name}`, 'zod']);
  for (const path of closure) {
    await cp(join(peersFolder, path), join(folder, path), {
      recursive: true,
      filter: (source) => !source.slice(join(peersFolder, path).length).includes('node_modules'),
    });
  }
  return {
    folder,
    imports: [
      { specifier: '@composio/core', name: 'Composio' },
      { specifier: `@composio/${framework.name}`, name: framework.composioProvider },
    ],
    packages: closure.length,
    bytes: await sizeOf(join(folder, 'node_modules')),
  };
}

export async function removeInstallation({ folder }: Installation): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/**
 * Puts modules in the framework's place that export the same names and do nothing, so that a library can be imported
 * without the time that its framework takes. A framework that the library itself depends on stays.
 */
export async function stubFramework({ folder, imports }: Installation, framework: Framework): Promise<void> {
  const root = join(folder, 'node_modules', framework.package);
  if (await exists(root)) return;
  const provider = join(folder, 'node_modules', imports.at(-1)?.specifier ?? '', 'dist');
  const specifiers = new Set<string>([framework.package]);
  for (const file of await readdir(provider)) {
    if (!/\.m?js$/.test(file)) continue;
    const source = await readFile(join(provider, file), 'utf8');
    for (const [, specifier = ''] of source.matchAll(/(?:from|import)\s*\(?["']([^"']+)["']/g)) {
      if (specifier.startsWith(`${framework.package}/`)) specifiers.add(specifier);
    }
  }
  const exports: Record<string, string> = {};
  for (const specifier of specifiers) {
    const names = Object.keys(await import(specifier)).filter((name) => name !== 'default');
    const file = `./${specifier.slice(framework.package.length + 1) || 'index'}.js`;
    exports[specifier === framework.package ? '.' : `.${specifier.slice(framework.package.length)}`] = file;
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(
      join(root, file),
      `${names.map((name) => `export class ${name} {}\n`).join('')}export default class {}\n`,
    );
  }
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: framework.package, version: '0.0.0', type: 'module', exports }),
  );
}

async function emptyProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jackfield-bench-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  return folder;
}

/** The named packages of this workspace and those that they depend on, each with its folder. */
async function workspaceClosure(names: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  const found = new Map<string, string>();
  const visit = async (name: string, dependent: string): Promise<void> => {
    if (found.has(name)) return;
    const manifestPath = createRequire(dependent).resolve(`${name}/package.json`);
    found.set(name, dirname(manifestPath));
    const manifest: { dependencies?: Record<string, string> } = JSON.parse(await readFile(manifestPath, 'utf8'));
    for (const [dependency, range] of Object.entries(manifest.dependencies ?? {})) {
      if (range.startsWith('workspace:')) await visit(dependency, manifestPath);
    }
  };
  for (const name of names) await visit(name, import.meta.filename);
  return [...found];
}

function pack(packageFolder: string, destination: string): string {
  const output = execFileSync('pnpm', ['pack', '--json', '--pack-destination', destination], {
    cwd: packageFolder,
    encoding: 'utf8',
  });
  const { filename }: { filename: string } = JSON.parse(output);
  return filename;
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
