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
    const end = Math.min(32, dimensions - word * 32);
    for (let bit = 0; bit < end; bit += 1) if ((vector[offset + word * 32 + bit] ?? 0) > 0) bits |= 1 << bit;
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
  /** Of each vector's signs from those of the last one that all were compared with. Made when first needed. */
  #differences: Uint16Array | undefined;

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

  /**
   * Writes, for each tool, an estimate of the highest cosine of its vectors with any of these, at least 0, and 0 for
   * those that are not allowed: fifteen times as fast as comparing them.
   */
  estimateAll(vectors: readonly Float32Array[], similarities: Float32Array, allowed: Uint8Array | undefined): void {
    similarities.fill(0, 0, this.#tools);
    for (const vector of vectors) this.#estimate(vector, similarities);
    if (allowed === undefined) return;
    for (let tool = 0; tool < this.#tools; tool += 1) if (allowed[tool] !== 1) similarities[tool] = 0;
  }

  #estimate(vector: Float32Array, similarities: Float32Array): void {
    const signs = new Uint32Array(this.#words);
    writeSigns(vector, 0, this.dimensions, signs, 0);
    this.#differences ??= new Uint16Array(this.#tools + this.#owners.length);
    const differences = this.#differences;
    countDifferences(this.#codes, signs, differences);
    raiseToCosines(similarities, differences.subarray(0, this.#tools), this.#cosines);
    for (let extra = 0; extra < this.#owners.length; extra += 1) {
      const tool = this.#owners[extra] ?? 0;
      const cosine = this.#cosines[differences[this.#tools + extra] ?? 0] ?? 0;
      if (cosine > (similarities[tool] ?? 0)) similarities[tool] = cosine;
    }
  }

  /** The highest cosine of any vector of a tool. */
  compare(tool: number, vector: Float32Array): number {
    let best = this.#cosine(tool, vector);
    for (
      let extra = this.#firstExtraOf(tool);
      extra < this.#owners.length && this.#owners[extra] === tool;
      extra += 1
    ) {
      best = Math.max(best, this.#cosine(this.#tools + extra, vector));
    }
    return best;
  }

  #toolOf(row: number): number {
    return row < this.#tools ? row : (this.#owners[row - this.#tools] ?? 0);
  }

  /** Where those that belong to a tool begin, if there are any: owners are in ascending order. */
  #firstExtraOf(tool: number): number {
    let low = 0;
    let high = this.#owners.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#owners[middle] ?? 0) < tool) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #cosine(row: number, vector: Float32Array): number {
    const bytes = this.#bytes;
    const dimensions = this.dimensions;
    const start = row * dimensions;
    let product = 0;
    let square = 0;
    for (let at = 0; at < dimensions; at += 1) {
      const value = bytes[start + at] ?? 0;
      product += value * (vector[at] ?? 0);
      square = (square + Math.imul(value, value)) | 0;
    }
    return square === 0 ? 0 : product / Math.sqrt(square);
  }
}

const wordsAtOnce = 12;

/** Of a code: for the dimensions, and so that they can be counted twelve at a time. */
export function wordsOf(dimensions: number): number {
  return Math.ceil(dimensions / 32 / wordsAtOnce) * wordsAtOnce;
}

/**
 * Writes how many bits of each code differ from these. Of twelve words, full adders made of logical operations work out
 * how many of them have a bit set, for all 32 bits at once, as four words of ones, twos, fours and eights; only those
 * are counted (Harley and Seal; Warren, Hacker's Delight, section 5-1).
 */
function countDifferences(codes: Uint32Array, signs: Uint32Array, differences: Uint16Array): void {
  const words = signs.length;
  for (let word = 0; word < words; word += wordsAtOnce) {
    const sign0 = signs[word] ?? 0;
    const sign1 = signs[word + 1] ?? 0;
    const sign2 = signs[word + 2] ?? 0;
    const sign3 = signs[word + 3] ?? 0;
    const sign4 = signs[word + 4] ?? 0;
    const sign5 = signs[word + 5] ?? 0;
    const sign6 = signs[word + 6] ?? 0;
    const sign7 = signs[word + 7] ?? 0;
    const sign8 = signs[word + 8] ?? 0;
    const sign9 = signs[word + 9] ?? 0;
    const sign10 = signs[word + 10] ?? 0;
    const sign11 = signs[word + 11] ?? 0;
    for (let row = 0, at = word; row < differences.length; row += 1, at += words) {
      let x = (codes[at] ?? 0) ^ sign0;
      let y = (codes[at + 1] ?? 0) ^ sign1;
      let z = (codes[at + 2] ?? 0) ^ sign2;
      let either = x ^ y;
      const one1 = either ^ z;
      const two1 = (x & y) | (either & z);
      x = (codes[at + 3] ?? 0) ^ sign3;
      y = (codes[at + 4] ?? 0) ^ sign4;
      z = (codes[at + 5] ?? 0) ^ sign5;
      either = x ^ y;
      const one2 = either ^ z;
      const two2 = (x & y) | (either & z);
      x = (codes[at + 6] ?? 0) ^ sign6;
      y = (codes[at + 7] ?? 0) ^ sign7;
      z = (codes[at + 8] ?? 0) ^ sign8;
      either = x ^ y;
      const one3 = either ^ z;
      const two3 = (x & y) | (either & z);
      x = (codes[at + 9] ?? 0) ^ sign9;
      y = (codes[at + 10] ?? 0) ^ sign10;
      z = (codes[at + 11] ?? 0) ^ sign11;
      either = x ^ y;
      const one4 = either ^ z;
      const two4 = (x & y) | (either & z);

      either = one1 ^ one2;
      const one5 = either ^ one3;
      const two5 = (one1 & one2) | (either & one3);
      const ones = one4 ^ one5;
      const two6 = one4 & one5;

      either = two1 ^ two2;
      const two7 = either ^ two3;
      const four1 = (two1 & two2) | (either & two3);
      either = two4 ^ two5;
      const two8 = either ^ two6;
      const four2 = (two4 & two5) | (either & two6);
      const twos = two7 ^ two8;
      const four3 = two7 & two8;

      either = four1 ^ four2;
      const fours = either ^ four3;
      const eights = (four1 & four2) | (either & four3);

      const low = (bitsByFour(ones) + (bitsByFour(twos) << 1)) | 0;
      const high = (bitsByFour(fours) + (bitsByFour(eights) << 1)) | 0;
      differences[row] = (word === 0 ? 0 : (differences[row] ?? 0)) + sumOfFours(low, high);
    }
  }
}

function raiseToCosines(similarities: Float32Array, differences: Uint16Array, cosines: Float32Array): void {
  for (let row = 0; row < differences.length; row += 1) {
    const cosine = cosines[differences[row] ?? 0] ?? 0;
    if (cosine > (similarities[row] ?? 0)) similarities[row] = cosine;
  }
}

/** How many bits are set of each four, in their place. */
function bitsByFour(word: number): number {
  const byTwo = word - ((word >>> 1) & 0x55555555);
  return (byTwo & 0x33333333) + ((byTwo >>> 2) & 0x33333333);
}

/** The sum of the eight numbers in a word, of four bits each, and of four times those in another. */
function sumOfFours(low: number, high: number): number {
  const byEight =
    ((low & 0x0f0f0f0f) + ((low >>> 4) & 0x0f0f0f0f) + (((high & 0x0f0f0f0f) + ((high >>> 4) & 0x0f0f0f0f)) << 2)) | 0;
  const bySixteen = (byEight & 0x00ff00ff) + ((byEight >>> 8) & 0x00ff00ff);
  return (bySixteen + (bySixteen >>> 16)) & 0xffff;
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
