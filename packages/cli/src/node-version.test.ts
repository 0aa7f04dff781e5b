import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { isSupported, tooOld } from './node-version.ts';

test.each([
  ['24.1.0', true],
  ['22.18.0', true],
  ['22.17.9', false],
  ['20.19.0', false],
])('Node %s is supported: %s', (version, supported) => {
  expect(isSupported(version)).toBe(supported);
});

test('names the version that the package asks for', () => {
  expect(tooOld('20.0.0')).toContain(`Use Node ${manifest.engines.node.replace('>=', '')} or newer.`);
});
