import { BoundedCache } from '../bounded-cache.ts';
import type { Logger } from '../engine.ts';
import type { LearnedTool, SearchMemoryStore } from '../stores/store.ts';

export interface SearchMemoryOptions {
  readonly store: SearchMemoryStore;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** What the tool was called for belongs to a search for this long. */
const followsWithinMs = 10 * 60_000;
/** How long other servers may not notice what one of them learned. */
const keptMs = 5_000;
const rememberedProjects = 100;
const mostStems = 40;

/** Below this share of words in common, two searches are about different things. */
const leastAlike = 0.4;
/** The most that is added; a second use adds half as much again of what is left, and so on. */
const highestLift = 0.3;

interface Learned {
  readonly stems: ReadonlySet<string>;
  readonly tool: string;
  readonly uses: number;
}

/** Lifts tools that were used after searches like the one at hand, in the same project. */
export class SearchMemory {
  readonly #store: SearchMemoryStore;
  readonly #logger: Logger;
  readonly #now: () => Date;
  readonly #projects = new BoundedCache<string, { readonly readAt: number; readonly learned: readonly Learned[] }>(
    rememberedProjects,
  );

  constructor({ store, logger, now }: SearchMemoryOptions) {
    this.#store = store;
    this.#logger = logger;
    this.#now = now;
  }

  /** By slug, for a query of these stems: how much is added to the score. */
  async lifts(projectId: string, stems: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const lifts = new Map<string, number>();
    const wanted = new Set(stems.slice(0, mostStems));
    for (const { stems: known, tool, uses } of await this.#learned(projectId)) {
      let common = 0;
      for (const stem of known) if (wanted.has(stem)) common += 1;
      const alike = common / (wanted.size + known.size - common);
      if (alike < leastAlike) continue;
      const lift = highestLift * alike * (1 - 0.5 ** uses);
      if (lift > (lifts.get(tool) ?? 0)) lifts.set(tool, lift);
    }
    return lifts;
  }

  /** Notes what a session was shown. */
  async searched(
    projectId: string,
    sessionId: string,
    queries: readonly { readonly stems: readonly string[]; readonly toolSlugs: readonly string[] }[],
  ): Promise<void> {
    const kept = queries
      .filter(({ stems, toolSlugs }) => stems.length > 0 && toolSlugs.length > 0)
      .map(({ stems, toolSlugs }) => ({ words: wordsOf(stems), toolSlugs }));
    await this.#quietly(() => this.#store.searched({ projectId, sessionId, queries: kept }));
  }

  /** Learns from a call that went well, if the tool is one that the session has just been shown. */
  async used(projectId: string, sessionId: string, toolSlug: string): Promise<void> {
    await this.#quietly(async () => {
      const since = new Date(this.#now().getTime() - followsWithinMs);
      const queries = await this.#store.lastSearch({ projectId, sessionId, since });
      const words = new Set(queries.flatMap((query) => (query.toolSlugs.includes(toolSlug) ? [query.words] : [])));
      for (const each of words) await this.#store.learn({ projectId, words: each, toolSlug });
      if (words.size > 0) this.#projects.set(projectId, { readAt: 0, learned: [] });
    });
  }

  async #learned(projectId: string): Promise<readonly Learned[]> {
    const time = this.#now().getTime();
    const known = this.#projects.get(projectId);
    if (known !== undefined && Math.abs(time - known.readAt) < keptMs) return known.learned;
    let learned: readonly Learned[] = [];
    await this.#quietly(async () => {
      learned = (await this.#store.list(projectId)).map(toLearned);
    });
    this.#projects.set(projectId, { readAt: time, learned });
    return learned;
  }

  /** No search and no call fails for want of memory. */
  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#logger.warn({ err: error }, 'what searches end in could not be read or kept');
    }
  }
}

function wordsOf(stems: readonly string[]): string {
  return [...new Set(stems)].slice(0, mostStems).sort().join(' ');
}

function toLearned({ words, toolSlug, uses }: LearnedTool): Learned {
  return { stems: new Set(words.split(' ')), tool: toolSlug, uses };
}
