import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';

const hashLength = 16;

/**
 * Vectors of texts that were embedded before, in a file that only grows: a build that is broken off loses nothing, and a
 * text is embedded once for as long as the model stays.
 */
export class VectorCache {
  readonly #file: URL;
  readonly #model: string;
  readonly #vectors = new Map<string, Int8Array>();

  constructor(folder: URL, model: { readonly id: string; readonly dimensions: number }) {
    mkdirSync(folder, { recursive: true });
    this.#model = model.id;
    this.#file = new URL(`${createHash('sha256').update(model.id).digest('hex').slice(0, 12)}.bin`, folder);
    if (!existsSync(this.#file)) return;
    const bytes = readFileSync(this.#file);
    const length = hashLength + model.dimensions;
    const whole = bytes.length - (bytes.length % length);
    // A process that was killed may have left half a record.
    if (whole < bytes.length) truncateSync(this.#file, whole);
    for (let at = 0; at < whole; at += length) {
      this.#vectors.set(
        bytes.toString('latin1', at, at + hashLength),
        new Int8Array(bytes.buffer, bytes.byteOffset + at + hashLength, model.dimensions),
      );
    }
  }

  get(text: string): Int8Array | undefined {
    return this.#vectors.get(this.#key(text));
  }

  add(entries: readonly { readonly text: string; readonly vector: Int8Array }[]): void {
    const records = entries.map(({ text, vector }) => {
      const key = this.#key(text);
      this.#vectors.set(key, vector);
      return Buffer.concat([Buffer.from(key, 'latin1'), Buffer.from(vector)]);
    });
    appendFileSync(this.#file, Buffer.concat(records));
  }

  #key(text: string): string {
    return createHash('sha256')
      .update(this.#model)
      .update('\0')
      .update(text)
      .digest()
      .toString('latin1', 0, hashLength);
  }
}
