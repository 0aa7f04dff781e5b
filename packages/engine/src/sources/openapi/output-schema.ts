import {
  isJsonObject,
  type JsonSchema,
  type ObjectJsonSchema,
  type References,
  type SchemaBundler,
} from '@jackfield/json-schema';
import { arrayOf } from './document.ts';
import type { SuccessResponse } from './media-type.ts';

const noContent: OutputDraft = {
  root: Object.freeze({ type: 'object', properties: Object.freeze({}) }),
  references: new Set(),
};
const text: OutputDraft = {
  root: Object.freeze({
    type: 'object',
    properties: Object.freeze({ value: Object.freeze({ type: 'string' }) }),
    required: Object.freeze(['value']),
  }),
  references: new Set(),
};

/** An output schema that still lacks its `$defs`. */
export interface OutputDraft {
  readonly root: ObjectJsonSchema;
  readonly references: References;
}

/**
 * Reads the schemas of successful results' `data`: what `toDataObject` makes of the response body. In two steps, because
 * the `$defs` are cheap only once every schema of the document has been converted.
 */
export class OutputSchemaReader {
  readonly #bundler: SchemaBundler;
  readonly #drafts = new Map<unknown, OutputDraft | undefined>();
  readonly #finished = new Map<OutputDraft, ObjectJsonSchema>();

  constructor(bundler: SchemaBundler) {
    this.#bundler = bundler;
  }

  /** Undefined when the document does not say what comes back. */
  draft(response: SuccessResponse): OutputDraft | undefined {
    if (response.kind === 'none') return noContent;
    if (response.kind === 'text') return text;
    const { schema } = response;
    if (response.kind === 'other' || !isJsonObject(schema)) return undefined;
    const isBareReference = typeof schema.$ref === 'string' && Object.keys(schema).length === 1;
    const key = isBareReference ? schema.$ref : schema;
    if (this.#drafts.has(key)) return this.#drafts.get(key);
    const draft = this.#convert(schema);
    this.#drafts.set(key, draft);
    return draft;
  }

  /** The schema; the same object for the same draft. */
  finish(draft: OutputDraft): ObjectJsonSchema {
    let schema = this.#finished.get(draft);
    if (schema === undefined) {
      const definitions = this.#bundler.definitions(draft.references);
      schema = definitions === undefined ? draft.root : { ...draft.root, $defs: definitions };
      this.#finished.set(draft, schema);
    }
    return schema;
  }

  #convert(schema: JsonSchema): OutputDraft | undefined {
    const shape = shapeOf(schema, this.#bundler, 0);
    if (shape === undefined) return undefined;
    const references: References = new Set();
    const converted = this.#bundler.convert(schema, references);
    return shape.kind === 'object'
      ? objectRoot(converted, shape, references, this.#bundler)
      : { root: wrap(converted, shape), references };
  }
}

function wrap(schema: JsonSchema, shape: Shape): ObjectJsonSchema {
  const name = shape.kind === 'array' ? 'items' : 'value';
  return {
    type: 'object',
    properties: { [name]: schema },
    // Null becomes `{}`.
    ...(shape.isNullable ? {} : { required: [name] }),
  };
}

/** The converted schema with `type: "object"` at its root and no `$ref` there. */
function objectRoot(schema: JsonSchema, shape: Shape, references: References, bundler: SchemaBundler): OutputDraft {
  let root = schema;
  let used = references;
  for (let hops = 0; typeof root.$ref === 'string' && hops < 32; hops += 1) {
    const { $ref: pointer, ...siblings } = root;
    const definition = [...used].find(({ name }) => pointer === `#/$defs/${name}`);
    if (definition === undefined) break;
    const isBare = Object.keys(siblings).every((keyword) => annotations.has(keyword));
    used = new Set([...(isBare ? [] : used), ...bundler.referencesOf(definition)]);
    root = { ...bundler.definition(definition), ...siblings };
  }
  const { type: _type, $ref: _reference, required, ...rest } = root;
  // Null becomes `{}`.
  const isRequiring = required !== undefined && !shape.isNullable;
  return { root: { type: 'object', ...rest, ...(isRequiring ? { required } : {}) }, references: used };
}

const annotations = new Set(['default', 'deprecated', 'description', 'examples', 'title']);

interface Shape {
  readonly kind: 'object' | 'array' | 'value';
  readonly isNullable: boolean;
}

/** What a value of this schema looks like; undefined when it can be several things or is not said. */
function shapeOf(schema: unknown, bundler: SchemaBundler, depth: number): Shape | undefined {
  const target = bundler.dereference(schema);
  if (!isJsonObject(target) || depth > 8) return undefined;
  const isNullable = target.nullable === true || (Array.isArray(target.type) && target.type.includes('null'));
  const types =
    typeof target.type === 'string' ? [target.type] : arrayOf(target.type).filter((type) => type !== 'null');
  if (types.length > 1) return undefined;
  const [type] = types;
  if (type === 'object') return { kind: 'object', isNullable };
  if (type === 'array') return { kind: 'array', isNullable };
  if (type === 'string' || type === 'number' || type === 'integer' || type === 'boolean')
    return { kind: 'value', isNullable };
  if (type !== undefined) return undefined;
  if (target.properties !== undefined) return { kind: 'object', isNullable };
  if (target.items !== undefined) return { kind: 'array', isNullable };
  for (const branch of arrayOf(target.allOf)) {
    const shape = shapeOf(branch, bundler, depth + 1);
    if (shape !== undefined) return { kind: shape.kind, isNullable: isNullable || shape.isNullable };
  }
  const alternatives = [...arrayOf(target.oneOf), ...arrayOf(target.anyOf)];
  const [first, ...others] = alternatives.map((branch) => shapeOf(branch, bundler, depth + 1));
  if (first !== undefined && others.every((shape) => shape?.kind === first.kind)) {
    return {
      kind: first.kind,
      isNullable: isNullable || first.isNullable || others.some((shape) => shape?.isNullable),
    };
  }
  return target.additionalProperties === undefined ? undefined : { kind: 'object', isNullable };
}
