/**
 * A small language model that turns texts into vectors on this machine's processor.
 */
export { type EmbeddingsOptions, embeddings, type LocalEmbedder } from './embeddings.ts';
