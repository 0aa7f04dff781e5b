import { existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { CatalogSearchIndex } from '@jackfield/engine';

type File = CatalogSearchIndex['index'];

/** The index of all tools, seen from `src` as from `dist`. */
export const indexFile: URL = new URL('../dist/search/index.bin', import.meta.url);

/** Of a package that need not be installed; undefined where it is not, or has not been built. */
export function vectorsFile(): URL | undefined {
  let folder: string;
  try {
    folder = import.meta.resolve('@jackfield/catalog-vectors/package.json');
  } catch {
    return undefined;
  }
  const file = new URL('./dist/vectors.bin', folder);
  return existsSync(file) ? file : undefined;
}

/** A file on disk. It is opened for each of the few reads, so that nothing has to be closed. */
export async function openFile(file: URL): Promise<File> {
  const { size } = await stat(file);
  return {
    size,
    async read(position, length) {
      const bytes = new Uint8Array(length);
      const handle = await open(file);
      try {
        const { bytesRead } = await handle.read(bytes, 0, length, position);
        if (bytesRead < length) throw new RangeError(`${file.pathname} ends at ${position + bytesRead}.`);
        return bytes;
      } finally {
        await handle.close();
      }
    },
  };
}
