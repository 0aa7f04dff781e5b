import {
  type CustomDefinitions,
  type CustomToolDefinition,
  JackfieldError,
  type JsonObject,
  type JsonSchemaObject,
  type ProxyExecuteResponse,
} from '@jackfield/contract';
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { deepFreeze } from './deep-freeze.ts';
import { describeMismatch, join, type Mismatch } from './describe-mismatch.ts';
import { messageOf } from './message-of.ts';
import type { ProxyExecuteParams, SessionWithoutMcp } from './session.ts';
import type { ExecuteOptions, ExecuteResult } from './tool-runner.ts';
import type { CallOptions } from './transport.ts';

/** A schema that validates and can say itself as JSON Schema: zod 4.2+, arktype 2.1.28+, valibot through its adapter. */
export type StandardSchemaWithJson<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output> &
  StandardJSONSchemaV1<Input, Output>;

/** What a custom tool may use while it runs. */
export interface CustomToolContext {
  readonly userId: string;
  readonly session: SessionWithoutMcp;
  /** Fires when the agent gives the call up. */
  readonly signal: AbortSignal | undefined;
  /** `session.execute`, given up together with this call. */
  execute(slug: string, args?: JsonObject, options?: ExecuteOptions): Promise<ExecuteResult>;
  /** `session.proxyExecute`, given up together with this call. */
  proxyExecute(params: ProxyExecuteParams, options?: CallOptions): Promise<ProxyExecuteResponse>;
}

interface CustomToolOptionsBase {
  /** For people. */
  readonly name: string;
  /** For the model: what the tool does and when to use it. */
  readonly description: string;
  /** A toolkit whose connected account the tool uses; its slug becomes part of the tool's. Default: none. */
  readonly extendsToolkit?: string | undefined;
  /** List it in `session.tools()` instead of leaving it to search. Default: that of its toolkit, else false. */
  readonly preload?: boolean | undefined;
}

/** A custom tool whose arguments are described by a schema of zod 4, arktype or valibot. */
export interface CustomToolOptions<TInput extends StandardSchemaWithJson, TOutput> extends CustomToolOptionsBase {
  readonly input: TInput;
  /** Shown to agents; results are not checked against it. */
  readonly output?: StandardSchemaWithJson<unknown, TOutput> | JsonSchemaObject | undefined;
  /** Resolves to JSON: an object, or `{ items }` is made of a list and `{ value }` of anything else. What it throws becomes a failed result. */
  execute(
    input: StandardSchemaV1.InferOutput<TInput>,
    context: CustomToolContext,
  ): NoInfer<TOutput> | Promise<NoInfer<TOutput>>;
}

/** A custom tool whose schema validates but has no JSON Schema form of its own, such as one of zod 3. */
export interface CustomToolOptionsWithJsonSchema<TInput extends StandardSchemaV1, TOutput>
  extends CustomToolOptionsBase {
  readonly input: TInput;
  /** What `input` accepts, as JSON Schema: `zodToJsonSchema(input)`. */
  readonly inputJsonSchema: object;
  readonly output?: StandardSchemaWithJson<unknown, TOutput> | JsonSchemaObject | undefined;
  execute(
    input: StandardSchemaV1.InferOutput<TInput>,
    context: CustomToolContext,
  ): NoInfer<TOutput> | Promise<NoInfer<TOutput>>;
}

/** A custom tool whose arguments are described by plain JSON Schema. */
export interface CustomToolOptionsOfJsonSchema<TOutput> extends CustomToolOptionsBase {
  /** Draft 2020-12 with `type: 'object'`. Types, required, unknown and enumerated values are checked before a call. */
  readonly input: { readonly type: 'object'; readonly [keyword: string]: unknown };
  readonly output?: StandardSchemaWithJson<unknown, TOutput> | JsonSchemaObject | undefined;
  execute(input: JsonObject, context: CustomToolContext): NoInfer<TOutput> | Promise<NoInfer<TOutput>>;
}

/** A tool that runs in this process. Made by {@link createTool}. */
export interface CustomTool {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchemaObject;
  readonly outputSchema?: JsonSchemaObject | undefined;
  readonly extendsToolkit?: string | undefined;
  readonly preload?: boolean | undefined;
  /** Checks the arguments and runs the tool. Throws what is wrong with them, or what the tool throws. */
  run(args: JsonObject, context: CustomToolContext): Promise<unknown>;
}

/** Custom tools that belong together. Made by {@link createToolkit}. */
export interface CustomToolkit {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly preload?: boolean | undefined;
  readonly tools: readonly CustomTool[];
}

export interface CustomToolkitOptions {
  /** For people. */
  readonly name: string;
  /** For the model: what the tools are about. */
  readonly description: string;
  /** List its tools in `session.tools()`, unless one says otherwise. Default: false. */
  readonly preload?: boolean | undefined;
  /** Each without `extendsToolkit`. */
  readonly tools: readonly CustomTool[];
}

/**
 * Makes a tool that runs in this process. Give it to `sessions.create` or `sessions.use`; agents call it by
 * `LOCAL_<SLUG>`, or `LOCAL_<TOOLKIT>_<SLUG>` when it extends or belongs to a toolkit.
 * @param slug Letters, digits, `_` and `-`; at most 60 characters with its prefix; case does not matter.
 * @throws JackfieldError `INVALID_CUSTOM_TOOL` for a slug or schema that breaks a rule.
 */
export function createTool<TInput extends StandardSchemaWithJson, TOutput>(
  slug: string,
  options: CustomToolOptions<TInput, TOutput>,
): CustomTool;
export function createTool<TInput extends StandardSchemaV1, TOutput>(
  slug: string,
  options: CustomToolOptionsWithJsonSchema<TInput, TOutput>,
): CustomTool;
export function createTool<TOutput>(slug: string, options: CustomToolOptionsOfJsonSchema<TOutput>): CustomTool;
export function createTool(slug: string, options: AnyCustomToolOptions): CustomTool {
  const { name, description, input, inputJsonSchema, output, extendsToolkit, preload } = options;
  checkSlug(slug, ['local', extendsToolkit, slug]);
  const inputSchema = toJsonSchema(slug, 'input', inputJsonSchema ?? input);
  if (inputSchema.type !== 'object') {
    throw invalid(`The input of the custom tool ${slug} must be an object.`, 'Wrap it: `z.object({ ... })`.');
  }
  return {
    slug,
    name,
    description,
    inputSchema,
    ...(output !== undefined && { outputSchema: toJsonSchema(slug, 'output', output) }),
    ...(extendsToolkit !== undefined && { extendsToolkit }),
    ...(preload !== undefined && { preload }),
    async run(args, context) {
      if (!isStandardSchema(input)) {
        refuse(describeMismatch(args, inputSchema));
        return options.execute(args, context);
      }
      const checked = await input['~standard'].validate(args);
      if (checked.issues !== undefined) {
        refuse(checked.issues.map(({ path = [], message }) => ({ path: toPath(path), message })));
        return undefined;
      }
      return options.execute(checked.value, context);
    },
  };
}

/**
 * Makes a toolkit of custom tools.
 * @throws JackfieldError `INVALID_CUSTOM_TOOL` for a slug that breaks a rule.
 */
export function createToolkit(slug: string, options: CustomToolkitOptions): CustomToolkit {
  checkSlug(slug, ['local', slug]);
  for (const tool of options.tools) {
    checkSlug(tool.slug, ['local', slug, tool.slug]);
    if (tool.extendsToolkit !== undefined) {
      throw invalid(
        `The custom tool ${tool.slug} extends ${tool.extendsToolkit} and cannot also belong to the custom toolkit ${slug}.`,
        'Pass it as one of `customTools`, or make it without `extendsToolkit`.',
      );
    }
  }
  return { slug, ...options };
}

/** What the server must know of custom tools. Undefined when there are none. */
export function toDefinitions(customs: {
  readonly customTools?: readonly CustomTool[] | undefined;
  readonly customToolkits?: readonly CustomToolkit[] | undefined;
}): CustomDefinitions | undefined {
  const { customTools = [], customToolkits = [] } = customs;
  const tools = [customTools, [customToolkits].flat().map((toolkit) => toolkit.tools)].flat(2);
  if (!tools.every((tool) => typeof tool?.run === 'function')) {
    throw invalid('Something among the custom tools is not a custom tool.', 'Make each with `createTool`.');
  }
  if (customTools.length + customToolkits.length === 0) return undefined;
  return {
    customTools: customTools.map(toDefinition),
    customToolkits: customToolkits.map((toolkit) => ({ ...toolkit, tools: toolkit.tools.map(toDefinition) })),
  };
}

function toDefinition({ run: _, ...definition }: CustomTool): CustomToolDefinition {
  return definition;
}

interface AnyCustomToolOptions extends CustomToolOptionsBase {
  readonly input: StandardSchemaV1 | JsonSchemaObject;
  readonly inputJsonSchema?: object;
  readonly output?: StandardSchemaV1 | JsonSchemaObject | undefined;
  execute(input: unknown, context: CustomToolContext): unknown;
}

function checkSlug(slug: string, parts: readonly (string | undefined)[]): void {
  if (!/^[A-Za-z0-9_-]+$/.test(slug) || /^(LOCAL|JACKFIELD|COMPOSIO)_/i.test(slug)) {
    throw invalid(
      `${JSON.stringify(slug)} cannot be the slug of a custom tool or toolkit.`,
      'Use letters, digits, `_` and `-`, and another beginning than LOCAL_, JACKFIELD_ or COMPOSIO_.',
    );
  }
  const { length } = parts.filter((part) => part !== undefined).join('_');
  if (length > 60) {
    throw invalid(`The slug ${slug} has ${length} characters with its prefix.`, 'Shorten it: 60 are allowed.');
  }
}

function toJsonSchema(slug: string, side: 'input' | 'output', schema: object): JsonSchemaObject {
  if (!isStandardSchema(schema)) return finish({ ...schema });
  if (!hasConverter(schema)) {
    throw invalid(
      `The ${side} schema of the custom tool ${slug} has no JSON Schema form.`,
      `Pass one as \`${side === 'input' ? 'inputJsonSchema' : 'output'}\`, or use a schema that has one (see the README).`,
    );
  }
  try {
    return finish(schema['~standard'].jsonSchema[side]({ target: 'draft-2020-12' }));
  } catch (cause) {
    throw invalid(
      `The ${side} schema of the custom tool ${slug} cannot be written as JSON Schema: ${messageOf(cause)}`,
      'Use only types that JSON has.',
      cause,
    );
  }
}

/** A frozen copy, like the schema of any tool. `$schema` would be one more keyword that model APIs refuse. */
function finish({ $schema: _, ...schema }: JsonSchemaObject): JsonSchemaObject {
  return deepFreeze(structuredClone(schema));
}

function isStandardSchema(schema: object): schema is StandardSchemaV1 {
  return '~standard' in schema;
}

function hasConverter(schema: StandardSchemaV1): schema is StandardSchemaWithJson {
  return 'jsonSchema' in schema['~standard'];
}

function invalid(message: string, fix: string, cause?: unknown): JackfieldError {
  return new JackfieldError('INVALID_CUSTOM_TOOL', { message, fix, cause });
}

function refuse(issues: readonly Mismatch[]): void {
  if (issues.length === 0) return;
  throw new JackfieldError('INVALID_ARGUMENTS', {
    message: `Invalid arguments: ${issues.map(({ path, message }) => (path ? `\`${path}\`: ${message}` : message)).join('; ')}.`,
    fix: 'Correct the named arguments and call the tool again.',
    details: { issues },
  });
}

/** `items[0].name` */
function toPath(path: readonly (PropertyKey | StandardSchemaV1.PathSegment)[]): string {
  return path.reduce<string>(
    (parent, segment) => join(parent, typeof segment === 'object' ? segment.key : segment),
    '',
  );
}
