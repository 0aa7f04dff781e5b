import { expect, test } from 'vitest';
import { type ConnectTextKey, type ConnectTexts, connectTexts, defaultLanguage } from './connect-texts.ts';
import { placeholdersOf } from './fill-text.ts';

const base = connectTexts[defaultLanguage] as ConnectTexts;
const keys = Object.keys(base) as ConnectTextKey[];

test.each(Object.entries(connectTexts))('%s says everything, and fills in no more than English does', (tag, texts) => {
  expect(Intl.getCanonicalLocales(tag)).toEqual([tag]);
  for (const key of keys) {
    expect(texts[key].trim(), key).not.toBe('');
    for (const name of placeholdersOf(texts[key])) expect(placeholdersOf(base[key]), key).toContain(name);
  }
});
