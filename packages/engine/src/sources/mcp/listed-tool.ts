import { isJsonObject } from '@jackfield/json-schema';
import type { BehaviourHints, ObjectJsonSchema } from '../../toolkit.ts';

/** A tool as an MCP server lists it (MCP 2025-11-25, Tools), as far as it is of use. */
export interface ListedTool {
  /** Unique at the server. */
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string;
  readonly inputSchema: ObjectJsonSchema;
  readonly outputSchema: ObjectJsonSchema | undefined;
  readonly hints: Partial<BehaviourHints>;
}

/** Undefined for what no call could name. */
export function readListedTool(tool: Readonly<Record<string, unknown>>): ListedTool | undefined {
  const { name, title, description } = tool;
  if (typeof name !== 'string' || name === '') return undefined;
  const annotations = isJsonObject(tool.annotations) ? tool.annotations : {};
  return {
    name,
    title: nonEmpty(title) ?? nonEmpty(annotations.title),
    description: nonEmpty(description) ?? '',
    inputSchema: objectSchema(asObject(tool.inputSchema)) ?? { type: 'object' },
    outputSchema: objectSchema(tool.outputSchema),
    hints: Object.fromEntries(
      hintNames.flatMap((hint) => (typeof annotations[hint] === 'boolean' ? [[hint, annotations[hint]]] : [])),
    ),
  };
}

const hintNames = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;

function nonEmpty(text: unknown): string | undefined {
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** Arguments are an object, whether their schema says so or not. */
function asObject(schema: unknown): unknown {
  return isJsonObject(schema) && schema.type === undefined ? { ...schema, type: 'object' } : schema;
}

function objectSchema(schema: unknown): ObjectJsonSchema | undefined {
  return isJsonObject(schema) && schema.type === 'object' ? { ...schema, type: 'object' } : undefined;
}
