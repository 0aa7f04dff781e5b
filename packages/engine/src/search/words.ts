/** Words that say nothing about which tool is meant. */
const stopWords = new Set(
  'a am an and any are as at be been by can could did do does for from had has have how i if in into is it its just like me my need of on or our please should so some that the their them then there this to up us want was we were what when which who will with would you your'.split(
    ' ',
  ),
);

/** Words that people wrap a wish in, and that say little about which tool is meant. As stems. */
const wrapping: ReadonlySet<string> = new Set(
  'about additionally also another currently each every finally find furthermore get give going hello help hey hi know lastly let look many more much now other please provide really recently right same show such sure tell thank then think use very'
    .split(' ')
    .map(stemOf),
);

/** Scripts that are written without spaces between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** The words of a text as they stand, in lower case, without accents: `createIssues` is `create`, `issues`. */
export function plainWordsOf(text: string): string[] {
  const words: string[] = [];
  for (const word of text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)) {
    if (word === '') continue;
    if (unspaced.test(word)) words.push(...pairsOf(word));
    else words.push(word);
  }
  return words;
}

/** A name in one word, as people write it together. */
export function joinedName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The words of a text, reduced so that their forms fall together: `createIssues` to `creat`, `issu`. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const word of plainWordsOf(text)) if (!stopWords.has(word)) words.push(stemOf(word));
  return words;
}

/** Of the stem of a word that people wrap a wish in. */
export function isWrapping(stem: string): boolean {
  return wrapping.has(stem);
}

export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

/** A light stemmer for English: plurals, -ing, -ed, a final e. Rougher than Porter's and enough for names of tools. */
export function stemOf(word: string): string {
  let stem = word;
  if (stem.length > 4 && stem.endsWith('ies')) stem = `${stem.slice(0, -3)}i`;
  else if (stem.length > 4 && /(?:s|x|z|ch|sh)es$/.test(stem)) stem = stem.slice(0, -2);
  else if (stem.length > 3 && stem.endsWith('s') && !/(?:ss|us|is)$/.test(stem)) stem = stem.slice(0, -1);
  if (stem.length > 5 && stem.endsWith('ing')) stem = undouble(stem.slice(0, -3));
  else if (stem.length > 4 && stem.endsWith('ed')) stem = undouble(stem.slice(0, -2));
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1);
  if (stem.length > 3 && stem.endsWith('y')) stem = `${stem.slice(0, -1)}i`;
  return stem;
}

/** `runn` to `run`. */
function undouble(stem: string): string {
  return /([bdgmnprt])\1$/.test(stem) ? stem.slice(0, -1) : stem;
}

function pairsOf(word: string): string[] {
  const characters = [...word];
  return characters.length === 1
    ? characters
    : characters.slice(1).map((character, index) => (characters[index] ?? '') + character);
}
