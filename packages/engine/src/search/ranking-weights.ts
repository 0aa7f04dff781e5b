/** Why a tool ranks where it does, in the words of an explanation. */
export type Reason =
  | 'similarity'
  | 'words'
  | 'app'
  | 'verb'
  | 'names'
  | 'object'
  | 'path'
  | 'deprecated'
  | 'length'
  | 'learned'
  | 'exact';

interface Feature {
  readonly reason: Reason;
  /** What it counts, in a ranking with vectors and in one without. */
  readonly semantic: number;
  readonly lexical: number;
}

/**
 * What is known of a tool and a query, in the order in which `rank` writes it. Fitted by maximum likelihood over the
 * rankings of the training half of the benchmark's queries (docs/search.md); `long` ones are multiplied by how long the
 * query is, from 0 at six words to 1 at 22.
 */
export const features = {
  similarity: { reason: 'similarity', semantic: 1, lexical: 0 },
  words: { reason: 'words', semantic: 0.18, lexical: 1 },
  app: { reason: 'app', semantic: 0.229, lexical: 0.757 },
  sameVerb: { reason: 'verb', semantic: 0.067, lexical: 0.137 },
  otherVerb: { reason: 'verb', semantic: -0.077, lexical: -0.141 },
  sameMethod: { reason: 'verb', semantic: 0.104, lexical: 0.307 },
  namesCovered: { reason: 'names', semantic: 0.042, lexical: 0.102 },
  nameCovered: { reason: 'names', semantic: 0.077, lexical: 0.349 },
  objectCovered: { reason: 'object', semantic: 0.108, lexical: 0.333 },
  objectsCovered: { reason: 'object', semantic: -0.04, lexical: 0.115 },
  depth: { reason: 'path', semantic: -0.031, lexical: 0.06 },
  deprecated: { reason: 'deprecated', semantic: -0.122, lexical: -0.164 },
  nameLength: { reason: 'length', semantic: -0.343, lexical: -0.792 },
  wordsOfPossible: { reason: 'words', semantic: -0.056, lexical: -0.156 },
  clauseSimilarity: { reason: 'similarity', semantic: 1.0, lexical: 0 },
  clauseWords: { reason: 'words', semantic: 0.031, lexical: 0.1 },
  longSimilarity: { reason: 'similarity', semantic: -0.526, lexical: 0 },
  longWords: { reason: 'words', semantic: 0.157, lexical: 0.1 },
  longClauseSimilarity: { reason: 'similarity', semantic: -0.335, lexical: 0 },
  longClauseWords: { reason: 'words', semantic: 0.164, lexical: 0.1 },
  longNamesCovered: { reason: 'names', semantic: 0.061, lexical: 0 },
  longNameCovered: { reason: 'names', semantic: 0.071, lexical: 0 },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof features;

export const featureNames = Object.keys(features) as readonly FeatureName[];
