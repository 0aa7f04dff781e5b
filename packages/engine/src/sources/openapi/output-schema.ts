import {
  isJsonObject,
  type JsonSchema,
  type ObjectJsonSchema,
  type References,
  type SchemaBundler,
} from '@jackfield/json-schema';
import { arrayOf } from './document.ts';
import type { SuccessResponse } from './media-type.ts';

const noContent: ObjectJsonSchema = Object.freeze({ type: 'object', properties: Object.freeze({}) });
const text: ObjectJsonSchema = Object.freeze({
  type: 'object',
  properties: Object.freeze({ value: Object.freeze({ type: 'string' }) }),
  required: Object.freeze(['value']),
});

/**
 * The schema of a successful result's `data`: what `toDataObject` makes of the response body. Undefined when the document
 * does not say.
 */
export function outputSchema(response: SuccessResponse, bundler: SchemaBundler): ObjectJsonSchema | undefined {
  if (response.kind === 'none') return noContent;
  if (response.kind === 'text') return text;
  if (response.kind === 'other' || !isJsonObject(response.schema)) return undefined;
  const shape = shapeOf(response.schema, bundler, 0);
  if (shape === undefined) return undefined;
  const references: References = new Set();
  const converted = bundler.convert(response.schema, references);
  const root =
    shape.kind === 'object' ? objectRoot(converted, response.schema, references, bundler) : wrap(converted, shape);
  const definitions = bundler.definitions(references);
  return definitions === undefined ? root : { ...root, $defs: definitions };
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
function objectRoot(
  schema: JsonSchema,
  raw: unknown,
  references: References,
  bundler: SchemaBundler,
): ObjectJsonSchema {
  let root = schema;
  for (let hops = 0; typeof root.$ref === 'string' && hops < 32; hops += 1) {
    const { $ref: pointer, ...siblings } = root;
    const definition = [...references].find(({ name }) => pointer === `#/$defs/${name}`);
    if (definition === undefined) break;
    references.delete(definition);
    for (const reference of bundler.referencesOf(definition)) references.add(reference);
    root = { ...bundler.definition(definition), ...siblings };
  }
  const { type: _type, $ref: _ref, ...rest } = root;
  const isNullable = shapeOf(raw, bundler, 0)?.isNullable === true;
  if (isNullable && rest.required !== undefined) {
    const { required: _required, ...optional } = rest;
    return { type: 'object', ...optional };
  }
  return { type: 'object', ...rest };
}

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
