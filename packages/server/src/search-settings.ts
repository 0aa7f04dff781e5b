import { JackfieldError } from '@jackfield/contract';
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

/** @throws JackfieldError `INVALID_CONFIGURATION` for a value of the environment that is none */
export async function searchOptions(settings: SearchSettings = {}): Promise<SearchOptions> {
  const { memory = memoryOfEnvironment(process.env.JACKFIELD_SEARCH_MEMORY), waitForVectors } = settings;
  const { embedder = await installedEmbedder() } = settings;
  return { embedder: embedder === false ? undefined : embedder, memory, waitForVectors };
}

/** Whoever means to switch it off is not to find out later that it was on. */
function memoryOfEnvironment(value = ''): boolean {
  if (value === 'false') return false;
  if (value === 'true' || value === '') return true;
  throw new JackfieldError('INVALID_CONFIGURATION', {
    message: `JACKFIELD_SEARCH_MEMORY is ${JSON.stringify(value)}, which is neither \`true\` nor \`false\`.`,
    fix: 'Set it to `false` to have searches learn nothing.',
  });
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
