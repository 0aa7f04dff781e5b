/** A JSON Schema object (draft 2020-12). */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A JSON Schema whose root has `type: "object"`. */
export type ObjectJsonSchema = JsonSchema & { readonly type: 'object' };

/** Whether a value is a JSON object: neither an array nor null. */
export function isJsonObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
