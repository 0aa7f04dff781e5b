import { expect, test } from 'vitest';
import { generateApiKey, hashApiKey } from './api-keys.ts';

test('a key has a prefix and 256 random bits, and no two are alike', () => {
  const keys = new Set(Array.from({ length: 100 }, generateApiKey));
  expect(keys.size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^jf_[\w-]{43}$/);
});

test('the hash is the SHA-256 that everyone computes', () => {
  expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
