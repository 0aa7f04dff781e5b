import { expect, test } from 'vitest';
import { negotiateLanguage } from './negotiate-language.ts';

const available = ['en', 'de', 'pt-BR', 'zh-Hant'];

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'de'],
  ['DE-at', 'de'],
  ['fr, de;q=0.5', 'de'],
  ['de;q=0.3, pt-br;q=0.8, fr', 'pt-BR'],
  ['pt', 'en'],
  ['zh-Hant-TW', 'zh-Hant'],
  ['*, de;q=0.1', 'en'],
  ['de;q=0, fr', 'en'],
  ['de;q=nonsense', 'en'],
  ['<script>, de', 'de'],
  [`${'x,'.repeat(5000)}de`, 'en'],
])('%j gets %s', (header, language) => {
  expect(negotiateLanguage(header, available, 'en')).toBe(language);
});
