import { afterEach, expect, test, vi } from 'vitest';
import { searchOptions } from './search-settings.ts';

afterEach(() => vi.unstubAllEnvs());

const embedder = false;

test.each([
  [undefined, undefined, true],
  ['', undefined, true],
  ['true', undefined, true],
  ['false', undefined, false],
  ['false', true, true],
  ['no', false, false],
])('with JACKFIELD_SEARCH_MEMORY=%s and memory: %s, searches learn: %s', async (value, memory, learns) => {
  vi.stubEnv('JACKFIELD_SEARCH_MEMORY', value);
  expect(await searchOptions({ embedder, memory })).toMatchObject({ memory: learns });
});

test('a value that is neither is refused', async () => {
  vi.stubEnv('JACKFIELD_SEARCH_MEMORY', '0');
  await expect(searchOptions({ embedder })).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining('"0"'),
  });
});
