import { open } from 'node:fs/promises';
import type { RandomAccess } from '@jackfield/engine';

/** The index of all tools, seen from `src` as from `dist`. */
export const indexFile: URL = new URL('../dist/search/index.bin', import.meta.url);

/** A file on disk, which stays open. */
export async function openFile(file: URL): Promise<RandomAccess> {
  const handle = await open(file);
  const { size } = await handle.stat();
  return {
    size,
    async read(position, length) {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, position);
      if (bytesRead < length) throw new RangeError(`${file.pathname} ends at ${position + bytesRead}.`);
      return bytes;
    },
  };
}
