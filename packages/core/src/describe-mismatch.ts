import type { JsonSchemaObject } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';

/** Where a value does not fit, and why, in words for a model. */
export interface Mismatch {
  /** `items[0].name`; empty for the value itself. */
  readonly path: string;
  readonly message: string;
}

/**
 * Finds what is certainly wrong with a value by the keywords that nearly every schema of a tool is made of: `type`,
 * `enum`, `required`, `properties`, `additionalProperties: false` and `items`. Not a whole validator.
 */
export function describeMismatch(value: unknown, schema: JsonSchemaObject, path = ''): Mismatch[] {
  const { type, enum: values, properties = {}, required, additionalProperties, patternProperties, items } = schema;
  const types = typeof type === 'string' ? [type] : type;
  if (Array.isArray(types) && !types.some((name) => hasType(value, name))) {
    return [{ path, message: `must be ${types.join(' or ')}` }];
  }
  if (Array.isArray(values) && !values.some((allowed) => JSON.stringify(allowed) === JSON.stringify(value))) {
    return [{ path, message: `must be one of ${JSON.stringify(values)}` }];
  }
  if (Array.isArray(value) && isJsonObject(items)) {
    return value.flatMap((item, index) => describeMismatch(item, items, join(path, index)));
  }
  if (!isJsonObject(value) || !isJsonObject(properties)) return [];
  const found: Mismatch[] = [];
  for (const key of Array.isArray(required) ? required : []) {
    if (value[key] === undefined) found.push({ path: join(path, key), message: 'is required' });
  }
  for (const [key, child] of Object.entries(value)) {
    const childSchema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (isJsonObject(childSchema) && child !== undefined)
      found.push(...describeMismatch(child, childSchema, join(path, key)));
    else if (childSchema === undefined && additionalProperties === false && patternProperties === undefined) {
      found.push({ path: join(path, key), message: `is not known; known are ${Object.keys(properties).join(', ')}` });
    }
  }
  return found;
}

/** The path of a child: `items` and 0 make `items[0]`. */
export function join(parent: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  return parent === '' ? String(key) : `${parent}.${String(key)}`;
}

function hasType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
