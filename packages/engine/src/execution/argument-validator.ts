import { JackfieldError } from '@jackfield/contract';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { BoundedCache } from '../bounded-cache.ts';
import type { JsonSchema } from '../toolkit.ts';
import { describeArgumentIssues } from './describe-argument-issues.ts';

/** Compiled schemas kept; the largest of public API documents take some hundred kilobytes each. */
const rememberedSchemas = 500;

/**
 * Checks arguments against the schemas of tools. Schemas are compiled when they are first needed, for a yes or no that
 * stops at the first fault; only what is refused is looked at again for all of its faults. Changes nothing: no value is
 * coerced, no default filled in.
 */
export class ArgumentValidator {
  readonly #first = createAjv({ allErrors: false });
  readonly #all = createAjv({ allErrors: true, verbose: true });
  readonly #compiled = new BoundedCache<JsonSchema, ValidateFunction>(rememberedSchemas, ({ schema }) => {
    if (typeof schema !== 'object') return;
    this.#first.removeSchema(schema);
    this.#all.removeSchema(schema);
  });

  /** What is wrong with the arguments, told so that a model can mend them; undefined when nothing is. */
  check(tool: string, schema: JsonSchema, input: unknown): JackfieldError | undefined {
    let validate = this.#compiled.get(schema);
    if (validate === undefined) {
      validate = compile(this.#first, tool, schema);
      this.#compiled.set(schema, validate);
    }
    if (validate(input)) return undefined;
    const describe = compile(this.#all, tool, schema);
    describe(input);
    const issues = describeArgumentIssues(describe.errors ?? []);
    return new JackfieldError('INVALID_ARGUMENTS', {
      message: `The arguments of ${tool} do not fit its input schema: ${issues.map(({ path, message }) => (path === '' ? message : `\`${path}\` ${message}`)).join('; ')}.`,
      fix: 'Correct these arguments and call the tool again; nothing was sent.',
      details: { issues },
    });
  }
}

function createAjv(options: { allErrors: boolean; verbose?: boolean }): Ajv2020 {
  const ajv = new Ajv2020({
    ...options,
    strict: false,
    // Schemas of tools are checked by what makes them; the check costs more than compiling.
    validateSchema: false,
    meta: false,
    // Two tools may bring the same `$id`.
    addUsedSchema: false,
    logger: false,
    inlineRefs: false,
  });
  addFormats.default(ajv);
  return ajv;
}

function compile(ajv: Ajv2020, tool: string, schema: JsonSchema): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw new JackfieldError('INVALID_TOOLKIT', {
      message: `The input schema of ${tool} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      fix: 'Correct the schema in the document or code that the tool comes from.',
      cause: error,
    });
  }
}
