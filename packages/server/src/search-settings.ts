import type { Embedder, SearchOptions } from '@jackfield/engine';

export interface SearchSettings {
  /**
   * A language model, with which tools are found by what they mean; `false` for none. Default: the one of
   * `@jackfield/embeddings`, where that package is installed.
   */
  readonly embedder?: Embedder | false | undefined;
  /**
   * Whether tools that were used after a search are ranked higher in searches like it, in the same project. Default: true,
   * unless the environment variable JACKFIELD_SEARCH_MEMORY is `false`.
   */
  readonly memory?: boolean | undefined;
  /** Whether searches wait for the vectors of all tools, whatever that takes. Default: only for those of small toolkits. */
  readonly waitForVectors?: boolean | undefined;
}

export async function searchOptions(settings: SearchSettings = {}): Promise<SearchOptions> {
  const { embedder = await installedEmbedder() } = settings;
  const { JACKFIELD_SEARCH_MEMORY: memoryOfEnvironment } = process.env;
  return {
    embedder: embedder === false ? undefined : embedder,
    memory: settings.memory ?? memoryOfEnvironment !== 'false',
    waitForVectors: settings.waitForVectors,
  };
}

/** The language model of a package that need not be installed. It is loaded when the first search comes. */
async function installedEmbedder(): Promise<Embedder | undefined> {
  try {
    const { embeddings } = await import('@jackfield/embeddings');
    return embeddings();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
