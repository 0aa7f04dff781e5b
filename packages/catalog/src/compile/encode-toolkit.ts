import { brotliCompressSync, constants } from 'node:zlib';
import type { HttpBinding, JsonSchema, ObjectJsonSchema, Tool, Toolkit } from '@jackfield/engine';
import {
  bitsOfHints,
  type CompiledHead,
  packParameter,
  type StoredBinding,
  type StoredBody,
  type StoredDefinition,
  type StoredMap,
  type StoredOutput,
  type ToolRow,
} from '../compiled-format.ts';

/** Characters of JSON in a block: small enough that one tool is cheap, large enough to compress well. */
const blockSize = 160_000;

/**
 * A toolkit as a file that `readCompiledToolkit` reads.
 *
 * @throws TypeError for a toolkit with tools that are not HTTP requests
 */
export function encodeToolkit(toolkit: Toolkit): Buffer {
  const tags = new Interned<readonly string[]>();
  const security = new Interned<readonly (readonly string[])[]>();
  const scopes = new Interned<readonly string[]>();
  const definitions = new DefinitionPool();
  const outputs: StoredOutput[] = [];
  const outputIndexes = new Map<ObjectJsonSchema, number>();
  const bodies: StoredBody[] = [];
  const prefix = `${toolkit.slug.toUpperCase()}_`;

  const outputIndex = ({ outputSchema }: Tool): number => {
    if (outputSchema === undefined) return -1;
    let index = outputIndexes.get(outputSchema);
    if (index === undefined) {
      index = outputs.push(definitions.detach(outputSchema)) - 1;
      outputIndexes.set(outputSchema, index);
    }
    return index;
  };

  const rows = toolkit.tools.map((tool): ToolRow => {
    const { binding } = tool;
    if (binding.kind !== 'http') throw new TypeError(`${tool.slug} is not an HTTP request.`);
    if (!tool.slug.startsWith(prefix)) throw new TypeError(`${tool.slug} does not begin with ${prefix}.`);
    bodies.push([...definitions.detach(tool.inputSchema), packBinding(binding, toolkit.baseUrl)]);
    return [
      tool.slug.slice(prefix.length),
      tool.name,
      tool.description === tool.name ? 0 : tool.description,
      tags.index(tool.tags),
      bitsOfHints(tool.hints) | (tool.deprecated ? 16 : 0),
      security.index(tool.security),
      scopes.index(tool.scopes),
      outputIndex(tool),
    ];
  });

  const { tools: _tools, ...rest } = toolkit;
  const items = [...bodies, ...outputs, ...definitions.stored, ...definitions.maps];
  const texts = items.map((item) => JSON.stringify(item));
  const isSmall = texts.reduce((sum, text) => sum + text.length, 0) <= blockSize;
  const blocks = isSmall ? [] : encodeBlocks(texts);
  const head: CompiledHead = {
    toolkit: rest,
    tags: tags.values,
    security: security.values,
    scopes: scopes.values,
    tools: rows,
    outputs: outputs.length,
    definitions: definitions.stored.length,
    blocks: blocks.map(({ count, bytes }) => [count, bytes.length]),
    ...(isSmall ? { items } : {}),
  };
  const headBytes = compress(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(headBytes.length);
  return Buffer.concat([length, headBytes, ...blocks.map(({ bytes }) => bytes)]);
}

function packBinding(
  { method, path, parameters, constants, body, ...binding }: HttpBinding,
  baseUrl = '',
): StoredBinding {
  return {
    method,
    path,
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(packParameter) }),
    ...(constants === undefined ? {} : { constants }),
    ...(body === undefined ? {} : { body }),
    ...(binding.baseUrl === baseUrl ? {} : { baseUrl: binding.baseUrl }),
    ...(binding.accept === 'application/json' ? {} : { accept: binding.accept }),
  };
}

function encodeBlocks(texts: readonly string[]): { readonly count: number; readonly bytes: Buffer }[] {
  const blocks: { count: number; bytes: Buffer }[] = [];
  let block: string[] = [];
  let size = 0;
  const finish = () => {
    if (block.length > 0) blocks.push({ count: block.length, bytes: compress(`[${block.join()}]`) });
    block = [];
    size = 0;
  };
  for (const text of texts) {
    block.push(text);
    size += text.length;
    if (size >= blockSize) finish();
  }
  finish();
  return blocks;
}

/** Brotli at its ninth level: within a tenth of the size of its highest one, at thirty times the speed. */
export function compress(text: string): Buffer {
  const bytes = Buffer.from(text);
  const window = Math.ceil(Math.log2(bytes.length + 1));
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      // A larger one than needed costs memory, and the time to get it.
      [constants.BROTLI_PARAM_LGWIN]: Math.min(24, Math.max(10, window)),
    },
  });
}

/** Few values that many point at. */
class Interned<Value> {
  readonly values: Value[] = [];
  readonly #indexes = new Map<string, number>();

  index(value: Value): number {
    const key = JSON.stringify(value);
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.values.push(value) - 1;
      this.#indexes.set(key, index);
    }
    return index;
  }
}

type Schemas = Readonly<Record<string, JsonSchema>>;

/** Takes the `$defs` out of schemas, and keeps each definition and each set of them once. */
class DefinitionPool {
  readonly #definitions = new Interned<StoredDefinition>();
  readonly #maps = new Interned<StoredMap>();
  /** The converter shares definitions and maps of them: most are looked up without being written out. */
  readonly #definitionIndexes = new Map<string, Map<JsonSchema, number>>();
  readonly #mapIndexes = new Map<Schemas, number>();

  get stored(): readonly StoredDefinition[] {
    return this.#definitions.values;
  }

  get maps(): readonly StoredMap[] {
    return this.#maps.values;
  }

  /** A schema without its `$defs`, and which map they are. */
  detach(schema: ObjectJsonSchema): StoredOutput {
    if (schema.$defs === undefined) return [schema, -1];
    const { $defs, ...root } = schema;
    return [root, this.#map($defs as Schemas)];
  }

  #map(schemas: Schemas): number {
    let index = this.#mapIndexes.get(schemas);
    if (index === undefined) {
      index = this.#maps.index(Object.entries(schemas).map(([name, schema]) => this.#definition(name, schema)));
      this.#mapIndexes.set(schemas, index);
    }
    return index;
  }

  #definition(name: string, schema: JsonSchema): number {
    let named = this.#definitionIndexes.get(name);
    if (named === undefined) {
      named = new Map();
      this.#definitionIndexes.set(name, named);
    }
    let index = named.get(schema);
    if (index === undefined) {
      index = this.#definitions.index([name, schema]);
      named.set(schema, index);
    }
    return index;
  }
}
