import { expect, it } from 'vitest';
import { toUnicodePattern } from './unicode-pattern.ts';

it.each([
  ['^[a-z]+$', '^[a-z]+$'],
  ['/^[a-z]+$/', '^[a-z]+$'],
  ['/^[a-z]+$/g', '^[a-z]+$'],
  ['^a\\-b\\_c\\@$', '^a-b_c@$'],
  ['^[\\w-.]+$', '^[\\w\\-.]+$'],
  ['^[.-\\w]+$', '^[.\\-\\w]+$'],
  ['^{id}$', '^\\{id\\}$'],
  ['^\\d{2,}{x]$', '^\\d{2,}\\{x\\]$'],
  ['\\Aab\\z', '^ab$'],
  ['^(?P<year>\\d{4})$', '^(?<year>\\d{4})$'],
  ['^[[:alnum:]_]+\\_$', '^[A-Za-z0-9_]+_$'],
])('%s reads %s', (pattern, expected) => {
  expect(toUnicodePattern(pattern)).toBe(expected);
  expect(() => new RegExp(expected, 'u')).not.toThrow();
});

it.each(['(', '(?i)abc', '/^abc$/i', '^a++$', '\\Qabc\\E', 'trailing\\'])('%s cannot be read', (pattern) => {
  expect(toUnicodePattern(pattern)).toBeUndefined();
});
