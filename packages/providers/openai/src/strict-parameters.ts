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
  const { $defs, definitions, ...root } = schema;
  const size = { properties: 0, enumValues: 0, characters: 0 };
  if (root.type !== 'object') return undefined;
  const parameters = adaptSchema(root, 0, size);
  if (parameters === undefined) return undefined;
  for (const [keyword, map] of Object.entries({ $defs, definitions })) {
    if (map === undefined) continue;
    if (!isObject(map)) return undefined;
    const adapted: JsonObject = {};
    for (const [name, definition] of Object.entries(map)) {
      const strict = adaptSchema(definition, 1, size);
      if (strict === undefined) return undefined;
      size.characters += name.length;
      adapted[name] = strict;
    }
    parameters[keyword] = adapted;
  }
  const tooLarge = size.properties > 5000 || size.enumValues > 1000 || size.characters > 120_000;
  return tooLarge ? undefined : parameters;
}

/** {@link toStrictParameters} that adapts each schema once: a session's tools stay the same objects from list to list. */
export function strictParametersOnce(): typeof toStrictParameters {
  const known = new WeakMap<Schema, { readonly parameters: JsonObject | undefined }>();
  return (schema) => {
    const adapted = known.get(schema) ?? { parameters: toStrictParameters(schema) };
    known.set(schema, adapted);
    return adapted.parameters;
  };
}

/** Takes out what a strict tool's model wrote for "left out". */
export function withoutNulls(args: JsonObject): JsonObject {
  const present = Object.entries(args).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([key, value]) => [key, withoutNullsWithin(value)]));
}

function withoutNullsWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullsWithin);
  return isObject(value) ? withoutNulls(value) : value;
}

interface Size {
  properties: number;
  enumValues: number;
  /** Of property names, definition names and enum values. */
  characters: number;
}

/** Levels of objects within objects. */
const maximumDepth = 10;

/** Say nothing about values that strict mode would have to know. */
const annotations = [
  '$comment',
  '$schema',
  'default',
  'deprecated',
  'description',
  'discriminator',
  'example',
  'examples',
  'externalDocs',
  'readOnly',
  'title',
  'writeOnly',
  'xml',
];
const keptConstraints = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
];
/** Checked where the tool runs; for the model they are words. */
const spokenConstraints = [
  'contains',
  'contentEncoding',
  'contentMediaType',
  'default',
  'dependentRequired',
  'example',
  'examples',
  'format',
  'maxContains',
  'maxLength',
  'maxProperties',
  'minContains',
  'minLength',
  'minProperties',
  'not',
  'pattern',
  'propertyNames',
  'uniqueItems',
];
const spoken = new Set(spokenConstraints);
const plainKeywords = new Set([
  ...['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'items'],
  ...annotations,
  ...keptConstraints,
  ...spokenConstraints,
]);
const referenceKeywords = new Set(['$ref', ...annotations]);
const unionKeywords = { anyOf: new Set(['anyOf', ...annotations]), oneOf: new Set(['oneOf', ...annotations]) };
const singleKeywords = new Set(['allOf', ...annotations]);
const formats = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid']);
const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array']);

function adaptSchema(schema: unknown, depth: number, size: Size): JsonObject | undefined {
  if (!isObject(schema) || depth > maximumDepth) return undefined;
  if (typeof schema.$ref === 'string') return adaptReference(schema, schema.$ref);
  if (schema.anyOf !== undefined) return adaptUnion(schema, 'anyOf', depth, size);
  if (schema.oneOf !== undefined) return adaptUnion(schema, 'oneOf', depth, size);
  if (Array.isArray(schema.allOf)) return adaptSingle(schema, schema.allOf, depth, size);
  return adaptPlain(schema, depth, size);
}

/** A reference stands alone in strict mode; a description of its own needs a union of one around it. */
function adaptReference(schema: Schema, $ref: string): JsonObject | undefined {
  if ($ref !== '#' && !/^#\/(\$defs|definitions)\/[^/]+$/.test($ref)) return undefined;
  if (!hasOnly(schema, referenceKeywords)) return undefined;
  const description = describe(schema);
  return description === undefined ? { $ref } : { anyOf: [{ $ref }], description };
}

function adaptUnion(schema: Schema, keyword: 'anyOf' | 'oneOf', depth: number, size: Size): JsonObject | undefined {
  const branches = schema[keyword];
  if (depth === 0 || !Array.isArray(branches) || !hasOnly(schema, unionKeywords[keyword])) return undefined;
  const anyOf: JsonObject[] = [];
  for (const branch of branches) {
    const adapted = adaptSchema(branch, depth, size);
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

/** `allOf` of one schema, which OpenAPI 3.0 documents write to describe a reference. */
function adaptSingle(schema: Schema, all: readonly unknown[], depth: number, size: Size): JsonObject | undefined {
  if (all.length !== 1 || !hasOnly(schema, singleKeywords)) return undefined;
  const { allOf: _, ...own } = schema;
  return isObject(all[0]) ? adaptSchema({ ...all[0], ...own }, depth, size) : undefined;
}

function adaptPlain(schema: Schema, depth: number, size: Size): JsonObject | undefined {
  const named = Array.isArray(schema.type) ? schema.type : schema.type === undefined ? [] : [schema.type];
  if (named.some((type) => !types.has(type))) return undefined;
  if (!hasOnly(schema, plainKeywords)) return undefined;

  const values = Array.isArray(schema.enum) ? schema.enum : 'const' in schema ? [schema.const] : [];
  if (values.some((value) => value === null || typeof value === 'object')) return undefined;
  const [valueType, ...otherTypes] = new Set(values.map((value) => typeof value));
  if (named.length === 0 && (valueType === undefined || otherTypes.length > 0)) return undefined;
  size.enumValues += values.length;
  for (const value of values) size.characters += String(value).length;

  const adapted: JsonObject = { type: schema.type ?? valueType };
  for (const keyword of ['enum', 'const', ...keptConstraints]) {
    if (keyword in schema) adapted[keyword] = schema[keyword];
  }
  if (typeof schema.format === 'string' && formats.has(schema.format)) adapted.format = schema.format;
  const description = describe(schema);
  if (description !== undefined) adapted.description = description;
  if (named.includes('array')) {
    const items = adaptSchema(schema.items, depth, size);
    if (items === undefined) return undefined;
    adapted.items = items;
  }
  if (!named.includes('object')) return adapted;
  const object = adaptProperties(schema, depth, size);
  return object && { ...adapted, ...object };
}

function adaptProperties(schema: Schema, depth: number, size: Size): JsonObject | undefined {
  const { properties = {}, required = [], additionalProperties = false } = schema;
  if (!isObject(properties) || !Array.isArray(required) || additionalProperties !== false) return undefined;
  const names = Object.keys(properties);
  const isFree = names.length === 0 && schema.additionalProperties === undefined && depth > 0;
  if (isFree || required.some((name) => !names.includes(name))) return undefined;
  size.properties += names.length;
  const adapted: JsonObject = {};
  for (const name of names) {
    const property = adaptSchema(properties[name], depth + 1, size);
    if (property === undefined) return undefined;
    size.characters += name.length;
    adapted[name] = required.includes(name) ? property : orNull(property);
  }
  return { properties: adapted, required: names, additionalProperties: false };
}

function orNull(schema: JsonObject): JsonObject {
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  if (typeof schema.type === 'string' && !('enum' in schema) && !('const' in schema)) {
    return { ...schema, type: [schema.type, 'null'] };
  }
  return { anyOf: [schema, { type: 'null' }] };
}

/** The description, with the constraints that have no place of their own in strict mode. */
function describe(schema: Schema): string | undefined {
  const constraints: string[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (!spoken.has(keyword) || (keyword === 'format' && formats.has(String(value)))) continue;
    constraints.push(`${keyword}: ${JSON.stringify(value)}`);
  }
  const text = typeof schema.description === 'string' ? schema.description : schema.title;
  if (constraints.length === 0) return typeof text === 'string' ? text : undefined;
  return `${typeof text === 'string' ? `${text} ` : ''}(${constraints.join(', ')})`;
}

/** Whether a schema has no other keywords than these and extensions. */
function hasOnly(schema: Schema, keywords: ReadonlySet<string>): boolean {
  return Object.keys(schema).every((keyword) => keywords.has(keyword) || keyword.startsWith('x-'));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
