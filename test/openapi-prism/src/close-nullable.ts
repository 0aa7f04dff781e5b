import { isJsonObject, toUnicodePattern } from '@jackfield/json-schema';

/**
 * A copy of an OpenAPI document in which `nullable` without `type` is said by other means. Ajv refuses to compile such a
 * schema (GitHub's document has many), and Prism then skips the check of the whole body without a word.
 */
export function closeNullable(document: { readonly [key: string]: unknown }): { readonly [key: string]: unknown } {
  return Object.fromEntries(Object.entries(document).map(([key, value]) => [key, close(value)]));
}

function close(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(close);
  if (!isJsonObject(node)) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, close(value)]));
  // A schema's, and no property of that name. Ajv reads it with the `u` flag, by which some are no patterns.
  if (typeof copy.pattern === 'string') copy.pattern = toUnicodePattern(copy.pattern) ?? copy.pattern;
  if (typeof copy.nullable !== 'boolean' || copy.type !== undefined) return copy;
  const { nullable, ...schema } = copy;
  return nullable ? { anyOf: [schema, { enum: [null] }] } : schema;
}
