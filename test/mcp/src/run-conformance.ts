import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { ConformanceTask } from './conformance-client.ts';

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

/** By scenario. */
export type ConformanceResults = ReadonlyMap<string, readonly ConformanceCheck[]>;

/** Runs every scenario of one revision against a server. */
export function runConformance(url: string, revision: string): Promise<ConformanceResults> {
  return runSuite(['server', '--url', url], revision);
}

/** Names of all scenarios of one revision for clients. */
export async function listClientScenarios(revision: string): Promise<readonly string[]> {
  const { stdout } = await run(process.execPath, [command, 'list', '--client', '--spec-version', revision]);
  return [...stdout.matchAll(/^ {2}- (\S+)/gm)].map(([, name = '']) => name);
}

/** Runs every scenario of one revision, all at once, with a client in this process. */
export async function runClientConformance(
  revision: string,
  act: (task: ConformanceTask) => Promise<void>,
): Promise<ConformanceResults> {
  const relay = createServer(async (request, response) => {
    try {
      await act(JSON.parse(await text(request)));
      response.end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const { port } = relay.address() as AddressInfo;
  const program = join(import.meta.dirname, 'conformance-relay.ts');
  const client = `"${process.execPath}" "${program}" http://127.0.0.1:${port}`;
  try {
    return await runSuite(['client', '--command', client, '--timeout', '150000'], revision);
  } finally {
    relay.close();
    relay.closeAllConnections();
  }
}

async function runSuite(args: readonly string[], revision: string): Promise<ConformanceResults> {
  const folder = await mkdtemp(join(tmpdir(), 'jackfield-conformance-'));
  try {
    // It ends with 1 as soon as one scenario fails, also one that does not concern us.
    await run(process.execPath, [command, ...args, '--suite', 'all', '--spec-version', revision, '-o', folder], {
      maxBuffer: 64 * 1024 * 1024,
    }).catch(() => undefined);
    const results = new Map<string, readonly ConformanceCheck[]>();
    for (const path of await readdir(folder, { recursive: true })) {
      const scenario = /^(?:server-)?(.*)-\d{4}-\d\d-\d\dT[\dZ-]+\/checks\.json$/.exec(path)?.[1];
      if (scenario !== undefined) results.set(scenario, JSON.parse(await readFile(join(folder, path), 'utf8')));
    }
    return results;
  } finally {
    await rm(folder, { recursive: true });
  }
}
