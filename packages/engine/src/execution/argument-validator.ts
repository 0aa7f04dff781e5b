import { JackfieldError } from '@jackfield/contract';
import type { JsonSchema } from '../toolkit.ts';
import { type ArgumentIssue, describeArgumentIssues } from './describe-argument-issues.ts';
import { SchemaCompiler } from './schema-compiler.ts';

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
    message: `The arguments of ${tool} do not fit its input schema: ${list.join('; ')}.`.replace(/\?\.$/, '?'),
    fix: 'Correct these arguments and call the tool again; nothing was sent.',
    details: { issues },
  });
}
