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
  similarity: { reason: 'similarity', semantic: 0.495, lexical: 0 },
  words: { reason: 'words', semantic: 0.146, lexical: 0.381 },
  app: { reason: 'app', semantic: 0.119, lexical: 0.198 },
  sameVerb: { reason: 'verb', semantic: 0.061, lexical: 0.165 },
  otherVerb: { reason: 'verb', semantic: -0.025, lexical: -0.02 },
  sameMethod: { reason: 'verb', semantic: 0.036, lexical: 0.228 },
  namesCovered: { reason: 'names', semantic: 0.195, lexical: 0.417 },
  nameCovered: { reason: 'names', semantic: -0.029, lexical: -0.197 },
  objectCovered: { reason: 'object', semantic: 0.007, lexical: 0.079 },
  objectsCovered: { reason: 'object', semantic: -0.009, lexical: 0.282 },
  depth: { reason: 'path', semantic: -0.034, lexical: -0.353 },
  deprecated: { reason: 'deprecated', semantic: -0.045, lexical: -0.105 },
  nameLength: { reason: 'length', semantic: -0.272, lexical: -0.151 },
  wordsOfPossible: { reason: 'words', semantic: 0.04, lexical: 0.23 },
  clauseSimilarity: { reason: 'similarity', semantic: 0.505, lexical: 0 },
  clauseWords: { reason: 'words', semantic: 0.048, lexical: 0.619 },
  longSimilarity: { reason: 'similarity', semantic: -0.178, lexical: 0 },
  longWords: { reason: 'words', semantic: 0.047, lexical: 0.095 },
  longClauseSimilarity: { reason: 'similarity', semantic: -0.145, lexical: 0 },
  longClauseWords: { reason: 'words', semantic: 0.083, lexical: -0.337 },
  longNamesCovered: { reason: 'names', semantic: 0.164, lexical: 0.509 },
  longNameCovered: { reason: 'names', semantic: 0.067, lexical: 0.309 },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof features;

export const featureNames = Object.keys(features) as readonly FeatureName[];
