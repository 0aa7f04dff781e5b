import type { BehaviourHints } from '../toolkit.ts';
import type { SearchableTool, SearchableToolkit } from './searchable-tool.ts';
import { plainText, spaced, verbalise } from './tool-text.ts';
import { intentOf, type VerbClass, verbClasses, verbClassOfMethod } from './verbs.ts';
import { plainWordsOf, wordsOf } from './words.ts';

/** What the index keeps of a tool. */
export interface IndexedTool {
  readonly slug: string;
  /** See {@link packTraits}. */
  readonly traits: number;
  /** Named parts of its path. */
  readonly depth: number;
  /** Different words of its name. */
  readonly nameLength: number;
  /** {@link titleKey} of its name. */
  readonly titleKey: number;
  /** The same for tools of one provider that are called and made alike: copies in several toolkits. */
  readonly shapeKey: number;
  readonly terms: ReadonlyMap<string, IndexedTerm>;
}

export interface IndexedTerm {
  /** How often it occurs, weighted by where, in tenths; at most 255. */
  readonly weight: number;
  /** Where it occurs: {@link termFlags}. */
  readonly flags: number;
}

/** In anything that names the tool; in its name itself; as the thing that the tool is about. */
export const termFlags = { named: 1, name: 2, object: 4 } as const;

/** Fields by how much a word in them says about what a tool is for. */
const weights = {
  name: 3,
  action: 1.5,
  request: 1.5,
  phrases: 1.5,
  toolkit: 1.2,
  firstSentence: 1,
  description: 0.5,
  tags: 0.8,
  parameters: 0.4,
  parameterTexts: 0.4,
} as const;

const mostDescriptionWords = 120;
const mostParameterWords = 40;
const mostParameterTextWords = 150;

export function indexTool(tool: SearchableTool, toolkit: SearchableToolkit): IndexedTool {
  const { name, method, path, phrases = [] } = tool;
  const request = method === undefined || path === undefined ? '' : verbalise(method, path);
  const nameWords = wordsOf(name);
  const actionWords = wordsOf(actionOf(tool.slug, toolkit.slug));
  const requestWords = wordsOf(request);
  const phraseWords = phrases.flatMap((phrase) => [...new Set(wordsOf(phrase))]);
  const description = plainText(
    tool.description.startsWith(name) ? tool.description.slice(name.length) : tool.description,
  );
  const first = firstSentenceOf(description);
  const firstWords = wordsOf(first).slice(0, mostDescriptionWords);
  const fields: readonly (readonly [number, readonly string[]])[] = [
    [weights.name, nameWords],
    [weights.action, sameWords(actionWords, nameWords) ? [] : actionWords],
    [weights.request, requestWords],
    [weights.phrases, phraseWords],
    [weights.toolkit, wordsOf(`${toolkit.slug} ${toolkit.name} ${(toolkit.aliases ?? []).join(' ')}`)],
    [weights.firstSentence, firstWords],
    [weights.description, wordsOf(description.slice(first.length)).slice(0, mostDescriptionWords - firstWords.length)],
    [weights.tags, wordsOf(tool.tags.join(' '))],
    [weights.parameters, wordsOf(tool.parameters.join(' ')).slice(0, mostParameterWords)],
    [weights.parameterTexts, wordsOf((tool.parameterTexts ?? []).join(' ')).slice(0, mostParameterTextWords)],
  ];
  const named = new Set([...nameWords, ...actionWords, ...requestWords, ...phraseWords]);
  const names = new Set(nameWords);
  const intent = intentOf(name);
  const objects = new Set([...intent.object, ...intentOf(request === '' ? spaced(name) : request).object]);
  const sums = new Map<string, number>();
  for (const [weight, words] of fields) for (const word of words) sums.set(word, (sums.get(word) ?? 0) + weight);
  for (const word of objects) if (!sums.has(word)) sums.set(word, 0);
  const methodVerb = verbClassOfMethod(method);
  return {
    slug: tool.slug,
    traits: packTraits({
      hints: tool.hints,
      deprecated: tool.deprecated === true,
      verb: intent.verb ?? methodVerb ?? intentOf(description.slice(0, 80)).verb,
      methodVerb,
    }),
    depth: Math.min(255, path === undefined ? 0 : depthOf(path)),
    nameLength: Math.min(255, names.size),
    titleKey: titleKey(nameWords),
    shapeKey: hashOf([toolkit.slug.split('_', 1)[0] ?? '', name, method ?? '', path ?? tool.slug].join('\n')),
    terms: new Map(
      [...sums].map(([word, sum]) => [
        word,
        {
          weight: Math.min(255, Math.round(sum * 10)),
          flags:
            (named.has(word) ? termFlags.named : 0) |
            (names.has(word) ? termFlags.name : 0) |
            (objects.has(word) ? termFlags.object : 0),
        },
      ]),
    ),
  };
}

/** A slug without its toolkit's words, which stand in every slug of it. */
function actionOf(slug: string, toolkit: string): string {
  const prefix = `${toolkit.toUpperCase()}_`;
  return (slug.toUpperCase().startsWith(prefix) ? slug.slice(prefix.length) : slug).split('_').join(' ');
}

/** What a tool does; the others say how. */
function firstSentenceOf(text: string): string {
  return /^.*?[.!?:](?=\s)/.exec(text)?.[0] ?? text;
}

function sameWords(some: readonly string[], others: readonly string[]): boolean {
  return some.join(' ') === others.join(' ');
}

function depthOf(path: string): number {
  return path.split('/').filter((part) => part !== '' && !/^(\{.*|v\d.*|api|rest|beta)$/.test(part)).length;
}

export interface Traits {
  readonly hints: BehaviourHints | undefined;
  readonly deprecated: boolean;
  /** Of its name; of its method, if the name has none. */
  readonly verb: VerbClass | undefined;
  readonly methodVerb: VerbClass | undefined;
}

function packTraits({ hints, deprecated, verb, methodVerb }: Traits): number {
  return (
    (hints?.readOnlyHint ? 1 : 0) |
    (hints?.destructiveHint ? 2 : 0) |
    (hints?.idempotentHint ? 4 : 0) |
    (hints?.openWorldHint ? 8 : 0) |
    (deprecated ? 16 : 0) |
    (verbNumber(verb) << 5) |
    (verbNumber(methodVerb) << 8)
  );
}

export function hintsOf(traits: number): BehaviourHints {
  return {
    readOnlyHint: (traits & 1) !== 0,
    destructiveHint: (traits & 2) !== 0,
    idempotentHint: (traits & 4) !== 0,
    openWorldHint: (traits & 8) !== 0,
  };
}

export function isDeprecated(traits: number): boolean {
  return (traits & 16) !== 0;
}

/** 0 for none. */
export function verbNumber(verb: VerbClass | undefined): number {
  return verb === undefined ? 0 : verbClasses.indexOf(verb) + 1;
}

export function verbOf(traits: number): number {
  return (traits >> 5) & 7;
}

export function methodVerbOf(traits: number): number {
  return (traits >> 8) & 7;
}

/** The same for titles that consist of the same words in any order. */
export function titleKey(stems: readonly string[]): number {
  return hashOf([...new Set(stems)].sort().join(' '));
}

/** The same for slugs however they are written: `GITHUB_CREATE_ISSUE`, `github create issue`. */
export function slugKey(text: string): string {
  return plainWordsOf(text).join('');
}

/** FNV-1a, 32 bits, over UTF-16. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
