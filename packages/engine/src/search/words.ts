/** Words that say nothing about which tool is meant. */
const stopWords = new Set(
  'a an and are as at be by can do for from how i if in into is it its me my of on or our please so some that the their them then there this to up us want we what when which who will with you your'.split(
    ' ',
  ),
);

/** What people and agents say for what the names of tools say. */
const synonyms: ReadonlyMap<string, string> = new Map(
  Object.entries({
    add: 'creat',
    make: 'creat',
    new: 'creat',
    open: 'creat',
    insert: 'creat',
    remov: 'delet',
    destroi: 'delet',
    destroy: 'delet',
    eras: 'delet',
    fetch: 'get',
    read: 'get',
    retriev: 'get',
    show: 'get',
    view: 'get',
    look: 'get',
    find: 'search',
    queri: 'search',
    query: 'search',
    edit: 'updat',
    chang: 'updat',
    modifi: 'updat',
    modify: 'updat',
    patch: 'updat',
    repo: 'repositori',
    repository: 'repositori',
  }),
);

/** The words of a text, reduced so that their forms fall together: `createIssues` to `creat`, `issu`. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const word of text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)) {
    if (word === '' || stopWords.has(word)) continue;
    const stem = stemOf(word);
    words.push(synonyms.get(stem) ?? stem);
  }
  return words;
}

/** A light stemmer for English: plurals, -ing, -ed, a final e. Rougher than Porter's and enough for names of tools. */
function stemOf(word: string): string {
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
