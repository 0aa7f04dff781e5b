import { setImmediate } from 'node:timers/promises';
import type { Logger } from '../engine.ts';
import type { CustomTool } from '../sessions/custom-tools.ts';
import type { SessionScope } from '../sessions/session-scope.ts';
import type { Toolkit } from '../toolkit.ts';
import type { CatalogToolkit } from '../toolkits/catalog.ts';
import type { CatalogSearchIndex, ToolkitCatalog } from '../toolkits/toolkit-catalog.ts';
import { type IndexedToolkit, IndexFile } from './index-file.ts';
import { hintsOf, indexTool } from './indexed-tool.ts';
import type { SegmentView } from './rank.ts';
import {
  parametersOf,
  parameterTextsOf,
  type SearchableTool,
  type SearchableToolkit,
  toSearchable,
} from './searchable-tool.ts';
import { buildSegment, type Segment } from './segment.ts';
import { TextEmbeddings } from './text-embeddings.ts';
import { appNameOf, embeddingTexts } from './tool-text.ts';
import { VectorFile } from './vector-file.ts';
import { blend, type Embedder, quantise, VectorSet } from './vectors.ts';

export interface SearchIndexesOptions {
  readonly embedder?: Embedder | undefined;
  /** Default: only for those of small toolkits. */
  readonly waitForVectors?: boolean | undefined;
  readonly logger: Logger;
}

/** An index of a catalogue that was made ahead of time. */
interface OpenIndex {
  readonly file: IndexFile;
  readonly vectors: VectorFile | undefined;
  readonly segments: Map<string, Promise<Indexed>>;
  whole: Promise<Indexed> | undefined;
}

interface Indexed {
  readonly segment: Segment;
  vectors: VectorSet | undefined;
}

/** Toolkits by where their indexes are. */
interface SortedToolkits {
  readonly ofCatalogs: readonly CatalogMembers[];
  readonly inMemory: readonly CatalogToolkit[];
  /** Those in memory that are indexed together. */
  readonly together: ReadonlySet<CatalogToolkit>;
}

/** Toolkits of one catalogue that its index has. */
interface CatalogMembers {
  readonly index: OpenIndex;
  readonly slugs: ReadonlySet<string>;
  readonly toolCount: number;
}

interface ToolGroup {
  readonly toolkit: SearchableToolkit;
  readonly tools: readonly SearchableTool[];
}

interface AllowedTools {
  readonly allowed: Uint8Array | undefined;
  readonly count: number;
  readonly totalLength: number;
}

/** Up to this many tools of a catalogue, its toolkits are read one by one; of more, all of it. */
const readOneByOne = 40_000;
/** Searches wait for the vectors of a toolkit of at most so many tools. */
const waitedFor = 100;
const embeddedAtOnce = 32;
/** How often progress is told while tools are embedded. */
const toldEmbedded = 512;
/** More small toolkits than this are indexed together: each segment costs a query some time of its own. */
const separate = 16;
/** Sets of toolkits that are kept indexed together. */
const keptTogether = 8;
/** Searches wait for the vectors of toolkits that are indexed together if they have at most so many tools. */
const waitedForTogether = 1_000;
/** With more tools, toolkits that are indexed together are searched by words alone: embedding takes a minute and more. */
const embeddedTogether = 10_000;
/** How often progress is told, and other work let in, while toolkits are indexed together. */
const toldEvery = 5_000;

/** Finds, makes and keeps the indexes of everything that sessions may search. */
export class SearchIndexes {
  readonly #logger: Logger;
  readonly #texts: TextEmbeddings | undefined;
  readonly #waitForVectors: boolean;
  readonly #catalogs = new WeakMap<ToolkitCatalog, Promise<OpenIndex | undefined>>();
  readonly #built = new WeakMap<object, Indexed>();
  /** Latest first. */
  #together: readonly { readonly toolkits: readonly Toolkit[]; readonly indexed: Promise<Indexed> }[] = [];
  readonly #sorted = new WeakMap<readonly CatalogToolkit[], Promise<SortedToolkits>>();
  readonly #allowed = new WeakMap<SessionScope, WeakMap<Segment, AllowedTools>>();
  readonly #closing = new AbortController();
  /** Work in the background. */
  readonly #running = new Set<Promise<void>>();

  constructor({ embedder, waitForVectors, logger }: SearchIndexesOptions) {
    this.#logger = logger;
    this.#waitForVectors = waitForVectors ?? false;
    this.#texts = embedder && new TextEmbeddings(embedder, logger);
  }

  /** Turns texts of queries into vectors. Undefined where there is no model, or it cannot run. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[] | undefined> {
    return this.#texts === undefined ? Promise.resolve(undefined) : this.#texts.embed(texts, signal);
  }

  /** What a session may find, of these of its toolkits. */
  async views(
    scope: SessionScope,
    toolkits: readonly CatalogToolkit[],
    custom: readonly CustomTool[],
  ): Promise<readonly SegmentView[]> {
    const { ofCatalogs, inMemory, together } = await this.#sort(toolkits);
    const views: SegmentView[] = [];
    for (const members of ofCatalogs) {
      views.push(...(await this.#ofCatalog(members, scope, toolkits === scope.toolkits)));
    }
    if (together.size > 0) views.push(this.#view(await this.#ofMany([...together]), scope));
    for (const toolkit of inMemory) {
      if (together.has(toolkit)) continue;
      const indexed = await this.#ofToolkit(toolkit);
      views.push(this.#view(indexed, scope));
    }
    if (custom.length > 0) views.push(await this.#ofCustomTools(custom));
    return views.filter(({ count }) => count > 0);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('The engine was closed.'));
    await Promise.allSettled(this.#running);
  }

  /** Most searches are of all toolkits of a scope, which are sorted once. */
  #sort(toolkits: readonly CatalogToolkit[]): Promise<SortedToolkits> {
    let sorting = this.#sorted.get(toolkits);
    if (sorting === undefined) {
      sorting = this.#sortAnew(toolkits);
      this.#sorted.set(toolkits, sorting);
    }
    return sorting;
  }

  async #sortAnew(toolkits: readonly CatalogToolkit[]): Promise<SortedToolkits> {
    const lazy = new Map<ToolkitCatalog, CatalogToolkit[]>();
    const inMemory: CatalogToolkit[] = [];
    const together = new Set<CatalogToolkit>();
    for (const toolkit of toolkits) {
      if (toolkit.source?.searchIndex === undefined) inMemory.push(toolkit);
      else {
        const members = lazy.get(toolkit.source) ?? [];
        members.push(toolkit);
        lazy.set(toolkit.source, members);
      }
    }
    const ofCatalogs: CatalogMembers[] = [];
    for (const [catalog, members] of lazy) {
      const index = await this.#open(catalog);
      const slugs = new Set<string>();
      let toolCount = 0;
      const unknown: CatalogToolkit[] = [];
      for (const member of members) {
        const range = index?.file.rangeOf(member.slug);
        if (range === undefined) unknown.push(member);
        else {
          slugs.add(member.slug);
          toolCount += range.count;
        }
      }
      inMemory.push(...unknown);
      if (countTools(unknown) > embeddedTogether) for (const member of unknown) together.add(member);
      if (index !== undefined) ofCatalogs.push({ index, slugs, toolCount });
    }
    const small = inMemory.filter(({ toolCount }) => toolCount <= waitedFor);
    if (small.length > separate) for (const toolkit of small) together.add(toolkit);
    return { ofCatalogs, inMemory, together };
  }

  #open(catalog: ToolkitCatalog): Promise<OpenIndex | undefined> {
    let opening = this.#catalogs.get(catalog);
    if (opening === undefined) {
      opening = this.#read(catalog).catch((error: unknown) => {
        this.#logger.warn(
          { err: error },
          'the catalogue has no search index: its toolkits are indexed as they are searched',
        );
        return undefined;
      });
      this.#catalogs.set(catalog, opening);
    }
    return opening;
  }

  async #read(catalog: ToolkitCatalog): Promise<OpenIndex | undefined> {
    const given = await catalog.searchIndex?.();
    if (given === undefined) return undefined;
    const file = await IndexFile.open(given.index);
    if (!file.revision.startsWith(`${given.revision}.`)) {
      throw new Error(`The index is of revision ${file.revision}, not ${given.revision}. Build it again.`);
    }
    return { file, vectors: await this.#readVectors(given, file), segments: new Map(), whole: undefined };
  }

  /** Vectors of another model or of other texts would find nonsense. */
  async #readVectors({ vectors: given }: CatalogSearchIndex, file: IndexFile): Promise<VectorFile | undefined> {
    if (this.#texts === undefined) return undefined;
    if (given === undefined) {
      this.#logger.info({}, 'there are no vectors of the catalogue: it is searched by words alone');
      return undefined;
    }
    let vectors: VectorFile;
    try {
      vectors = await VectorFile.open(given);
    } catch (error) {
      this.#logger.warn({ err: error }, 'the vectors of the catalogue cannot be read: it is searched by words alone');
      return undefined;
    }
    if (vectors.texts === file.texts && vectors.model === this.#texts.model) return vectors;
    this.#logger.warn(
      { texts: vectors.texts, model: vectors.model, expected: { texts: file.texts, model: this.#texts.model } },
      'the vectors of the catalogue are of other tools or of another model: it is searched by words alone',
    );
    return undefined;
  }

  /** @param isAll Whether these are all toolkits of the scope that the catalogue has. */
  async #ofCatalog(
    { index, slugs, toolCount }: CatalogMembers,
    scope: SessionScope,
    isAll: boolean,
  ): Promise<readonly SegmentView[]> {
    if (toolCount > readOneByOne) {
      // A failure is not kept: a disk may have been busy.
      index.whole ??= this.#whole(index).catch((error: unknown) => {
        index.whole = undefined;
        throw error;
      });
      const { segment, vectors } = await index.whole;
      // Most sessions search all that they may; what a search is narrowed to is not kept.
      if (!isAll) return [{ segment, vectors, ...allowedIn(segment, scope, slugs) }];
      return [this.#view({ segment, vectors }, scope, slugs)];
    }
    return Promise.all(
      Array.from(slugs, async (slug) => {
        let segment = index.segments.get(slug);
        if (segment === undefined) {
          segment = this.#one(index, slug).catch((error: unknown) => {
            index.segments.delete(slug);
            throw error;
          });
          index.segments.set(slug, segment);
        }
        return this.#view(await segment, scope);
      }),
    );
  }

  async #whole({ file, vectors }: OpenIndex): Promise<Indexed> {
    const started = performance.now();
    const indexed = { segment: await file.whole(), vectors: await vectors?.read(0, file.size) };
    this.#logger.info({ tools: file.size, ms: Math.round(performance.now() - started) }, 'search index read');
    return indexed;
  }

  async #one({ file, vectors }: OpenIndex, slug: string): Promise<Indexed> {
    const range = file.rangeOf(slug);
    const segment = await file.segment(slug);
    if (range === undefined || segment === undefined) throw new RangeError(`The index has no toolkit ${slug}.`);
    return { segment, vectors: await vectors?.read(range.first, range.count) };
  }

  async #ofToolkit(toolkit: CatalogToolkit): Promise<Indexed> {
    const { toolkit: content } = toolkit;
    let indexed = this.#built.get(content);
    if (indexed === undefined) {
      const started = performance.now();
      const tools = [...toolkit.tools.values()].map(({ tool }) => toSearchable(tool));
      indexed = { segment: segmentOf([{ toolkit: content, tools }]), vectors: undefined };
      this.#built.set(content, indexed);
      this.#logger.debug(
        { toolkit: content.slug, tools: tools.length, ms: Math.round(performance.now() - started) },
        'toolkit indexed',
      );
      const embedding = this.#embedInto(indexed, content, tools);
      if (this.#waitForVectors || tools.length <= waitedFor) await embedding;
      else this.#inBackground(embedding);
    }
    return indexed;
  }

  #ofMany(catalogToolkits: readonly CatalogToolkit[]): Promise<Indexed> {
    const toolkits = catalogToolkits.map(({ toolkit }) => toolkit);
    const known = this.#together.find(
      (each) =>
        each.toolkits.length === toolkits.length &&
        each.toolkits.every((toolkit, index) => toolkit === toolkits[index]),
    );
    if (known !== undefined) return known.indexed;
    const made = { toolkits, indexed: this.#indexTogether(catalogToolkits) };
    this.#together = [made, ...this.#together.slice(0, keptTogether - 1)];
    made.indexed.catch(() => {
      this.#together = this.#together.filter((each) => each !== made);
    });
    return made.indexed;
  }

  async #indexTogether(toolkits: readonly CatalogToolkit[]): Promise<Indexed> {
    const all = countTools(toolkits);
    const groups: ToolGroup[] = [];
    const indexed: IndexedToolkit[] = [];
    let done = 0;
    let told = 0;
    for (const { toolkit, tools: catalogTools } of toolkits) {
      const tools = [...catalogTools.values()].map(({ tool }) => toSearchable(tool));
      groups.push({ toolkit, tools });
      indexed.push(indexGroup({ toolkit, tools }));
      done += tools.length;
      if (done < told + toldEvery) continue;
      told = done;
      this.#logger.info({ done, tools: all }, 'indexing tools for the search');
      await setImmediate();
      this.#closing.signal.throwIfAborted();
    }
    const together: Indexed = { segment: buildSegment(indexed), vectors: undefined };
    if (all > embeddedTogether) {
      if (this.#texts !== undefined)
        this.#logger.info({ tools: all }, 'too many tools to embed: searched by words alone');
      return together;
    }
    const embedding = this.#embedTogether(together, groups, all);
    if (this.#waitForVectors || all <= waitedForTogether) await embedding;
    else this.#inBackground(embedding);
    return together;
  }

  async #embedTogether(indexed: Indexed, groups: readonly ToolGroup[], all: number): Promise<void> {
    const sets: VectorSet[] = [];
    let done = 0;
    let told = 0;
    for (const { toolkit, tools } of groups) {
      const set = await this.#vectorsOf(toolkit, tools, () => {});
      if (set === undefined) return;
      sets.push(set);
      done += tools.length;
      if (done < told + toldEmbedded) continue;
      told = done;
      this.#logger.info({ toolkits: groups.length, done, tools: all }, 'embedding tools for the search');
    }
    indexed.vectors = VectorSet.join(sets);
  }

  async #embedInto(indexed: Indexed, toolkit: SearchableToolkit, tools: readonly SearchableTool[]): Promise<void> {
    const vectors = await this.#vectorsOf(toolkit, tools, (done) => {
      this.#logger.info({ toolkit: toolkit.slug, done, tools: tools.length }, 'embedding tools for the search');
    });
    indexed.vectors = vectors;
  }

  #inBackground(work: Promise<void>): void {
    const handled = work.catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#logger.warn({ err: error }, 'tools could not be embedded');
    });
    this.#running.add(handled);
    void handled.finally(() => this.#running.delete(handled));
  }

  async #vectorsOf(
    toolkit: SearchableToolkit,
    tools: readonly SearchableTool[],
    onProgress: (done: number) => void,
  ): Promise<VectorSet | undefined> {
    if (this.#texts === undefined) return undefined;
    const { dimensions } = this.#texts;
    const app = appNameOf(toolkit);
    const bytes = new Int8Array(tools.length * dimensions);
    for (let first = 0; first < tools.length; first += embeddedAtOnce) {
      const batch = tools.slice(first, first + embeddedAtOnce).map((tool) => embeddingTexts(tool, app));
      const vectors = await this.#texts.embed(
        batch.flatMap((texts) => texts.map(([text]) => text)),
        this.#closing.signal,
      );
      if (vectors === undefined) return undefined;
      let next = 0;
      batch.forEach((texts, index) => {
        const parts = texts.map(([, weight]) => ({ vector: vectors[next++] ?? new Float32Array(dimensions), weight }));
        bytes.set(quantise(blend(parts)), (first + index) * dimensions);
      });
      if (tools.length > waitedFor && first % toldEmbedded === 0)
        onProgress(Math.min(tools.length, first + embeddedAtOnce));
    }
    return new VectorSet({ dimensions, tools: tools.length, bytes });
  }

  /** They come with each request; only the vectors of their texts are kept. */
  async #ofCustomTools(custom: readonly CustomTool[]): Promise<SegmentView> {
    const byToolkit = new Map<string, { toolkit: SearchableToolkit; tools: SearchableTool[] }>();
    for (const { slug, name, description, inputSchema, toolkit } of custom) {
      const group = byToolkit.get(toolkit.slug) ?? { toolkit, tools: [] as SearchableTool[] };
      group.tools.push({
        slug,
        name,
        description,
        tags: [],
        parameters: parametersOf(inputSchema),
        parameterTexts: parameterTextsOf(inputSchema),
      });
      byToolkit.set(toolkit.slug, group);
    }
    const groups = [...byToolkit.values()];
    const indexed: Indexed = { segment: segmentOf(groups), vectors: undefined };
    await this.#embedTogether(indexed, groups, custom.length);
    const { segment, vectors } = indexed;
    return { segment, count: segment.size, totalLength: segment.totalLength, vectors };
  }

  /** What a scope allows of a segment, or of these toolkits of it: always the same ones. */
  #view({ segment, vectors }: Indexed, scope: SessionScope, slugs?: ReadonlySet<string>): SegmentView {
    let bySegment = this.#allowed.get(scope);
    if (bySegment === undefined) {
      bySegment = new WeakMap();
      this.#allowed.set(scope, bySegment);
    }
    let allowed = bySegment.get(segment);
    if (allowed === undefined) {
      allowed = allowedIn(segment, scope, slugs);
      bySegment.set(segment, allowed);
    }
    return { segment, vectors, ...allowed };
  }
}

function segmentOf(groups: readonly ToolGroup[]): Segment {
  return buildSegment(groups.map(indexGroup));
}

function indexGroup({ toolkit, tools }: ToolGroup): IndexedToolkit {
  return { toolkit, tools: tools.map((tool) => indexTool(tool, toolkit)) };
}

function countTools(toolkits: readonly CatalogToolkit[]): number {
  return toolkits.reduce((sum, { toolCount }) => sum + toolCount, 0);
}

function allowedIn(segment: Segment, scope: SessionScope, only: ReadonlySet<string> | undefined): AllowedTools {
  const allowed = new Uint8Array(segment.size);
  let count = 0;
  let totalLength = 0;
  for (const { slug: toolkit, first, count: size } of segment.toolkits) {
    if (only?.has(toolkit) === false || !scope.allowsToolkit(toolkit)) continue;
    for (let tool = first; tool < first + size; tool += 1) {
      const isAllowed = scope.allowsCandidate({
        // Few filters look at it, and it has to be decoded.
        get slug() {
          return segment.slugOf(tool);
        },
        toolkit,
        hints: hintsOf(segment.traits[tool] ?? 0),
      });
      if (!isAllowed) continue;
      allowed[tool] = 1;
      count += 1;
      totalLength += segment.lengths[tool] ?? 0;
    }
  }
  return { allowed: count === segment.size ? undefined : allowed, count, totalLength };
}
