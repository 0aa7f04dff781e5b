import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { developedWith, packAll, publicPackages, root } from './pack.ts';
import { TemporaryProject } from './temporary-project.ts';

/**
 * A release, up to the registry: every public package is built and packed, and the tarballs are installed into empty
 * projects with npm. Needs the npm registry (or npm's cache) for the frameworks.
 */
const fixtures = join(import.meta.dirname, '../fixtures');
const frameworks = ['ai', 'openai', '@langchain/core'];

const release = mkdtempSync(join(tmpdir(), 'jackfield-tarballs-'));
let tarballs: ReadonlyMap<string, string>;
let project: TemporaryProject;

beforeAll(async () => {
  tarballs = await packAll(release);
  project = new TemporaryProject();
  await project.install([
    ...tarballs.values(),
    `ai@${developedWith('@jackfield/vercel', 'ai')}`,
    `openai@${developedWith('@jackfield/openai', 'openai')}`,
    `@langchain/core@${developedWith('@jackfield/langchain', '@langchain/core')}`,
    `zod@${developedWith('@jackfield/contract', 'zod')}`,
    `@types/node@${developedWith('@jackfield/server', '@types/node')}`,
  ]);
}, 300_000);
afterAll(() => {
  rmSync(release, { recursive: true });
  project.remove();
});

describe.each([
  ['nodenext', { module: 'NodeNext', moduleResolution: 'NodeNext' }],
  ['bundler', { module: 'ESNext', moduleResolution: 'bundler' }],
])('TypeScript with moduleResolution %s', (name, options) => {
  test('compiles what users write, strictly, declarations of the packages included', async () => {
    project.copy(join(fixtures, 'typed'));
    project.write(`tsconfig.${name}.json`, {
      compilerOptions: {
        ...options,
        target: 'ES2022',
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        noEmit: true,
        skipLibCheck: false,
      },
      files: ['index.ts'],
    });
    const tsc = join(root, 'node_modules/.bin/tsc');
    const output = await project
      .run(tsc, ['-p', `tsconfig.${name}.json`, '--pretty', 'false'])
      .catch((error: Error) => error.message);
    // Frameworks' declarations have faults of their own, which are not for us to mend.
    const ours = output
      .split('\n')
      .filter((line) => /error TS/.test(line) && !/node_modules\/(?!@?jackfield)/.test(line));
    expect(ours).toEqual([]);
  }, 60_000);
});

test('plain JavaScript runs a session against a real API', async () => {
  const petclinic = await startPetclinic();
  project.copy(join(fixtures, 'plain'));
  const output = await project.run(process.execPath, ['index.js'], {
    PETCLINIC_URL: petclinic.url,
    PETCLINIC_TOKEN: petclinic.token('anna'),
  });
  await petclinic.close();
  // 30 tools of the clinic and the meta tools.
  expect(Number(output)).toBeGreaterThan(30);
  expect(petclinic.requests.some(({ user, path }) => user === 'anna' && path === '/v1/pets?query=Luna')).toBe(true);
}, 60_000);

test('the command is installed', async () => {
  const jackfield = join(project.folder, 'node_modules/.bin/jackfield');
  expect(await project.run(jackfield, ['--version'])).toMatch(/^\d+\.\d+\.\d+/);
  expect(await project.run(jackfield, ['keys', 'create', '--name', 'x'])).toMatch(/^jf_/);
}, 60_000);

test('core and a provider are two packages and at most 2 MB', async () => {
  const small = new TemporaryProject();
  const pair = ['@jackfield/core', '@jackfield/vercel'];
  await small.install(
    pair.map((name) => tarballs.get(name) ?? name),
    '--omit=peer',
    '--legacy-peer-deps',
  );
  expect(small.installed()).toEqual(pair);
  expect(small.installedBytes()).toBeLessThan(2 * 1024 * 1024);
  small.remove();
}, 60_000);

describe('a bundle', () => {
  const providers = publicPackages().filter(({ folder }) => folder.includes('/packages/providers/'));
  const own = new Map(providers.map(({ name, peers }) => [name, peers]));

  test.each(providers.map(({ name }) => name))(
    'of core and %s has no other framework, server or database',
    async (name) => {
      const { metafile } = await build({
        absWorkingDir: project.folder,
        stdin: {
          contents: `export * from '@jackfield/core'; export * from '${name}';`,
          resolveDir: project.folder,
        },
        bundle: true,
        write: false,
        metafile: true,
        format: 'esm',
        // What needs Node does not resolve here, so that a bundle of core and a provider proves that they run anywhere.
        platform: 'neutral',
        mainFields: ['module', 'main'],
        external: [...(own.get(name) ?? []).flatMap((peer) => [peer, `${peer}/*`])],
        logLevel: 'silent',
      });
      const packages = new Set(
        Object.keys(metafile.inputs).flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
      );
      expect([...packages].sort()).toEqual(['@jackfield/core', name].sort());
    },
  );

  test.each(providers)('of $name with its framework has none of the others', async ({ name, peers }) => {
    const { metafile } = await build({
      absWorkingDir: project.folder,
      stdin: { contents: `export * from '${name}';`, resolveDir: project.folder },
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'silent',
    });
    const inputs = Object.keys(metafile.inputs).join('\n');
    const foreign = [...frameworks.filter((framework) => !peers.includes(framework)), 'hono', 'kysely', 'pg', 'pino'];
    expect(foreign.filter((other) => inputs.includes(`node_modules/${other}/`))).toEqual([]);
  });
});
