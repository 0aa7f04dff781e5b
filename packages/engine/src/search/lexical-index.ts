import type { RankedTool, RankOptions, SearchableTool, ToolIndex } from './tool-index.ts';
import { wordsOf } from './words.ts';

/** Fields by how much a word in them says about what a tool is for. */
const fields = [
  { name: 'name', weight: 3, text: (tool: SearchableTool) => tool.name },
  { name: 'slug', weight: 2.5, text: (tool: SearchableTool) => tool.slug.replaceAll('_', ' ') },
  { name: 'toolkit', weight: 1.2, text: (tool: SearchableTool) => `${tool.toolkit.slug} ${tool.toolkit.name}` },
  { name: 'description', weight: 1, text: (tool: SearchableTool) => tool.description },
  { name: 'tags', weight: 0.8, text: (tool: SearchableTool) => tool.tags.join(' ') },
] as const;

/** As usual for BM25 (Robertson and Zaragoza 2009, section 3.4): saturation, and how much length counts. */
const k1 = 1.2;
const b = 0.5;

/** More than any other tool can reach: for a tool whose slug or title the query is. */
const exactBonus = 100;

/** Where a word occurs: documents, and how often weighted by field. */
interface Postings {
  readonly documents: Uint32Array;
  /** One row of {@link fields}' length for each document. */
  readonly counts: Uint8Array;
}

/** The words of one toolkit's tools, built once for each toolkit. */
export class LexicalPart<Tool extends SearchableTool> {
  readonly tools: readonly Tool[];
  /** By slug and by name, in the form of {@link normal}. */
  readonly #exact = new Map<string, number[]>();
  readonly #postings = new Map<string, Postings>();
  readonly #lengths: Float32Array;
  readonly totalLength: number;

  constructor(tools: readonly Tool[]) {
    this.tools = tools;
    this.#lengths = new Float32Array(tools.length);
    const collected = new Map<string, { documents: number[]; counts: number[] }>();
    let total = 0;
    tools.forEach((tool, document) => {
      let length = 0;
      for (const title of new Set([normal(tool.slug), normal(tool.name)])) {
        const same = this.#exact.get(title);
        if (same === undefined) this.#exact.set(title, [document]);
        else same.push(document);
      }
      fields.forEach(({ weight, text }, field) => {
        for (const word of wordsOf(text(tool))) {
          length += weight;
          let entry = collected.get(word);
          if (entry === undefined) {
            entry = { documents: [], counts: [] };
            collected.set(word, entry);
          }
          if (entry.documents.at(-1) !== document) {
            entry.documents.push(document);
            for (const _ of fields) entry.counts.push(0);
          }
          const at = entry.counts.length - fields.length + field;
          entry.counts[at] = Math.min(255, (entry.counts[at] ?? 0) + 1);
        }
      });
      this.#lengths[document] = length;
      total += length;
    });
    this.totalLength = total;
    for (const [word, { documents, counts }] of collected) {
      this.#postings.set(word, { documents: Uint32Array.from(documents), counts: Uint8Array.from(counts) });
    }
  }

  frequency(word: string): number {
    return this.#postings.get(word)?.documents.length ?? 0;
  }

  /** The tools whose slug or name this is. */
  exactly(title: string): readonly number[] {
    return this.#exact.get(title) ?? [];
  }

  /** Adds what a word contributes, field by field, to the scores of the tools that have it. */
  score(
    word: string,
    rarity: number,
    averageLength: number,
    add: (document: number, parts: Float64Array) => void,
  ): void {
    const postings = this.#postings.get(word);
    if (postings === undefined) return;
    const parts = new Float64Array(fields.length);
    postings.documents.forEach((document, row) => {
      let weighted = 0;
      for (let field = 0; field < fields.length; field += 1) {
        const part = (postings.counts[row * fields.length + field] ?? 0) * (fields[field]?.weight ?? 0);
        parts[field] = part;
        weighted += part;
      }
      const norm = 1 - b + (b * (this.#lengths[document] ?? 0)) / averageLength;
      const score = (rarity * weighted * (k1 + 1)) / (weighted + k1 * norm);
      for (let field = 0; field < fields.length; field += 1) parts[field] = ((parts[field] ?? 0) / weighted) * score;
      add(document, parts);
    });
  }
}

/** BM25F over the tools of several toolkits together. */
export class LexicalIndex<Tool extends SearchableTool> implements ToolIndex<Tool> {
  readonly #parts: readonly LexicalPart<Tool>[];

  constructor(parts: readonly LexicalPart<Tool>[]) {
    this.#parts = parts;
  }

  rank(query: string, { limit, allows }: RankOptions<Tool>): readonly RankedTool<Tool>[] {
    const words = [...new Set(wordsOf(query))];
    const count = this.#parts.reduce((sum, part) => sum + part.tools.length, 0);
    const averageLength = this.#parts.reduce((sum, part) => sum + part.totalLength, 0) / Math.max(1, count);
    const rarities = words.map((word) => {
      const frequency = this.#parts.reduce((sum, part) => sum + part.frequency(word), 0);
      return Math.log(1 + (count - frequency + 0.5) / (frequency + 0.5));
    });
    const wanted = normal(query);
    const ranked: RankedTool<Tool>[] = [];
    for (const part of this.#parts) {
      const scores = new Map<number, Float64Array>();
      words.forEach((word, index) => {
        part.score(word, rarities[index] ?? 0, averageLength, (document, parts) => {
          const sum = scores.get(document);
          if (sum === undefined) scores.set(document, Float64Array.from(parts));
          else
            for (let field = 0; field < fields.length; field += 1) sum[field] = (sum[field] ?? 0) + (parts[field] ?? 0);
        });
      });
      const exact = new Set(part.exactly(wanted));
      for (const document of new Set([...exact, ...scores.keys()])) {
        const tool = part.tools[document];
        if (tool === undefined || !allows(tool)) continue;
        ranked.push(toRanked(tool, scores.get(document), exact.has(document) ? exactBonus : 0));
      }
    }
    return ranked.sort((x, y) => y.score - x.score || (x.tool.slug < y.tool.slug ? -1 : 1)).slice(0, limit);
  }
}

function toRanked<Tool>(tool: Tool, sum: Float64Array | undefined, exact: number): RankedTool<Tool> {
  const parts: Record<string, number> = {};
  let score = exact;
  fields.forEach(({ name }, field) => {
    const part = sum?.[field] ?? 0;
    if (part > 0) parts[name] = rounded(part);
    score += part;
  });
  if (exact > 0) parts.exact = exact;
  return { tool, score: rounded(score), parts };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** `GITHUB_CREATE_ISSUE` and `Github create issue` are the same. */
function normal(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
