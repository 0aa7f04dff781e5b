import type { JsonObject } from '@jackfield/core';

type Schema = { readonly [keyword: string]: unknown };

/**
 * Adapts a tool's input schema to the rules of OpenAI's strict mode (guide "Structured Outputs", section "Supported
 * schemas"): objects are closed and require all their properties, an optional property may be null instead of absent,
 * and keywords that the mode does not know move into the description, so that the model still reads them.
 *
 * Null has to mean "left out" and nothing else, so a schema that allows null somewhere is not adapted; nor is one that
 * the mode cannot say: objects with free keys, values of any type, `allOf`, `if`, tuples, remote references, a union at
 * the root, or more than the mode's limits.
 *
 * @returns `undefined` for a schema that has to be used without strict mode.
 */
export function toStrictParameters(schema: Schema): JsonObject | undefined {
  if (schema.type !== 'object') return undefined;
  const parameters = adaptSchema(schema, 0);
  if (parameters === undefined) return undefined;
  for (const keyword of ['$defs', 'definitions']) {
    const definitions = schema[keyword] ?? {};
    const adapted = isObject(definitions) ? adaptAll(definitions, 1) : undefined;
    if (adapted === undefined) return undefined;
    if (keyword in schema) parameters[keyword] = adapted;
  }
  return JSON.stringify(parameters).length > maximumLength ? undefined : parameters;
}

/** Levels of objects within objects. */
const maximumDepth = 10;
/** Below what any schema with the mode's 5000 properties or 120,000 characters of names and values has. */
const maximumLength = 100_000;
/** A property's; the mode takes 1000 in a schema. */
const maximumValues = 250;

const kept = [
  'const',
  'enum',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'maxItems',
  'maximum',
  'minItems',
  'minimum',
  'multipleOf',
];
const composed = [
  '$anchor',
  '$dynamicRef',
  '$id',
  '$ref',
  'allOf',
  'anyOf',
  'dependentSchemas',
  'else',
  'if',
  'nullable',
  'oneOf',
  'patternProperties',
  'prefixItems',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
];
const shape = ['additionalProperties', 'definitions', 'items', 'properties', 'required', 'type'];

/** Whether strict mode has a rule for a keyword. Any other is, for the model, words. */
function isRuled(keyword: string): boolean {
  return shape.includes(keyword) || kept.includes(keyword) || composed.includes(keyword);
}

function adaptSchema(schema: unknown, depth: number): JsonObject | undefined {
  if (!isObject(schema) || depth > maximumDepth) return undefined;
  const [first, ...others] = Object.keys(schema).filter(isRuled);
  if (first === undefined || !composed.includes(first) || others.length > 0) return adaptPlain(schema, depth);
  if (first === '$ref') return adaptReference(schema);
  return depth > 0 && (first === 'anyOf' || first === 'oneOf') ? adaptUnion(schema, schema[first], depth) : undefined;
}

/** A reference stands alone in strict mode; a description of its own needs a union of one around it. */
function adaptReference(schema: Schema): JsonObject | undefined {
  const { $ref } = schema;
  if (!/^#(\/(\$defs|definitions)\/[^/]+)?$/.test(String($ref))) return undefined;
  const description = describe(schema);
  return description === undefined ? { $ref } : { anyOf: [{ $ref }], description };
}

function adaptUnion(schema: Schema, branches: unknown, depth: number): JsonObject | undefined {
  if (!Array.isArray(branches)) return undefined;
  const anyOf: JsonObject[] = [];
  for (const branch of branches) {
    const adapted = adaptSchema(branch, depth);
    if (adapted === undefined) return undefined;
    anyOf.push(adapted);
  }
  if (!areTellable(anyOf)) return undefined;
  const description = describe(schema);
  return description === undefined ? { anyOf } : { anyOf, description };
}

/** The mode tells objects of a union apart by their first keys, and refuses those that share one. */
function areTellable(branches: readonly JsonObject[]): boolean {
  const references = branches.filter((branch) => '$ref' in branch || 'anyOf' in branch);
  const objects = branches.flatMap(({ properties }) => (isObject(properties) ? [properties] : []));
  if (references.length > 0) return references.length + objects.length === 1;
  return new Set(objects.map((properties) => Object.keys(properties)[0])).size === objects.length;
}

function adaptPlain(schema: Schema, depth: number): JsonObject | undefined {
  const named = Array.isArray(schema.type) ? schema.type : schema.type === undefined ? [] : [schema.type];
  if (named.includes('null') || Object.keys(schema).some((keyword) => composed.includes(keyword))) return undefined;
  const values = Array.isArray(schema.enum) ? schema.enum : 'const' in schema ? [schema.const] : [];
  if (values.length > maximumValues || values.some((value) => typeof value === 'object')) return undefined;
  const [valueType, ...otherTypes] = new Set(values.map((value) => typeof value));
  if (named.length === 0 && (valueType === undefined || otherTypes.length > 0)) return undefined;

  const adapted: JsonObject = { type: schema.type ?? valueType };
  for (const keyword of kept) if (keyword in schema) adapted[keyword] = schema[keyword];
  const description = describe(schema);
  if (description !== undefined) adapted.description = description;
  if (named.includes('array')) {
    const items = adaptSchema(schema.items, depth);
    if (items === undefined) return undefined;
    adapted.items = items;
  }
  if (!named.includes('object')) return adapted;
  const object = adaptProperties(schema, depth);
  return object && { ...adapted, ...object };
}

function adaptProperties(schema: Schema, depth: number): JsonObject | undefined {
  const { properties = {}, required = [], additionalProperties = false } = schema;
  if (!isObject(properties) || !Array.isArray(required) || additionalProperties !== false) return undefined;
  const names = Object.keys(properties);
  const isFree = names.length === 0 && schema.additionalProperties === undefined && depth > 0;
  const adapted = adaptAll(properties, depth + 1);
  if (isFree || adapted === undefined || required.some((name) => !names.includes(name))) return undefined;
  for (const [name, property] of Object.entries(adapted)) {
    if (!required.includes(name)) adapted[name] = orNull(property);
  }
  return { properties: adapted, required: names, additionalProperties: false };
}

function adaptAll(schemas: Schema, depth: number): Record<string, JsonObject> | undefined {
  const adapted: Record<string, JsonObject> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const strict = adaptSchema(schema, depth);
    if (strict === undefined) return undefined;
    adapted[name] = strict;
  }
  return adapted;
}

function orNull(schema: JsonObject): JsonObject {
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  if (typeof schema.type === 'string' && !('enum' in schema) && !('const' in schema)) {
    return { ...schema, type: [schema.type, 'null'] };
  }
  return { anyOf: [schema, { type: 'null' }] };
}

/** The description, with what else the schema says and strict mode has no rule for. */
function describe({ title, description = title, ...schema }: Schema): string | undefined {
  const parts = typeof description === 'string' ? [description] : [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (!isRuled(keyword) && !/^(\$|x-)/.test(keyword)) parts.push(`(${keyword}: ${JSON.stringify(value)})`);
  }
  return parts.length > 0 ? parts.join(' ') : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
