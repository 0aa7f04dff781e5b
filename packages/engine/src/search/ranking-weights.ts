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
  /** What it counts in a ranking with vectors. */
  readonly semantic: number;
  /** In one without, for tools that are not HTTP requests and for those that are. */
  readonly lexical: number;
  readonly lexicalOfRequests: number;
}

/**
 * What is known of a tool and a query. Fitted by maximum likelihood over the rankings of the benchmark's queries
 * (docs/search.md). `long` ones are multiplied by how long the query is, from 0 at six words to 1 at 22; `lookup` is 1 for
 * tools that search where the query names a thing, whose id has to be found before anything is done with it.
 */
export const features = {
  similarity: { reason: 'similarity', semantic: 0.495, lexical: 0, lexicalOfRequests: 0 },
  words: { reason: 'words', semantic: 0.146, lexical: 0.606, lexicalOfRequests: 0.653 },
  app: { reason: 'app', semantic: 0.119, lexical: 0.159, lexicalOfRequests: 0.413 },
  sameVerb: { reason: 'verb', semantic: 0.061, lexical: 0.126, lexicalOfRequests: 0.142 },
  otherVerb: { reason: 'verb', semantic: -0.025, lexical: -0.057, lexicalOfRequests: -0.085 },
  lookup: { reason: 'verb', semantic: 0.06, lexical: 0.102, lexicalOfRequests: 0.063 },
  sameMethod: { reason: 'verb', semantic: 0.09, lexical: 0.101, lexicalOfRequests: 0.154 },
  namesCovered: { reason: 'names', semantic: 0.195, lexical: 0.263, lexicalOfRequests: 0.329 },
  nameCovered: { reason: 'names', semantic: -0.029, lexical: -0.159, lexicalOfRequests: -0.003 },
  objectCovered: { reason: 'object', semantic: 0.007, lexical: 0.055, lexicalOfRequests: 0.024 },
  objectsCovered: { reason: 'object', semantic: -0.009, lexical: 0.215, lexicalOfRequests: 0.043 },
  depth: { reason: 'path', semantic: -0.034, lexical: -0.156, lexicalOfRequests: -0.211 },
  deprecated: { reason: 'deprecated', semantic: -0.045, lexical: -0.046, lexicalOfRequests: -0.263 },
  nameLength: { reason: 'length', semantic: -0.272, lexical: -0.242, lexicalOfRequests: -0.521 },
  wordsOfPossible: { reason: 'words', semantic: 0.04, lexical: 0.332, lexicalOfRequests: 0.554 },
  clauseSimilarity: { reason: 'similarity', semantic: 0.505, lexical: 0, lexicalOfRequests: 0 },
  clauseWords: { reason: 'words', semantic: 0.048, lexical: 0.198, lexicalOfRequests: 0.165 },
  longSimilarity: { reason: 'similarity', semantic: -0.178, lexical: 0, lexicalOfRequests: 0 },
  longWords: { reason: 'words', semantic: 0.047, lexical: 0.034, lexicalOfRequests: 0.026 },
  longClauseSimilarity: { reason: 'similarity', semantic: -0.145, lexical: 0, lexicalOfRequests: 0 },
  longClauseWords: { reason: 'words', semantic: 0.083, lexical: 0.284, lexicalOfRequests: 0.211 },
  longNamesCovered: { reason: 'names', semantic: 0.164, lexical: 0.19, lexicalOfRequests: 0.143 },
  longNameCovered: { reason: 'names', semantic: 0.067, lexical: 0.271, lexicalOfRequests: 0.202 },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof features;

export const featureNames = Object.keys(features) as readonly FeatureName[];
