import { JackfieldError } from '@jackfield/contract';
import type { RandomAccess } from './index-file.ts';
import { signsOf, VectorSet, wordsOf } from './vectors.ts';

/** Grows when a reader of the old files could not read the new ones. */
const formatVersion = 2;

/**
 * A file of: the length of its head (4 bytes, little-endian), the head as JSON, the vectors of all tools of an index in
 * its order, more vectors, the signs of all of them, and for each of the more vectors the number of its tool, in
 * ascending order.
 */
interface VectorHead {
  readonly format: number;
  readonly model: string;
  readonly dimensions: number;
  /** Of the texts; the index says the same, or these are vectors of other tools. */
  readonly texts: string;
  readonly tools: number;
  readonly extra: number;
}

export interface EncodeVectorsOptions {
  readonly model: string;
  readonly dimensions: number;
  readonly texts: string;
  /** One for each tool. */
  readonly vectors: readonly Int8Array[];
  /** In the order of their tools. */
  readonly extra: readonly { readonly tool: number; readonly vector: Int8Array }[];
}

export function encodeVectors({ model, dimensions, texts, vectors, extra }: EncodeVectorsOptions): Uint8Array {
  const head: VectorHead = {
    format: formatVersion,
    model,
    dimensions,
    texts,
    tools: vectors.length,
    extra: extra.length,
  };
  const headBytes = new TextEncoder().encode(JSON.stringify(head));
  const rows = vectors.length + extra.length;
  const codeLength = wordsOf(dimensions) * 4;
  const file = new Uint8Array(4 + headBytes.length + rows * (dimensions + codeLength) + extra.length * 4);
  const view = new DataView(file.buffer);
  view.setUint32(0, headBytes.length, true);
  file.set(headBytes, 4);
  let at = 4 + headBytes.length;
  for (const vector of [...vectors, ...extra.map((each) => each.vector)]) {
    file.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), at);
    at += dimensions;
  }
  for (const vector of [...vectors, ...extra.map((each) => each.vector)]) {
    for (const word of signsOf(vector, dimensions)) {
      view.setUint32(at, word, true);
      at += 4;
    }
  }
  for (const { tool } of extra) {
    view.setUint32(at, tool, true);
    at += 4;
  }
  return file;
}

/** Vectors of an index, on disk. */
export class VectorFile {
  readonly model: string;
  readonly texts: string;
  readonly #file: RandomAccess;
  readonly #head: VectorHead;
  readonly #start: number;
  readonly #owners: Uint32Array;

  private constructor(file: RandomAccess, head: VectorHead, start: number, owners: Uint32Array) {
    this.model = head.model;
    this.texts = head.texts;
    this.#file = file;
    this.#head = head;
    this.#start = start;
    this.#owners = owners;
  }

  /** @throws JackfieldError `UNAVAILABLE` for a file of another version, and for one that is not whole */
  static async open(file: RandomAccess): Promise<VectorFile> {
    const start = await file.read(0, 4);
    const length = new DataView(start.buffer, start.byteOffset).getUint32(0, true);
    if (4 + length > file.size) throw unreadable();
    let head: VectorHead;
    try {
      head = JSON.parse(new TextDecoder().decode(await file.read(4, length))) as VectorHead;
    } catch (cause) {
      throw unreadable(cause);
    }
    const rows = head.tools + head.extra;
    const expected = 4 + length + rows * (head.dimensions + wordsOf(head.dimensions) * 4) + head.extra * 4;
    if (head.format !== formatVersion || file.size !== expected) throw unreadable();
    const owners = await file.read(expected - head.extra * 4, head.extra * 4);
    return new VectorFile(file, head, 4 + length, toWords(owners));
  }

  /** Vectors of tools that stand together in the index. */
  async read(first: number, count: number): Promise<VectorSet> {
    const { dimensions, tools, extra } = this.#head;
    const low = this.#owners.findIndex((owner) => owner >= first);
    const from = low < 0 ? this.#owners.length : low;
    const end = this.#owners.findIndex((owner) => owner >= first + count);
    const to = end < 0 ? this.#owners.length : end;
    const bytes = new Int8Array((count + to - from) * dimensions);
    const target = new Uint8Array(bytes.buffer);
    target.set(await this.#file.read(this.#start + first * dimensions, count * dimensions));
    target.set(
      await this.#file.read(this.#start + (tools + from) * dimensions, (to - from) * dimensions),
      count * dimensions,
    );
    const codeLength = wordsOf(dimensions) * 4;
    const codesStart = this.#start + (tools + extra) * dimensions;
    const codes = new Uint8Array((count + to - from) * codeLength);
    codes.set(await this.#file.read(codesStart + first * codeLength, count * codeLength));
    codes.set(
      await this.#file.read(codesStart + (tools + from) * codeLength, (to - from) * codeLength),
      count * codeLength,
    );
    return new VectorSet({
      dimensions,
      tools: count,
      bytes,
      codes: toWords(codes),
      owners: this.#owners.slice(from, to).map((owner) => owner - first),
    });
  }
}

function unreadable(cause?: unknown): JackfieldError {
  return new JackfieldError('UNAVAILABLE', {
    message: 'The file of vectors is not one of this version, or not whole.',
    fix: 'Build it again, or install the package that it came with again.',
    retryable: false,
    cause,
  });
}

/** Of little-endian bytes. Most machines have them in this order, and need not look at each. */
function toWords(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(bytes.slice().buffer);
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] === 1) return words;
  const view = new DataView(words.buffer);
  return words.map((_, index) => view.getUint32(index * 4, true));
}
