import { slugKey, titleKey } from './indexed-tool.ts';
import { type Intent, intentOf } from './verbs.ts';
import { plainWordsOf, stemOf, wordsOf } from './words.ts';

/** What a search is for. */
export interface ParsedQuery {
  readonly text: string;
  /** Different stems of it, in order. */
  readonly stems: readonly string[];
  /** What words that stand side by side make as one: `task list` is `tasklist`. */
  readonly compounds: readonly string[];
  /** Words that stand side by side, joined as they are: names of apps may be written apart. */
  readonly joined: ReadonlySet<string>;
  readonly intent: Intent;
  /** Stems of words that seem to be names of things: with a capital letter in the middle of a sentence. */
  readonly names: ReadonlySet<string>;
  /** Of a text of several sentences or wishes: each by itself. */
  readonly clauses: readonly QueryClause[];
  /** Empty for a single word, which is no slug. */
  readonly slugKey: string;
  readonly titleKey: number;
}

export interface QueryClause {
  readonly text: string;
  readonly stems: readonly string[];
}

const mostStems = 200;
const mostClauses = 6;
const fewestWordsToSplit = 9;

export function parseQuery(text: string): ParsedQuery {
  const plain = plainWordsOf(text);
  const words = wordsOf(text).slice(0, mostStems);
  const stems = [...new Set(words)];
  const known = new Set(stems);
  return {
    text,
    stems,
    compounds: words.slice(1).flatMap((word, index) => {
      const compound = stemOf(`${words[index] ?? ''}${word}`);
      return known.has(compound) ? [] : [compound];
    }),
    joined: new Set(
      plain.flatMap((word, index) => {
        const two = word + (plain[index + 1] ?? '');
        return [word, two, two + (plain[index + 2] ?? '')];
      }),
    ),
    intent: intentOf(text),
    names: namesIn(text),
    clauses: clausesOf(text, plain.length),
    slugKey: plain.length > 1 ? slugKey(text) : '',
    titleKey: titleKey(stems),
  };
}

/** Words of an app's name, in a query, that are left out in every combination. */
const mostLeftOut = 6;

/**
 * Keys of what a query asks for without the name of an app: without any of these words, because titles may have some of
 * them, too, as `Create a load balancer` of Elastic Load Balancing.
 */
export function titleKeysWithout(stems: readonly string[], words: ReadonlySet<string>): ReadonlySet<number> {
  const left = stems.filter((stem) => words.has(stem)).slice(0, mostLeftOut);
  const others = stems.filter((stem) => !words.has(stem));
  const keys = new Set<number>();
  for (let choice = 0; choice < 2 ** left.length; choice += 1) {
    keys.add(titleKey([...others, ...left.filter((_, place) => (choice >> place) % 2 === 1)]));
  }
  return keys;
}

/** A text of so many words with more than this share of them in capital letters is a headline, and tells no names. */
const fewestOfHeadline = 5;
const headline = 0.6;

function namesIn(text: string): ReadonlySet<string> {
  const words = text.split(/\s+/);
  const names = new Set<string>();
  let isFirst = true;
  let capitals = 0;
  for (const word of words) {
    if (/^\P{L}*\p{Lu}\p{Ll}/u.test(word)) {
      capitals += 1;
      if (!isFirst) for (const stem of wordsOf(word)) names.add(stem);
    }
    isFirst = /[.!?:]\P{L}*$/u.test(word);
  }
  return words.length >= fewestOfHeadline && capitals > headline * words.length ? new Set() : names;
}

function clausesOf(text: string, words: number): readonly QueryClause[] {
  if (words < fewestWordsToSplit) return [];
  const clauses = text
    .replace(/(\d)\.(\d)/g, '$1$2')
    .split(
      /[.!?;\n]+\s+|,?\s+\b(?:and then|then|and also|also|and|finally|next|additionally|after that|before)\b,?\s+/i,
    )
    .map((clause) => ({ text: clause.trim(), stems: [...new Set(wordsOf(clause))] }))
    .filter(({ stems }) => stems.length >= 2);
  return clauses.length > 1 ? clauses.slice(0, mostClauses) : [];
}
