/**
 * What builds and measurements of search indexes need: how a tool is indexed, written, embedded and ranked.
 */
export { encodeIndex, type IndexedToolkit, IndexFile, type RandomAccess } from './index-file.ts';
export { type IndexedTool, indexTool } from './indexed-tool.ts';
export { parseQuery } from './parse-query.ts';
export { RankingMemory, rank, type SegmentView } from './rank.ts';
export { type SearchableTool, type SearchableToolkit, toSearchable } from './searchable-tool.ts';
export { appNameOf, embeddingTexts } from './tool-text.ts';
export { type EncodeVectorsOptions, encodeVectors, VectorFile } from './vector-file.ts';
export { blend, type Embedder, quantise } from './vectors.ts';
