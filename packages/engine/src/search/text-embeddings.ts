import { BoundedCache } from '../bounded-cache.ts';
import type { Logger } from '../engine.ts';
import type { Embedder } from './vectors.ts';

/** 1.5 KB each. */
const rememberedTexts = 4_000;

/** The model, and the vectors of the texts that were asked for last. */
export class TextEmbeddings {
  readonly #embedder: Embedder;
  readonly #logger: Logger;
  readonly #vectors = new BoundedCache<string, Float32Array>(rememberedTexts);
  #isBroken = false;

  constructor(embedder: Embedder, logger: Logger) {
    this.#embedder = embedder;
    this.#logger = logger;
  }

  get model(): string {
    return this.#embedder.id;
  }

  get dimensions(): number {
    return this.#embedder.dimensions;
  }

  /** Undefined if the model cannot run: that is logged once. */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[] | undefined> {
    if (this.#isBroken) return undefined;
    const found = new Map<string, Float32Array>();
    for (const text of texts) {
      const vector = this.#vectors.get(text);
      if (vector !== undefined) found.set(text, vector);
    }
    const missing = [...new Set(texts)].filter((text) => !found.has(text));
    if (missing.length > 0) {
      let vectors: readonly Float32Array[];
      try {
        vectors = await this.#embedder.embed(missing, { signal });
      } catch (error) {
        signal.throwIfAborted();
        this.#isBroken = true;
        this.#logger.warn({ err: error }, 'the language model cannot run: searches go by words alone');
        return undefined;
      }
      missing.forEach((text, index) => {
        const vector = vectors[index];
        if (vector === undefined) return;
        found.set(text, vector);
        this.#vectors.set(text, vector);
      });
    }
    return texts.flatMap((text) => found.get(text) ?? []);
  }
}
