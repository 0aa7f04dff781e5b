import { brotliCompressSync, constants } from 'node:zlib';
import type { HttpBinding, JsonSchema, ObjectJsonSchema, Tool, Toolkit } from '@jackfield/engine';
import { collectReferences } from '@jackfield/json-schema';
import {
  bitsOfHints,
  type CompiledHead,
  packParameter,
  type StoredBinding,
  type StoredBody,
  type StoredSchema,
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
  const outputs: StoredSchema[] = [];
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
    const [schema, references] = definitions.detach(tool.inputSchema);
    bodies.push([schema, references, packBinding(binding, toolkit.baseUrl)]);
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
  const items = mergeDefinitions([...bodies, ...outputs], definitions.stored);
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
    blocks: blocks.map(({ count, bytes }) => [count, bytes.length]),
    ...(isSmall ? { items } : {}),
  };
  const headBytes = compress(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(headBytes.length);
  return Buffer.concat([length, headBytes, ...blocks.map(({ bytes }) => bytes)]);
}

/**
 * All items, definitions last, each of them once: what tools take and what they return is converted apart, and most
 * definitions come out the same. Two are the same when they have the same name and text and refer to the same ones.
 */
function mergeDefinitions(
  items: readonly (StoredBody | StoredSchema)[],
  definitions: readonly StoredSchema[],
): readonly (StoredBody | StoredSchema)[] {
  const texts = new Interned<readonly [string | undefined, JsonSchema]>();
  let classes = definitions.map(([schema, , name]) => texts.index([name, schema]));
  // Divides classes until no two of a class refer to different ones.
  for (let count = 0, next = texts.values.length; next > count; ) {
    count = next;
    const refined = new Interned<readonly number[]>();
    const previous = classes;
    const classOf = (index: number) => previous[index] ?? -1;
    classes = definitions.map(([, references], index) =>
      refined.index([classOf(index), ...references.map(classOf).sort((a, b) => a - b)]),
    );
    next = refined.values.length;
  }
  const first = new Map<number, number>();
  const kept = definitions.filter((_, index) => {
    const own = classes[index] ?? -1;
    if (first.has(own)) return false;
    first.set(own, first.size);
    return true;
  });
  const renumber = (references: readonly number[]) =>
    references.map((index) => first.get(classes[index] ?? -1) ?? index).sort((a, b) => a - b);
  return [
    ...items.map(([schema, references, rest]): StoredBody | StoredSchema =>
      rest === undefined || typeof rest === 'string'
        ? [schema, renumber(references)]
        : [schema, renumber(references), rest],
    ),
    ...kept.map(([schema, references, name = '']): StoredSchema => [schema, renumber(references), name]),
  ];
}

function packBinding({ method, path, parameters, body, ...binding }: HttpBinding, baseUrl = ''): StoredBinding {
  return {
    method,
    path,
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(packParameter) }),
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

/** Takes the `$defs` out of schemas and keeps each definition once. */
class DefinitionPool {
  readonly stored: StoredSchema[] = [];
  /** The converter makes one object for each definition and direction, and shares it. */
  readonly #indexes = new Map<JsonSchema, number>();

  /** A schema without its `$defs`, and which definitions it refers to itself. */
  detach(schema: ObjectJsonSchema): readonly [ObjectJsonSchema, readonly number[]] {
    if (schema.$defs === undefined) return [schema, []];
    const { $defs, ...root } = schema;
    return [root, this.#referencesOf(root, $defs as Schemas)];
  }

  #referencesOf(schema: JsonSchema, names: Schemas): readonly number[] {
    const indexes: number[] = [];
    for (const reference of collectReferences(schema)) {
      const definition = names[reference.slice('#/$defs/'.length)];
      if (definition !== undefined) indexes.push(this.#index(reference.slice('#/$defs/'.length), definition, names));
    }
    return indexes.sort((a, b) => a - b);
  }

  #index(name: string, definition: JsonSchema, names: Schemas): number {
    const known = this.#indexes.get(definition);
    if (known !== undefined) return known;
    // A schema of a definition has any type; what is stored is not told apart.
    const schema = definition as ObjectJsonSchema;
    const index = this.stored.push([schema, [], name]) - 1;
    this.#indexes.set(definition, index);
    this.stored[index] = [schema, this.#referencesOf(definition, names), name];
    return index;
  }
}
