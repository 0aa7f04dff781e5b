import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface ConformanceCheck {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

const run = promisify(execFile);

const command = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')),
  'dist/index.js',
);

/** Names of all scenarios for servers. */
export async function listScenarios(): Promise<readonly string[]> {
  const { stdout } = await run(process.execPath, [command, 'list', '--server']);
  return [...stdout.matchAll(/^ {2}- (\S+)/gm)].map(([, name = '']) => name);
}

/** Runs every scenario of one revision against a server. */
export async function runConformance(
  url: string,
  revision: string,
): Promise<ReadonlyMap<string, readonly ConformanceCheck[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'jackfield-conformance-'));
  try {
    // It ends with 1 as soon as one scenario fails, also one that does not concern us.
    await run(
      process.execPath,
      [command, 'server', '--url', url, '--suite', 'all', '--spec-version', revision, '-o', folder],
      {
        maxBuffer: 64 * 1024 * 1024,
      },
    ).catch(() => undefined);
    const results = new Map<string, readonly ConformanceCheck[]>();
    for (const name of await readdir(folder)) {
      const scenario = /^server-(.*)-\d{4}-\d\d-\d\dT[\dZ-]+$/.exec(name)?.[1];
      if (scenario !== undefined) {
        results.set(scenario, JSON.parse(await readFile(join(folder, name, 'checks.json'), 'utf8')));
      }
    }
    return results;
  } finally {
    await rm(folder, { recursive: true });
  }
}
