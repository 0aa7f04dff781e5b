import type { AccountIdentity } from './connected-accounts.ts';
import type { CustomDefinitions } from './custom-tools.ts';
import type { JsonObject, JsonSchemaObject } from './json.ts';

export interface SearchQuery {
  /** What the agent wants to do, one short action. */
  useCase: string;
  knownFields?: string | undefined;
}

export interface SearchBody {
  /** 1 to 10. */
  queries: SearchQuery[];
  /** Only in these toolkits. Default, also for an empty list: in all of the session's. */
  toolkits?: string[] | undefined;
  /** Tools a query, 1 to 50. Default: 10. */
  limit?: number | undefined;
  /** Say why each result ranks where it does. */
  explain?: boolean | undefined;
  model?: string | undefined;
  experimental?: CustomDefinitions | undefined;
}

export interface SearchResult {
  /** From 1. */
  index: number;
  useCase: string;
  /** Best first. */
  primaryToolSlugs: string[];
  relatedToolSlugs: string[];
  toolkits: string[];
  error?: string | null | undefined;
  /** Present with `explain`. */
  explanation?: SearchExplanation[] | undefined;
}

export interface SearchExplanation {
  toolSlug: string;
  score: number;
  /** Part of the score by reason. */
  parts: Record<string, number>;
}

export interface FoundToolSchema {
  toolSlug: string;
  toolkit: string;
  description?: string | undefined;
  hasFullSchema?: boolean | undefined;
  inputSchema?: JsonSchemaObject | undefined;
  outputSchema?: JsonSchemaObject | undefined;
  /** The call that gets the schema when it is not here. */
  schemaRef?: { tool: string; args: JsonObject } | undefined;
}

/** What tells a user's accounts of one toolkit apart. */
export interface ConnectedAccountSummary {
  id: string;
  alias: string | null;
  identity: AccountIdentity | null;
}

export interface ToolkitConnectionStatus {
  toolkit: string;
  description: string;
  hasActiveConnection: boolean;
  statusMessage: string;
  /** Those that are ready. */
  accounts: ConnectedAccountSummary[];
}

export interface SearchResponse {
  success: boolean;
  error: string | null;
  results: SearchResult[];
  /** Tool slug to schema. */
  toolSchemas: Record<string, FoundToolSchema>;
  toolkitConnectionStatuses: ToolkitConnectionStatus[];
  nextStepsGuidance: string[];
  session: { id: string; generateId: boolean; instructions: string };
  timeInfo: { currentTimeUtc: string; currentTimeUtcEpochSeconds: number; message: string };
}
