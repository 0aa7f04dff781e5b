import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listDocuments, readSource } from './documents.ts';
import { formatManifest, manifestFile, parseManifest, readManifest } from './manifest.ts';

const manifest = readManifest();

test('toolkits.jsonl is one line for each toolkit, by slug', () => {
  expect(formatManifest(manifest)).toBe(readFileSync(manifestFile, 'utf8'));
  expect(parseManifest(formatManifest(manifest))).toEqual(manifest);
});

test('no slug or alias means two toolkits', () => {
  const names = manifest.flatMap(({ slug, aliases = [] }) => [slug, ...aliases]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.filter((name) => !/^[a-z][a-z0-9_]{0,39}$/.test(name))).toEqual([]);
  expect(names.filter((name) => ['jackfield', 'composio', 'local'].includes(name))).toEqual([]);
});

test('versions of a toolkit are told apart', () => {
  for (const { version, older = [] } of manifest) {
    const versions = [version, ...older.map((other) => other.version)];
    expect(new Set(versions).size).toBe(versions.length);
  }
});

test('every document stands in it once, as it is installed', () => {
  const compiled = manifest.flatMap(({ document, sha256, older = [] }) => [{ document, sha256 }, ...older]);
  const replaced = manifest.flatMap(({ replaces = [] }) => replaces);
  const named = [...compiled.map(({ document }) => document), ...replaced];
  expect(new Set(named).size).toBe(named.length);
  const installed = listDocuments();
  expect(named.filter((name) => !installed.includes(name))).toEqual([]);
  // Those without operations make no toolkit.
  const others = installed.filter((name) => !named.includes(name));
  expect(others.length).toBeLessThan(20);
  const changed = compiled.filter(
    ({ document, sha256 }, index) => index % 20 === 0 && readSource(document).sha256 !== sha256,
  );
  expect(changed).toEqual([]);
});
