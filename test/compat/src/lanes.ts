import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lane } from './lane.ts';

/** Generations of clients, each installed by itself with a lock file of its own. */
export const laneNames = ['core-0.17', 'core-0.21'] as const;

export type LaneName = (typeof laneNames)[number];

/** Installs a lane as its lock file says, unless that was done before. */
export function installLane(name: LaneName): void {
  const folder = folderOf(name);
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const stamp = join(folder, 'node_modules', '.installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  writeFileSync(stamp, lock);
}

/** The clients of a lane, which were installed. */
export async function importLane(name: LaneName): Promise<Lane> {
  const lane: Lane = await import(new URL(`../lanes/${name}/lane.js`, import.meta.url).href);
  return { ...lane, name };
}

function folderOf(name: LaneName): string {
  return fileURLToPath(new URL(`../lanes/${name}/`, import.meta.url));
}
