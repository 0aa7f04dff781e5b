import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requirements } from './requirements.ts';

const sources = globSync('*.test.ts', { cwd: import.meta.dirname })
  .filter((name) => name !== 'requirements.test.ts')
  .map((name) => ({ name, text: readFileSync(join(import.meta.dirname, name), 'utf8') }));

describe('the manifest', () => {
  test('has a test for every requirement, and no test for anything else', () => {
    const tested = sources.flatMap(({ text }) =>
      [...text.matchAll(/\brequirement\(\s*'([^']+)'/g)].map((match) => match[1] ?? ''),
    );
    expect(tested.toSorted()).toEqual(Object.keys(requirements).toSorted());
  });

  test.each(sources.map(({ name, text }) => [name, text]))('has every test of %s', (_, text) => {
    expect(text.match(/(?<![.\w])(?:test|it)(?:\.\w+)*\(/g)).toBeNull();
    expect(text.match(/\b(?:skip|only|todo|fails)\b\(/g)).toBeNull();
  });

  test('says of every requirement what it is and where it comes from', () => {
    for (const { text, source } of Object.values(requirements)) {
      expect(text.length).toBeGreaterThan(10);
      expect(source.length).toBeGreaterThan(3);
    }
  });
});
