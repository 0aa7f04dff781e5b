/** What one tool call may take. */
export interface EngineLimits {
  /** Of a service's answer, in bytes. Default: 5 MiB. */
  readonly maxResponseBytes: number;
  /** For one tool call, in milliseconds; a batch takes no longer, nor fetching a document. Default: 45,000: clients repeat a call after 60 s. */
  readonly toolTimeoutMs: number;
  /** Of a call's arguments as JSON, in characters. Default: 1 MiB. */
  readonly maxArgumentsLength: number;
  /** Calls in one batch. Default: 50. */
  readonly maxBatchSize: number;
  /** Calls of one batch that run at once. Default: 10. */
  readonly batchConcurrency: number;
  /** How long before an access token runs out it is renewed, in milliseconds. Default: 60,000. */
  readonly refreshAheadMs: number;
  /** Characters of an OpenAPI document that a project adds. Default: 20 Mi. */
  readonly maxDocumentLength: number;
  /** Bytes of one file of a session or project. Default: 25 MiB. */
  readonly maxFileBytes: number;
  /** How long a process that serves custom tools and says nothing is taken to be alive, in milliseconds. Default: 15,000. */
  readonly customToolLeaseMs: number;
  /** Bytes of schemas in one search answer; the rest is fetched by slug. Default: 48 KiB. */
  readonly maxSearchSchemaBytes: number;
  /** For one attempt to send to a webhook, in milliseconds. Default: 15,000. */
  readonly webhookTimeoutMs: number;
  /** Attempts to send an event to a webhook. Default: 10, within about a day. */
  readonly webhookAttempts: number;
  /** Between the first and the second of them, in milliseconds; four times as long each time, up to 8 hours. Default: 5,000. */
  readonly webhookRetryMs: number;
}

export const defaultLimits: EngineLimits = {
  maxResponseBytes: 5 * 1024 * 1024,
  toolTimeoutMs: 45_000,
  maxArgumentsLength: 1024 * 1024,
  maxBatchSize: 50,
  batchConcurrency: 10,
  refreshAheadMs: 60_000,
  customToolLeaseMs: 15_000,
  maxDocumentLength: 20 * 1024 * 1024,
  maxFileBytes: 25 * 1024 * 1024,
  maxSearchSchemaBytes: 48 * 1024,
  webhookTimeoutMs: 15_000,
  webhookAttempts: 10,
  webhookRetryMs: 5_000,
};
