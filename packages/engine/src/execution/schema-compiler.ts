import type { Options, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { BoundedCache } from '../bounded-cache.ts';
import type { JsonSchema } from '../toolkit.ts';
import { compileReferencesLazily } from './lazy-references.ts';

/** Compiles the schemas of tools, and keeps those that were used last. */
export class SchemaCompiler {
  readonly #ajv: Ajv2020;
  readonly #compiled: BoundedCache<JsonSchema, ValidateFunction>;

  constructor(options: Options, remembered: number) {
    this.#ajv = createAjv(options);
    this.#compiled = new BoundedCache(remembered);
  }

  compile(schema: JsonSchema): ValidateFunction {
    let validate = this.#compiled.get(schema);
    if (validate === undefined) {
      validate = this.#ajv.compile(schema);
      // Ajv would remember it for ever.
      this.#ajv.removeSchema(schema);
      this.#compiled.set(schema, validate);
    }
    return validate;
  }
}

function createAjv(options: Options): Ajv2020 {
  const ajv = new Ajv2020({
    ...options,
    strict: false,
    // Schemas of tools are checked by what makes them; the check costs more than compiling.
    validateSchema: false,
    meta: false,
    // Two tools may bring the same `$id`.
    addUsedSchema: false,
    logger: false,
  });
  addFormats.default(ajv);
  compileReferencesLazily(ajv);
  return ajv;
}
