import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const candidates = ['toolkits', 'tools', 'tags', 'authConfigs', 'connectedAccounts'];

test.each([
  ['toolkit', 'toolkits'],
  ['tool', 'tools'],
  ['Tags', 'tags'],
  ['auth_configs', 'authConfigs'],
  ['connectedAcounts', 'connectedAccounts'],
])('%s is meant to be %s', (word, meant) => {
  expect(nearest(word, candidates)).toBe(meant);
});

test.each(['x', '', 'somethingElse', 'ab'])('%j is like none of them', (word) => {
  expect(nearest(word, candidates)).toBeUndefined();
});
