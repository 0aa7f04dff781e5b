import { brotliDecompressSync } from 'node:zlib';
import type { BehaviourHints, HttpBinding, JsonSchema, ObjectJsonSchema, Tool, Toolkit } from '@jackfield/engine';
import {
  type CompiledHead,
  hintsOfBits,
  type Item,
  type StoredBinding,
  type StoredBody,
  type StoredDefinition,
  type StoredMap,
  type StoredOutput,
  unpackParameter,
} from './compiled-format.ts';

/**
 * Reads the file of a compiled toolkit. What lists and filters need of its tools is there at once; schemas and bindings
 * are decoded block by block when a tool's are first read. What comes out is shared: treat it as frozen.
 *
 * @param baseUrl In place of the toolkit's own, for services that run on the user's servers; without a trailing slash.
 *   One without a path keeps the path of the toolkit's own.
 */
export function readCompiledToolkit(bytes: Uint8Array, baseUrl?: string): Toolkit {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headLength = file.readUInt32LE(0);
  const head = JSON.parse(brotliDecompressSync(file.subarray(4, 4 + headLength)).toString()) as CompiledHead;
  const items = new Items(file, 4 + headLength, head);
  const firstOutput = head.tools.length;
  const definitions = new Definitions(items, firstOutput + head.outputs, head.definitions);
  const toolkit =
    baseUrl === undefined ? head.toolkit : { ...head.toolkit, baseUrl: withPath(baseUrl, head.toolkit.baseUrl) };
  const prefix = `${toolkit.slug.toUpperCase()}_`;
  const outputs: (ObjectJsonSchema | undefined)[] = [];

  const outputSchema = (index: number): ObjectJsonSchema => {
    const known = outputs[index];
    if (known !== undefined) return known;
    const schema = definitions.attach(items.at<StoredOutput>(firstOutput + index));
    outputs[index] = schema;
    return schema;
  };

  const tools = head.tools.map(([action, name, description, tags, bits, security, scopes, output], index): Tool => {
    let input: ObjectJsonSchema | undefined;
    let binding: HttpBinding | undefined;
    const tool = {
      slug: prefix + action,
      name,
      description: description === 0 ? name : description,
      tags: head.tags[tags] ?? [],
      get inputSchema(): ObjectJsonSchema {
        input ??= definitions.attach(items.at<StoredBody>(index));
        return input;
      },
      hints: hintsByBits[bits & 15] ?? hintsOfBits(bits),
      security: head.security[security] ?? [],
      scopes: head.scopes[scopes] ?? [],
      deprecated: (bits & 16) !== 0,
      get binding(): HttpBinding {
        binding ??= toBinding(items.at<StoredBody>(index)[2], toolkit.baseUrl ?? '');
        return binding;
      },
    };
    if (output === -1) return tool;
    return Object.defineProperty(tool, 'outputSchema', { enumerable: true, get: () => outputSchema(output) });
  });
  return { ...toolkit, tools };
}

function withPath(baseUrl: string, documented = baseUrl): string {
  const { origin, pathname } = new URL(baseUrl);
  const path = pathname === '/' ? new URL(documented).pathname : pathname;
  return `${origin}${path}`.replace(/\/+$/, '');
}

function toBinding(
  { method, path, parameters = [], constants, body, ...stored }: StoredBinding,
  baseUrl: string,
): HttpBinding {
  return {
    kind: 'http',
    method,
    baseUrl: stored.baseUrl ?? baseUrl,
    path,
    parameters: parameters.map(unpackParameter),
    ...(constants === undefined ? {} : { constants }),
    ...(body === undefined ? {} : { body }),
    accept: stored.accept ?? 'application/json',
  };
}

const hintsByBits: readonly BehaviourHints[] = Array.from({ length: 16 }, (_, bits) => hintsOfBits(bits));

/** The items of a file, each block of which is decompressed when one of it is first read. */
class Items {
  readonly #file: Buffer;
  /** Of each block: its first item, and where it begins in the file. */
  readonly #firsts: number[] = [];
  readonly #offsets: number[] = [];
  readonly #blocks: (readonly Item[] | undefined)[] = [];

  constructor(file: Buffer, start: number, { blocks, items }: CompiledHead) {
    this.#file = file;
    let offset = start;
    let first = 0;
    for (const [count, length] of blocks) {
      this.#firsts.push(first);
      this.#offsets.push(offset);
      first += count;
      offset += length;
    }
    this.#offsets.push(offset);
    if (items !== undefined) {
      this.#firsts.push(0);
      this.#blocks.push(items);
    }
  }

  /** What an item is follows from where it stands. */
  at<Kind extends Item>(index: number): Kind {
    let low = 0;
    let high = this.#firsts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#firsts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    let block = this.#blocks[low];
    if (block === undefined) {
      const compressed = this.#file.subarray(this.#offsets[low], this.#offsets[low + 1]);
      block = JSON.parse(brotliDecompressSync(compressed).toString()) as readonly Item[];
      this.#blocks[low] = block;
    }
    const item = block[index - (this.#firsts[low] ?? 0)];
    if (item === undefined) throw new RangeError(`The compiled toolkit has no item ${index}.`);
    return item as Kind;
  }
}

type DefinitionMap = Readonly<Record<string, JsonSchema>>;

/** The schemas that the tools of one toolkit share. */
class Definitions {
  readonly #items: Items;
  readonly #first: number;
  readonly #count: number;
  /** Schemas with the same `$defs` share them. */
  readonly #maps: (DefinitionMap | undefined)[] = [];

  constructor(items: Items, first: number, count: number) {
    this.#items = items;
    this.#first = first;
    this.#count = count;
  }

  attach([schema, map]: StoredBody | StoredOutput): ObjectJsonSchema {
    return map === -1 ? schema : { ...schema, $defs: this.#map(map) };
  }

  #map(index: number): DefinitionMap {
    const known = this.#maps[index];
    if (known !== undefined) return known;
    const members = this.#items.at<StoredMap>(this.#first + this.#count + index);
    const map = Object.fromEntries(members.map((member) => this.#items.at<StoredDefinition>(this.#first + member)));
    this.#maps[index] = map;
    return map;
  }
}
