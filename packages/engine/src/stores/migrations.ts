/** The names that SQLite and PostgreSQL give to the same column types. */
export interface ColumnTypes {
  /** Primary key in order of insertion. */
  readonly position: string;
  readonly timestamp: string;
  /**
   * Kept as text on both. Not PostgreSQL's `jsonb`: that reorders keys, changes numbers and refuses the character
   * U+0000, which the answers of called services contain.
   */
  readonly json: string;
  readonly bytes: string;
  readonly flag: string;
  readonly integer: string;
  readonly real: string;
  /** Put after the column list. */
  readonly tableOptions: string;
}

export const sqliteTypes: ColumnTypes = {
  position: 'integer primary key',
  timestamp: 'integer',
  json: 'text',
  bytes: 'blob',
  flag: 'integer',
  integer: 'integer',
  real: 'real',
  tableOptions: ' strict',
};

export const postgresTypes: ColumnTypes = {
  position: 'bigint generated always as identity primary key',
  timestamp: 'timestamptz',
  json: 'json',
  bytes: 'bytea',
  flag: 'boolean',
  integer: 'bigint',
  real: 'double precision',
  tableOptions: '',
};

export interface Migration {
  readonly name: string;
  readonly statements: (types: ColumnTypes) => readonly string[];
}

/**
 * What makes the schema, step by step. A step that was released is never changed; the schema version of a database is
 * the number of steps applied to it.
 */
export const migrations: readonly Migration[] = [
  {
    name: 'first tables',
    statements: (types) => [
      `create table meta (
        key text primary key not null,
        value text not null
      )${types.tableOptions}`,

      `create table projects (
        position ${types.position},
        id text not null unique,
        name text not null unique,
        created_at ${types.timestamp} not null
      )${types.tableOptions}`,

      `create table api_keys (
        position ${types.position},
        id text not null unique,
        project_id text not null references projects (id) on delete cascade,
        name text not null,
        hash text not null unique,
        hint text not null,
        created_at ${types.timestamp} not null,
        revoked_at ${types.timestamp}
      )${types.tableOptions}`,
      'create index api_keys_by_project on api_keys (project_id, position)',

      `create table sessions (
        position ${types.position},
        id text not null,
        project_id text not null references projects (id) on delete cascade,
        user_id text not null,
        config ${types.json} not null,
        config_version ${types.integer} not null,
        created_at ${types.timestamp} not null,
        updated_at ${types.timestamp} not null,
        expires_at ${types.timestamp},
        unique (project_id, id)
      )${types.tableOptions}`,
      'create index sessions_by_project on sessions (project_id, position)',
      'create index sessions_by_user on sessions (project_id, user_id, position)',

      `create table session_config_versions (
        project_id text not null,
        session_id text not null,
        config_version ${types.integer} not null,
        config ${types.json} not null,
        created_at ${types.timestamp} not null,
        primary key (project_id, session_id, config_version),
        foreign key (project_id, session_id) references sessions (project_id, id) on delete cascade
      )${types.tableOptions}`,

      `create table auth_configs (
        position ${types.position},
        id text not null,
        project_id text not null references projects (id) on delete cascade,
        toolkit text not null,
        scheme_id text not null,
        mode text not null,
        name text not null,
        is_default ${types.flag} not null,
        enabled ${types.flag} not null,
        settings ${types.json} not null,
        secret ${types.bytes},
        version ${types.integer} not null,
        created_at ${types.timestamp} not null,
        updated_at ${types.timestamp} not null,
        unique (project_id, id)
      )${types.tableOptions}`,
      'create index auth_configs_by_project on auth_configs (project_id, position)',
      'create unique index auth_configs_default on auth_configs (project_id, toolkit) where is_default',

      `create table connected_accounts (
        position ${types.position},
        id text not null,
        project_id text not null,
        user_id text not null,
        toolkit text not null,
        auth_config_id text not null,
        status text not null,
        status_reason text,
        alias text,
        identity ${types.json},
        enabled ${types.flag} not null,
        credential ${types.bytes},
        version ${types.integer} not null,
        created_at ${types.timestamp} not null,
        updated_at ${types.timestamp} not null,
        unique (project_id, id),
        foreign key (project_id, auth_config_id) references auth_configs (project_id, id) on delete cascade
      )${types.tableOptions}`,
      'create index connected_accounts_by_project on connected_accounts (project_id, position)',
      'create index connected_accounts_by_user on connected_accounts (project_id, user_id, position)',
      'create index connected_accounts_by_auth_config on connected_accounts (project_id, auth_config_id, position)',

      `create table connect_links (
        token_hash text primary key not null,
        project_id text not null,
        connected_account_id text not null,
        replaces_account_id text,
        callback_url text,
        created_at ${types.timestamp} not null,
        expires_at ${types.timestamp} not null,
        consumed_at ${types.timestamp},
        foreign key (project_id, connected_account_id) references connected_accounts (project_id, id) on delete cascade
      )${types.tableOptions}`,
      'create index connect_links_by_account on connect_links (project_id, connected_account_id)',

      // No foreign keys: the record of a call outlives what it names.
      `create table tool_calls (
        position ${types.position},
        id text not null unique,
        project_id text not null,
        session_id text not null,
        user_id text not null,
        tool text not null,
        toolkit text not null,
        connected_account_id text,
        outcome text not null,
        error_code text,
        request_id text not null,
        started_at ${types.timestamp} not null,
        duration_ms ${types.real} not null
      )${types.tableOptions}`,
      'create index tool_calls_by_session on tool_calls (project_id, session_id, position)',

      `create table idempotency_records (
        project_id text not null,
        scope text not null,
        key text not null,
        argument_hash text not null,
        state text not null,
        response ${types.json},
        owner_id text not null,
        created_at ${types.timestamp} not null,
        expires_at ${types.timestamp} not null,
        primary key (project_id, scope, key)
      )${types.tableOptions}`,
      'create index idempotency_records_by_expiry on idempotency_records (expires_at)',
    ],
  },
  {
    name: 'session tokens',
    statements: (types) => [
      `create table session_tokens (
        position ${types.position},
        id text not null unique,
        project_id text not null,
        session_id text not null,
        name text not null,
        hash text not null unique,
        hint text not null,
        narrowing ${types.json} not null,
        created_at ${types.timestamp} not null,
        expires_at ${types.timestamp},
        revoked_at ${types.timestamp},
        foreign key (project_id, session_id) references sessions (project_id, id) on delete cascade
      )${types.tableOptions}`,
      'create index session_tokens_by_session on session_tokens (project_id, session_id, position)',
    ],
  },
  {
    name: 'signing in at a service',
    statements: (types) => [
      // Where the link was made to be opened, and the browser that it belongs to.
      'alter table connect_links add column public_url text',
      'alter table connect_links add column browser_hash text',

      `alter table connected_accounts add column scopes ${types.json}`,
      `alter table connected_accounts add column credential_expires_at ${types.timestamp}`,
      // Who renews the credential, and until when nobody else may.
      'alter table connected_accounts add column lease_owner text',
      `alter table connected_accounts add column lease_until ${types.timestamp}`,

      `create table oauth_flows (
        state_hash text primary key not null,
        project_id text not null,
        connected_account_id text not null,
        link_token_hash text not null,
        browser_hash text not null,
        redirect_uri text not null,
        issuer text,
        client_id text not null,
        scopes ${types.json} not null,
        secret ${types.bytes} not null,
        created_at ${types.timestamp} not null,
        expires_at ${types.timestamp} not null,
        consumed_at ${types.timestamp},
        foreign key (link_token_hash) references connect_links (token_hash) on delete cascade
      )${types.tableOptions}`,
      'create index oauth_flows_by_link on oauth_flows (link_token_hash)',
      'create index oauth_flows_by_expiry on oauth_flows (expires_at)',
    ],
  },
  {
    name: 'giving calls up',
    statements: (types) => [
      `create table call_cancellations (
        project_id text not null,
        session_id text not null,
        call text not null,
        expires_at ${types.timestamp} not null,
        primary key (project_id, session_id, call),
        foreign key (project_id, session_id) references sessions (project_id, id) on delete cascade
      )${types.tableOptions}`,
      'create index call_cancellations_by_expiry on call_cancellations (expires_at)',
    ],
  },
  {
    name: 'toolkits of projects',
    statements: (types) => [
      `create table toolkits (
        position ${types.position},
        project_id text not null references projects (id) on delete cascade,
        slug text not null,
        hash text not null,
        settings ${types.json} not null,
        document ${types.bytes} not null,
        created_at ${types.timestamp} not null,
        updated_at ${types.timestamp} not null,
        unique (project_id, slug)
      )${types.tableOptions}`,
      // One more with each change of the project's toolkits: read with each session, it tells whether anything changed.
      `alter table projects add column toolkits_version ${types.integer} not null default 0`,
    ],
  },
  {
    name: 'tools of MCP servers',
    statements: (types) => [
      // What a server lists, for each account that it was asked with; without one for servers that know no accounts.
      `create table tool_lists (
        key text primary key not null,
        toolkit text not null,
        project_id text,
        connected_account_id text,
        hash text,
        state ${types.json} not null,
        tools ${types.json},
        listed_at ${types.timestamp},
        asked_at ${types.timestamp} not null,
        foreign key (project_id, connected_account_id) references connected_accounts (project_id, id) on delete cascade
      )${types.tableOptions}`,
      'create index tool_lists_by_account on tool_lists (project_id, connected_account_id)',
    ],
  },
  {
    name: 'events and webhooks',
    statements: (types) => [
      // Counted up in the transaction of each event, whose row lock keeps events in the order of their commits.
      `alter table projects add column last_event ${types.integer} not null default 0`,

      `create table events (
        position ${types.position},
        id text not null unique,
        project_id text not null references projects (id) on delete cascade,
        sequence ${types.integer} not null,
        type text not null,
        user_id text not null,
        account ${types.json} not null,
        created_at ${types.timestamp} not null,
        unique (project_id, sequence)
      )${types.tableOptions}`,
      'create index events_by_age on events (created_at)',

      `create table webhooks (
        position ${types.position},
        id text not null,
        project_id text not null references projects (id) on delete cascade,
        url text not null,
        types ${types.json},
        description text not null,
        enabled ${types.flag} not null,
        status_reason text,
        secret ${types.bytes} not null,
        version ${types.integer} not null,
        created_at ${types.timestamp} not null,
        updated_at ${types.timestamp} not null,
        unique (project_id, id)
      )${types.tableOptions}`,
      'create index webhooks_by_project on webhooks (project_id, position)',

      // No foreign key to the webhook: one that is deleted meanwhile must not make the change of an account fail.
      `create table webhook_deliveries (
        position ${types.position},
        project_id text not null,
        webhook_id text not null,
        event_id text not null references events (id) on delete cascade,
        event_type text not null,
        status text not null,
        attempts ${types.integer} not null,
        response_status ${types.integer},
        reason text,
        attempted_at ${types.timestamp},
        next_attempt_at ${types.timestamp} not null,
        owner_id text
      )${types.tableOptions}`,
      "create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where status = 'pending'",
      'create index webhook_deliveries_by_webhook on webhook_deliveries (project_id, webhook_id, position)',
      'create index webhook_deliveries_by_event on webhook_deliveries (event_id)',
    ],
  },
  {
    name: 'one account for an alias',
    statements: () => [
      // Two that were named alike at the same moment: the younger one keeps the name.
      `update connected_accounts set alias = null where alias is not null and status not in ('INITIATED', 'FAILED')
        and exists (
          select 1 from connected_accounts younger
          where younger.project_id = connected_accounts.project_id and younger.user_id = connected_accounts.user_id
            and younger.toolkit = connected_accounts.toolkit and younger.alias = connected_accounts.alias
            and younger.status not in ('INITIATED', 'FAILED') and younger.position > connected_accounts.position
        )`,
      // What was begun and left, or failed, holds no name: otherwise it could not be begun again.
      `create unique index connected_accounts_alias on connected_accounts (project_id, user_id, toolkit, alias)
        where alias is not null and status not in ('INITIATED', 'FAILED')`,
    ],
  },
  {
    name: 'files',
    statements: (types) => [
      `create table files (
        position ${types.position},
        project_id text not null references projects (id) on delete cascade,
        owner text not null,
        session_id text,
        mount text not null,
        path text not null,
        mime_type text not null,
        size ${types.integer} not null,
        content ${types.bytes} not null,
        created_at ${types.timestamp} not null,
        updated_at ${types.timestamp} not null,
        unique (project_id, owner, mount, path),
        foreign key (project_id, session_id) references sessions (project_id, id) on delete cascade
      )${types.tableOptions}`,
    ],
  },
  {
    name: 'what searches end in',
    statements: (types) => [
      `create table recent_searches (
        project_id text not null,
        session_id text not null,
        queries ${types.json} not null,
        searched_at ${types.timestamp} not null,
        primary key (project_id, session_id),
        foreign key (project_id, session_id) references sessions (project_id, id) on delete cascade
      )${types.tableOptions}`,
      `create table search_memory (
        project_id text not null references projects (id) on delete cascade,
        words text not null,
        tool_slug text not null,
        uses ${types.integer} not null,
        updated_at ${types.timestamp} not null,
        primary key (project_id, words, tool_slug)
      )${types.tableOptions}`,
      'create index search_memory_by_age on search_memory (project_id, updated_at)',
    ],
  },
  {
    name: 'custom tools that are served',
    statements: (types) => [
      `alter table sessions add column custom_tools ${types.json}`,
      `create table custom_tool_workers (
        project_id text not null,
        session_id text not null,
        worker_id text not null,
        seen_until ${types.timestamp} not null,
        primary key (project_id, session_id, worker_id),
        foreign key (project_id, session_id) references sessions (project_id, id) on delete cascade
      )${types.tableOptions}`,
      `create table custom_tool_calls (
        position ${types.position},
        id text not null unique,
        project_id text not null,
        session_id text not null,
        tool text not null,
        input ${types.json} not null,
        state text not null,
        worker_id text,
        lease_until ${types.timestamp},
        cancelled ${types.flag} not null,
        result ${types.json},
        created_at ${types.timestamp} not null,
        foreign key (project_id, session_id) references sessions (project_id, id) on delete cascade
      )${types.tableOptions}`,
      'create index custom_tool_calls_by_session on custom_tool_calls (project_id, session_id, state, position)',
    ],
  },
  {
    name: 'how many calls who serves custom tools would take',
    statements: (types) => [`alter table custom_tool_workers add column capacity ${types.integer} not null default 0`],
  },
];
