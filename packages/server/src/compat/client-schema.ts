import { isJsonObject, type WireObject } from './wire-object.ts';

/** Schemas beyond this size say `any` from there on. */
const maximumNodes = 4_000;
const maximumDepth = 24;

const typeNames = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

const keptTexts = ['description', 'title', 'format'] as const;
const keptNumbers = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
] as const;
const keptFlags = ['nullable', 'readOnly', 'writeOnly', 'file_uploadable', 'file_downloadable'] as const;

type Schema = Readonly<Record<string, unknown>>;
type MutableSchema = Record<string, unknown>;

/**
 * A tool's schema as existing clients can read it. They throw all tools of a session away if one has a boolean schema, a
 * `required` that is no list, or a root without `type: "object"`; and they turn schemas into those of a validation library
 * and back, which takes `type: "object"` from the root where `anyOf`, `oneOf`, `allOf` or `uniqueItems` stand anywhere,
 * and models then refuse the tool. So references are put in, and what is combined is made one schema that accepts at
 * least as much. Arguments are checked against the tool's own schema when it runs.
 */
export function toClientSchema(schema: unknown): WireObject {
  const converted = new Converter(isJsonObject(schema) ? schema : {}).root();
  const { type: _, properties, ...rest } = converted;
  return { type: 'object', properties: isJsonObject(properties) ? properties : {}, ...rest };
}

class Converter {
  readonly #root: Schema;
  #nodes = 0;

  constructor(root: Schema) {
    this.#root = root;
  }

  root(): Schema {
    return this.#convert(this.#root, [], 0);
  }

  /** @param path references that are being put in: one that comes again has no end */
  #convert(value: unknown, path: readonly string[], depth: number): Schema {
    this.#nodes += 1;
    if (!isJsonObject(value) || depth > maximumDepth || this.#nodes > maximumNodes) return {};
    const { $ref: reference } = value;
    if (typeof reference === 'string') {
      const target = path.includes(reference) ? undefined : this.#resolve(reference);
      const { $ref: _, ...beside } = value;
      const described = target === undefined ? {} : this.#convert(target, [...path, reference], depth + 1);
      return settled({ ...described, ...this.#convert(beside, path, depth + 1) });
    }
    const inner = (schema: unknown) => this.#convert(schema, path, depth + 1);
    let result: Schema = this.#own(value, inner);
    for (const part of listOf(value.allOf)) result = both(result, inner(part));
    for (const alternatives of [listOf(value.anyOf), listOf(value.oneOf)]) {
      if (alternatives.length > 0)
        result = both(result, oneOf(alternatives.filter((each) => each !== false).map(inner)));
    }
    return settled(result);
  }

  #own(schema: Schema, inner: (schema: unknown) => Schema): Schema {
    const result: MutableSchema = {};
    const types = typesOf(schema);
    if (types !== undefined) result.type = types.length === 1 ? types[0] : types;
    for (const name of keptTexts) if (typeof schema[name] === 'string') result[name] = schema[name];
    for (const name of keptNumbers) if (typeof schema[name] === 'number') result[name] = schema[name];
    for (const name of keptFlags) if (typeof schema[name] === 'boolean') result[name] = schema[name];
    // OpenAPI 3.0 says with a flag that a bound is excluded.
    for (const [bound, flag] of [
      ['minimum', 'exclusiveMinimum'],
      ['maximum', 'exclusiveMaximum'],
    ] as const) {
      if (schema[flag] === true && typeof schema[bound] === 'number') {
        result[flag] = schema[bound];
        delete result[bound];
      }
    }
    if (typeof schema.pattern === 'string' && isPattern(schema.pattern)) result.pattern = schema.pattern;
    if (Array.isArray(schema.enum) && schema.enum.length > 0) result.enum = schema.enum;
    if (schema.const !== undefined) result.enum = [schema.const];
    if (schema.default !== undefined) result.default = schema.default;
    if (Array.isArray(schema.examples)) result.examples = schema.examples;
    if (isJsonObject(schema.properties)) {
      result.properties = Object.fromEntries(
        Object.entries(schema.properties).flatMap(([name, property]) =>
          property === false ? [] : [[name, inner(property)]],
        ),
      );
    }
    const required = stringsOf(schema.required);
    if (required.length > 0) result.required = required;
    const { additionalProperties, patternProperties } = schema;
    if (typeof additionalProperties === 'boolean') result.additionalProperties = additionalProperties;
    else if (isJsonObject(additionalProperties)) result.additionalProperties = inner(additionalProperties);
    if (isJsonObject(patternProperties)) {
      result.patternProperties = Object.fromEntries(
        Object.entries(patternProperties).flatMap(([pattern, property]) =>
          property === false || !isPattern(pattern) ? [] : [[pattern, inner(property)]],
        ),
      );
    }
    // Each place of a tuple has a schema of its own, which no one of these clients keeps.
    const places = [...listOf(schema.prefixItems), ...listOf(schema.items)];
    if (places.length > 0) result.items = oneOf(places.filter((place) => place !== false).map(inner));
    else if (isJsonObject(schema.items) || schema.items === true) result.items = inner(schema.items);
    if (types?.includes('array') === true && result.items === undefined) result.items = {};
    return result;
  }

  #resolve(reference: string): unknown {
    if (reference === '#') return this.#root;
    if (!reference.startsWith('#/')) return undefined;
    let target: unknown = this.#root;
    for (const token of reference.slice(2).split('/')) {
      const name = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
      target = isJsonObject(target) && Object.hasOwn(target, name) ? target[name] : undefined;
    }
    return target;
  }
}

/**
 * With a type where keywords of one stand without, a property for each that is required, and no default for one that is:
 * otherwise clients say it with `allOf`.
 */
function settled(schema: Schema): Schema {
  const required = stringsOf(schema.required);
  const properties: MutableSchema = { ...objectOf(schema.properties) };
  for (const name of required) properties[name] = withoutDefault(objectOf(properties[name]));
  const isObject = isJsonObject(schema.properties) || required.length > 0;
  const implied = isObject ? 'object' : isJsonObject(schema.items) ? 'array' : undefined;
  return {
    ...(schema.type === undefined && implied !== undefined ? { type: implied } : {}),
    ...schema,
    ...(required.length === 0 ? {} : { properties }),
  };
}

function withoutDefault({ default: usual, ...schema }: Schema): Schema {
  return usual === undefined || schema.examples !== undefined ? schema : { ...schema, examples: [usual] };
}

/** A schema that accepts what both accept, and perhaps more. */
function both(one: Schema, other: Schema): Schema {
  const result: MutableSchema = { ...one, ...other };
  if (one.description !== undefined) result.description = one.description;
  const types = typesOf(one)?.filter((type) => typesOf(other)?.includes(type) ?? true) ?? typesOf(other);
  if (types !== undefined && types.length > 0) result.type = types.length === 1 ? types[0] : types;
  if (isJsonObject(one.properties) && isJsonObject(other.properties)) {
    const properties: MutableSchema = { ...one.properties };
    for (const [name, property] of Object.entries(other.properties)) {
      const before = properties[name];
      properties[name] = isJsonObject(before) && isJsonObject(property) ? both(before, property) : property;
    }
    result.properties = properties;
  }
  const required = [...new Set([...stringsOf(one.required), ...stringsOf(other.required)])];
  if (required.length > 0) result.required = required;
  if (isJsonObject(one.items) && isJsonObject(other.items)) result.items = both(one.items, other.items);
  if (Array.isArray(one.enum) && Array.isArray(other.enum)) {
    const theirs = new Set(other.enum.map((each) => JSON.stringify(each)));
    const common = one.enum.filter((each) => theirs.has(JSON.stringify(each)));
    if (common.length > 0) result.enum = common;
  }
  return result;
}

/** A schema that accepts whatever one of them accepts, and perhaps more. */
function oneOf(alternatives: readonly Schema[]): Schema {
  const [first, ...others] = alternatives;
  if (first === undefined) return {};
  const merged = others.reduce(either, first);
  const forms = alternatives.filter((each) => isJsonObject(each.properties));
  // What is lost in words: which properties go together.
  const hint =
    forms.length > 1
      ? `One of: ${forms.map((form) => `{ ${Object.keys(objectOf(form.properties)).slice(0, 12).join(', ')} }`).join(' or ')}.`
      : undefined;
  if (hint === undefined) return merged;
  return { ...merged, description: merged.description === undefined ? hint : `${String(merged.description)} ${hint}` };
}

function either(one: Schema, other: Schema): Schema {
  const result: MutableSchema = {};
  const [types, theirs] = [typesOf(one), typesOf(other)];
  if (types !== undefined && theirs !== undefined) {
    const all = [...new Set([...types, ...theirs])];
    result.type = all.length === 1 ? all[0] : all;
  }
  const isNull = (schema: Schema) => schema.type === 'null';
  if (isNull(one) || isNull(other)) {
    const some = isNull(one) ? other : one;
    // A list of values would leave null out.
    const values = Array.isArray(some.enum) ? { enum: [...some.enum, null] } : {};
    return { ...some, ...values, ...(result.type === undefined ? {} : { type: result.type }) };
  }
  const description = one.description ?? other.description;
  if (description !== undefined) result.description = description;
  if (one.title !== undefined && one.title === other.title) result.title = one.title;
  if (Array.isArray(one.enum) && Array.isArray(other.enum)) result.enum = [...new Set([...one.enum, ...other.enum])];
  if (isJsonObject(one.items) && isJsonObject(other.items)) result.items = either(one.items, other.items);
  else if (one.items !== undefined || other.items !== undefined) result.items = one.items ?? other.items;
  if (isJsonObject(one.properties) || isJsonObject(other.properties)) {
    const properties: MutableSchema = { ...objectOf(one.properties) };
    for (const [name, property] of Object.entries(objectOf(other.properties))) {
      const before = properties[name];
      properties[name] = isJsonObject(before) && isJsonObject(property) ? either(before, property) : property;
    }
    result.properties = properties;
    const theirRequired = new Set(stringsOf(other.required));
    const required = stringsOf(one.required).filter((name) => theirRequired.has(name));
    if (required.length > 0) result.required = required;
  }
  return result;
}

function typesOf({ type }: Schema): string[] | undefined {
  const types = (Array.isArray(type) ? type : [type]).filter(
    (name): name is string => typeof name === 'string' && typeNames.has(name),
  );
  return types.length === 0 ? undefined : types;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function objectOf(value: unknown): WireObject {
  return isJsonObject(value) ? value : {};
}

/** Clients make regular expressions of patterns, and give all tools up over one that is none. */
function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
