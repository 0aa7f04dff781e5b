import { escapeToken } from './json-pointer.ts';
import { isJsonObject, type JsonSchema } from './json-schema.ts';

/** Keywords whose value is one schema. */
export const schemaKeywords: readonly string[] = [
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
];

/** Keywords whose value is a list of schemas. */
export const schemaListKeywords: readonly string[] = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];

/** Keywords whose value is a map of names to schemas. */
export const schemaMapKeywords: readonly string[] = [
  '$defs',
  'definitions',
  'dependentSchemas',
  'patternProperties',
  'properties',
];

/**
 * Calls `visit` with the schema and every schema within it, parents first, each with its JSON pointer (`#/properties/a`).
 * Values that are not objects (boolean schemas, nonsense) are visited too, so that they can be found. References are not
 * followed.
 */
export function walkSchema(schema: unknown, visit: (schema: unknown, pointer: string) => void, pointer = '#'): void {
  visit(schema, pointer);
  if (!isJsonObject(schema)) return;
  for (const keyword of schemaKeywords) {
    const value = schema[keyword];
    if (value !== undefined) walkSchema(value, visit, `${pointer}/${keyword}`);
  }
  for (const keyword of schemaListKeywords) {
    const value = schema[keyword];
    if (Array.isArray(value)) {
      value.forEach((child, index) => {
        walkSchema(child, visit, `${pointer}/${keyword}/${index}`);
      });
    }
  }
  for (const keyword of schemaMapKeywords) {
    const value = schema[keyword];
    if (isJsonObject(value)) {
      for (const name of Object.keys(value))
        walkSchema(value[name], visit, `${pointer}/${keyword}/${escapeToken(name)}`);
    }
  }
}

/** Every `$ref` in a schema, without following them. */
export function collectReferences(schema: JsonSchema): ReadonlySet<string> {
  const references = new Set<string>();
  walkSchema(schema, (child) => {
    if (isJsonObject(child) && typeof child.$ref === 'string') references.add(child.$ref);
  });
  return references;
}
