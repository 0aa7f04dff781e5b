/**
 * Pure functions on JSON Schema. No dependencies, no platform APIs.
 */
export { deepFreeze } from './deep-freeze.ts';
export { escapeToken, parsePointer, resolvePointer } from './json-pointer.ts';
export { isJsonObject, type JsonSchema, type ObjectJsonSchema } from './json-schema.ts';
export { toObjectRoot } from './object-root.ts';
export { type Definition, type References, SchemaBundler, type SchemaBundlerOptions } from './schema-bundler.ts';
export { shortHash } from './short-hash.ts';
export { toUnicodePattern } from './unicode-pattern.ts';
export {
  collectReferences,
  schemaKeywords,
  schemaListKeywords,
  schemaMapKeywords,
  walkSchema,
} from './walk-schema.ts';
