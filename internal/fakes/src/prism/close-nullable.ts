/**
 * A copy of an OpenAPI document in which `nullable` without `type` is said by other means. Ajv refuses to compile such
 * a schema (GitHub's document has many), and Prism then skips the check of the whole body without a word.
 */
export function closeNullable<T>(node: T): T {
  return rewrite(node) as T;
}

function rewrite(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(rewrite);
  if (typeof node !== 'object' || node === null) return node;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) copy[key] = rewrite(value);
  if (typeof copy.nullable !== 'boolean' || copy.type !== undefined) return copy;
  const { nullable, ...schema } = copy;
  return nullable === true ? { anyOf: [schema, { enum: [null] }] } : schema;
}
