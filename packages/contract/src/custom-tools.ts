import type { JsonSchemaObject } from './json.ts';

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

/** Custom definitions of a session. They are sent with each call that needs them and never stored. */
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
