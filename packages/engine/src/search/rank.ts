import { isDeprecated, methodVerbOf, verbNumber, verbOf } from './indexed-tool.ts';
import { type ParsedQuery, titleKeysWithout } from './parse-query.ts';
import { type FeatureName, featureNames, features, type Reason } from './ranking-weights.ts';
import { isNaming, isOfName, isOfObject, type Segment } from './segment.ts';
import type { VectorSet } from './vectors.ts';
import { verbClassOf } from './verbs.ts';
import { isWrapping, stemOf } from './words.ts';

/** The tools of a segment that may be found. */
export interface SegmentView {
  readonly segment: Segment;
  /** 1 for each tool that may be found. Default: all. */
  readonly allowed?: Uint8Array | undefined;
  /** How many may be found, and their length in words. */
  readonly count: number;
  readonly totalLength: number;
  readonly vectors?: VectorSet | undefined;
}

export interface QueryVectors {
  readonly whole: Float32Array;
  /** In the order of the query's clauses. */
  readonly clauses: readonly Float32Array[];
}

export interface RankOptions {
  readonly limit: number;
  readonly vectors?: QueryVectors | undefined;
  /** By slug: how much is added for tools that were used after searches like this one. */
  readonly learned?: ReadonlyMap<string, number> | undefined;
  /** Default: memory of its own, which takes longer. */
  readonly memory?: RankingMemory | undefined;
}

export interface RankedTool {
  readonly slug: string;
  readonly toolkit: string;
  readonly score: number;
  readonly parts: Readonly<Partial<Record<Reason, number>>>;
  /** What the parts are made of. */
  readonly values: Readonly<Record<FeatureName, number>>;
}

/** As usual for BM25 (Robertson and Zaragoza 2009, section 3.4): saturation, and how much length counts. */
const k1 = 1.2;
const b = 0.5;

/** Tools that are looked at closely. */
const pool = 150;
/** Up to this many tools, all similarities are computed; of more, those of the ones that seem the most similar. */
const comparedExactly = 3_000;
const compared = 600;
const fewestCompared = 30;

/** A tool that has no word of the query has to be at least so similar to it. */
const leastSimilar = 0.1;

/** More than any other tool can reach. */
const exactSlug = 100;
const exactTitle = 10;
const moreForName = 1;

/** What words of a query count in BM25: those that wishes are wrapped in, and those that only begin like one of it. */
const ofWrapping = 0.6;
const ofAlike = 0.2;

const partialAppName = 0.3;
const moreForSlug = 0.02;
const moreForWord = 0.01;
/** In names of tools that find things by what they are called. */
const searchStem = stemOf('search');
const deepest = 8;
const longestName = 12;

/** Numbers of each tool of all segments that are ranked together, one segment after the other. */
interface Columns {
  readonly words: Float32Array;
  /** The same array as `words` where the query has no clauses. */
  readonly clauseWords: Float32Array;
  readonly similarity: Float32Array;
  /** The same array as `similarity` where the query has no clauses. */
  readonly clauseSimilarity: Float32Array;
  /** For what is worked out on the way; holds anything before. */
  readonly scratch: Float32Array;
}

/**
 * What rankings work in, kept from one to the next: 20 bytes for each tool of the largest. New memory of this size would
 * have to be fetched and collected again for each. Serves one ranking at a time.
 */
export class RankingMemory {
  #numbers = new Float32Array(0);

  /** Columns for so many tools, with zeros. */
  columns(tools: number, isSplit: boolean): Columns {
    const count = isSplit ? 5 : 3;
    if (this.#numbers.length < count * tools) this.#numbers = new Float32Array(count * tools);
    else this.#numbers.fill(0, 0, (count - 1) * tools);
    const column = (index: number) => this.#numbers.subarray(index * tools, (index + 1) * tools);
    const [words, similarity] = [column(0), column(1)];
    return {
      words,
      similarity,
      clauseWords: isSplit ? column(2) : words,
      clauseSimilarity: isSplit ? column(3) : similarity,
      scratch: column(count - 1),
    };
  }
}

/** One segment during one ranking. */
interface Work extends Columns {
  readonly view: SegmentView;
  /** Place of its first tool among those of all segments. */
  readonly first: number;
  /** By toolkit. */
  readonly app: Float32Array;
}

/** The best tools for a query, best first; equals in the order of their slugs. A pure function of its arguments. */
export function rank(views: readonly SegmentView[], query: ParsedQuery, options: RankOptions): readonly RankedTool[] {
  const statistics = new Statistics(views);
  const tools = views.reduce((sum, { segment }) => sum + segment.size, 0);
  const columns = (options.memory ?? new RankingMemory()).columns(tools, query.clauses.length > 0);
  const works = divide(columns, views);
  const possible = scoreWords(columns, works, query, statistics);
  const appWords = scoreApps(works, query, statistics);
  scoreSimilarity(works, options.vectors);
  const exact = findExactly(works, query, statistics);
  const chosen = choose(works, exact, options.learned ?? new Map(), query.clauses.length > 0);
  const describe = describer(query, statistics, appWords, possible);
  const weights = weightsFor(views, options.vectors !== undefined);
  const candidates: Candidate[] = [];
  for (const { work, tool } of chosen) {
    const values = describe(work, tool);
    const candidate: Candidate = {
      work,
      tool,
      values,
      exact: exact.get(work)?.get(tool) ?? 0,
      learned: options.learned?.get(work.view.segment.slugOf(tool)) ?? 0,
      score: 0,
    };
    const isFound =
      values.words > 0 || values.similarity >= leastSimilar || candidate.exact > 0 || candidate.learned > 0;
    if (!isFound) continue;
    let score = candidate.exact + candidate.learned;
    for (const name of featureNames) score += values[name] * weights[name];
    candidate.score = score;
    candidates.push(candidate);
  }
  candidates.sort((x, y) => y.score - x.score || (slugOf(x) < slugOf(y) ? -1 : 1));
  return withoutCopies(candidates, options.limit).map((candidate) => toRanked(candidate, weights));
}

type FeatureWeights = Readonly<Record<FeatureName, number>>;

/** By words alone: between those for HTTP requests and those for other tools, by how many of both may be found. */
function weightsFor(views: readonly SegmentView[], isSemantic: boolean): FeatureWeights {
  let count = 0;
  let requests = 0;
  for (const view of views) {
    count += view.count;
    requests += view.count * view.segment.requestShare;
  }
  const share = count === 0 ? 0 : requests / count;
  const weights: Partial<Record<FeatureName, number>> = {};
  for (const name of featureNames) {
    const { semantic, lexical, lexicalOfRequests } = features[name];
    weights[name] = isSemantic ? semantic : (1 - share) * lexical + share * lexicalOfRequests;
  }
  return weights as FeatureWeights;
}

function divide(columns: Columns, views: readonly SegmentView[]): readonly Work[] {
  let next = 0;
  return views.map((view) => {
    const first = next;
    next += view.segment.size;
    const part = (column: Float32Array) => column.subarray(first, next);
    const words = part(columns.words);
    const similarity = part(columns.similarity);
    return {
      view,
      first,
      words,
      similarity,
      scratch: part(columns.scratch),
      clauseWords: columns.clauseWords === columns.words ? words : part(columns.clauseWords),
      clauseSimilarity: columns.clauseSimilarity === columns.similarity ? similarity : part(columns.clauseSimilarity),
      app: new Float32Array(view.segment.toolkits.length),
    };
  });
}

/** A tool that is looked at closely. */
interface Candidate {
  readonly work: Work;
  readonly tool: number;
  readonly values: Readonly<Record<FeatureName, number>>;
  readonly exact: number;
  readonly learned: number;
  score: number;
}

function slugOf({ work, tool }: Candidate): string {
  return work.view.segment.slugOf(tool);
}

/** How rare words are among all tools that may be found. */
class Statistics {
  readonly averageLength: number;
  readonly #views: readonly SegmentView[];
  readonly #count: number;
  readonly #frequencies = new Map<string, number>();
  readonly #rarities = new Map<string, number>();
  /** Terms are looked for again and again. */
  readonly #numbers: ReadonlyMap<Segment, Map<string, number>>;

  constructor(views: readonly SegmentView[]) {
    this.#views = views;
    this.#numbers = new Map(views.map(({ segment }) => [segment, new Map()]));
    this.#count = views.reduce((sum, { count }) => sum + count, 0);
    this.averageLength = Math.max(
      1,
      views.reduce((sum, { totalLength }) => sum + totalLength, 0) / Math.max(1, this.#count),
    );
  }

  rarity(term: string): number {
    let rarity = this.#rarities.get(term);
    if (rarity === undefined) {
      const frequency = this.frequency(term);
      rarity = Math.log(1 + (this.#count - frequency + 0.5) / (frequency + 0.5));
      this.#rarities.set(term, rarity);
    }
    return rarity;
  }

  /** Number of a term in a segment, or -1. */
  find(segment: Segment, term: string): number {
    const known = this.#numbers.get(segment);
    let number = known?.get(term);
    if (number === undefined) {
      number = segment.find(term);
      known?.set(term, number);
    }
    return number;
  }

  frequency(term: string): number {
    let frequency = this.#frequencies.get(term);
    if (frequency === undefined) {
      frequency = this.#occurrences(term);
      this.#frequencies.set(term, frequency);
    }
    return frequency;
  }

  #occurrences(term: string): number {
    let frequency = 0;
    for (const { segment, allowed } of this.#views) {
      const number = this.find(segment, term);
      if (number < 0) continue;
      const start = segment.postingStarts[number] ?? 0;
      const end = segment.postingStarts[number + 1] ?? 0;
      if (allowed === undefined) frequency += end - start;
      else for (let at = start; at < end; at += 1) frequency += allowed[segment.postingTools[at] ?? 0] ?? 0;
    }
    return frequency;
  }
}

/** BM25 over the fields together (BM25F), as a share of the best tool's. Returns what a perfect tool would reach. */
function scoreWords(
  { words, clauseWords, scratch }: Columns,
  works: readonly Work[],
  query: ParsedQuery,
  statistics: Statistics,
): Possible {
  const compounds = query.compounds.filter((term) => statistics.frequency(term) > 0);
  const terms = [...weigh(query.stems), ...compounds.map((term) => ({ term, weight: 1 }))];
  const possible = terms.reduce(
    (sum, { term, weight }) => sum + (statistics.frequency(term) > 0 ? weight * statistics.rarity(term) * (k1 + 1) : 0),
    0,
  );
  const best = addWords(works, withAlike(terms, works), statistics, (work) => work.words);
  scale(words, best);
  if (query.clauses.length > 0) clauseWords.set(words);
  for (const { stems } of query.clauses) {
    scratch.fill(0);
    scale(
      scratch,
      addWords(works, withAlike(weigh(stems), works), statistics, (work) => work.scratch),
    );
    for (let tool = 0; tool < scratch.length; tool += 1) {
      const share = scratch[tool] ?? 0;
      if (share > (clauseWords[tool] ?? 0)) clauseWords[tool] = share;
    }
  }
  return { best, possible, termCount: terms.length };
}

/** To shares of the best one. */
function scale(scores: Float32Array, best: number): void {
  if (best === 0) return;
  // Several times as fast as a division of each.
  const factor = 1 / best;
  for (let tool = 0; tool < scores.length; tool += 1) scores[tool] = (scores[tool] ?? 0) * factor;
}

interface Possible {
  readonly best: number;
  readonly possible: number;
  readonly termCount: number;
}

interface WeightedTerm {
  readonly term: string;
  readonly weight: number;
}

function weigh(stems: readonly string[]): readonly WeightedTerm[] {
  return stems.map((term) => ({ term, weight: isWrapping(term) ? ofWrapping : 1 }));
}

/** With words of tools that begin alike. */
function withAlike(terms: readonly WeightedTerm[], works: readonly Work[]): readonly WeightedTerm[] {
  const weights = new Map(terms.map(({ term, weight }) => [term, weight]));
  for (const { term, weight } of terms) {
    for (const { view } of works) {
      for (const other of view.segment.alike(term)) if (!weights.has(other)) weights.set(other, ofAlike * weight);
    }
  }
  return [...weights].map(([term, weight]) => ({ term, weight }));
}

/** Weights are kept in tenths. */
const tenths = Float64Array.from({ length: 256 }, (_, weight) => weight / 10);

function addWords(
  works: readonly Work[],
  terms: readonly WeightedTerm[],
  statistics: Statistics,
  target: (work: Work) => Float32Array,
): number {
  let best = 0;
  for (const work of works) {
    const { segment, allowed } = work.view;
    const { postingStarts, postingTools, postingWeights, lengths } = segment;
    const scores = target(work);
    const shortest = k1 * (1 - b);
    const perWord = (k1 * b) / statistics.averageLength;
    for (const { term, weight: termWeight } of terms) {
      const number = statistics.find(segment, term);
      if (number < 0) continue;
      const rarity = termWeight * statistics.rarity(term) * (k1 + 1);
      const end = postingStarts[number + 1] ?? 0;
      for (let at = postingStarts[number] ?? 0; at < end; at += 1) {
        const tool = postingTools[at] ?? 0;
        if (allowed !== undefined && allowed[tool] !== 1) continue;
        const weight = tenths[postingWeights[at] ?? 0] ?? 0;
        const norm = shortest + perWord * (lengths[tool] ?? 0);
        const score = (scores[tool] ?? 0) + (rarity * weight) / (weight + norm);
        scores[tool] = score;
        if (score > best) best = score;
      }
    }
  }
  return best;
}

/** How far each app is named by the query: 1 for all words of one of its names. Returns the words of those that are. */
function scoreApps(works: readonly Work[], query: ParsedQuery, statistics: Statistics): ReadonlySet<string> {
  const words = new Set<string>();
  for (const { view, app } of works) {
    const { segment } = view;
    const stems = new Map<number, string>();
    for (const stem of query.stems) {
      const number = statistics.find(segment, stem);
      if (number >= 0) stems.set(number, stem);
    }
    for (const index of segment.appsCalled(stems.keys(), query.joined)) {
      const names = segment.appNames[index];
      if (names === undefined) continue;
      let best = 0;
      for (const name of names.words) {
        let found = 0;
        for (const word of name) if (stems.has(word)) found += 1;
        if (found === 0) continue;
        if (found === name.length) {
          // Of apps that are called alike, the one whose slug it is, too; of `github` and `github_ae`, the longer one.
          best = Math.max(best, 1 + (name === names.words[0] ? moreForSlug : 0) + found * moreForWord);
          for (const word of name) words.add(stems.get(word) ?? '');
        } else best = Math.max(best, (partialAppName * found) / name.length);
      }
      if (best < 1 && names.joined.some((name) => query.joined.has(name))) best = 1;
      app[index] = best;
    }
  }
  return words;
}

function scoreSimilarity(works: readonly Work[], vectors: QueryVectors | undefined): void {
  if (vectors === undefined) return;
  const total = works.reduce((sum, { view }) => sum + view.count, 0);
  const isExact = total <= comparedExactly;
  for (const { view, words, clauseWords, similarity, clauseSimilarity, scratch } of works) {
    if (view.vectors === undefined) {
      // Not embedded yet: what their words say stands in for it.
      for (let tool = 0; tool < words.length; tool += 1) {
        similarity[tool] = 0.15 + 0.45 * (words[tool] ?? 0);
        clauseSimilarity[tool] = 0.15 + 0.45 * (clauseWords[tool] ?? 0);
      }
      continue;
    }
    const set = view.vectors;
    if (isExact) {
      set.compareAll(vectors.whole, similarity, view.allowed);
      if (vectors.clauses.length > 0) clauseSimilarity.set(similarity);
      for (const clause of vectors.clauses) set.compareAll(clause, clauseSimilarity, view.allowed);
      continue;
    }
    set.estimateAll([vectors.whole, ...vectors.clauses], scratch, view.allowed);
    const share = Math.ceil((compared * view.count) / total);
    const nearest = nearestOf(view, scratch, clauseWords, Math.max(fewestCompared, share));
    for (const tool of nearest) {
      const cosine = set.compare(tool, vectors.whole);
      similarity[tool] = cosine;
      clauseSimilarity[tool] = vectors.clauses.reduce(
        (best, clause) => Math.max(best, set.compare(tool, clause)),
        cosine,
      );
    }
  }
}

/** Tools that seem the most similar to the query, in no order. */
function nearestOf(
  { allowed }: SegmentView,
  estimates: Float32Array,
  clauseWords: Float32Array,
  count: number,
): Uint32Array {
  const nearest = new Largest(count);
  let { least } = nearest;
  for (let tool = 0; tool < estimates.length; tool += 1) {
    const value = Math.fround(2 + (estimates[tool] ?? 0) + 0.3 * (clauseWords[tool] ?? 0));
    if (value > least && (allowed === undefined || allowed[tool] === 1)) least = nearest.add(value, tool);
  }
  return nearest.indexes;
}

/** Tools whose slug the query is, or whose title, with or without the name of their app. */
function findExactly(
  works: readonly Work[],
  query: ParsedQuery,
  statistics: Statistics,
): ReadonlyMap<Work, ReadonlyMap<number, number>> {
  const isSlug = query.slugKey !== '';
  return new Map(
    works.map((work) => {
      const { segment, allowed } = work.view;
      const found = new Map<number, number>();
      const isAllowed = (tool: number) => allowed === undefined || allowed[tool] === 1;
      for (let tool = segment.titleKeys.indexOf(query.titleKey); tool >= 0; ) {
        if (isAllowed(tool)) found.set(tool, exactTitle + (isNamedByStopWords(segment, tool, query) ? moreForName : 0));
        tool = segment.titleKeys.indexOf(query.titleKey, tool + 1);
      }
      segment.toolkits.forEach(({ first, count }, index) => {
        if ((work.app[index] ?? 0) < 1 && !query.slugKey.startsWith(segment.appNames[index]?.slugKey ?? ' ')) return;
        const names = segment.appNames[index]?.words ?? [];
        const own = new Set(
          query.stems.filter((stem) => names.some((name) => name.includes(statistics.find(segment, stem)))),
        );
        const wanted = titleKeysWithout(query.stems, own);
        for (let tool = first; tool < first + count; tool += 1) {
          if (wanted.has(segment.titleKeys[tool] ?? 0) && isAllowed(tool)) found.set(tool, exactTitle);
        }
        if (!isSlug) return;
        for (const tool of segment.toolsCalled(index, query.slugKey)) if (isAllowed(tool)) found.set(tool, exactSlug);
      });
      return [work, found];
    }),
  );
}

/** Of tools of the same title, the one whose app is called like this comes first; alone, such words name no app. */
function isNamedByStopWords(segment: Segment, tool: number, { joined }: ParsedQuery): boolean {
  const { unspoken = [] } = segment.appNames[segment.toolkitOf(tool)] ?? {};
  return unspoken.length > 0 && unspoken.every((word) => joined.has(word));
}

interface Chosen {
  readonly work: Work;
  readonly tool: number;
}

/** Tools to be looked at closely. */
function choose(
  works: readonly Work[],
  exact: ReadonlyMap<Work, ReadonlyMap<number, number>>,
  learned: ReadonlyMap<string, number>,
  isSplit: boolean,
): readonly Chosen[] {
  const kept = new Map(works.map((work) => [work, new Set<number>()]));
  for (const place of placesOfBest(works, isSplit)) {
    const work = works.findLast(({ first }) => first <= place);
    if (work !== undefined) kept.get(work)?.add(place - work.first);
  }
  for (const [work, tools] of exact) {
    const set = kept.get(work);
    // Of a title that hundreds share, any are as good.
    for (const tool of [...tools].sort((x, y) => y[1] - x[1]).slice(0, pool)) set?.add(tool[0]);
  }
  for (const [work, set] of kept) for (const slug of learned.keys()) addSlug(work, slug, set);
  return [...kept].flatMap(([work, tools]) => [...tools].map((tool) => ({ work, tool })));
}

/** Places, among the tools of all segments, of those that are the best at a rough estimate and of those with the best words. */
function placesOfBest(works: readonly Work[], isSplit: boolean): readonly number[] {
  const best: Best = {
    rough: new Largest(pool),
    words: new Largest(pool / 5),
    // Of a text of several wishes also those that fit all of it.
    similarity: isSplit ? new Largest(pool / 5) : undefined,
  };
  for (const work of works) {
    const { app, view } = work;
    let from = 0;
    view.segment.toolkits.forEach(({ first, count }, index) => {
      // Those that follow one another and are named alike are looked at together.
      if (app[index] === app[index + 1]) return;
      addBest(best, work, 2 + 0.2 * (app[index] ?? 0), from, first + count);
      from = first + count;
    });
  }
  return [best.rough, best.words, best.similarity].flatMap((largest) => [...(largest?.indexes ?? [])]);
}

interface Best {
  readonly rough: Largest;
  readonly words: Largest;
  readonly similarity: Largest | undefined;
}

function addBest(best: Best, work: Work, named: number, from: number, to: number): void {
  const { first, words, similarity, clauseWords, clauseSimilarity } = work;
  const { allowed } = work.view;
  let leastRough = best.rough.least;
  let leastWords = best.words.least;
  let leastSimilarity = best.similarity?.least ?? Number.POSITIVE_INFINITY;
  for (let tool = from; tool < to; tool += 1) {
    if (allowed !== undefined && allowed[tool] !== 1) continue;
    const rough = Math.fround(named + (clauseSimilarity[tool] ?? 0) + 0.3 * (clauseWords[tool] ?? 0));
    if (rough > leastRough) leastRough = best.rough.add(rough, first + tool);
    const share = words[tool] ?? 0;
    if (share > leastWords) leastWords = best.words.add(share, first + tool);
    const cosine = similarity[tool] ?? 0;
    if (cosine > leastSimilarity) leastSimilarity = best.similarity?.add(cosine, first + tool) ?? 0;
  }
}

function addSlug({ view }: Work, slug: string, to: Set<number>): void {
  const { segment, allowed } = view;
  for (const toolkit of segment.toolkits) {
    if (!slug.toLowerCase().startsWith(toolkit.slug)) continue;
    for (let tool = toolkit.first; tool < toolkit.first + toolkit.count; tool += 1) {
      if ((allowed === undefined || allowed[tool] === 1) && segment.slugOf(tool) === slug) to.add(tool);
    }
  }
}

function describer(
  query: ParsedQuery,
  statistics: Statistics,
  appWords: ReadonlySet<string>,
  { best, possible, termCount }: Possible,
): (work: Work, tool: number) => Readonly<Record<FeatureName, number>> {
  const content = query.stems.filter((stem) => verbClassOf(stem) === undefined && !appWords.has(stem));
  const object = query.intent.object.filter((stem) => verbClassOf(stem) === undefined && !appWords.has(stem));
  const total = (stems: readonly string[]) => stems.reduce((sum, stem) => sum + statistics.rarity(stem), 0) || 1;
  const contentTotal = total(content);
  const objectTotal = total(object);
  const verb = verbNumber(query.intent.verb);
  const long = Math.min(1, Math.max(0, (termCount - 6) / 16));
  const namesThing = [...query.names].some((stem) => !appWords.has(stem));
  /** By segment: what each of its terms is to the query. */
  const roles = new Map<Segment, ReadonlyMap<number, TermRole>>();
  const rolesIn = (segment: Segment): ReadonlyMap<number, TermRole> => {
    let known = roles.get(segment);
    if (known === undefined) {
      known = new Map(
        [...new Set([...query.stems, ...appWords])].flatMap((stem) => {
          const number = statistics.find(segment, stem);
          const role: TermRole = {
            rarity: statistics.rarity(stem),
            isQuery: query.stems.includes(stem),
            isApp: appWords.has(stem),
            isContent: content.includes(stem),
            isObject: object.includes(stem),
          };
          return number < 0 ? [] : [[number, role] as const];
        }),
      );
      roles.set(segment, known);
    }
    return known;
  };
  return (work, tool) => {
    const { segment } = work.view;
    const known = rolesIn(segment);
    const traits = segment.traits[tool] ?? 0;
    const searching = statistics.find(segment, searchStem);
    let searches = false;
    let covered = 0;
    let objectCovered = 0;
    let name = 0;
    let nameFound = 0;
    let objects = 0;
    let objectsFound = 0;
    for (let at = segment.nameStarts[tool] ?? 0, end = segment.nameStarts[tool + 1] ?? 0; at < end; at += 1) {
      const packed = segment.nameTerms[at] ?? 0;
      const role = known.get(packed >>> 3);
      if (isNaming(packed) && role?.isContent === true) covered += role.rarity;
      if (isOfObject(packed)) {
        objects += 1;
        if (role?.isQuery === true) objectsFound += 1;
        if (role?.isObject === true) objectCovered += role.rarity;
      }
      if (isOfName(packed) && role?.isApp !== true) {
        if (packed >>> 3 === searching) searches = true;
        name += 1;
        if (role?.isQuery === true) nameFound += 1;
      }
    }
    const toolVerb = verbOf(traits);
    const nameShare = name === 0 ? 0 : nameFound / name;
    const coveredShare = covered / contentTotal;
    return {
      similarity: work.similarity[tool] ?? 0,
      words: work.words[tool] ?? 0,
      app: work.app[segment.toolkitOf(tool)] ?? 0,
      sameVerb: verb !== 0 && toolVerb === verb ? 1 : 0,
      otherVerb: verb !== 0 && toolVerb !== 0 && toolVerb !== verb ? 1 : 0,
      sameMethod: verb !== 0 && methodVerbOf(traits) === verb ? 1 : 0,
      lookup: namesThing && searches ? 1 : 0,
      namesCovered: coveredShare,
      nameCovered: nameShare,
      objectCovered: objectCovered / objectTotal,
      objectsCovered: objects === 0 ? 0 : objectsFound / objects,
      depth: Math.min(1, (segment.depths[tool] ?? 0) / deepest),
      deprecated: isDeprecated(traits) ? 1 : 0,
      nameLength: Math.min(1, (segment.nameLengths[tool] ?? 0) / longestName),
      wordsOfPossible: possible === 0 ? 0 : ((work.words[tool] ?? 0) * best) / possible,
      clauseSimilarity: work.clauseSimilarity[tool] ?? 0,
      clauseWords: work.clauseWords[tool] ?? 0,
      longSimilarity: long * (work.similarity[tool] ?? 0),
      longWords: long * (work.words[tool] ?? 0),
      longClauseSimilarity: long * (work.clauseSimilarity[tool] ?? 0),
      longClauseWords: long * (work.clauseWords[tool] ?? 0),
      longNamesCovered: long * coveredShare,
      longNameCovered: long * nameShare,
    };
  };
}

interface TermRole {
  readonly rarity: number;
  readonly isQuery: boolean;
  readonly isApp: boolean;
  readonly isContent: boolean;
  readonly isObject: boolean;
}

function toRanked(candidate: Candidate, weights: FeatureWeights): RankedTool {
  const { work, tool, values, exact, learned, score } = candidate;
  const { segment } = work.view;
  const parts: Partial<Record<Reason, number>> = {};
  const add = (reason: Reason, part: number) => {
    if (part !== 0) parts[reason] = (parts[reason] ?? 0) + part;
  };
  for (const name of featureNames) {
    add(features[name].reason, values[name] * weights[name]);
  }
  add('learned', learned);
  add('exact', exact);
  return {
    slug: slugOf(candidate),
    toolkit: segment.toolkits[segment.toolkitOf(tool)]?.slug ?? '',
    score,
    parts,
    values,
  };
}

/** Of tools that are the same in several toolkits of a provider, the best one stands for those that were not asked for by name. */
function withoutCopies(candidates: readonly Candidate[], limit: number): readonly Candidate[] {
  const owners = new Map<number, string>();
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    if (kept.length === limit) break;
    const { segment } = candidate.work.view;
    const shape = segment.shapeKeys[candidate.tool] ?? 0;
    const toolkit = segment.toolkits[segment.toolkitOf(candidate.tool)]?.slug ?? '';
    const owner = owners.get(shape) ?? toolkit;
    owners.set(shape, owner);
    if (owner === toolkit || candidate.exact > 0) kept.push(candidate);
  }
  return kept;
}

/** Keeps the indexes of the largest values, so many at most. */
class Largest {
  /** A heap: its root is the smallest of the largest so far. */
  readonly #indexes: Uint32Array;
  readonly #keys: Float32Array;
  #size = 0;

  constructor(count: number) {
    this.#indexes = new Uint32Array(count);
    this.#keys = new Float32Array(count);
  }

  /** Only values above it are to be added; -Infinity as long as there is room. */
  get least(): number {
    return this.#size < this.#keys.length ? Number.NEGATIVE_INFINITY : (this.#keys[0] ?? 0);
  }

  /** In no order. */
  get indexes(): Uint32Array {
    return this.#indexes.subarray(0, this.#size);
  }

  /** @returns the new {@link least} */
  add(value: number, index: number): number {
    const keys = this.#keys;
    const indexes = this.#indexes;
    let at = 0;
    if (this.#size < keys.length) {
      at = this.#size;
      this.#size += 1;
      for (let parent = (at - 1) >> 1; at > 0 && (keys[parent] ?? 0) > value; parent = (at - 1) >> 1) {
        keys[at] = keys[parent] ?? 0;
        indexes[at] = indexes[parent] ?? 0;
        at = parent;
      }
    } else {
      const size = this.#size;
      for (let child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && (keys[child + 1] ?? 0) < (keys[child] ?? 0)) child += 1;
        if ((keys[child] ?? 0) >= value) break;
        keys[at] = keys[child] ?? 0;
        indexes[at] = indexes[child] ?? 0;
        at = child;
      }
    }
    keys[at] = value;
    indexes[at] = index;
    return this.least;
  }
}
