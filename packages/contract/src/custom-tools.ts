import type { JsonObject, JsonSchemaObject } from './json.ts';

/** A tool that runs in the caller's process, as the server needs to know it. */
export interface CustomToolDefinition {
  slug: string;
  name: string;
  description: string;
  inputSchema: JsonSchemaObject;
  outputSchema?: JsonSchemaObject | undefined;
  /** Toolkit whose connected account the tool uses through `context.execute` and `context.proxyExecute`. */
  extendsToolkit?: string | undefined;
  /** List it in `session.tools()` instead of leaving it to search. */
  preload?: boolean | undefined;
}

export interface CustomToolkitDefinition {
  slug: string;
  name: string;
  description: string;
  preload?: boolean | undefined;
  tools: CustomToolkitToolDefinition[];
}

export type CustomToolkitToolDefinition = Omit<CustomToolDefinition, 'extendsToolkit'>;

/**
 * Custom definitions of a session. They are sent with each call that needs them, and stored only while a process serves
 * them: see {@link ServeCustomToolsBody}.
 */
export interface CustomDefinitions {
  customTools?: CustomToolDefinition[] | undefined;
  customToolkits?: CustomToolkitDefinition[] | undefined;
}

/** A custom tool under the slug that agents call it by. */
export interface CustomToolEcho {
  /** `LOCAL_<SLUG>`, or `LOCAL_<TOOLKIT>_<SLUG>` for a tool that extends or belongs to a toolkit. */
  slug: string;
  /** As it was sent. */
  originalSlug: string;
  extendsToolkit?: string | undefined;
}

export interface CustomToolkitEcho {
  slug: string;
  tools: CustomToolEcho[];
}

/**
 * What a process that runs the custom tools of a session says, again and again: that it is there, what it is done with,
 * and how much more it takes.
 */
export interface ServeCustomToolsBody {
  /** Chosen by the process, another one in each. */
  workerId: string;
  /** The tools that it runs. Needed once; the last one who says them decides. */
  experimental?: CustomDefinitions | undefined;
  /** Calls that have ended. */
  results?: CustomToolResult[] | undefined;
  /** Calls that it still works on. */
  running?: string[] | undefined;
  /** Calls that it takes more. 0: it only reports. */
  capacity: number;
  /** It takes no more calls. */
  leaves?: boolean | undefined;
}

export interface CustomToolResult {
  callId: string;
  data: JsonObject;
  /** `null` on success. */
  error: string | null;
}

export interface ServeCustomToolsResponse {
  calls: CustomToolCall[];
  /** Running calls that were given up. */
  cancelled: string[];
}

export interface CustomToolCall {
  callId: string;
  toolSlug: string;
  arguments: JsonObject;
}
