import { isJsonObject, type JsonSchema, type ObjectJsonSchema } from './json-schema.ts';

/**
 * A self-contained schema (its `$ref`s local) as one whose root has `type: "object"`: a `$ref` at the root is replaced by
 * what it points at, `["object"]`, `["object", "null"]` and a missing type become `"object"`, and `properties` is there
 * even when empty. Undefined when the root is of another type, so that no object can match.
 */
export function toObjectRoot(schema: JsonSchema): ObjectJsonSchema | undefined {
  let root: JsonSchema = schema;
  for (let hops = 0; typeof root.$ref === 'string'; hops += 1) {
    const { $ref: reference, ...siblings } = root;
    const name = /^#\/\$defs\/([^/]+)$/.exec(String(reference))?.[1];
    const target = name !== undefined && isJsonObject(schema.$defs) ? schema.$defs[name] : undefined;
    if (!isJsonObject(target) || hops > 32) return undefined;
    root = { ...target, ...siblings };
  }
  const types = typeof root.type === 'string' ? [root.type] : root.type;
  if (types !== undefined && !(Array.isArray(types) && types.includes('object'))) return undefined;
  const { type: _type, properties, ...rest } = root;
  return { type: 'object', properties: isJsonObject(properties) ? properties : {}, ...rest };
}
