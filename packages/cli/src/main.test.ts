import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Jackfield } from '@jackfield/core';
import { type Petclinic, startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { createTestDatabase } from '@jackfield-internal/fakes/test-database';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from './main.ts';

// Each test starts processes.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const entry = join(import.meta.dirname, 'index.ts');
const document = join(import.meta.dirname, '../../../internal/fakes/src/petclinic/petclinic.json');

let folder: string;
const started = new Set<ChildProcess>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jackfield-cli-'));
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started.clear();
  rmSync(folder, { recursive: true });
});

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  /** Everything so far. */
  readonly output: { stdout: string; stderr: string };
  /** Waits until standard error matches. */
  see(pattern: RegExp): Promise<RegExpMatchArray>;
  stop(signal: NodeJS.Signals): Promise<Result>;
  readonly ended: Promise<Result>;
}

/** Starts the real command, in a folder of its own. */
function start(args: readonly string[], env: Record<string, string> = {}): Running {
  const { JACKFIELD_API_KEY, JACKFIELD_DATABASE_URL, JACKFIELD_ENCRYPTION_KEY, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--conditions=@jackfield/source', entry, ...args], {
    cwd: folder,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<Result>((resolve) => child.on('close', (code) => resolve({ code, ...output })));
  return {
    output,
    ended,
    see: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const match = output.stderr.match(pattern);
          if (match !== null) {
            watchers.delete(watch);
            resolve(match);
          }
        };
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`ended before ${pattern}: ${output.stderr}`)));
      }),
    stop(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

function run(args: readonly string[], env?: Record<string, string>): Promise<Result> {
  return start(args, env).ended;
}

/** The same without a process of its own, for what a process adds nothing to. */
async function call(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  const output = { stdout: '', stderr: '' };
  const code = await main(args, {
    stdout: { write: (text: string) => (output.stdout += text) },
    stderr: { write: (text: string) => (output.stderr += text) },
    env,
    once: () => {},
    off: () => {},
  });
  return { code, ...output };
}

describe('the command line', () => {
  test('says its version and what it can do', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/), stderr: '' });
    const help = await run(['serve', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const option of [
      '--port',
      '--data',
      '--database-url',
      '--toolkit',
      '--toolkit-url',
      '--mcp',
      '--allow-mcp-commands',
      '--allow-private-network',
    ]) {
      expect(help.stdout).toContain(option);
    }
  });

  const mistakes: [string[], string][] = [
    [[], 'Usage: jackfield'],
    [['serv'], "unknown command 'serv'\n(Did you mean serve?)"],
    [['serve', '--prot', '1'], "unknown option '--prot'\n(Did you mean --port?)"],
    [['serve', '--port', '70000'], 'A port is a number from 0 to 65535.'],
    [['serve', '--toolkit', 'petclinic'], 'a place: petclinic=./petclinic.json'],
    [['serve', '--mcp', 'linear'], 'a place: linear=https://mcp.linear.app/mcp'],
    [['serve', '--toolkit', 'a=1', '--toolkit', 'a=2'], 'The toolkit a is given twice.'],
    [['serve', '--toolkit-url', 'a=./file.json'], 'is not an http or https URL'],
    [['serve', '--mcp', 'fs=stdio:node server.js'], 'Add --allow-mcp-commands if you trust it.'],
    [['serve', '--mcp', 'fs=./server.js'], 'is not the place of an MCP server'],
    [['serve', '--data', 'x', '--database-url', 'postgres://localhost/x'], 'cannot be used with'],
    [['serve', '--log-level', 'loud'], 'Allowed choices are'],
    [['keys', 'create'], "required option '--name <text>' not specified"],
    [['keys', 'revoke'], "missing required argument 'id'"],
  ];

  test('a mistake is named, with exit code 2 and no stack', async () => {
    for (const [args, message] of mistakes) {
      const { code, stdout, stderr } = await call(args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      expect(stderr).toContain(message);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(await run(['serv'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('mean serve?') });
  });

  test('a failure has a message, a way to mend it, exit code 1 and no stack; --debug shows the stack', async () => {
    writeFileSync(join(folder, 'list.json'), '[]');
    const args = ['serve', '--port', '0', '--toolkit', 'list=./list.json'];
    const plain = await run(args);
    expect(plain).toMatchObject({ code: 1, stdout: '' });
    expect(plain.stderr).toMatch(/^error: .*list\.json.*\(INVALID_TOOLKIT\)\nfix: {3}.+\n$/);
    const debug = await run([...args, '--debug']);
    expect(debug.stderr).toMatch(/^\s+at /m);
  });
});

describe.each(['a folder', 'a PostgreSQL database'])('keys in %s', (place) => {
  let options: string[];
  let env: Record<string, string>;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    options = ['--data', join(folder, 'data')];
    env = {};
    drop = async () => {};
    if (place === 'a folder') return;
    const database = await createTestDatabase();
    // The environment keeps the password out of the list of processes.
    options = [];
    env = { JACKFIELD_DATABASE_URL: database.url };
    drop = database.drop;
  });
  afterEach(() => drop());

  test('are created, listed and revoked', async () => {
    const created = await run(['keys', 'create', '--name', 'ci', ...options], env);
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^jf_[\w-]{43}\n$/) });
    expect(created.stderr).toContain('It is shown this once.');
    const json = await call(['keys', 'create', '--name', 'other', '--project', 'staging', '--json', ...options], env);
    const other = JSON.parse(json.stdout);
    expect(other).toMatchObject({ name: 'other', project: 'staging', key: expect.stringMatching(/^jf_/) });

    const listed = await call(['keys', 'list', '--json', ...options], env);
    const [key, ...more] = JSON.parse(listed.stdout);
    expect(more).toEqual([]);
    expect(key).toMatchObject({ name: 'ci', hint: created.stdout.trim().slice(-4), revokedAt: null });
    expect(listed.stdout).not.toContain(created.stdout.trim());

    expect(await call(['keys', 'revoke', other.id, ...options], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--project'),
    });
    expect(await call(['keys', 'revoke', key.id, ...options], env)).toMatchObject({ code: 0 });
    expect(await call(['keys', 'revoke', key.id, ...options], env)).toMatchObject({ code: 1 });
    const table = await call(['keys', 'list', ...options], env);
    expect(table.stdout).toMatch(new RegExp(`^ID .*\n${key.id}  ci .* revoked .*Z\n$`));
  });
});

test('listing keys does not make a store where there is none', async () => {
  const nowhere = join(folder, 'nowhere');
  const { code, stderr } = await call(['keys', 'list', '--data', nowhere]);
  expect(code).toBe(1);
  expect(stderr).toContain(`There is no data folder ${nowhere}.`);
  expect(existsSync(nowhere)).toBe(false);
});

describe('serve', () => {
  let petclinic: Petclinic;
  beforeAll(async () => {
    petclinic = await startPetclinic();
  });
  afterAll(() => petclinic.close());

  const urlPattern = /URL +(http:\S+)/;
  async function listening(running: Running): Promise<string> {
    const [, url = ''] = await running.see(urlPattern);
    await running.see(/\n\n$/);
    return url;
  }
  function petclinicArgs(...more: string[]): string[] {
    return ['serve', '--port', '0', '--toolkit-url', `petclinic=${petclinic.url}/openapi.json`, ...more];
  }
  async function listPets(baseURL: string, apiKey: string) {
    const jackfield = new Jackfield({ baseURL, apiKey });
    await jackfield.connectedAccounts.create({
      userId: 'anna',
      toolkit: 'petclinic',
      credential: { mode: 'BEARER_TOKEN', token: petclinic.token('anna') },
    });
    const session = await jackfield.sessions.create('anna');
    return session.execute('PETCLINIC_LIST_PETS', { query: 'Luna' });
  }

  test('takes tools from an MCP server that is a program', async () => {
    const program = join(folder, 'an mcp server.mjs');
    // Answers the handshake, and lists one tool.
    writeFileSync(
      program,
      `import { createInterface } from 'node:readline';
       const results = {
         initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } },
         'tools/list': { tools: [{ name: 'greet', inputSchema: { type: 'object' } }] },
         'tools/call': { content: [{ type: 'text', text: process.argv[2] }] },
       };
       for await (const line of createInterface({ input: process.stdin })) {
         const { id, method } = JSON.parse(line);
         if (id === undefined) continue;
         const error = { code: -32601, message: 'Method not found' };
         const answer = results[method] === undefined ? { error } : { result: results[method] };
         console.log(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
       }`,
    );
    const place = `stdio:"${process.execPath}" "${program}" 'hello there'`;
    const server = start(['serve', '--port', '0', '--mcp', `own=${place}`, '--allow-mcp-commands']);
    const url = await listening(server);
    const [, apiKey = ''] = await server.see(/API key +(jf_\S+)/);
    expect(server.output.stderr).toContain(`own  MCP server  stdio:${process.execPath} …`);
    expect(server.output.stderr).toMatch(/Warning +MCP servers run as programs on this machine: own/);
    const session = await new Jackfield({ baseURL: url, apiKey }).sessions.create('anna');
    expect(await session.execute('OWN_GREET', {})).toMatchObject({
      data: { content: [{ type: 'text', text: 'hello there' }] },
    });
    expect((await server.stop('SIGTERM')).code).toBe(0);
    expect(server.output.stdout).toContain('MCP servers run as programs');
  });

  test('makes a first key, shows it once, and runs tools until SIGTERM', async () => {
    const server = start(petclinicArgs('--allow-private-network'));
    const url = await listening(server);
    const [, key = ''] = await server.see(/API key +(jf_\S+)/);
    expect(server.output.stderr).toContain(`petclinic  30 tools  ${petclinic.url}/openapi.json`);
    expect(server.output.stderr).toContain(`Data      ${join(folder, '.jackfield')} (SQLite)`);
    expect(server.output.stderr).toMatch(/Warning +tools may call private networks/);
    expect(await listPets(url, key)).toMatchObject({ successful: true, data: { items: [{ name: 'Luna' }] } });

    const { code, stdout, stderr } = await server.stop('SIGTERM');
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['listening', 'request', 'stopped']));
    // The key and the token are nowhere in the log, and the warning is.
    expect(stdout).not.toContain(key);
    expect(stdout).not.toContain(petclinic.token('anna'));
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(stderr.match(/jf_/g)).toHaveLength(1);

    const again = start(petclinicArgs('--allow-private-network'));
    const secondUrl = await listening(again);
    expect(again.output.stderr).not.toContain('jf_');
    await expect(new Jackfield({ baseURL: secondUrl, apiKey: key }).sessions.create('anna')).resolves.toBeDefined();
    expect((await again.stop('SIGINT')).code).toBe(0);
  });

  test('takes the key of the environment, and lets no tool into the private network unless told so', async () => {
    const apiKey = 'a-key-of-my-own-0123456789';
    const server = start(petclinicArgs('--data', ':memory:'), { JACKFIELD_API_KEY: apiKey });
    const url = await listening(server);
    expect(server.output.stderr).not.toMatch(/API key|Warning/);
    const result = await listPets(url, apiKey);
    expect(result).toMatchObject({ successful: false, failure: { code: 'EGRESS_DENIED' } });
    expect((await server.stop('SIGTERM')).code).toBe(0);
  });

  test('a store in memory gets a key, too', async () => {
    const server = start([
      'serve',
      '--port',
      '0',
      '--data',
      ':memory:',
      '--no-catalog',
      '--toolkit',
      `petclinic=${document}`,
    ]);
    const url = await listening(server);
    const [, apiKey = ''] = await server.see(/API key +(jf_\S+)/);
    const session = await new Jackfield({ baseURL: url, apiKey }).sessions.create('anna');
    expect((await session.toolkits()).items).toMatchObject([{ slug: 'petclinic' }]);
    await server.stop('SIGTERM');
  });

  test('has the toolkits of the catalogue, or those that are named', async () => {
    const apiKey = 'a-key-of-my-own-0123456789';
    const whole = start(['serve', '--port', '0', '--data', ':memory:'], { JACKFIELD_API_KEY: apiKey });
    const jackfield = new Jackfield({ baseURL: await listening(whole), apiKey });
    expect(whole.output.stderr).toMatch(/Toolkits +2\d{3} of the catalogue/);
    const session = await jackfield.sessions.create('anna', { toolkits: ['github'] });
    const { results } = await session.search({ query: 'create an issue in a GitHub repository' });
    expect(results[0]?.primaryToolSlugs[0]).toBe('GITHUB_ISSUES_CREATE');
    await whole.stop('SIGTERM');

    const some = start(
      [
        'serve',
        '--port',
        '0',
        '--data',
        ':memory:',
        '--catalog',
        'slack,jira',
        '--catalog-url',
        'jira=https://a.example',
      ],
      { JACKFIELD_API_KEY: apiKey },
    );
    const chosen = new Jackfield({ baseURL: await listening(some), apiKey });
    expect((await chosen.toolkits.list()).items.map(({ slug }) => slug).sort()).toEqual(['jira', 'slack']);
    expect((await chosen.toolkits.get('jira')).baseUrl).toMatch(/^https:\/\/a\.example/);
    await some.stop('SIGTERM');

    const wrong = await run(['serve', '--port', '0', '--catalog', 'githib']);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/no toolkit githib[\s\S]*jackfield toolkits list/);
  });

  test('a revoked key is refused at once', async () => {
    const server = start(['serve', '--port', '0', '--data', 'data']);
    const baseURL = await listening(server);
    const created = await call(['keys', 'create', '--name', 'short-lived', '--data', join(folder, 'data'), '--json']);
    const { id, key: apiKey } = JSON.parse(created.stdout);
    const jackfield = new Jackfield({ baseURL, apiKey });
    await jackfield.sessions.create('anna');
    await call(['keys', 'revoke', id, '--data', join(folder, 'data')]);
    await expect(jackfield.sessions.create('anna')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await server.stop('SIGTERM');
  });

  test('a port that is taken, and a database that does not answer, are failures with a fix', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const taken = await run(['serve', '--port', String(port)]);
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringMatching(/Port \d+ .* is taken[\s\S]*fix: /) });
    // No key was made that nobody has seen.
    expect((await call(['keys', 'list', '--json', '--data', join(folder, '.jackfield')])).stdout).toBe('[]\n');
    const gone = await run(['serve', '--port', '0', '--database-url', `postgres://me:secret@127.0.0.1:${port}/x`], {
      JACKFIELD_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
    other.closeAllConnections();
    other.close();
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain('fix:');
    expect(gone.stderr).not.toContain('secret');
  });

  test('a document behind a URL that does not answer is had later', async () => {
    const later = await startPetclinic();
    const port = Number(new URL(later.url).port);
    await later.close();
    const server = start(
      [
        'serve',
        '--port',
        '0',
        '--data',
        ':memory:',
        '--toolkit-url',
        `petclinic=${later.url}/openapi.json`,
        '--allow-private-network',
      ],
      { JACKFIELD_API_KEY: 'a-key-of-my-own-0123456789' },
    );
    const baseURL = await listening(server);
    expect(server.output.stderr).toMatch(/petclinic {2}not loaded[\s\S]*Warning +petclinic is not loaded yet: /);
    const now = await startPetclinic({ port });
    const jackfield = new Jackfield({ baseURL, apiKey: 'a-key-of-my-own-0123456789' });
    await expect
      .poll(() => jackfield.sessions.create('anna', { toolkits: ['petclinic'] }), { timeout: 15_000, interval: 500 })
      .toBeDefined();
    await server.stop('SIGTERM');
    await now.close();
  });
});
