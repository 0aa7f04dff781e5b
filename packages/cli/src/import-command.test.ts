import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { main } from './main.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const document = join(import.meta.dirname, '../../../internal/fakes/src/petclinic/petclinic.json');

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jackfield-import-'));
  expect((await call(['toolkits', 'add', document, '--slug', 'pet_clinic'])).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function call(args: readonly string[], place: readonly string[] = ['--data', join(folder, 'data')]) {
  const output = { stdout: '', stderr: '' };
  const code = await main([...args, ...place], {
    stdout: { write: (text: string) => (output.stdout += text) },
    stderr: { write: (text: string) => (output.stderr += text) },
    env: {},
    once: () => {},
    off: () => {},
  });
  return { code, ...output };
}

function write(name: string, content: string | object): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('reports which toolkits and tools that a program names there are here', async () => {
  const sources = join(folder, 'src');
  mkdirSync(join(sources, 'node_modules'), { recursive: true });
  writeFileSync(join(sources, 'node_modules/other.js'), "create('u', { toolkits: ['nosuchchat'] })");
  const file = join(sources, 'agent.ts');
  writeFileSync(
    file,
    `const session = await composio.create(userId, { toolkits: ['PETCLINIC', "nosuchcrm"] });
     await session.authorize('petclinic');
     await session.execute('PETCLINIC_LIST_PETS');
     await session.execute("PETCLINIC_FETCH_ONE_PET", { id: process.env['NODE_ENV'] });
     await session.execute('NOSUCHCRM_STAR_A_REPO');
     tools['COMPOSIO_SEARCH_TOOLS']; tools['COMPOSIO_REMOTE_WORKBENCH']; 'SOME_CONSTANT';`,
  );
  const { code, stdout } = await call(['import', sources, '--json']);
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  const files = [file];
  expect(report.toolkits).toEqual([
    { slug: 'nosuchcrm', files, like: [] },
    { slug: 'petclinic', here: 'pet_clinic', name: expect.any(String), files, like: [] },
  ]);
  expect(report.tools).toEqual([
    { slug: 'COMPOSIO_REMOTE_WORKBENCH', files, like: [] },
    { slug: 'COMPOSIO_SEARCH_TOOLS', here: 'JACKFIELD_SEARCH_TOOLS', files, like: [] },
    { slug: 'NOSUCHCRM_STAR_A_REPO', files, like: [] },
    { slug: 'PETCLINIC_FETCH_ONE_PET', files, like: expect.arrayContaining(['PET_CLINIC_GET_PET']) },
    { slug: 'PETCLINIC_LIST_PETS', here: 'PET_CLINIC_LIST_PETS', files, like: [] },
  ]);
});

test('maps session configs, as programs write them and as their server answers', async () => {
  const written = write('config.json', {
    toolkits: { enable: ['petclinic', 'nosuchcrm'] },
    tools: { petclinic: ['PETCLINIC_LIST_PETS', 'PETCLINIC_NOTHING'] },
    tags: ['readOnlyHint'],
    authConfigs: { petclinic: 'ac_1' },
    manageConnections: { enable: true, waitForConnections: true },
    sandbox: { enable: true },
    premiumUsage: false,
    preload: { tools: 'all' },
  });
  const answered = write('session.json', {
    session_id: 'x',
    config: {
      user_id: 'u',
      toolkits: { disabled: ['petclinic'] },
      tools: { petclinic: { tags: { enabled: ['readOnlyHint'] } } },
      manage_connections: {
        enabled: true,
        callback_url: 'https://app.example.com',
        enable_wait_for_connections: false,
      },
      multi_account: { enable: true, max_accounts_per_toolkit: 3 },
      workbench: { enable: false },
      search: { enable: true },
    },
  });
  const { stdout } = await call(['import', written, answered, '--json']);
  const { configs } = JSON.parse(stdout);
  expect(configs[0]).toEqual({
    file: written,
    config: {
      toolkits: { enable: ['pet_clinic'] },
      tools: { pet_clinic: ['PET_CLINIC_LIST_PETS'] },
      tags: ['readOnlyHint'],
      manageConnections: { enable: true, enableWaitForConnections: true },
      preload: { tools: 'all' },
    },
    notes: [
      expect.stringContaining('The toolkit nosuchcrm'),
      expect.stringContaining('The tool PETCLINIC_NOTHING'),
      expect.stringContaining('authConfigs'),
      expect.stringContaining('sandbox'),
      expect.stringContaining('premiumUsage'),
    ],
  });
  expect(configs[1]).toEqual({
    file: answered,
    config: {
      toolkits: { disable: ['pet_clinic'] },
      tools: { pet_clinic: { tags: { enable: ['readOnlyHint'] } } },
      manageConnections: { enable: true, callbackUrl: 'https://app.example.com', enableWaitForConnections: false },
      multiAccount: { enable: true, maxAccountsPerToolkit: 3 },
    },
    notes: [],
  });
});

test('compares with the catalogue where there is no data folder yet, and makes none', async () => {
  const output = { stdout: '', stderr: '' };
  const code = await main(['import', write('github.json', { toolkits: ['GITHUB'] }), '--json'], {
    stdout: { write: (text: string) => (output.stdout += text) },
    stderr: { write: (text: string) => (output.stderr += text) },
    env: {},
    once: () => {},
    off: () => {},
  });
  expect({ code, ...output }).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(output.stdout).configs).toMatchObject([{ config: { toolkits: ['github'] }, notes: [] }]);
  expect(existsSync('.jackfield')).toBe(false);
});

test('prints tables, and what is missing', async () => {
  const { stdout, stderr } = await call(['import', write('one.json', { toolkits: ['petclinic', 'nosuchchat'] })]);
  expect(stdout).toMatch(/petclinic +pet_clinic/);
  expect(stdout).toMatch(/nosuchchat +none/);
  expect(stdout).toContain('- The toolkit nosuchchat is left out');
  expect(stderr).toContain('jackfield toolkits add');
  expect(stderr).toContain('users connect theirs again');
});

test('says what cannot be read, and when there is nothing', async () => {
  const missing = await call(['import', join(folder, 'nothing')]);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no file or folder') });
  expect(await call(['import', write('broken.json', '{')])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not JSON'),
  });
  expect((await call(['import', write('other.json', { name: 'x' })])).stderr).toContain('Nothing was found');
});

test('knows a tool that is called without its toolkit being named, and says when a config would allow nothing', async () => {
  const file = write(
    'calls.ts',
    "await composio.tools.execute('PETCLINIC_FETCH_ONE_PET', { userId }); 'SOME_CONSTANT';",
  );
  const { tools } = JSON.parse((await call(['import', file, '--json'])).stdout);
  expect(tools).toEqual([
    { slug: 'PETCLINIC_FETCH_ONE_PET', files: [file], like: expect.arrayContaining(['PET_CLINIC_GET_PET']) },
  ]);
  const config = write('closed.json', { tools: { petclinic: ['PETCLINIC_NOTHING_LIKE_IT'] } });
  const { configs } = JSON.parse((await call(['import', config, '--json'])).stdout);
  expect(configs[0]).toMatchObject({
    config: { tools: { pet_clinic: [] } },
    notes: expect.arrayContaining([expect.stringMatching(/^Nothing is left of the tools of pet_clinic/)]),
  });
});

test('needs a key for a server', async () => {
  const output = await call(
    ['import', write('some.json', { toolkits: ['petclinic'] })],
    ['--url', 'http://127.0.0.1:9'],
  );
  expect(output).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no API key to call .*\n.*JACKFIELD_API_KEY/),
  });
});
