import { JackfieldError } from '@jackfield/contract';
import type { Logger } from '../engine.ts';
import type { FetchDocument, ToolkitSource } from '../sources/toolkit-source.ts';
import type { Toolkit } from '../toolkit.ts';
import { Catalog, CatalogToolkit } from './catalog.ts';
import { checkReservedSlug } from './reserved-slug.ts';
import type { ToolkitCatalog } from './toolkit-catalog.ts';

export interface ToolkitRegistryOptions {
  readonly toolkits: readonly ToolkitProvision[];
  readonly logger: Logger;
  readonly now: () => Date;
  /** For sources that name a URL. */
  readonly fetch: FetchDocument;
}

/** What toolkits can be given as: one, something that makes one, or many. */
export type ToolkitProvision = Toolkit | ToolkitSource | ToolkitCatalog;

/** One of what the engine was given: loaded, not yet, or failing. */
interface Slot {
  readonly source: ToolkitProvision;
  loaded?: readonly CatalogToolkit[];
  failure?: JackfieldError;
}

const firstRetryMs = 1_000;
const lastRetryMs = 60_000;

/**
 * Loads every source once, in parallel, when the first call comes; of a catalogue, only the list. A source that fails is
 * tried again in the background, at growing intervals, while the others are in use.
 */
export class ToolkitRegistry {
  readonly #slots: Slot[];
  readonly #logger: Logger;
  readonly #now: () => Date;
  readonly #fetch: FetchDocument;
  readonly #closing = new AbortController();
  #catalog: Catalog | undefined;
  #loading: Promise<Catalog> | undefined;
  #attempts = 0;
  #retryAt = 0;
  /** Slugs that a warning was logged about. */
  readonly #warned = new Set<string>();

  constructor(options: ToolkitRegistryOptions) {
    this.#slots = options.toolkits.map((source) => ({ source }));
    this.#logger = options.logger;
    this.#now = options.now;
    this.#fetch = options.fetch;
  }

  /** What is loaded. Waits only for the first load. */
  catalog(): Catalog | Promise<Catalog> {
    if (this.#catalog === undefined) return this.#load();
    if (this.#catalog.failures.length > 0 && this.#now().getTime() >= this.#retryAt) void this.#load();
    return this.#catalog;
  }

  /**
   * What is loaded, after another attempt at what failed if that is due or under way: for a caller who misses
   * something.
   */
  async freshCatalog(): Promise<Catalog> {
    await this.catalog();
    return this.#loading ?? this.catalog();
  }

  /** Gives up what is being loaded. */
  close(): void {
    this.#closing.abort();
  }

  #load(): Promise<Catalog> {
    this.#loading ??= this.#loadMissing().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadMissing(): Promise<Catalog> {
    const missing = this.#slots.filter((slot) => slot.loaded === undefined);
    await Promise.all(missing.map((slot) => this.#loadSlot(slot)));
    this.#refuseDuplicates();
    const failures = this.#slots.flatMap((slot) => slot.failure ?? []);
    this.#attempts += 1;
    this.#retryAt = this.#now().getTime() + Math.min(lastRetryMs, firstRetryMs * 2 ** (this.#attempts - 1));
    this.#catalog = new Catalog(this.#shadowed(), failures);
    return this.#catalog;
  }

  async #loadSlot(slot: Slot): Promise<void> {
    try {
      slot.loaded = await this.#loadSource(slot.source);
      delete slot.failure;
    } catch (error) {
      this.#fail(slot, error);
    }
  }

  async #loadSource(source: ToolkitProvision): Promise<readonly CatalogToolkit[]> {
    if (isCatalog(source)) {
      const summaries = await source.list();
      return summaries.map((summary) => CatalogToolkit.lazy(summary, source));
    }
    const toolkit = 'load' in source ? await source.load({ signal: this.#closing.signal, fetch: this.#fetch }) : source;
    checkReservedSlug(toolkit.slug);
    return [CatalogToolkit.of(toolkit)];
  }

  /** The first of several with the same slug stays. A toolkit given by itself is meant to replace one of a catalogue. */
  #refuseDuplicates(): void {
    const toolkits = new Set<string>();
    const owners = new Map<string, string>();
    for (const slot of this.#slots) {
      if (slot.loaded === undefined || isCatalog(slot.source)) continue;
      for (const { slug, tools } of slot.loaded) {
        const taken = [...tools.keys()].find((tool) => owners.has(tool));
        if (toolkits.has(slug) || taken !== undefined) {
          delete slot.loaded;
          this.#fail(
            slot,
            new JackfieldError('INVALID_TOOLKIT', {
              message: toolkits.has(slug)
                ? `There are two toolkits named ${slug}.`
                : `The toolkits ${owners.get(taken ?? '')} and ${slug} both have a tool ${taken}.`,
              fix: 'Give one of them another slug.',
            }),
          );
          continue;
        }
        toolkits.add(slug);
        for (const tool of tools.keys()) owners.set(tool, slug);
      }
    }
  }

  /** All that is loaded, each slug once: what was given by itself before what a catalogue has, the first catalogue before others. */
  #shadowed(): readonly CatalogToolkit[] {
    const own = new Set(
      this.#slots.flatMap(({ source, loaded = [] }) => (isCatalog(source) ? [] : loaded.map(({ slug }) => slug))),
    );
    const taken = new Set<string>();
    return this.#slots.flatMap(({ source, loaded = [] }) =>
      loaded.filter(({ slug }) => {
        if (isCatalog(source) && own.has(slug)) {
          this.#warnOf(slug);
          return false;
        }
        return taken.size < taken.add(slug).size;
      }),
    );
  }

  #warnOf(slug: string): void {
    if (this.#warned.has(slug)) return;
    this.#warned.add(slug);
    this.#logger.warn({ toolkit: slug }, 'a toolkit of the catalogue is replaced by one of yours');
  }

  #fail(slot: Slot, error: unknown): void {
    slot.failure = JackfieldError.isInstance(error)
      ? error
      : new JackfieldError('INVALID_TOOLKIT', {
          message: `A toolkit could not be loaded: ${error instanceof Error ? error.message : String(error)}.`,
          cause: error,
        });
    this.#logger.error({ error: slot.failure.toJSON() }, 'toolkit not loaded');
  }
}

function isCatalog(source: ToolkitProvision): source is ToolkitCatalog {
  return 'list' in source;
}
