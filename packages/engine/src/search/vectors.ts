/** What turns texts into vectors whose angles tell how alike the texts are. */
export interface Embedder {
  /** Of the model and how it is used: vectors of one id can be compared. */
  readonly id: string;
  readonly dimensions: number;
  /** Unit vectors, in the order of the texts. Loads the model when first called. */
  embed(texts: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<readonly Float32Array[]>;
}

const largestByte = 127;

/** A vector in bytes: only its direction is kept. */
export function quantise(vector: Float32Array): Int8Array {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const scale = largest === 0 ? 0 : largestByte / largest;
  return Int8Array.from(vector, (value) => Math.round(value * scale));
}

/** The mean direction of several, weighted. */
export function blend(
  vectors: readonly { readonly vector: ArrayLike<number>; readonly weight: number }[],
): Float32Array {
  const sum = new Float32Array(vectors[0]?.vector.length ?? 0);
  for (const { vector, weight } of vectors) {
    const scale = weight / (lengthOf(vector) || 1);
    for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + (vector[at] ?? 0) * scale;
  }
  const length = lengthOf(sum) || 1;
  return sum.map((value) => value / length);
}

function lengthOf(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < vector.length; at += 1) sum += (vector[at] ?? 0) ** 2;
  return Math.sqrt(sum);
}

/** Bits of a vector's signs in words of 32. Two vectors' angle grows with the number of signs that differ. */
export function writeSigns(
  vector: ArrayLike<number>,
  offset: number,
  dimensions: number,
  codes: Uint32Array,
  at: number,
): void {
  for (let word = 0; word * 32 < dimensions; word += 1) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit += 1) if ((vector[offset + word * 32 + bit] ?? 0) > 0) bits |= 1 << bit;
    codes[at + word] = bits;
  }
}

/**
 * Vectors of the tools of a segment: the first ones belong to its tools in their order, the others (of what people say)
 * to the tools that `owners` names.
 */
export class VectorSet {
  readonly dimensions: number;
  readonly #bytes: Int8Array;
  readonly #codes: Uint32Array;
  readonly #tools: number;
  readonly #owners: Uint32Array;
  readonly #words: number;
  readonly #cosines: Float32Array;

  constructor(options: {
    readonly dimensions: number;
    readonly tools: number;
    readonly bytes: Int8Array;
    /** Default: made from the bytes. */
    readonly codes?: Uint32Array | undefined;
    readonly owners?: Uint32Array | undefined;
  }) {
    const { dimensions, bytes } = options;
    this.dimensions = dimensions;
    this.#bytes = bytes;
    this.#tools = options.tools;
    this.#owners = options.owners ?? new Uint32Array(0);
    this.#words = wordsOf(dimensions);
    this.#cosines = cosinesByDifference(dimensions);
    this.#codes = options.codes ?? signsOf(bytes, dimensions);
  }

  /** Vectors of tools that follow one another. */
  static join(sets: readonly VectorSet[]): VectorSet {
    const dimensions = sets[0]?.dimensions ?? 0;
    const tools = sets.reduce((sum, set) => sum + set.#tools, 0);
    const bytes = new Int8Array(tools * dimensions);
    let at = 0;
    for (const set of sets) {
      bytes.set(set.#bytes.subarray(0, set.#tools * dimensions), at);
      at += set.#tools * dimensions;
    }
    return new VectorSet({ dimensions, tools, bytes });
  }

  get byteLength(): number {
    return this.#bytes.byteLength + this.#codes.byteLength + this.#owners.byteLength;
  }

  /** Raises each tool's value in `similarities` to the highest cosine of its vectors with this one. */
  compareAll(vector: Float32Array, similarities: Float32Array, allowed: Uint8Array | undefined): void {
    for (let row = 0; row < this.#tools + this.#owners.length; row += 1) {
      const tool = this.#toolOf(row);
      if (allowed !== undefined && allowed[tool] !== 1) continue;
      const cosine = this.#cosine(row, vector);
      if (cosine > (similarities[tool] ?? 0)) similarities[tool] = cosine;
    }
  }

  /** The same with an estimate of the cosines, ten times as fast. */
  estimateAll(vector: Float32Array, similarities: Float32Array, allowed: Uint8Array | undefined): void {
    const signs = new Uint32Array(this.#words);
    writeSigns(vector, 0, this.dimensions, signs, 0);
    const cosines = this.#cosines;
    for (let row = 0; row < this.#tools; row += 1) {
      if (allowed !== undefined && allowed[row] !== 1) continue;
      const cosine = cosines[this.#difference(row, signs)] ?? 0;
      if (cosine > (similarities[row] ?? 0)) similarities[row] = cosine;
    }
    for (let extra = 0; extra < this.#owners.length; extra += 1) {
      const tool = this.#owners[extra] ?? 0;
      if (allowed !== undefined && allowed[tool] !== 1) continue;
      const cosine = cosines[this.#difference(this.#tools + extra, signs)] ?? 0;
      if (cosine > (similarities[tool] ?? 0)) similarities[tool] = cosine;
    }
  }

  /** The highest cosine of any vector of a tool. */
  compare(tool: number, vector: Float32Array): number {
    let best = this.#cosine(tool, vector);
    for (const row of this.#extraRowsOf(tool)) best = Math.max(best, this.#cosine(row, vector));
    return best;
  }

  /** How many signs differ, three words at a time: two of their three sums of bits are counted (Harley and Seal). */
  #difference(row: number, signs: Uint32Array): number {
    const codes = this.#codes;
    const words = this.#words;
    const start = row * words;
    let different = 0;
    for (let word = 0; word < words; word += 3) {
      const x = (codes[start + word] ?? 0) ^ (signs[word] ?? 0);
      const y = (codes[start + word + 1] ?? 0) ^ (signs[word + 1] ?? 0);
      const z = (codes[start + word + 2] ?? 0) ^ (signs[word + 2] ?? 0);
      const either = x ^ y;
      different += bitsOf(either ^ z) + 2 * bitsOf((x & y) | (either & z));
    }
    return different;
  }

  #toolOf(row: number): number {
    return row < this.#tools ? row : (this.#owners[row - this.#tools] ?? 0);
  }

  /** Owners are in ascending order. */
  #extraRowsOf(tool: number): readonly number[] {
    let low = 0;
    let high = this.#owners.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#owners[middle] ?? 0) < tool) low = middle + 1;
      else high = middle;
    }
    const rows: number[] = [];
    for (let at = low; this.#owners[at] === tool; at += 1) rows.push(this.#tools + at);
    return rows;
  }

  #cosine(row: number, vector: Float32Array): number {
    const bytes = this.#bytes;
    const start = row * this.dimensions;
    let product = 0;
    let square = 0;
    for (let at = 0; at < this.dimensions; at += 1) {
      const value = bytes[start + at] ?? 0;
      product += value * (vector[at] ?? 0);
      square += value * value;
    }
    return square === 0 ? 0 : product / Math.sqrt(square);
  }
}

/** Of a code: for the dimensions, and so that they can be counted three at a time. */
export function wordsOf(dimensions: number): number {
  return Math.ceil(dimensions / 96) * 3;
}

/** Set bits of 32 (Warren, Hacker's Delight, section 5-1). */
function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The angle of two vectors is proportional to the share of their signs that differ (Charikar 2002). */
function cosinesByDifference(dimensions: number): Float32Array {
  return Float32Array.from({ length: dimensions + 1 }, (_, different) => Math.cos((Math.PI * different) / dimensions));
}

export function signsOf(bytes: Int8Array, dimensions: number): Uint32Array {
  const words = wordsOf(dimensions);
  const rows = bytes.length / dimensions;
  const codes = new Uint32Array(rows * words);
  for (let row = 0; row < rows; row += 1) writeSigns(bytes, row * dimensions, dimensions, codes, row * words);
  return codes;
}
