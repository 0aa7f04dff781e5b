import type { ExecuteTool, JsonObject, Provider, SessionTool, ToolResult } from '@jackfield/core';
import { dynamicTool, type JSONValue, jsonSchema, type Schema, type Tool, type ToolSet } from 'ai';

export interface VercelProviderOptions {
  /**
   * Whether a person has to approve each call of the tool, by the AI SDK's own approval flow. Default: no tool asks.
   *
   * @example needsApproval: (tool) => tool.annotations.destructiveHint
   */
  readonly needsApproval?: ((tool: SessionTool) => boolean) | undefined;
}

interface Schemas {
  inputSchema: Schema;
  outputSchema?: Schema;
}

/**
 * Makes AI SDK tools (`ai` 6 and 7) of a session's tools, for `generateText`, `streamText` and agents.
 *
 * A tool's output is a {@link ToolResult}. The model is shown its `data` or, of a call that failed, the error.
 */
export class VercelProvider implements Provider<ToolSet, Tool> {
  readonly name = 'vercel';
  readonly #needsApproval: VercelProviderOptions['needsApproval'];

  /** A session's tools stay the same objects from list to list, and a schema of the AI SDK is costly to make. */
  readonly #schemas = new WeakMap<SessionTool, Schemas>();

  constructor(options: VercelProviderOptions = {}) {
    this.#needsApproval = options.needsApproval;
  }

  wrapTool(tool: SessionTool, execute: ExecuteTool): Tool {
    return dynamicTool({
      description: tool.description,
      title: tool.name,
      metadata: { toolkit: tool.toolkit.slug },
      ...this.#schemasOf(tool),
      ...(this.#needsApproval?.(tool) && { needsApproval: true }),
      // The AI SDK hands over what the model wrote, parsed; that it fits the schema is checked where the tool runs.
      execute: (input, { toolCallId, abortSignal }) =>
        execute(tool.slug, input as JsonObject, { toolCallId, signal: abortSignal }),
      toModelOutput,
    });
  }

  wrapTools(tools: readonly SessionTool[], execute: ExecuteTool): ToolSet {
    const wrapped: ToolSet = {};
    for (const tool of tools) wrapped[tool.slug] = this.wrapTool(tool, execute);
    return wrapped;
  }

  #schemasOf(tool: SessionTool): Schemas {
    const known = this.#schemas.get(tool);
    if (known !== undefined) return known;
    const inputSchema = jsonSchema(asDraft7(tool.inputParameters));
    // Made when the AI SDK reads it: output schemas are the larger part of a list of tools, and seldom used.
    const schemas: Schemas =
      'outputParameters' in tool
        ? { inputSchema, outputSchema: jsonSchema(() => asDraft7(resultSchema(tool))) }
        : { inputSchema };
    this.#schemas.set(tool, schemas);
    return schemas;
  }
}

/** The AI SDK's type is draft 7's; what it does with a schema is to hand it on. */
function asDraft7(schema: { readonly [keyword: string]: unknown }) {
  return schema as Awaited<Schema['jsonSchema']>;
}

/** The schema of what {@link VercelProvider.wrapTool} makes a tool put out: a {@link ToolResult}. */
function resultSchema({ slug, outputParameters }: SessionTool) {
  return {
    type: 'object',
    properties: {
      // An `$id` of its own keeps `#/$defs/...` inside of it resolving (JSON Schema 2020-12, section 8.2.1).
      data: { $id: `${slug}.data`, ...outputParameters },
      error: { type: ['string', 'null'] },
      successful: { type: 'boolean' },
      logId: { type: 'string' },
    },
    required: ['data', 'error', 'successful'],
  };
}

/** @param options - The output is a {@link ToolResult}, fresh or out of stored messages. Any other passes as JSON. */
function toModelOutput({ output }: { output: unknown }) {
  if (!isToolResult(output)) return { type: 'json' as const, value: output as JSONValue };
  const data = output.data as JSONValue & JsonObject;
  if (output.successful) return { type: 'json' as const, value: data };
  const error = output.error ?? 'The tool failed and did not say why.';
  if (Object.keys(data).length === 0) return { type: 'error-text' as const, value: error };
  return { type: 'error-json' as const, value: { error, data } };
}

function isToolResult(output: unknown): output is ToolResult {
  return (
    typeof output === 'object' &&
    output !== null &&
    'successful' in output &&
    'data' in output &&
    typeof output.data === 'object' &&
    output.data !== null
  );
}
