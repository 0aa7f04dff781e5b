import type { CustomDefinitions, CustomToolEcho, CustomToolkitEcho } from './custom-tools.ts';
import type { CursorPage, PageQuery } from './pagination.ts';

/** All but those listed, or only those listed. */
export type SlugFilter = { enable: string[] } | { disable: string[] };

/** Behaviour hints that a tool can be chosen by, named as in the Model Context Protocol. */
export type BehaviourTag = 'readOnlyHint' | 'destructiveHint' | 'idempotentHint' | 'openWorldHint';

/** A tool passes with at least one enabled tag and none of the disabled ones. */
export interface TagFilter {
  enable?: BehaviourTag[] | undefined;
  disable?: BehaviourTag[] | undefined;
}

/** Within one toolkit: by tool slug, or by tags (which replace the session's own for that toolkit). */
export type ToolFilter = SlugFilter | { tags: TagFilter };

export interface ManageConnectionsConfig {
  /** List the tool with which an agent connects its user's accounts. Default: true. */
  enable?: boolean | undefined;
  /** Where the browser goes after connecting. */
  callbackUrl?: string | null | undefined;
  /** Also list the tool that waits until the user is done. Default: false. */
  enableWaitForConnections?: boolean | undefined;
}

/** Code execution. Stored and returned; there is nothing yet that executes code. */
export interface WorkbenchConfig {
  enable?: boolean | undefined;
  enableProxyExecution?: boolean | undefined;
  /** Characters above which a result is put into a file. */
  autoOffloadThreshold?: number | undefined;
  sandboxSize?: string | undefined;
}

export interface MultiAccountConfig {
  /** Allow several connected accounts of one toolkit. Default: false. */
  enable?: boolean | undefined;
  /** 2 to 10. */
  maxAccountsPerToolkit?: number | null | undefined;
  /** With several accounts, a call must name one. Default: true. */
  requireExplicitSelection?: boolean | undefined;
}

export interface PreloadConfig {
  /** Slugs listed by `session.tools()` beside the meta tools, or `all` that the filters allow. */
  tools: string[] | 'all';
}

/** What a session allows. Everything absent means: no restriction, or the default named at the key. */
export interface SessionConfig {
  toolkits?: SlugFilter | undefined;
  /** Toolkit slug to filter. */
  tools?: Record<string, ToolFilter> | undefined;
  tags?: TagFilter | undefined;
  /** Toolkit slug to auth config id. */
  authConfigs?: Record<string, string> | undefined;
  /** Toolkit slug to the connected account ids that may be used. */
  connectedAccounts?: Record<string, string[]> | undefined;
  manageConnections?: ManageConnectionsConfig | undefined;
  workbench?: WorkbenchConfig | undefined;
  multiAccount?: MultiAccountConfig | undefined;
  preload?: PreloadConfig | undefined;
  /** The search meta tools. Default: enabled. */
  search?: { enable?: boolean | undefined } | undefined;
  execute?: { enableMultiExecute?: boolean | undefined } | undefined;
}

export interface AssistivePromptConfig {
  /** IANA time zone of the user. */
  userTimezone?: string | undefined;
}

export interface CreateSessionBody extends SessionConfig {
  /** The end user, an opaque string of 1 to 255 characters. */
  userId: string;
  /** ISO 8601 instant after which the session answers `SESSION_EXPIRED`. Not together with `ttl`. */
  expiresAt?: string | undefined;
  /** Seconds from now until it expires. */
  ttl?: number | undefined;
  experimental?: (CustomDefinitions & { assistivePromptConfig?: AssistivePromptConfig | undefined }) | undefined;
}

/** A given block replaces the stored one, `null` removes it; blocks of switches are merged key by key. */
export type UpdateSessionBody = {
  [Key in keyof SessionConfig]?: SessionConfig[Key] | null | undefined;
} & {
  /** Fail with `CONFIG_VERSION_CONFLICT` unless this is the stored version. */
  expectedConfigVersion?: number | undefined;
  /** Permit the session to reach more than before. Default: false. */
  widen?: boolean | undefined;
  /** A later (or no) expiry needs `widen`. */
  expiresAt?: string | null | undefined;
};

export interface AttachSessionBody {
  experimental?: CustomDefinitions | undefined;
}

export interface SessionWarning {
  code: string;
  message: string;
}

export interface SessionMcp {
  type: 'http';
  url: string;
}

export interface SessionResponse {
  sessionId: string;
  /** Absent when the server has no address of its own (embedded without `publicUrl`). */
  mcp?: SessionMcp | undefined;
  config: SessionConfig & { userId: string };
  /** Grows with each update, from 1. */
  configVersion: number;
  /** Slugs that `session.tools()` lists. */
  toolRouterTools: string[];
  warnings?: SessionWarning[] | undefined;
  createdAt: string;
  updatedAt: string;
  expiresAt: string | null;
  experimental?:
    | {
        /** A text for the system prompt. */
        assistivePrompt?: string | undefined;
        customTools?: CustomToolEcho[] | undefined;
        customToolkits?: CustomToolkitEcho[] | undefined;
      }
    | undefined;
}

export type SessionStatus = 'active' | 'expired';

export interface ListSessionsQuery extends PageQuery {
  userId?: string | undefined;
  status?: SessionStatus | undefined;
}

export interface SessionSummary {
  sessionId: string;
  userId: string;
  status: SessionStatus;
  configVersion: number;
  createdAt: string;
  updatedAt: string;
  expiresAt: string | null;
}

export type SessionListResponse = CursorPage<SessionSummary>;

export interface DeleteSessionResponse {
  sessionId: string;
  deleted: true;
}

export interface ConfigVersion {
  version: number;
  createdAt: string;
  isCurrent: boolean;
  config: SessionConfig;
}
