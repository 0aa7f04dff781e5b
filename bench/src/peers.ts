import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FrameworkName } from './frameworks.ts';

/** Where the peers are installed: a lane with its own lockfile, outside the workspace. */
export const peersFolder = fileURLToPath(new URL('../peers/', import.meta.url));

/** Installs the peers as their lockfile says, unless that was done before. */
export function installPeers(): void {
  if (existsSync(join(peersFolder, 'node_modules', '.package-lock.json'))) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: peersFolder, stdio: 'inherit' });
}

/** What is called of the peer's session. */
interface ComposioSession {
  tools(): Promise<unknown>;
}

/** The module of the peers' lane, which is not there when types are checked. */
interface ComposioModule {
  openSession(framework: FrameworkName, baseURL: string, sessionId: string): Promise<ComposioSession>;
}

export async function importComposio(): Promise<ComposioModule> {
  // Names the peer's remaining switch that has no constructor option for its errors' reports.
  process.env.TELEMETRY_DISABLED = 'true';
  return import(new URL('../peers/composio.js', import.meta.url).href);
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>;
}

/** Folders below `peersFolder` of the named packages and of all that they depend on, peer dependencies left out. */
export async function peerClosure(names: readonly string[]): Promise<readonly string[]> {
  const { packages }: LockFile = JSON.parse(await readFile(join(peersFolder, 'package-lock.json'), 'utf8'));
  const found = new Set<string>();
  const visit = (name: string, from: string): void => {
    // Node's own search: the nearest `node_modules` on the way up.
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
      const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
      const entry = packages[candidate];
      if (entry !== undefined) {
        if (found.has(candidate)) return;
        found.add(candidate);
        for (const dependency of Object.keys(entry.dependencies ?? {})) visit(dependency, candidate);
        return;
      }
      if (folder === '') throw new Error(`${name} is not in the peers' lockfile.`);
    }
  };
  for (const name of names) visit(name, '');
  return [...found];
}
