import { isJsonObject } from '@jackfield/json-schema';
import type { BehaviourHints, Tool } from '../toolkit.ts';

/** What of a tool can be found. */
export interface SearchableTool {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly deprecated?: boolean | undefined;
  readonly hints?: BehaviourHints | undefined;
  /** Names of its arguments. */
  readonly parameters: readonly string[];
  /**
   * What the schema says of them: descriptions, and values that they may have. Of tools that are not made of HTTP
   * requests: in those, all operations of an API say the same of their many parameters.
   */
  readonly parameterTexts?: readonly string[] | undefined;
  /** Of its HTTP request. */
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  /** What people say when they mean it. */
  readonly phrases?: readonly string[] | undefined;
}

/** The app that tools belong to, as people call it. */
export interface SearchableToolkit {
  readonly slug: string;
  readonly name: string;
  readonly aliases?: readonly string[] | undefined;
}

export function toSearchable(tool: Tool): SearchableTool {
  const { slug, name, description, tags, deprecated, hints, inputSchema, binding } = tool;
  return {
    slug,
    name,
    description,
    tags,
    deprecated,
    hints,
    parameters: parametersOf(inputSchema),
    ...(binding.kind === 'http'
      ? { method: binding.method, path: binding.path }
      : { parameterTexts: parameterTextsOf(inputSchema) }),
  };
}

export function parametersOf(inputSchema: { readonly [keyword: string]: unknown }): readonly string[] {
  return isJsonObject(inputSchema.properties) ? Object.keys(inputSchema.properties) : [];
}

/** Schemas within schemas that are read. */
const deepest = 3;

export function parameterTextsOf(inputSchema: unknown): readonly string[] {
  const texts: string[] = [];
  addTexts(inputSchema, 0, texts);
  return texts;
}

function addTexts(schema: unknown, depth: number, to: string[]): void {
  if (!isJsonObject(schema)) return;
  if (depth > 0) {
    if (typeof schema.description === 'string') to.push(schema.description);
    if (Array.isArray(schema.enum)) to.push(...schema.enum.filter((value) => typeof value === 'string'));
  }
  if (depth > deepest) return;
  if (isJsonObject(schema.properties)) {
    for (const property of Object.values(schema.properties)) addTexts(property, depth + 1, to);
  }
  addTexts(schema.items, depth + 1, to);
}
