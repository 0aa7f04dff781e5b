import { expect, test } from 'vitest';
import { titleKey } from './indexed-tool.ts';
import { parseQuery, titleKeysWithout } from './parse-query.ts';
import { wordsOf } from './words.ts';

test.each([
  ['Follow Taylor Swift', ['taylor', 'swift']],
  ['who directed "The Matrix"? Tell me', ['matrix']],
  ['List the issues. Then close them', []],
  ['Create An Issue In The Repository', []],
  ['export the report as PDF', []],
])('%j names %j', (text, names) => {
  expect([...parseQuery(text).names]).toEqual(names);
});

test('a text of several wishes is split at what joins them', () => {
  const { clauses } = parseQuery(
    'Find the cheapest flight to Lisbon, then book a room near the beach and tell my boss.',
  );
  expect(clauses.map(({ text }) => text)).toEqual([
    'Find the cheapest flight to Lisbon',
    'book a room near the beach',
    'tell my boss.',
  ]);
  expect(parseQuery('book a room and tell my boss').clauses).toEqual([]);
});

test('a title may share words with the name of its app', () => {
  const { stems } = parseQuery('Create load balancer Elastic Load Balancing');
  const keys = titleKeysWithout(stems, new Set(wordsOf('Elastic Load Balancing')));
  for (const title of ['create load balancer', 'create balancer']) expect(keys).toContain(titleKey(wordsOf(title)));
  expect(keys).not.toContain(titleKey(wordsOf('load balancer')));
});
