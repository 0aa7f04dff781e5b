import type { ColumnType, Generated, Kysely } from 'kysely';

/** `Date` in; out a number (milliseconds, SQLite) or a `Date` (PostgreSQL): read with `toDate`. */
type Timestamp = ColumnType<Date | number, Date, Date>;
type NullableTimestamp = ColumnType<Date | number | null, Date | null, Date | null>;
/** `boolean` in; out 0 or 1 on SQLite: read with `Boolean`. */
type Flag = ColumnType<boolean | number, boolean, boolean>;
/** JSON text, both ways, on both. */
type Json = string;
/** Order of insertion. What lists are sorted by; independent of clocks. */
type Position = Generated<number>;

export interface Tables {
  projects: {
    position: Position;
    id: string;
    name: string;
    created_at: Timestamp;
    toolkits_version: Generated<number>;
    last_event: Generated<number>;
  };
  toolkits: {
    position: Position;
    project_id: string;
    slug: string;
    hash: string;
    settings: Json;
    document: Uint8Array;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  api_keys: {
    position: Position;
    id: string;
    project_id: string;
    name: string;
    hash: string;
    hint: string;
    created_at: Timestamp;
    revoked_at: NullableTimestamp;
  };
  sessions: {
    position: Position;
    id: string;
    project_id: string;
    user_id: string;
    config: Json;
    config_version: number;
    created_at: Timestamp;
    updated_at: Timestamp;
    expires_at: NullableTimestamp;
    custom_tools: Json | null;
  };
  session_config_versions: {
    project_id: string;
    session_id: string;
    config_version: number;
    config: Json;
    created_at: Timestamp;
  };
  session_tokens: {
    position: Position;
    id: string;
    project_id: string;
    session_id: string;
    name: string;
    hash: string;
    hint: string;
    narrowing: Json;
    created_at: Timestamp;
    expires_at: NullableTimestamp;
    revoked_at: NullableTimestamp;
  };
  auth_configs: {
    position: Position;
    id: string;
    project_id: string;
    toolkit: string;
    scheme_id: string;
    mode: string;
    name: string;
    is_default: Flag;
    enabled: Flag;
    settings: Json;
    secret: Uint8Array | null;
    version: number;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  connected_accounts: {
    position: Position;
    id: string;
    project_id: string;
    user_id: string;
    toolkit: string;
    auth_config_id: string;
    status: string;
    status_reason: string | null;
    alias: string | null;
    identity: Json | null;
    enabled: Flag;
    credential: Uint8Array | null;
    version: number;
    created_at: Timestamp;
    updated_at: Timestamp;
    scopes: Json | null;
    credential_expires_at: NullableTimestamp;
    lease_owner: string | null;
    lease_until: NullableTimestamp;
  };
  connect_links: {
    token_hash: string;
    project_id: string;
    connected_account_id: string;
    replaces_account_id: string | null;
    callback_url: string | null;
    created_at: Timestamp;
    expires_at: Timestamp;
    consumed_at: NullableTimestamp;
    public_url: string | null;
    browser_hash: string | null;
  };
  oauth_flows: {
    state_hash: string;
    project_id: string;
    connected_account_id: string;
    link_token_hash: string;
    browser_hash: string;
    redirect_uri: string;
    issuer: string | null;
    client_id: string;
    scopes: Json;
    secret: Uint8Array;
    created_at: Timestamp;
    expires_at: Timestamp;
    consumed_at: NullableTimestamp;
  };
  events: {
    position: Position;
    id: string;
    project_id: string;
    sequence: number;
    type: string;
    user_id: string;
    account: Json;
    created_at: Timestamp;
  };
  webhooks: {
    position: Position;
    id: string;
    project_id: string;
    url: string;
    types: Json | null;
    description: string;
    enabled: Flag;
    status_reason: string | null;
    secret: Uint8Array;
    version: number;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  webhook_deliveries: {
    position: Position;
    project_id: string;
    webhook_id: string;
    event_id: string;
    event_type: string;
    status: string;
    attempts: number;
    response_status: number | null;
    reason: string | null;
    attempted_at: NullableTimestamp;
    next_attempt_at: Timestamp;
    owner_id: string | null;
  };
  files: {
    position: Position;
    project_id: string;
    owner: string;
    session_id: string | null;
    mount: string;
    path: string;
    mime_type: string;
    size: number;
    content: Uint8Array;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  tool_calls: {
    position: Position;
    id: string;
    project_id: string;
    session_id: string;
    user_id: string;
    tool: string;
    toolkit: string;
    connected_account_id: string | null;
    outcome: string;
    error_code: string | null;
    request_id: string;
    started_at: Timestamp;
    duration_ms: number;
  };
  idempotency_records: {
    project_id: string;
    scope: string;
    key: string;
    argument_hash: string;
    state: string;
    response: Json | null;
    owner_id: string;
    created_at: Timestamp;
    expires_at: Timestamp;
  };
  custom_tool_workers: {
    project_id: string;
    session_id: string;
    worker_id: string;
    seen_until: Timestamp;
    capacity: number;
  };
  custom_tool_calls: {
    position: Position;
    id: string;
    project_id: string;
    session_id: string;
    tool: string;
    input: Json;
    state: string;
    worker_id: string | null;
    lease_until: NullableTimestamp;
    cancelled: Flag;
    result: Json | null;
    created_at: Timestamp;
  };
  tool_lists: {
    key: string;
    toolkit: string;
    project_id: string | null;
    connected_account_id: string | null;
    hash: string | null;
    state: Json;
    tools: Json | null;
    listed_at: NullableTimestamp;
    asked_at: Timestamp;
  };
  recent_searches: { project_id: string; session_id: string; queries: Json; searched_at: Timestamp };
  search_memory: { project_id: string; words: string; tool_slug: string; uses: number; updated_at: Timestamp };
  call_cancellations: { project_id: string; session_id: string; call: string; expires_at: Timestamp };
  meta: { key: string; value: string };
  schema_migrations: { version: number; name: string; applied_at: Timestamp };
}

export type Database = Kysely<Tables>;

export interface OpenDatabase {
  readonly database: Database;
  /** Finishes what was asked before; what is asked later fails. */
  close(): Promise<void>;
}
