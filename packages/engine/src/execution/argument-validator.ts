import { JackfieldError } from '@jackfield/contract';
import type { Options, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { BoundedCache } from '../bounded-cache.ts';
import type { JsonSchema } from '../toolkit.ts';
import { type ArgumentIssue, describeArgumentIssues } from './describe-argument-issues.ts';
import { compileReferencesLazily } from './lazy-references.ts';

/** Compiled schemas kept; the largest of public API documents take some hundred kilobytes each. */
const rememberedSchemas = 500;

/** Those of schemas that arguments did not fit. */
const rememberedDescribers = 50;

/**
 * Checks arguments against the schemas of tools. Schemas are compiled when they are first needed, for a yes or no that
 * stops at the first fault; only what is refused is looked at again for all of its faults. Changes nothing: no value is
 * coerced, no default filled in.
 */
export class ArgumentValidator {
  readonly #judges = new SchemaCompiler({ allErrors: false }, rememberedSchemas);
  readonly #describers = new SchemaCompiler({ allErrors: true, verbose: true }, rememberedDescribers);

  /**
   * What is wrong with the arguments, told so that a model can mend them; undefined when nothing is.
   *
   * @throws JackfieldError `INVALID_TOOLKIT` for a schema that cannot be compiled
   */
  check(tool: string, schema: JsonSchema, input: unknown): JackfieldError | undefined {
    try {
      if (this.#judges.compile(schema)(input)) return undefined;
      const describe = this.#describers.compile(schema);
      describe(input);
      return unfit(tool, describeArgumentIssues(describe.errors ?? [], schema));
    } catch (error) {
      throw new JackfieldError('INVALID_TOOLKIT', {
        message: `The input schema of ${tool} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
        fix: 'Correct the schema in the document or code that the tool comes from.',
        cause: error,
      });
    }
  }
}

function unfit(tool: string, issues: readonly ArgumentIssue[]): JackfieldError {
  const list = issues.map(({ path, message }) => (path === '' ? message : `\`${path}\` ${message}`));
  return new JackfieldError('INVALID_ARGUMENTS', {
    message: `The arguments of ${tool} do not fit its input schema: ${list.join('; ')}.`,
    fix: 'Correct these arguments and call the tool again; nothing was sent.',
    details: { issues },
  });
}

class SchemaCompiler {
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
