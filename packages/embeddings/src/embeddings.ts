import { readFile } from 'node:fs/promises';
import { JackfieldError } from '@jackfield/contract';
import { findModel, modelFiles } from './model-folder.ts';

export interface EmbeddingsOptions {
  /** Processors that one text is embedded with. Default: 1, which is the fastest for texts as short as queries. */
  readonly threads?: number | undefined;
  /**
   * What runs the model: `native` is `onnxruntime-node`, which has to be installed beside this package; `wasm` runs
   * everywhere and takes about six times as long. Default: `native` where it is installed and loads.
   */
  readonly runtime?: 'native' | 'wasm' | undefined;
}

/** Turns texts into vectors of which those of similar texts point the same way. */
export interface LocalEmbedder {
  /** Of the model and how it is used: vectors of one id can be compared. */
  readonly id: string;
  readonly dimensions: number;
  /**
   * Unit vectors, in the order of the texts. Loads the model when first called (150 ms and 200 MB of memory; 600 ms with `wasm`). Only
   * the first 128 tokens of a text count.
   *
   * @throws JackfieldError `UNAVAILABLE` where the model cannot run; the signal's reason when it is aborted
   */
  embed(texts: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<readonly Float32Array[]>;
}

/** Tokens of a text, first and last marks included, that the vector is made of. */
const mostTokens = 128;
const dimensions = 384;

type Model = (text: string) => Promise<Float32Array>;

/** all-MiniLM-L6-v2 with weights of 8 bits, which comes with this package. Needs no network. */
export function embeddings(options: EmbeddingsOptions = {}): LocalEmbedder {
  let loading: Promise<Model> | undefined;

  async function load(): Promise<Model> {
    try {
      return await openModel(options);
    } catch (cause) {
      loading = undefined;
      throw new JackfieldError('UNAVAILABLE', {
        message: `The language model of @jackfield/embeddings cannot run here: ${cause instanceof Error ? cause.message : String(cause)}`,
        fix: 'Install the package again; `native` needs onnxruntime-node beside it, on a platform that it supports.',
        retryable: false,
        cause,
      });
    }
  }

  return {
    id: 'all-minilm-l6-v2/int8/mean/1',
    dimensions,
    async embed(texts, { signal } = {}) {
      signal?.throwIfAborted();
      loading ??= load();
      const model = await loading;
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        signal?.throwIfAborted();
        vectors.push(await model(text));
      }
      return vectors;
    },
  };
}

type Runtime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>;

async function loadRuntime({ runtime }: EmbeddingsOptions): Promise<Runtime> {
  if (runtime === 'wasm') return loadWasm();
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    // Not installed, or not made for this platform.
    if (runtime === 'native') throw error;
    return loadWasm();
  }
}

async function loadWasm(): Promise<Runtime> {
  const { env, InferenceSession, Tensor } = await import('onnxruntime-web/wasm');
  env.wasm.numThreads = 1;
  return { InferenceSession, Tensor };
}

async function openModel(options: EmbeddingsOptions): Promise<Model> {
  const [{ InferenceSession, Tensor }, { Tokenizer }, tokens, tokensConfig, weights] = await Promise.all([
    loadRuntime(options),
    import('@huggingface/tokenizers'),
    ...modelFiles.map((file) => readFile(new URL(file, findModel()))),
  ]);
  if (tokens === undefined || tokensConfig === undefined || weights === undefined)
    throw new Error('Files are missing.');
  const tokenizer = new Tokenizer(JSON.parse(tokens.toString()), JSON.parse(tokensConfig.toString()));
  const session = await InferenceSession.create(weights, {
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
  });

  return async (text) => {
    // The tokenizer keeps the first mark; a text that is cut goes without the last one.
    const ids = tokenizer.encode(text).ids.slice(0, mostTokens);
    const shape = [1, ids.length];
    const { last_hidden_state: output } = await session.run({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
      token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), shape),
    });
    if (!(output?.data instanceof Float32Array)) throw new Error('The model answered without numbers.');
    return meanDirection(output.data, ids.length);
  };
}

/** Of the vectors of all tokens, as the model was trained. */
function meanDirection(tokens: Float32Array, count: number): Float32Array {
  const mean = new Float32Array(dimensions);
  for (let token = 0; token < count; token += 1) {
    for (let at = 0; at < dimensions; at += 1) mean[at] = (mean[at] ?? 0) + (tokens[token * dimensions + at] ?? 0);
  }
  const length = Math.hypot(...mean) || 1;
  return mean.map((value) => value / length);
}
