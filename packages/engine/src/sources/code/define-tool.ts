import { JackfieldError, type JsonObject } from '@jackfield/contract';
import { deepFreeze, isJsonObject } from '@jackfield/json-schema';
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { BehaviourHints, FunctionToolContext, JsonSchema, ObjectJsonSchema } from '../../toolkit.ts';

/** A schema that validates and can say itself as JSON Schema: zod 4.2+, arktype 2.1.28+, valibot through its adapter. */
export type ToolSchema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output> &
  StandardJSONSchemaV1<Input, Output>;

interface ToolOptionsBase {
  /** What it does, in letters, digits and `_`: `CREATE_NOTE`. The toolkit's slug is put in front. */
  readonly slug: string;
  /** For people and models: `Create a note`. */
  readonly name: string;
  readonly description: string;
  readonly tags?: readonly string[] | undefined;
  /** What is not said is assumed to be the worse: it changes something, perhaps for good, and is not to be repeated. */
  readonly hints?: Partial<BehaviourHints> | undefined;
  /**
   * Whether a call needs a connected account. Default: `required` in a toolkit with auth schemes, where any one of them
   * will do; else `none`.
   */
  readonly account?: 'required' | 'optional' | 'none' | undefined;
}

export interface ToolOptions<Input extends ToolSchema, Output> extends ToolOptionsBase {
  readonly input: Input;
  /** Shown to agents; results are not checked against it. */
  readonly output?: ToolSchema<unknown, Output> | JsonSchema | undefined;
  /**
   * Resolves to JSON; an array arrives as `{ items }`, anything else but an object as `{ value }`. What it throws
   * becomes a failed result, whose text a model reads.
   */
  execute(
    input: StandardSchemaV1.InferOutput<Input>,
    context: FunctionToolContext,
  ): NoInfer<Output> | Promise<NoInfer<Output>>;
}

export interface ToolOptionsOfJsonSchema<Output> extends ToolOptionsBase {
  /** Draft 2020-12. Arguments are checked against it before a call. */
  readonly input: ObjectJsonSchema;
  readonly output?: ToolSchema<unknown, Output> | JsonSchema | undefined;
  /** As {@link ToolOptions.execute}. */
  execute(input: JsonObject, context: FunctionToolContext): NoInfer<Output> | Promise<NoInfer<Output>>;
}

/** A tool that is a function in this process, before it belongs to a toolkit. Made by {@link defineTool}. */
export interface DefinedTool {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly hints: BehaviourHints;
  readonly account: 'required' | 'optional' | 'none' | undefined;
  readonly inputSchema: ObjectJsonSchema;
  readonly outputSchema: ObjectJsonSchema | undefined;
  readonly run: (input: unknown, context: FunctionToolContext) => Promise<unknown>;
}

/**
 * Makes a tool of a function, for {@link defineToolkit}.
 *
 * @throws JackfieldError `INVALID_TOOLKIT` for a slug or schema that breaks a rule
 */
export function defineTool<Input extends ToolSchema, Output>(options: ToolOptions<Input, Output>): DefinedTool;
export function defineTool<Output>(options: ToolOptionsOfJsonSchema<Output>): DefinedTool;
export function defineTool(options: AnyToolOptions): DefinedTool {
  const { slug, input, output } = options;
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(slug)) {
    throw invalidToolkit(
      `${JSON.stringify(slug)} cannot be the slug of a tool.`,
      'Use letters, digits and `_`, a letter first.',
    );
  }
  const inputSchema = toJsonSchema(slug, 'input', input);
  if (!isObjectSchema(inputSchema)) {
    throw invalidToolkit(`The input of the tool ${slug} must be an object.`, 'Wrap it: `z.object({ ... })`.');
  }
  return {
    slug,
    name: options.name,
    description: options.description,
    tags: options.tags ?? [],
    hints: {
      readOnlyHint: false,
      destructiveHint: options.hints?.readOnlyHint !== true,
      idempotentHint: options.hints?.readOnlyHint === true,
      openWorldHint: true,
      ...options.hints,
    },
    account: options.account,
    inputSchema,
    outputSchema: output === undefined ? undefined : toDataSchema(toJsonSchema(slug, 'output', output)),
    async run(args, context) {
      if (!isStandardSchema(input)) return options.execute(args, context);
      const checked = await input['~standard'].validate(args);
      if (checked.issues !== undefined) throw invalidArguments(slug, checked.issues);
      return options.execute(checked.value, context);
    },
  };
}

interface AnyToolOptions extends ToolOptionsBase {
  readonly input: StandardSchemaV1 | JsonSchema;
  readonly output?: StandardSchemaV1 | JsonSchema | undefined;
  // As a method its parameter is compared bivariantly, which the overloads above make safe.
  execute(input: unknown, context: FunctionToolContext): unknown;
}

export function invalidToolkit(message: string, fix: string, cause?: unknown): JackfieldError {
  return new JackfieldError('INVALID_TOOLKIT', { message, fix, cause });
}

/** Checks that JSON Schema cannot say (a refinement) find what the gate let through. */
function invalidArguments(slug: string, issues: readonly StandardSchemaV1.Issue[]): JackfieldError {
  const findings = issues.map(({ path = [], message }) => ({
    path: path.map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.'),
    message,
  }));
  return new JackfieldError('INVALID_ARGUMENTS', {
    message: `The arguments of ${slug} do not fit: ${findings.map(({ path, message }) => (path === '' ? message : `\`${path}\`: ${message}`)).join('; ')}.`,
    fix: 'Correct these arguments and call the tool again.',
    details: { issues: findings },
  });
}

function toJsonSchema(slug: string, side: 'input' | 'output', schema: StandardSchemaV1 | JsonSchema): JsonSchema {
  if (!isStandardSchema(schema)) return frozenCopy(schema);
  if (!hasConverter(schema)) {
    throw invalidToolkit(
      `The ${side} schema of the tool ${slug} has no JSON Schema form.`,
      'Use one that has (zod 4.2, arktype 2.1.28, valibot with @valibot/to-json-schema), or write JSON Schema.',
    );
  }
  try {
    return frozenCopy(schema['~standard'].jsonSchema[side]({ target: 'draft-2020-12' }));
  } catch (error) {
    throw invalidToolkit(
      `The ${side} schema of the tool ${slug} cannot be written as JSON Schema: ${error instanceof Error ? error.message : String(error)}`,
      'Use only types that JSON has.',
      error,
    );
  }
}

/** `$schema` would be one more keyword that model APIs refuse. */
function frozenCopy({ $schema: _, ...schema }: JsonSchema): JsonSchema {
  return deepFreeze(structuredClone(schema));
}

/** The schema of what `toDataObject` makes of a result. */
function toDataSchema(schema: JsonSchema): ObjectJsonSchema {
  if (isObjectSchema(schema)) return schema;
  const { $defs, ...root } = schema;
  const name = schema.type === 'array' ? 'items' : 'value';
  return deepFreeze({
    type: 'object',
    properties: { [name]: root },
    ...(isJsonObject($defs) ? { $defs } : {}),
  });
}

function isObjectSchema(schema: JsonSchema): schema is ObjectJsonSchema {
  return schema.type === 'object';
}

function isStandardSchema(schema: object): schema is StandardSchemaV1 {
  return '~standard' in schema;
}

function hasConverter(schema: StandardSchemaV1): schema is ToolSchema {
  return 'jsonSchema' in schema['~standard'];
}
