import { expect, test } from 'vitest';
import { parseQuery } from './parse-query.ts';

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
