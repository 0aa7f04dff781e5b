import { isDeprecated, methodVerbOf, slugKey, verbNumber, verbOf } from './indexed-tool.ts';
import { type ParsedQuery, titleKeyWithout } from './parse-query.ts';
import { type FeatureName, featureNames, features, type Reason } from './ranking-weights.ts';
import { isNaming, isOfName, isOfObject, type Segment } from './segment.ts';
import type { VectorSet } from './vectors.ts';
import { verbClassOf } from './verbs.ts';

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

const partialAppName = 0.3;
const moreForSlug = 0.02;
const moreForWord = 0.01;
const deepest = 8;
const longestName = 12;

/** Working memory of one segment during one ranking. */
interface Work {
  readonly view: SegmentView;
  readonly words: Float32Array;
  readonly clauseWords: Float32Array;
  readonly similarity: Float32Array;
  readonly clauseSimilarity: Float32Array;
  /** By toolkit. */
  readonly app: Float32Array;
  /** What a tool is chosen by to be looked at closely. */
  readonly rough: Float32Array;
}

/** The best tools for a query, best first; equals in the order of their slugs. A pure function of its arguments. */
export function rank(views: readonly SegmentView[], query: ParsedQuery, options: RankOptions): readonly RankedTool[] {
  const statistics = new Statistics(views);
  const works = views.map((view): Work => {
    const { size, toolkits } = view.segment;
    return {
      view,
      words: new Float32Array(size),
      clauseWords: new Float32Array(size),
      similarity: new Float32Array(size),
      clauseSimilarity: new Float32Array(size),
      app: new Float32Array(toolkits.length),
      rough: new Float32Array(size),
    };
  });
  const possible = scoreWords(works, query, statistics);
  const appWords = scoreApps(works, query, statistics);
  scoreSimilarity(works, options.vectors);
  for (const work of works) scoreRoughly(work, query);
  const exact = findExactly(works, query, statistics);
  const chosen = choose(works, exact, options.learned ?? new Map(), query.clauses.length > 0);
  const describe = describer(query, statistics, appWords, possible);
  const isSemantic = options.vectors !== undefined;
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
    for (const name of featureNames)
      score += values[name] * (isSemantic ? features[name].semantic : features[name].lexical);
    candidate.score = score;
    candidates.push(candidate);
  }
  candidates.sort((x, y) => y.score - x.score || (slugOf(x) < slugOf(y) ? -1 : 1));
  return withoutCopies(candidates, options.limit).map((candidate) => toRanked(candidate, isSemantic));
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
function scoreWords(works: readonly Work[], query: ParsedQuery, statistics: Statistics): Possible {
  const terms = [...query.stems, ...query.compounds.filter((term) => statistics.frequency(term) > 0)];
  const possible = terms.reduce(
    (sum, term) => sum + (statistics.frequency(term) > 0 ? statistics.rarity(term) * (k1 + 1) : 0),
    0,
  );
  const best = addWords(works, terms, statistics, ({ words }) => words);
  for (const { words, clauseWords } of works) {
    for (let tool = 0; tool < words.length; tool += 1) {
      const share = best === 0 ? 0 : (words[tool] ?? 0) / best;
      words[tool] = share;
      clauseWords[tool] = share;
    }
  }
  for (const { stems } of query.clauses) {
    const scratch = new Map(works.map((work) => [work, new Float32Array(work.words.length)]));
    const bestOfClause = addWords(works, stems, statistics, (work) => scratch.get(work) ?? new Float32Array(0));
    if (bestOfClause === 0) continue;
    for (const [{ clauseWords }, scores] of scratch) {
      for (let tool = 0; tool < scores.length; tool += 1) {
        const share = (scores[tool] ?? 0) / bestOfClause;
        if (share > (clauseWords[tool] ?? 0)) clauseWords[tool] = share;
      }
    }
  }
  return { best, possible, terms };
}

interface Possible {
  readonly best: number;
  readonly possible: number;
  readonly terms: readonly string[];
}

function addWords(
  works: readonly Work[],
  terms: readonly string[],
  statistics: Statistics,
  target: (work: Work) => Float32Array,
): number {
  let best = 0;
  for (const work of works) {
    const { segment, allowed } = work.view;
    const { postingStarts, postingTools, postingWeights, lengths } = segment;
    const scores = target(work);
    for (const term of terms) {
      const number = statistics.find(segment, term);
      if (number < 0) continue;
      const rarity = statistics.rarity(term) * (k1 + 1);
      const end = postingStarts[number + 1] ?? 0;
      for (let at = postingStarts[number] ?? 0; at < end; at += 1) {
        const tool = postingTools[at] ?? 0;
        if (allowed !== undefined && allowed[tool] !== 1) continue;
        const weight = (postingWeights[at] ?? 0) / 10;
        const norm = k1 * (1 - b + (b * (lengths[tool] ?? 0)) / statistics.averageLength);
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
    segment.appNames.forEach((names, index) => {
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
      if (best < 1 && names.joined.some((name) => name.length > 3 && query.joined.has(name))) best = 1;
      app[index] = best;
    });
  }
  return words;
}

function scoreSimilarity(works: readonly Work[], vectors: QueryVectors | undefined): void {
  if (vectors === undefined) return;
  const total = works.reduce((sum, { view }) => sum + view.count, 0);
  const isExact = total <= comparedExactly;
  for (const { view, words, clauseWords, similarity, clauseSimilarity } of works) {
    if (view.vectors === undefined) {
      // Not embedded yet: what their words say stands in for it.
      for (let tool = 0; tool < words.length; tool += 1) {
        similarity[tool] = 0.15 + 0.45 * (words[tool] ?? 0);
        clauseSimilarity[tool] = 0.15 + 0.45 * (clauseWords[tool] ?? 0);
      }
      continue;
    }
    const set = view.vectors;
    const look = (vector: Float32Array, into: Float32Array) =>
      isExact ? set.compareAll(vector, into, view.allowed) : set.estimateAll(vector, into, view.allowed);
    look(vectors.whole, similarity);
    clauseSimilarity.set(similarity);
    for (const clause of vectors.clauses) look(clause, clauseSimilarity);
    if (isExact) continue;
    const rough = new Float32Array(words.length);
    for (let tool = 0; tool < words.length; tool += 1) {
      rough[tool] = 2 + (clauseSimilarity[tool] ?? 0) + 0.3 * (clauseWords[tool] ?? 0);
    }
    const share = Math.ceil((compared * view.count) / total);
    const near = new Uint8Array(words.length);
    const nearest = topOf(rough, Math.max(fewestCompared, share), view.allowed);
    for (const tool of nearest) {
      near[tool] = 1;
      const cosine = set.compare(tool, vectors.whole);
      similarity[tool] = cosine;
      clauseSimilarity[tool] = vectors.clauses.reduce(
        (best, clause) => Math.max(best, set.compare(tool, clause)),
        cosine,
      );
    }
    for (let tool = 0; tool < words.length; tool += 1) {
      if (near[tool] === 1) continue;
      similarity[tool] = 0;
      clauseSimilarity[tool] = 0;
    }
  }
}

function scoreRoughly(
  { view, words, clauseWords, similarity, clauseSimilarity, app, rough }: Work,
  query: ParsedQuery,
): void {
  const isSplit = query.clauses.length > 0;
  view.segment.toolkits.forEach(({ first, count }, index) => {
    const named = 2 + 0.2 * (app[index] ?? 0);
    for (let tool = first; tool < first + count; tool += 1) {
      rough[tool] = isSplit
        ? named + (clauseSimilarity[tool] ?? 0) + 0.3 * (clauseWords[tool] ?? 0)
        : named + (similarity[tool] ?? 0) + 0.3 * (words[tool] ?? 0);
    }
  });
}

/** Tools whose slug the query is, or whose title, with or without the name of their app. */
function findExactly(
  works: readonly Work[],
  query: ParsedQuery,
  statistics: Statistics,
): ReadonlyMap<Work, ReadonlyMap<number, number>> {
  const slugWords = query.slugKey.split(' ');
  return new Map(
    works.map((work) => {
      const { segment, allowed } = work.view;
      const found = new Map<number, number>();
      const isAllowed = (tool: number) => allowed === undefined || allowed[tool] === 1;
      for (let tool = segment.titleKeys.indexOf(query.titleKey); tool >= 0; ) {
        if (isAllowed(tool)) found.set(tool, exactTitle);
        tool = segment.titleKeys.indexOf(query.titleKey, tool + 1);
      }
      segment.toolkits.forEach(({ first, count }, index) => {
        if ((work.app[index] ?? 0) < 1 && !query.slugKey.startsWith(segment.appNames[index]?.slugKey ?? ' ')) return;
        const names = segment.appNames[index]?.words ?? [];
        const own = new Set(
          query.stems.filter((stem) => names.some((name) => name.includes(statistics.find(segment, stem)))),
        );
        const wanted = titleKeyWithout(query.stems, own);
        for (let tool = first; tool < first + count; tool += 1) {
          if (!isAllowed(tool)) continue;
          if (segment.titleKeys[tool] === wanted) found.set(tool, exactTitle);
          if (slugWords.length > 1 && slugKey(segment.slugOf(tool)) === query.slugKey) found.set(tool, exactSlug);
        }
      });
      return [work, found];
    }),
  );
}

interface Chosen {
  readonly work: Work;
  readonly tool: number;
}

function choose(
  works: readonly Work[],
  exact: ReadonlyMap<Work, ReadonlyMap<number, number>>,
  learned: ReadonlyMap<string, number>,
  isSplit: boolean,
): readonly Chosen[] {
  const kept = new Map(works.map((work) => [work, new Set<number>()]));
  const keep = (values: (work: Work) => Float32Array, count: number) => {
    for (const { work, tool } of topOfAll(works, values, count)) kept.get(work)?.add(tool);
  };
  keep(({ rough }) => rough, pool);
  keep(({ words }) => words, pool / 5);
  if (isSplit) keep(({ similarity }) => similarity, pool / 5);
  for (const [work, tools] of exact) {
    const set = kept.get(work);
    // Of a title that hundreds share, any are as good.
    for (const tool of [...tools].sort((x, y) => y[1] - x[1]).slice(0, pool)) set?.add(tool[0]);
  }
  for (const [work, set] of kept) for (const slug of learned.keys()) addSlug(work, slug, set);
  return [...kept].flatMap(([work, tools]) => [...tools].map((tool) => ({ work, tool })));
}

/** The tools of all segments with the largest values. */
function topOfAll(works: readonly Work[], values: (work: Work) => Float32Array, count: number): readonly Chosen[] {
  const [only] = works;
  if (only !== undefined && works.length === 1) {
    return [...topOf(values(only), count, only.view.allowed)].map((tool) => ({ work: only, tool }));
  }
  const starts: number[] = [];
  let total = 0;
  for (const work of works) {
    starts.push(total);
    total += values(work).length;
  }
  const all = new Float32Array(total);
  const allowed = new Uint8Array(total).fill(1);
  works.forEach((work, index) => {
    const start = starts[index] ?? 0;
    all.set(values(work), start);
    if (work.view.allowed !== undefined) allowed.set(work.view.allowed, start);
  });
  return [...topOf(all, count, allowed)].flatMap((place) => {
    const index = starts.findLastIndex((start) => start <= place);
    const work = works[index];
    return work === undefined ? [] : [{ work, tool: place - (starts[index] ?? 0) }];
  });
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
  { best, possible, terms }: Possible,
): (work: Work, tool: number) => Readonly<Record<FeatureName, number>> {
  const content = query.stems.filter((stem) => verbClassOf(stem) === undefined && !appWords.has(stem));
  const object = query.intent.object.filter((stem) => verbClassOf(stem) === undefined && !appWords.has(stem));
  const total = (stems: readonly string[]) => stems.reduce((sum, stem) => sum + statistics.rarity(stem), 0) || 1;
  const contentTotal = total(content);
  const objectTotal = total(object);
  const verb = verbNumber(query.intent.verb);
  const long = Math.min(1, Math.max(0, (terms.length - 6) / 16));
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

function toRanked(candidate: Candidate, isSemantic: boolean): RankedTool {
  const { work, tool, values, exact, learned, score } = candidate;
  const { segment } = work.view;
  const parts: Partial<Record<Reason, number>> = {};
  const add = (reason: Reason, part: number) => {
    if (part !== 0) parts[reason] = (parts[reason] ?? 0) + part;
  };
  for (const name of featureNames) {
    const { reason, semantic, lexical } = features[name];
    add(reason, values[name] * (isSemantic ? semantic : lexical));
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

/** Indexes of the largest values, in no order, of those that are allowed. */
function topOf(values: Float32Array, count: number, allowed: Uint8Array | undefined): Uint32Array {
  // A heap whose root is the smallest of the largest so far.
  const heap = new Uint32Array(count);
  const keys = new Float32Array(count);
  let size = 0;
  let least = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    if (value <= least || (allowed !== undefined && allowed[index] !== 1)) continue;
    let at = 0;
    if (size < count) {
      at = size;
      size += 1;
      for (let parent = (at - 1) >> 1; at > 0 && (keys[parent] ?? 0) > value; parent = (at - 1) >> 1) {
        keys[at] = keys[parent] ?? 0;
        heap[at] = heap[parent] ?? 0;
        at = parent;
      }
    } else {
      for (let child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && (keys[child + 1] ?? 0) < (keys[child] ?? 0)) child += 1;
        if ((keys[child] ?? 0) >= value) break;
        keys[at] = keys[child] ?? 0;
        heap[at] = heap[child] ?? 0;
        at = child;
      }
    }
    keys[at] = value;
    heap[at] = index;
    if (size === count) least = keys[0] ?? 0;
  }
  return heap.subarray(0, size);
}
