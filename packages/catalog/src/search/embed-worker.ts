import { parentPort } from 'node:worker_threads';
import { embeddings } from '@jackfield/embeddings';
import { quantise } from '@jackfield/engine/search';

/** Embeds the texts of each message, and answers with their vectors in bytes. */
const model = embeddings();

parentPort?.on('message', async (texts: readonly string[]) => {
  parentPort?.postMessage((await model.embed(texts)).map(quantise));
});
