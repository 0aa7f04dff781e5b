import { builtinModules } from 'node:module';
import { describe, expect, test } from 'vitest';
import { readImports, readPackages, readSources } from './workspace.ts';

/** Which of our packages each of them may know. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  '@jackfield/contract': [],
  '@jackfield/json-schema': [],
  '@jackfield/core': ['@jackfield/contract', '@jackfield/json-schema'],
  '@jackfield/engine': ['@jackfield/contract', '@jackfield/json-schema'],
  '@jackfield/catalog': [
    '@jackfield/engine',
    '@jackfield/contract',
    '@jackfield/json-schema',
    '@jackfield/catalog-vectors',
    '@jackfield/embeddings',
  ],
  '@jackfield/catalog-vectors': [],
  '@jackfield/embeddings': ['@jackfield/contract'],
  '@jackfield/server': [
    '@jackfield/engine',
    '@jackfield/contract',
    '@jackfield/catalog',
    '@jackfield/dashboard',
    '@jackfield/embeddings',
  ],
  '@jackfield/dashboard': ['@jackfield/core', '@jackfield/contract'],
  jackfield: [
    '@jackfield/core',
    '@jackfield/server',
    '@jackfield/catalog',
    '@jackfield/catalog-vectors',
    '@jackfield/embeddings',
  ],
};
const providerMayImport = ['@jackfield/core'];

/** Packages that run wherever `fetch` does. */
const portable = /^packages\/(?:core|contract|json-schema|providers\/\w[\w-]*)$/;

const packages = readPackages();

test('there are packages to look at', () => {
  expect(packages.map(({ manifest }) => manifest.name)).toEqual(
    expect.arrayContaining(['@jackfield/core', '@jackfield/engine', '@jackfield/server', 'jackfield']),
  );
});

describe.each(packages)('$folder', ({ folder, manifest }) => {
  const allowed = folder.startsWith('packages/providers/') ? providerMayImport : mayImport[manifest.name];
  const sources = [...readSources(folder)];

  test('depends on no package of ours but those that it may know', () => {
    expect(allowed, `${manifest.name} is missing in the table`).toBeDefined();
    const dependencies = Object.keys({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
    });
    expect(dependencies.filter(isOurs).filter((name) => !allowed?.includes(name))).toEqual([]);
  });

  test('imports no package of ours but those that it may know', () => {
    const wrong = sources.flatMap(([path, source]) =>
      readImports(source)
        .map(packageOf)
        .filter((name) => isOurs(name) && name !== manifest.name && !allowed?.includes(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('lists explicit names in its index', () => {
    expect(sources.filter(([, source]) => /^export \*/m.test(source)).map(([path]) => path)).toEqual([]);
  });

  // Read in the sources: what a bundler makes of them imports no more than they do.
  if (!portable.test(folder)) return;
  test('imports nothing of Node', () => {
    const wrong = sources.flatMap(([path, source]) =>
      readImports(source)
        .filter((name) => name.startsWith('node:') || builtinModules.includes(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});

test('the engine calls out only through egress', () => {
  const wrong = [...readSources('packages/engine')]
    .filter(([path]) => !path.startsWith('packages/engine/src/egress/'))
    .filter(
      ([, source]) =>
        readImports(source).some((name) => /^(?:node:)?(?:https?|http2|net|tls|dgram)$|^undici$/.test(name)) ||
        /(?<![.\w])(?:globalThis\.)?fetch\(/.test(source),
    );
  expect(wrong.map(([path]) => path)).toEqual([]);
});

function isOurs(name: string): boolean {
  return name === 'jackfield' || /^@jackfield(?:-\w+)?\//.test(name);
}

/** `@jackfield/contract/schemas` to `@jackfield/contract`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
