/** Fails unless the file of vectors is whole, and the one of the compiled catalogue and of the model: `pnpm check:vectors`. */
import { embeddings } from '@jackfield/embeddings';
import { IndexFile, VectorFile } from '@jackfield/engine/search';
import { indexFile, openFile, vectorsFile } from '../search-files.ts';

const file = vectorsFile();
if (file === undefined) throw new Error('There are no vectors. Run `pnpm --filter @jackfield/catalog vectors`.');
const vectors = await VectorFile.open(await openFile(file));
const index = await IndexFile.open(await openFile(indexFile));
const { id } = embeddings();
if (vectors.texts !== index.texts || vectors.model !== id) {
  throw new Error(
    `The vectors are of the texts ${vectors.texts} and the model ${vectors.model}, not of ${index.texts} and ${id}. Run \`pnpm --filter @jackfield/catalog vectors\`.`,
  );
}
process.stderr.write(`vectors of ${index.size} tools, of the texts ${index.texts} and the model ${id}\n`);
