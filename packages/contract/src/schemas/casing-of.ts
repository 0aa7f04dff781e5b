import { z } from 'zod';
import type { Casing } from '../casing.ts';
import { verbatimSchemas } from './common.ts';

/** Derives from a schema where keys are the user's own. */
export function casingOf(schema: z.ZodType | undefined): Casing {
  const paths = new Set<string>();
  if (schema !== undefined) collect(schema, [], paths);
  return [...paths].sort();
}

function collect(schema: z.core.$ZodType, path: readonly string[], paths: Set<string>): void {
  const at = path.join('.');
  if (verbatimSchemas.has(schema as z.ZodType)) {
    paths.add(at);
  } else if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    collect(schema.unwrap(), path, paths);
  } else if (schema instanceof z.ZodUnion) {
    for (const option of schema.options) collect(option, path, paths);
  } else if (schema instanceof z.ZodArray) {
    collect(schema.element, [...path, '*'], paths);
  } else if (schema instanceof z.ZodRecord) {
    if (schema.valueType instanceof z.ZodUnknown) paths.add(at);
    else {
      paths.add(`${at}{}`);
      collect(schema.valueType, [...path, '*'], paths);
    }
  } else if (schema instanceof z.ZodObject) {
    for (const [key, child] of Object.entries(schema.shape)) collect(child, [...path, key], paths);
  } else if (schema instanceof z.ZodUnknown) {
    paths.add(at);
  }
}
