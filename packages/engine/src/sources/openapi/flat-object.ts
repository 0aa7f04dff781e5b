import { isJsonObject, type SchemaBundler } from '@jackfield/json-schema';
import { arrayOf, stringsOf } from './document.ts';

/** An object schema as a list of properties. */
export interface FlatObject {
  /** Property to its raw schemas: more than one when several branches of an `allOf` describe it. */
  readonly properties: Map<string, unknown[]>;
  readonly required: Set<string>;
  /** Raw schema of further properties, `true` when anything goes, undefined when none are described. */
  readonly additional: unknown;
  readonly minProperties: number;
}

interface MutableFlatObject {
  readonly properties: Map<string, unknown[]>;
  readonly required: Set<string>;
  additional: unknown;
  minProperties: number;
}

/** Keywords that say something about an object as a whole, which a list of its properties cannot. */
const structuralKeywords = [
  'anyOf',
  'const',
  'dependencies',
  'dependentRequired',
  'dependentSchemas',
  'enum',
  'if',
  'maxProperties',
  'not',
  'oneOf',
  'patternProperties',
  'propertyNames',
];

/** What can narrow the object that a `$ref` beside it leads to. */
const siblingKeywords = ['additionalProperties', 'allOf', 'anyOf', 'oneOf', 'properties', 'required'];

/**
 * The properties of a plain object schema, merged over `$ref` and `allOf`. Undefined for everything else: other types,
 * alternatives, free-form objects without a named property.
 */
export function flattenObject(schema: unknown, bundler: SchemaBundler): FlatObject | undefined {
  const flat: MutableFlatObject = {
    properties: new Map(),
    required: new Set(),
    additional: undefined,
    minProperties: 0,
  };
  const state = { hasProperties: false, hidden: new Set<string>() };
  if (!merge(schema, bundler, flat, state, 0) || !state.hasProperties) return undefined;
  for (const name of state.hidden) {
    flat.properties.delete(name);
    flat.required.delete(name);
  }
  return flat;
}

function merge(
  schema: unknown,
  bundler: SchemaBundler,
  flat: MutableFlatObject,
  state: { hasProperties: boolean; readonly hidden: Set<string> },
  depth: number,
): boolean {
  if (depth > 12 || !isJsonObject(schema)) return false;
  if (typeof schema.$ref === 'string' && siblingKeywords.some((keyword) => schema[keyword] !== undefined)) {
    const { $ref: _reference, ...siblings } = schema;
    const target = bundler.dereference(schema);
    return merge(target, bundler, flat, state, depth + 1) && merge(siblings, bundler, flat, state, depth + 1);
  }
  const target = bundler.dereference(schema);
  if (!isJsonObject(target)) return false;
  if (target.type !== undefined && !isObjectType(target.type)) return false;
  if (structuralKeywords.some((keyword) => target[keyword] !== undefined)) return false;
  for (const branch of arrayOf(target.allOf)) {
    if (!merge(branch, bundler, flat, state, depth + 1)) return false;
  }
  if (isJsonObject(target.properties)) {
    state.hasProperties = true;
    for (const name of Object.keys(target.properties)) {
      const property = target.properties[name];
      if (name === '__proto__' || (!isJsonObject(property) && typeof property !== 'boolean')) continue;
      if (bundler.isHidden(property)) {
        state.hidden.add(name);
        continue;
      }
      const schemas = flat.properties.get(name);
      if (schemas === undefined) flat.properties.set(name, [property]);
      else if (!schemas.includes(property)) schemas.push(property);
      if (isJsonObject(property) && property.required === true) flat.required.add(name);
    }
  }
  for (const name of stringsOf(target.required)) flat.required.add(name);
  if (target.additionalProperties === true || isJsonObject(target.additionalProperties)) {
    flat.additional = target.additionalProperties;
  } else if (isJsonObject(target.discriminator) && flat.additional === undefined) {
    // The base of a family of types: a value has the properties of one of them besides.
    flat.additional = true;
  }
  if (typeof target.minProperties === 'number') flat.minProperties = Math.max(flat.minProperties, target.minProperties);
  return true;
}

function isObjectType(type: unknown): boolean {
  if (typeof type === 'string') return type.toLowerCase() === 'object';
  return Array.isArray(type) && type.includes('object') && type.every((name) => name === 'object' || name === 'null');
}
