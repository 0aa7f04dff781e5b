import { isJsonObject, resolvePointer } from '@jackfield/json-schema';

/** An OpenAPI 3.0 or 3.1 document, parsed. What it contains is checked while it is read. */
export type OpenApiDocument = { readonly [key: string]: unknown };

/** Looks up the parts of a document that are not schemas: path items, parameters, bodies, responses. */
export class DocumentReader {
  readonly document: OpenApiDocument;
  readonly #targets = new Map<string, unknown>();

  constructor(document: OpenApiDocument) {
    this.document = document;
  }

  /** The object, or what its `$ref` leads to; undefined when that is not an object. */
  resolve(value: unknown): OpenApiDocument | undefined {
    let current = value;
    for (let hops = 0; hops < 32; hops += 1) {
      if (!isJsonObject(current)) return undefined;
      if (typeof current.$ref !== 'string') return current;
      current = this.#target(current.$ref);
    }
    return undefined;
  }

  #target(reference: string): unknown {
    if (!this.#targets.has(reference)) this.#targets.set(reference, resolvePointer(this.document, reference));
    return this.#targets.get(reference);
  }
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function stringsOf(value: unknown): readonly string[] {
  return arrayOf(value).filter((item) => typeof item === 'string');
}
