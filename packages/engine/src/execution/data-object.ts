/**
 * A result as the object that `data` is on the wire: an object stays itself, an array becomes `{ items }`, nothing
 * becomes `{}`, and anything else `{ value }`. The output schemas of tools describe the same mapping.
 */
export function toDataObject(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  if (Array.isArray(value)) return { items: value };
  return isRecord(value) ? value : { value };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
