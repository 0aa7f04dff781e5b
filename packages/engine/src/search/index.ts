/**
 * What builds of search indexes need: how a tool is indexed, written and embedded.
 */
export { encodeIndex, type IndexedToolkit, IndexFile, type RandomAccess } from './index-file.ts';
export { type IndexedTool, indexTool } from './indexed-tool.ts';
export { type SearchableTool, type SearchableToolkit, toSearchable } from './searchable-tool.ts';
export { appNameOf, embeddingTexts } from './tool-text.ts';
export { type EncodeVectorsOptions, encodeVectors, VectorFile } from './vector-file.ts';
export { blend, type Embedder, quantise } from './vectors.ts';
