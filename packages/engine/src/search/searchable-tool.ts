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
    ...(binding.kind === 'http' ? { method: binding.method, path: binding.path } : {}),
  };
}

export function parametersOf(inputSchema: { readonly [keyword: string]: unknown }): readonly string[] {
  return isJsonObject(inputSchema.properties) ? Object.keys(inputSchema.properties) : [];
}
