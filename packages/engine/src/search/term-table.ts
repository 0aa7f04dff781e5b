import type { TermLookup } from './segment.ts';

const encoder = new TextEncoder();

/** Terms by number and back in a few typed arrays: a hundred thousand of them take 3 MB. */
export class TermTable implements TermLookup {
  readonly size: number;
  readonly #bytes: Uint8Array;
  /** Where each term begins in the bytes; one more at the end. Terms are separated by a line feed. */
  readonly #starts: Uint32Array;
  /** Numbers of terms, plus 1, at the place that their hash leads to or the next free one after it. */
  readonly #slots: Uint32Array;

  /** @param bytes terms in the order of their numbers, each followed by a line feed */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    let size = 0;
    for (const byte of bytes) if (byte === 10) size += 1;
    this.size = size;
    this.#starts = new Uint32Array(size + 1);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, size * 2))));
    let term = 0;
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      if (bytes[at] !== 10) continue;
      this.#insert(term, hashBytes(bytes, start, at));
      term += 1;
      start = at + 1;
      this.#starts[term] = start;
    }
  }

  find(term: string): number {
    const wanted = encoder.encode(term);
    const mask = this.#slots.length - 1;
    for (let slot = hashBytes(wanted, 0, wanted.length) & mask; ; slot = (slot + 1) & mask) {
      const found = (this.#slots[slot] ?? 0) - 1;
      if (found < 0) return -1;
      if (this.#is(found, wanted)) return found;
    }
  }

  get byteLength(): number {
    return this.#bytes.byteLength + this.#starts.byteLength + this.#slots.byteLength;
  }

  #insert(term: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = term + 1;
  }

  #is(term: number, wanted: Uint8Array): boolean {
    const start = this.#starts[term] ?? 0;
    if ((this.#starts[term + 1] ?? 0) - 1 - start !== wanted.length) return false;
    for (let at = 0; at < wanted.length; at += 1) if (this.#bytes[start + at] !== wanted[at]) return false;
    return true;
  }
}

/** FNV-1a over bytes. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) {
    hash ^= bytes[at] ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
