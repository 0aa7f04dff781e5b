import { expect, test } from 'vitest';
import { intentOf } from './verbs.ts';
import { plainWordsOf, wordsOf } from './words.ts';

test.each([
  ['open a bug report about the login page', 'create', ['bug', 'report']],
  ['List the repositories of a user', 'read', ['repositori']],
  ['cancelPendingOrder', 'delete', ['pend', 'order']],
  ['who follows us?', 'read', ['follow']],
  ['weather in Paris', undefined, ['weather']],
])('%j wants %s of %j', (text, verb, object) => {
  expect(intentOf(text)).toEqual({ verb, object });
});

test('forms of a word fall together, and languages without spaces are cut in pairs', () => {
  expect(wordsOf('Créer createIssues issue')).toEqual(['creer', 'creat', 'issu', 'issu']);
  expect(plainWordsOf('搜索引擎')).toEqual(['搜索', '索引', '引擎']);
});
