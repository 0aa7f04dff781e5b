/** What the process of an MCP server is told at its start. */
export type McpServerStart = JackfieldMcp | BareMcp;

export interface JackfieldMcp {
  readonly kind: 'jackfield';
  /** Where the service is that its tool calls. */
  readonly upstream: string;
  readonly dataDir: string;
  readonly apiKey: string;
}

export interface BareMcp {
  readonly kind: 'bare';
  readonly upstream: string;
  /** Of the service. */
  readonly secret: string;
  /** What it lists. */
  readonly tools: readonly unknown[];
}
