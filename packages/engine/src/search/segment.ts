import { hashOf, type IndexedTool, methodVerbOf, slugKey, termFlags } from './indexed-tool.ts';
import type { SearchableToolkit } from './searchable-tool.ts';
import { appNameOf } from './tool-text.ts';
import { isStopWord, joinedName, plainWordsOf, wordsOf } from './words.ts';

/** The tools of one toolkit stand together in a segment. */
export interface SegmentToolkit extends SearchableToolkit {
  readonly first: number;
  readonly count: number;
}

export interface TermLookup {
  /** Number of a term, or -1. */
  find(term: string): number;
  /** Other terms that begin alike. Absent where there are too many, as in a catalogue. */
  alike?(term: string): readonly string[];
}

/** Numbers that a segment is made of; those of terms are the lookup's. */
export interface SegmentColumns {
  readonly traits: Uint16Array;
  readonly depths: Uint8Array;
  readonly nameLengths: Uint8Array;
  readonly titleKeys: Uint32Array;
  readonly shapeKeys: Uint32Array;
  /** Of each tool: where its terms begin in the next three; one more at the end. */
  readonly starts: Uint32Array;
  readonly terms: Uint32Array;
  readonly weights: Uint8Array;
  readonly flags: Uint8Array;
}

/** Shorter ones are words of other things as well. */
const shortestJoined = 4;

/** How a toolkit may be called, each as numbers of terms that belong together, and in one word. */
interface AppNames {
  readonly words: readonly (readonly number[])[];
  readonly joined: readonly string[];
  /** Words of a name that is made of stop words, such as `Up`; else none. */
  readonly unspoken: readonly string[];
  readonly slugKey: string;
}

/** Tools that were indexed together, in typed arrays. Never changes. */
export class Segment {
  readonly size: number;
  readonly toolkits: readonly SegmentToolkit[];
  readonly termCount: number;
  readonly traits: Uint16Array;
  readonly depths: Uint8Array;
  readonly nameLengths: Uint8Array;
  readonly titleKeys: Uint32Array;
  readonly shapeKeys: Uint32Array;
  /** Sums of the weights of a tool's terms. */
  readonly lengths: Float32Array;
  readonly totalLength: number;
  /** How many of the tools are HTTP requests, from 0 to 1. */
  readonly requestShare: number;
  /** Of each term: where its tools begin in the next two; one more at the end. */
  readonly postingStarts: Uint32Array;
  readonly postingTools: Uint32Array;
  readonly postingWeights: Uint8Array;
  /** Of each tool: where the terms begin that name it. */
  readonly nameStarts: Uint32Array;
  /** Numbers of terms, times 8, with their flags. */
  readonly nameTerms: Uint32Array;
  readonly appNames: readonly AppNames[];
  /** In ascending order: numbers of the words of names, or hashes of names in one word, each with its toolkit's index. */
  readonly #appKeys: Float64Array;
  /** Of the toolkits that were asked for: hashes of their tools' {@link slugKey}. */
  readonly #slugHashes = new Map<number, Uint32Array>();
  readonly #lookup: TermLookup;
  readonly #slugOf: (tool: number) => string;

  constructor(
    toolkits: readonly SegmentToolkit[],
    columns: SegmentColumns,
    lookup: TermLookup,
    termCount: number,
    slugOf: (tool: number) => string,
  ) {
    const { starts, terms, weights, flags } = columns;
    const size = starts.length - 1;
    this.size = size;
    this.toolkits = toolkits;
    this.termCount = termCount;
    this.traits = columns.traits;
    this.depths = columns.depths;
    this.nameLengths = columns.nameLengths;
    this.titleKeys = columns.titleKeys;
    this.shapeKeys = columns.shapeKeys;
    this.#lookup = lookup;
    this.#slugOf = slugOf;

    const postingStarts = new Uint32Array(termCount + 1);
    const lengths = new Float32Array(size);
    const nameStarts = new Uint32Array(size + 1);
    let names = 0;
    let postings = 0;
    let total = 0;
    let requests = 0;
    for (let tool = 0; tool < size; tool += 1) {
      let length = 0;
      if (methodVerbOf(columns.traits[tool] ?? 0) !== 0) requests += 1;
      nameStarts[tool] = names;
      for (let at = starts[tool] ?? 0, end = starts[tool + 1] ?? 0; at < end; at += 1) {
        const weight = weights[at] ?? 0;
        if (weight > 0) {
          const next = (terms[at] ?? 0) + 1;
          postingStarts[next] = (postingStarts[next] ?? 0) + 1;
          postings += 1;
        }
        if ((flags[at] ?? 0) !== 0) names += 1;
        length += weight;
      }
      lengths[tool] = length / 10;
      total += length / 10;
    }
    nameStarts[size] = names;
    for (let term = 0; term < termCount; term += 1) {
      postingStarts[term + 1] = (postingStarts[term + 1] ?? 0) + (postingStarts[term] ?? 0);
    }
    const next = postingStarts.slice();
    const postingTools = new Uint32Array(postings);
    const postingWeights = new Uint8Array(postings);
    const nameTerms = new Uint32Array(names);
    let name = 0;
    for (let tool = 0; tool < size; tool += 1) {
      for (let at = starts[tool] ?? 0, end = starts[tool + 1] ?? 0; at < end; at += 1) {
        const term = terms[at] ?? 0;
        const weight = weights[at] ?? 0;
        if (weight > 0) {
          const place = next[term] ?? 0;
          next[term] = place + 1;
          postingTools[place] = tool;
          postingWeights[place] = weight;
        }
        const flag = flags[at] ?? 0;
        if (flag !== 0) {
          nameTerms[name] = term * 8 + flag;
          name += 1;
        }
      }
    }
    this.lengths = lengths;
    this.totalLength = total;
    this.requestShare = size === 0 ? 0 : requests / size;
    this.postingStarts = postingStarts;
    this.postingTools = postingTools;
    this.postingWeights = postingWeights;
    this.nameStarts = nameStarts;
    this.nameTerms = nameTerms;
    this.appNames = toolkits.map((toolkit) => appNamesOf(toolkit, lookup));
    this.#appKeys = Float64Array.from(
      this.appNames.flatMap(({ words, joined }, index) =>
        [...words.flat(), ...joined.map(hashOf)].map((key) => appKey(key) + index),
      ),
    ).sort();
  }

  find(term: string): number {
    return this.#lookup.find(term);
  }

  alike(term: string): readonly string[] {
    return this.#lookup.alike?.(term) ?? [];
  }

  slugOf(tool: number): string {
    return this.#slugOf(tool);
  }

  /** Index into {@link toolkits}. */
  toolkitOf(tool: number): number {
    return toolkitAt(this.toolkits, tool);
  }

  /**
   * Indexes of the toolkits of whose names there is a word among these, or which are called by one of these names; and
   * of a few others, whose keys happen to be the same.
   */
  appsCalled(words: Iterable<number>, names: Iterable<string>): ReadonlySet<number> {
    const found = new Set<number>();
    for (const word of words) this.#addApps(word, found);
    for (const name of names) this.#addApps(hashOf(name), found);
    return found;
  }

  #addApps(key: number, to: Set<number>): void {
    const keys = this.#appKeys;
    const from = appKey(key);
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < keys.length && (keys[at] ?? 0) < appKey(key + 1); at += 1) to.add((keys[at] ?? 0) - from);
  }

  /** Tools of a toolkit whose slugs have this {@link slugKey}. */
  toolsCalled(toolkit: number, key: string): readonly number[] {
    const { first, count } = this.toolkits[toolkit] ?? { first: 0, count: 0 };
    let hashes = this.#slugHashes.get(toolkit);
    if (hashes === undefined) {
      hashes = Uint32Array.from({ length: count }, (_, index) => hashOf(slugKey(this.slugOf(first + index))));
      this.#slugHashes.set(toolkit, hashes);
    }
    const found: number[] = [];
    const wanted = hashOf(key);
    for (let index = hashes.indexOf(wanted); index >= 0; index = hashes.indexOf(wanted, index + 1)) {
      if (slugKey(this.slugOf(first + index)) === key) found.push(first + index);
    }
    return found;
  }

  /** Of what is in memory, without the lookup and the slugs. */
  get byteLength(): number {
    return [
      this.traits,
      this.depths,
      this.nameLengths,
      this.titleKeys,
      this.shapeKeys,
      this.lengths,
      this.postingStarts,
      this.postingTools,
      this.postingWeights,
      this.nameStarts,
      this.nameTerms,
      this.#appKeys,
    ].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}

/** Index of the toolkit that a tool belongs to. */
export function toolkitAt(toolkits: readonly SegmentToolkit[], tool: number): number {
  let low = 0;
  let high = toolkits.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((toolkits[middle]?.first ?? 0) <= tool) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A number of 32 bits, before the index of a toolkit, of which there are fewer than a million. */
function appKey(key: number): number {
  return key * 2 ** 20;
}

function appNamesOf(toolkit: SearchableToolkit, lookup: TermLookup): AppNames {
  const { slug, aliases = [] } = toolkit;
  const names = [slug, appNameOf(toolkit), ...aliases];
  const sets = new Set(names.map((name) => [...new Set(wordsOf(name))].join(' ')));
  const unspoken = plainWordsOf(appNameOf(toolkit));
  return {
    unspoken: unspoken.every(isStopWord) ? unspoken : [],
    words: [...sets].flatMap((words) => (words === '' ? [] : [words.split(' ').map((word) => lookup.find(word))])),
    slugKey: slugKey(slug),
    joined: [slug, ...aliases].map(joinedName).filter((name) => name.length >= shortestJoined),
  };
}

/** A segment of toolkits that are in memory. */
export function buildSegment(
  toolkits: readonly { readonly toolkit: SearchableToolkit; readonly tools: readonly IndexedTool[] }[],
): Segment {
  const numbers = new Map<string, number>();
  const all = toolkits.flatMap(({ tools }) => tools);
  const entries = all.reduce((sum, { terms }) => sum + terms.size, 0);
  const columns = allocateColumns(all.length, entries);
  let entry = 0;
  all.forEach((tool, index) => {
    writeTool(columns, index, tool);
    columns.starts[index] = entry;
    for (const [term, { weight, flags }] of tool.terms) {
      let number = numbers.get(term);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(term, number);
      }
      columns.terms[entry] = number;
      columns.weights[entry] = weight;
      columns.flags[entry] = flags;
      entry += 1;
    }
  });
  columns.starts[all.length] = entry;
  let first = 0;
  const placed = toolkits.map(({ toolkit: { slug, name, aliases }, tools }) => {
    const toolkit: SegmentToolkit = { slug, name, aliases, first, count: tools.length };
    first += tools.length;
    return toolkit;
  });
  return new Segment(placed, columns, lookupIn(numbers), numbers.size, (tool) => all[tool]?.slug ?? '');
}

/** Letters that words have in common which are alike: `translate`, `translation`, `translator`. */
const alikeLetters = 5;
/** Of so many different words there are always some that only begin alike. */
const mostAlike = 20_000;

function lookupIn(numbers: ReadonlyMap<string, number>): TermLookup {
  const find = (term: string) => numbers.get(term) ?? -1;
  if (numbers.size > mostAlike) return { find };
  let families: Map<string, string[]> | undefined;
  return {
    find,
    alike(term) {
      families ??= familiesOf(numbers.keys());
      return families.get(term.slice(0, alikeLetters))?.filter((each) => each !== term) ?? [];
    },
  };
}

function familiesOf(terms: Iterable<string>): Map<string, string[]> {
  const families = new Map<string, string[]>();
  for (const term of terms) {
    if (term.length < alikeLetters || /\d/.test(term)) continue;
    const beginning = term.slice(0, alikeLetters);
    const family = families.get(beginning);
    if (family === undefined) families.set(beginning, [term]);
    else family.push(term);
  }
  return families;
}

export function allocateColumns(tools: number, entries: number): SegmentColumns {
  return {
    traits: new Uint16Array(tools),
    depths: new Uint8Array(tools),
    nameLengths: new Uint8Array(tools),
    titleKeys: new Uint32Array(tools),
    shapeKeys: new Uint32Array(tools),
    starts: new Uint32Array(tools + 1),
    terms: new Uint32Array(entries),
    weights: new Uint8Array(entries),
    flags: new Uint8Array(entries),
  };
}

function writeTool(columns: SegmentColumns, index: number, tool: IndexedTool): void {
  columns.traits[index] = tool.traits;
  columns.depths[index] = tool.depth;
  columns.nameLengths[index] = tool.nameLength;
  columns.titleKeys[index] = tool.titleKey;
  columns.shapeKeys[index] = tool.shapeKey;
}

/** Whether a packed term of {@link Segment.nameTerms} is one of the name itself. */
export function isOfName(packed: number): boolean {
  return (packed & termFlags.name) !== 0;
}

export function isNaming(packed: number): boolean {
  return (packed & termFlags.named) !== 0;
}

export function isOfObject(packed: number): boolean {
  return (packed & termFlags.object) !== 0;
}
