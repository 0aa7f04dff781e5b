import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Jackfield } from '@jackfield/core';
import { openKeys } from '@jackfield/server';
import { listen } from '@jackfield/server/node';
import { type Petclinic, startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { createTestDatabase } from '@jackfield-internal/fakes/test-database';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from './main.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const document = join(import.meta.dirname, '../../../internal/fakes/src/petclinic/petclinic.json');
const testKey = 'a-key-of-the-command-tests';
const encryptionKey = Buffer.alloc(32, 7).toString('base64');

let petclinic: Petclinic;
let folder: string;
beforeAll(async () => {
  petclinic = await startPetclinic();
});
afterAll(() => petclinic.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jackfield-toolkits-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function call(args: readonly string[], env: Record<string, string> = {}) {
  const output = { stdout: '', stderr: '' };
  const code = await main(['toolkits', ...args], {
    stdout: { write: (text: string) => (output.stdout += text) },
    stderr: { write: (text: string) => (output.stderr += text) },
    env,
    once: () => {},
    off: () => {},
  });
  return { code, ...output };
}

interface Place {
  readonly options: readonly string[];
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  'on a folder': async () => ({ options: ['--data', join(folder, 'data')], env: {}, close: async () => {} }),
  'on a PostgreSQL database': async () => {
    const { url, drop } = await createTestDatabase();
    return {
      options: [],
      env: { JACKFIELD_DATABASE_URL: url, JACKFIELD_ENCRYPTION_KEY: encryptionKey },
      close: drop,
    };
  },
  'at a server': async () => {
    const server = await listen({ dataDir: join(folder, 'data'), port: 0, apiKey: testKey, allowPrivateNetwork: true });
    return {
      options: [],
      env: { JACKFIELD_BASE_URL: server.url, JACKFIELD_API_KEY: testKey },
      close: server.close,
    };
  },
};

describe.each(Object.entries(places))('%s', (where, open) => {
  let place: Place;
  const at = (...args: string[]) => call([...args, ...place.options], place.env);
  beforeEach(async () => {
    place = await open();
  });
  afterEach(() => place.close());

  test('a toolkit is added, listed, searched, inspected, replaced and removed', async () => {
    const added = await at('add', document, '--slug', 'clinic', '--base-url', `${petclinic.url}/v1`);
    expect(added).toMatchObject({ code: 0, stdout: 'clinic\n' });
    expect(added.stderr).toMatch(/^The toolkit clinic \(.+\) has 30 tools\. Users connect with BEARER_TOKEN/);

    const listed = await at('list');
    expect(listed.stdout).toMatch(/^SLUG +TOOLS +ORIGIN +AUTH +NAME\nclinic +30 +project +BEARER_TOKEN /);
    expect(JSON.parse((await at('list', '--own', '--json')).stdout)).toMatchObject([{ slug: 'clinic' }]);

    expect((await at('search', 'create', 'a', 'pet', '--limit', '3')).stdout).toMatch(/^CLINIC_\w+ {2,}\S/m);
    expect(JSON.parse((await at('search', 'list pets', '--toolkit', 'clinic', '--json')).stdout)).toContainEqual(
      expect.objectContaining({ slug: 'CLINIC_LIST_PETS', toolkit: 'clinic' }),
    );

    const tool = await at('inspect', 'CLINIC_CREATE_VISIT');
    expect(tool.stdout).toMatch(/Account +BEARER_TOKEN \(\w.*\)\n/);
    expect(tool.stdout).toMatch(/\nInput\n\{\n {2}"type": "object"/);
    expect(tool.stdout).toMatch(/\nExample\nawait session\.execute\('CLINIC_CREATE_VISIT', \{\n/);
    expect((await at('inspect', 'clinic')).stdout).toMatch(new RegExp(`\nCalls +${petclinic.url}`));
    expect((await at('inspect', 'clinic_create_visit')).stdout).toBe(tool.stdout);
    expect((await at('inspect', 'CLINIC')).stdout).toContain('Calls ');

    writeFileSync(
      join(folder, 'small.yaml'),
      'openapi: 3.1.0\ninfo: { title: Clinic, version: "2" }\nservers:\n  - url: https://api.example.com\npaths:\n  /: { get: { summary: Look } }\n',
    );
    expect(await at('add', join(folder, 'small.yaml'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/has a toolkit clinic already.*\(CONFLICT\)\nfix: .*--replace/),
    });
    const replaced = await at('add', join(folder, 'small.yaml'), '--replace', '--json');
    expect(JSON.parse(replaced.stdout)).toMatchObject({ slug: 'clinic', version: '2', meta: { toolsCount: 1 } });

    expect(await at('remove', 'clinic')).toEqual({ code: 0, stdout: '', stderr: 'The toolkit clinic is removed.\n' });
    expect(await at('remove', 'clinic')).toMatchObject({ code: 1, stderr: expect.stringContaining('NOT_FOUND') });
    expect((await at('list', '--own')).stderr).toContain('jackfield toolkits add');
  });

  test('what cannot work is said, with the place in the document', async () => {
    writeFileSync(join(folder, 'broken.json'), '{\n  "openapi": "3.1.0",\n  "info" {}\n}');
    const broken = await at('add', join(folder, 'broken.json'));
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toMatch(/broken\.json is not valid JSON: .*line 3, column 10\. \(INVALID_TOOLKIT\)\nfix: /);
    writeFileSync(join(folder, 'empty.json'), '\n');
    expect((await at('add', join(folder, 'empty.json'))).stderr).toMatch(/empty\.json is empty\..*\nfix: /);
    writeFileSync(join(folder, 'nowhere.yaml'), 'openapi: 3.1.0\ninfo: { title: A }\npaths:\n  /: { get: {} }\n');
    expect((await at('add', join(folder, 'nowhere.yaml'))).stderr).toMatch(/nowhere\.yaml: .*\nfix: .*--base-url/);
    expect((await at('add', join(folder, 'none.json'))).stderr).toMatch(/none\.json cannot be read.*\nfix: /);
    await at('add', document, '--slug', 'clinic', '--base-url', `${petclinic.url}/v1`);
    expect((await at('inspect', 'CLINIC_LIST_PET')).stderr).toContain('did you mean "CLINIC_LIST_PETS"?');
    expect((await at('inspect', 'clinik')).stderr).toContain('did you mean "clinic"?');
    expect((await at('inspect', 'CLINIC_BOOK_AN_APPOINTMENT')).stderr).toMatch(/fix: .*Of similar words: CLINIC_/);
    expect((await at('search', ' ')).stderr).toContain('nor what they are to do');
    expect(await at('list', '--limit', '0')).toMatchObject({ code: 2, stderr: expect.stringContaining('1 to 500') });
  });

  test('a document is fetched from a URL, from private networks only when that is allowed', async () => {
    const url = `${petclinic.url}/openapi.json`;
    if (where !== 'at a server') {
      expect((await at('add', url, '--slug', 'clinic')).stderr).toContain('EGRESS_DENIED');
    }
    expect(await at('add', url, '--slug', 'clinic', '--allow-private-network')).toMatchObject({ code: 0 });
    expect((await at('inspect', 'clinic')).stdout).toMatch(new RegExp(`Document +${url}`));
  });
});

test('what the command adds to the store of a running server, the server has with the next call', async () => {
  const dataDir = join(folder, 'data');
  const server = await listen({ dataDir, port: 0, apiKey: testKey, allowPrivateNetwork: true });
  const jackfield = new Jackfield({ baseURL: server.url, apiKey: testKey });
  const session = await jackfield.sessions.create('anna');
  await call(['add', document, '--slug', 'clinic', '--base-url', `${petclinic.url}/v1`, '--data', dataDir]);
  await jackfield.connectedAccounts.create({
    userId: 'anna',
    toolkit: 'clinic',
    credential: { mode: 'BEARER_TOKEN', token: petclinic.token('anna') },
  });
  expect(await session.execute('CLINIC_LIST_PETS', { query: 'Luna' })).toMatchObject({ successful: true });
  const removed = await call(['remove', 'clinic', '--data', dataDir]);
  expect(removed.stderr).toContain('and the 1 account that was connected to it');
  await expect(session.execute('CLINIC_LIST_PETS', {})).rejects.toMatchObject({ code: 'UNKNOWN_TOOL' });
  await server.close();
});

test('projects have toolkits of their own; looking into a folder does not make one', async () => {
  const data = ['--data', join(folder, 'data')];
  expect(await call(['list', ...data])).toMatchObject({ code: 1, stderr: expect.stringContaining('no data folder') });
  expect(await call(['remove', 'clinic', ...data])).toMatchObject({ code: 1 });
  await call(['add', document, '--slug', 'clinic', '--project', 'staging', ...data]);
  expect((await call(['list', '--own', ...data])).stdout).toBe('');
  expect((await call(['list', '--project', 'staging', ...data])).stdout).toContain('clinic');
  const keys = await openKeys({ dataDir: join(folder, 'data') });
  expect(await keys.list('staging')).toEqual([]);
  await keys.close();
  expect(await call(['list', '--url', 'http://localhost:1', ...data])).toMatchObject({ code: 2 });
});

test('before there is a data folder, the catalogue can be looked into, and none is made', async () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    expect((await call(['list', '--limit', '3'])).stdout).toMatch(/^SLUG .*\n(?:\w+ +\d+ +server .*\n){3}$/);
    expect(await call(['inspect', 'github_issues_create'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("session.execute('GITHUB_ISSUES_CREATE'"),
    });
    expect((await call(['inspect', 'google_analyticdata'])).stderr).toContain('did you mean "google_analyticsdata"?');
    expect(await call(['remove', 'clinic'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no data folder'),
    });
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    process.chdir(before);
  }
});
