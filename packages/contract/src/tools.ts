import type { CustomDefinitions } from './custom-tools.ts';
import type { SerializedError } from './errors.ts';
import type { JsonObject, JsonSchemaObject } from './json.ts';

/** Named as in the Model Context Protocol; the keys are the same on the wire. */
export interface ToolAnnotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

/** A tool as agents see it. */
export interface ToolItem {
  slug: string;
  name: string;
  description: string;
  inputParameters: JsonSchemaObject;
  /** Schema of a result's `data`. Absent when the source does not say. */
  outputParameters?: JsonSchemaObject | undefined;
  tags: string[];
  toolkit: ToolToolkit;
  version: string;
  availableVersions: string[];
  scopes: string[];
  /** The tool works without a connected account. */
  noAuth: boolean;
  isDeprecated: boolean;
  annotations: ToolAnnotations;
}

export interface ToolToolkit {
  slug: string;
  name: string;
  logo?: string | undefined;
}

export interface ExecuteBody {
  toolSlug: string;
  arguments?: JsonObject | undefined;
  /** Connected account id or alias. */
  account?: string | undefined;
  experimental?: CustomDefinitions | undefined;
  /** Accepted from clients that send it; results are never offloaded. */
  enableAutoWorkbenchOffload?: boolean | undefined;
}

/** What a tool call came to. A tool that failed is an answer, not an exception. */
export interface ExecuteResponse {
  data: JsonObject;
  /** Written for a model: what was wrong and how to mend it. `null` on success. */
  error: string | null;
  successful: boolean;
  /** Content blocks of MCP, where a tool answered more than its data holds: images beside structured content, for example. */
  content?: JsonObject[] | undefined;
  /** The failure in fields. Absent on success. */
  failure?: SerializedError | undefined;
  /** Names the record of this call. */
  logId: string;
}

export type ProxyMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'HEAD';

export interface ProxyParameter {
  name: string;
  type: 'query' | 'header';
  value: string;
}

export interface ProxyExecuteBody {
  toolkitSlug: string;
  /** A path below the toolkit's base URL, or an absolute URL on its host. */
  endpoint: string;
  method: ProxyMethod;
  body?: unknown;
  parameters?: ProxyParameter[] | undefined;
  /** Connected account id or alias. */
  account?: string | undefined;
}

export interface BinaryData {
  contentType: string;
  /** Bytes. */
  size: number;
  /** Base64. */
  content: string;
}

export interface ProxyExecuteResponse {
  /** The status that the service answered, also when it is an error. */
  status: number;
  data?: unknown;
  /** Lower-case names. */
  headers?: Record<string, string> | undefined;
  binaryData?: BinaryData | undefined;
}
