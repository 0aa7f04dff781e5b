import { JackfieldError } from '@jackfield/contract';
import type { IndexedTool } from './indexed-tool.ts';
import type { SearchableToolkit } from './searchable-tool.ts';
import { allocateColumns, Segment, type SegmentColumns, type SegmentToolkit, toolkitAt } from './segment.ts';
import { TermTable } from './term-table.ts';

/** Grows when a reader of the old files could not read the new ones. */
const formatVersion = 1;

/** Where an index is kept, read in pieces. */
export interface RandomAccess {
  readonly size: number;
  /** Exactly so many bytes. */
  read(position: number, length: number): Promise<Uint8Array>;
}

/**
 * A file of: the length of its head (4 bytes, little-endian), the head as JSON, the terms, and a block for each toolkit.
 * A block holds what a segment is made of, tool by tool, so that one toolkit can be read without the others.
 */
interface IndexHead {
  readonly format: number;
  /** What the index was made of; another one means that it has to be made anew. */
  readonly revision: string;
  /** Of the texts that vectors are made of. */
  readonly texts: string;
  readonly terms: number;
  readonly termsLength: number;
  readonly toolkits: readonly (SearchableToolkit & {
    readonly tools: number;
    readonly entries: number;
    readonly length: number;
  })[];
}

export interface IndexedToolkit {
  readonly toolkit: SearchableToolkit;
  readonly tools: readonly IndexedTool[];
}

/** Bytes of a tool's numbers of fixed length: traits, depth, length of its name, keys. */
const rowLength = 12;

export function encodeIndex(
  toolkits: readonly IndexedToolkit[],
  { revision, texts }: { readonly revision: string; readonly texts: string },
): Uint8Array {
  const numbers = numberTerms(toolkits);
  const terms = new TextEncoder().encode([...numbers.keys()].map((term) => `${term}\n`).join(''));
  const blocks = toolkits.map(({ toolkit, tools }) => encodeBlock(toolkit, tools, numbers));
  const head: IndexHead = {
    format: formatVersion,
    revision,
    texts,
    terms: numbers.size,
    termsLength: terms.length,
    toolkits: toolkits.map(({ toolkit: { slug, name, aliases }, tools }, index) => ({
      slug,
      name,
      ...(aliases === undefined || aliases.length === 0 ? {} : { aliases }),
      tools: tools.length,
      entries: tools.reduce((sum, tool) => sum + tool.terms.size, 0),
      length: blocks[index]?.length ?? 0,
    })),
  };
  const headBytes = new TextEncoder().encode(JSON.stringify(head));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, headBytes.length, true);
  return concatenate([length, headBytes, terms, ...blocks]);
}

/** The most frequent ones get the smallest numbers, which take the fewest bytes. */
function numberTerms(toolkits: readonly IndexedToolkit[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { tools } of toolkits) {
    for (const tool of tools) for (const term of tool.terms.keys()) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return new Map(sorted.map(([term], index) => [term, index]));
}

function encodeBlock(
  { slug }: SearchableToolkit,
  tools: readonly IndexedTool[],
  numbers: ReadonlyMap<string, number>,
): Uint8Array {
  const prefix = `${slug.toUpperCase()}_`;
  const actions = new TextEncoder().encode(
    tools
      .map((tool) => `${tool.slug.startsWith(prefix) ? tool.slug.slice(prefix.length) : `=${tool.slug}`}\n`)
      .join(''),
  );
  const bytes: number[] = [];
  const rows = new DataView(new ArrayBuffer(tools.length * rowLength));
  tools.forEach((tool, index) => {
    const at = index * rowLength;
    rows.setUint16(at, tool.traits, true);
    rows.setUint8(at + 2, tool.depth);
    rows.setUint8(at + 3, tool.nameLength);
    rows.setUint32(at + 4, tool.titleKey, true);
    rows.setUint32(at + 8, tool.shapeKey, true);
    const entries = [...tool.terms]
      .map(([term, { weight, flags }]) => ({ term: numbers.get(term) ?? 0, weight, flags }))
      .sort((a, b) => a.term - b.term);
    writeNumber(bytes, entries.length);
    let previous = 0;
    for (const { term, weight, flags } of entries) {
      writeNumber(bytes, (term - previous) * 2 + (flags === 0 ? 0 : 1));
      bytes.push(weight);
      if (flags !== 0) bytes.push(flags);
      previous = term;
    }
  });
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, actions.length, true);
  return concatenate([length, actions, new Uint8Array(rows.buffer), Uint8Array.from(bytes)]);
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function writeNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

interface Placed {
  readonly toolkit: SearchableToolkit;
  readonly tools: number;
  readonly entries: number;
  /** Of its block in the file. */
  readonly position: number;
  readonly length: number;
  /** Number of its first tool among those of all toolkits. */
  readonly first: number;
}

/** An index on disk, of which the head and the terms are in memory. */
export class IndexFile {
  readonly revision: string;
  readonly texts: string;
  readonly size: number;
  readonly #file: RandomAccess;
  readonly #terms: TermTable;
  readonly #toolkits: ReadonlyMap<string, Placed>;

  private constructor(file: RandomAccess, head: IndexHead, terms: TermTable, start: number) {
    this.revision = head.revision;
    this.texts = head.texts;
    this.#file = file;
    this.#terms = terms;
    let position = start;
    let first = 0;
    this.#toolkits = new Map(
      head.toolkits.map(({ slug, name, aliases, tools, entries, length }) => {
        const placed: Placed = { toolkit: { slug, name, aliases }, tools, entries, position, length, first };
        position += length;
        first += tools;
        return [slug, placed];
      }),
    );
    this.size = first;
  }

  /** @throws JackfieldError `UNAVAILABLE` for a file of another version, and for one that is not whole */
  static async open(file: RandomAccess): Promise<IndexFile> {
    const start = await file.read(0, 4);
    const length = new DataView(start.buffer, start.byteOffset).getUint32(0, true);
    if (4 + length > file.size) throw unreadable('is not one, or not whole');
    let head: IndexHead;
    try {
      head = JSON.parse(new TextDecoder().decode(await file.read(4, length))) as IndexHead;
    } catch (cause) {
      throw unreadable('is not one', cause);
    }
    if (head.format !== formatVersion) throw unreadable(`has format ${head.format}, not ${formatVersion}`);
    const size = head.toolkits.reduce((sum, toolkit) => sum + toolkit.length, 4 + length + head.termsLength);
    if (file.size !== size) throw unreadable(`has ${file.size} bytes, not ${size}: it is not whole`);
    const terms = new TermTable(await file.read(4 + length, head.termsLength));
    return new IndexFile(file, head, terms, 4 + length + head.termsLength);
  }

  /** Numbers of a toolkit's tools among those of all toolkits. */
  rangeOf(toolkit: string): { readonly first: number; readonly count: number } | undefined {
    const placed = this.#toolkits.get(toolkit);
    return placed === undefined ? undefined : { first: placed.first, count: placed.tools };
  }

  /** The tools of one toolkit. */
  async segment(slug: string): Promise<Segment | undefined> {
    const placed = this.#toolkits.get(slug);
    if (placed === undefined) return undefined;
    const { toolkit, tools, entries, position, length } = placed;
    const block = await this.#file.read(position, length);
    const columns = allocateColumns(tools, entries);
    const slugs = [readBlock(block, toolkit.slug, columns, 0, 0)];
    const used = Uint32Array.from(new Set(columns.terms)).sort();
    for (let at = 0; at < entries; at += 1) columns.terms[at] = findIn(used, columns.terms[at] ?? 0);
    return new Segment(
      [{ ...toolkit, first: 0, count: tools }],
      columns,
      { find: (term) => findIn(used, this.#terms.find(term)) },
      used.length,
      (tool) => slugs[0]?.(tool) ?? '',
    );
  }

  /** The tools of all toolkits. */
  async whole(): Promise<Segment> {
    const all = [...this.#toolkits.values()];
    const columns = allocateColumns(
      this.size,
      all.reduce((sum, { entries }) => sum + entries, 0),
    );
    const start = all[0]?.position ?? 0;
    const blocks = await this.#file.read(start, this.#file.size - start);
    let entry = 0;
    const slugs = all.map(({ toolkit, position, length, first, entries }) => {
      const read = readBlock(
        blocks.subarray(position - start, position - start + length),
        toolkit.slug,
        columns,
        first,
        entry,
      );
      entry += entries;
      return read;
    });
    const toolkits = all.map(({ toolkit, first, tools }): SegmentToolkit => ({ ...toolkit, first, count: tools }));
    return new Segment(toolkits, columns, this.#terms, this.#terms.size, readerOfMany(toolkits, slugs));
  }
}

/** Made apart from what it was read from, of which it would keep all that other functions there see. */
function readerOfMany(
  toolkits: readonly SegmentToolkit[],
  slugs: readonly ((tool: number) => string)[],
): (tool: number) => string {
  return (tool) => {
    const index = toolkitAt(toolkits, tool);
    return slugs[index]?.(tool - (toolkits[index]?.first ?? 0)) ?? '';
  };
}

/** Writes a block's tools into the columns from a tool and an entry on. Returns what reads their slugs. */
function readBlock(
  block: Uint8Array,
  toolkit: string,
  columns: SegmentColumns,
  firstTool: number,
  firstEntry: number,
): (tool: number) => string {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const actionsLength = view.getUint32(0, true);
  // Copied, so that the rest of the block can be let go.
  const actions = block.slice(4, 4 + actionsLength);
  let tools = 0;
  for (const byte of actions) if (byte === 10) tools += 1;
  let at = 4 + actionsLength;
  for (let tool = firstTool; tool < firstTool + tools; tool += 1, at += rowLength) {
    columns.traits[tool] = view.getUint16(at, true);
    columns.depths[tool] = view.getUint8(at + 2);
    columns.nameLengths[tool] = view.getUint8(at + 3);
    columns.titleKeys[tool] = view.getUint32(at + 4, true);
    columns.shapeKeys[tool] = view.getUint32(at + 8, true);
  }
  const readNumber = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = block[at] ?? 0;
      at += 1;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  let entry = firstEntry;
  for (let tool = firstTool; tool < firstTool + tools; tool += 1) {
    columns.starts[tool] = entry;
    let term = 0;
    for (let left = readNumber(); left > 0; left -= 1) {
      const packed = readNumber();
      term += packed >>> 1;
      columns.terms[entry] = term;
      columns.weights[entry] = block[at] ?? 0;
      at += 1;
      if ((packed & 1) !== 0) {
        columns.flags[entry] = block[at] ?? 0;
        at += 1;
      }
      entry += 1;
    }
  }
  columns.starts[firstTool + tools] = entry;
  return slugReader(actions, toolkit);
}

function slugReader(actions: Uint8Array, toolkit: string): (tool: number) => string {
  const prefix = `${toolkit.toUpperCase()}_`;
  let starts: Uint32Array | undefined;
  return (tool) => {
    if (starts === undefined) {
      const found = [0];
      actions.forEach((byte, at) => {
        if (byte === 10) found.push(at + 1);
      });
      starts = Uint32Array.from(found);
    }
    const action = new TextDecoder().decode(actions.subarray(starts[tool] ?? 0, (starts[tool + 1] ?? 1) - 1));
    return action.startsWith('=') ? action.slice(1) : prefix + action;
  };
}

/** Place of a number in a sorted array, or -1. */
function findIn(sorted: Uint32Array, wanted: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] ?? 0;
    if (value === wanted) return middle;
    if (value < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function unreadable(what: string, cause?: unknown): JackfieldError {
  return new JackfieldError('UNAVAILABLE', {
    message: `The search index ${what}.`,
    fix: 'Build it again, or install the package that it came with again.',
    retryable: false,
    cause,
  });
}
