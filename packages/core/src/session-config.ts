import type {
  BehaviourTag,
  CreateSessionBody,
  ManageConnectionsConfig,
  MultiAccountConfig,
  SessionConfig,
  SessionResponse,
  SlugFilter,
  TagFilter,
  ToolFilter,
  UpdateSessionBody,
  WorkbenchConfig,
} from '@jackfield/contract';
import { JackfieldError } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import { type CustomTool, type CustomToolkit, toDefinitions } from './custom-tool.ts';

/** Ready-made session configs. What a config says itself wins over its preset. */
export const SessionPreset = {
  /** The allowed tools themselves and no meta tools: needs a filter (`toolkits`, `tools` or `tags`). */
  DIRECT_TOOLS: 'direct_tools',
} as const;

export type SessionPreset = (typeof SessionPreset)[keyof typeof SessionPreset];

/** Toolkit or tool slugs that are allowed, or a filter. */
export type SlugFilterInput = readonly string[] | SlugFilter;

/** Behaviours that a tool must have one of, or a filter. */
export type TagFilterInput = readonly BehaviourTag[] | TagFilter;

/** Within one toolkit: by tool slug, or by tags. */
export type ToolFilterInput = SlugFilterInput | { tags: TagFilterInput };

/** Code execution. Stored and returned; there is nothing yet that executes code. */
export type SandboxConfig = WorkbenchConfig;

/** What a session may be restricted to. Everything absent means: no restriction, or the default named at the key. */
interface SessionBlocks {
  /** Toolkits that are allowed: `['github']`, `{ enable: [...] }` or `{ disable: [...] }`. */
  toolkits?: SlugFilterInput | undefined;
  /** Tools that are allowed, by toolkit slug: `{ github: ['GITHUB_STAR_REPO'] }`. */
  tools?: Readonly<Record<string, ToolFilterInput>> | undefined;
  /** Behaviours that are allowed: `['readOnlyHint']`, `{ disable: ['destructiveHint'] }`. */
  tags?: TagFilterInput | undefined;
  /** Toolkit slug to the auth config that new connections of it are made with. */
  authConfigs?: Readonly<Record<string, string>> | undefined;
  /** Toolkit slug to the connected accounts that may be used. */
  connectedAccounts?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Whether the agent can connect its user's accounts. Default: true. */
  manageConnections?: boolean | ManageConnectionsConfig | undefined;
  /** Default: false. */
  sandbox?: boolean | SandboxConfig | undefined;
  /** Whether a user may have several connected accounts of one toolkit. Default: false. */
  multiAccount?: boolean | MultiAccountConfig | undefined;
  /** Tools that `session.tools()` lists beside the meta tools. `all` needs a filter. Default: none. */
  preload?: { tools: readonly string[] | 'all' } | undefined;
}

/** What `sessions.create` takes beside the user. */
export interface CreateSessionConfig extends SessionBlocks {
  sessionPreset?: SessionPreset | undefined;
  /** `true` makes it a `Session`, which has `mcp`. Default: false. */
  mcp?: boolean | undefined;
  /** When the session ends. Not together with `ttl`. Default: never. */
  expiresAt?: Date | string | undefined;
  /** Seconds until the session ends. */
  ttl?: number | undefined;
  experimental?: ExperimentalConfig | undefined;
}

export interface ExperimentalConfig {
  /** Asks for `session.assistivePrompt`, a text for the system prompt. */
  assistivePrompt?: { /** IANA name: `Europe/Paris`. */ userTimezone?: string | undefined } | undefined;
  /** Made with `createTool`; they run in this process and live as long as the `Session` object. */
  customTools?: readonly CustomTool[] | undefined;
  /** Made with `createToolkit`. */
  customToolkits?: readonly CustomToolkit[] | undefined;
}

/**
 * What `session.update` takes: a given block replaces the stored one, `null` removes it, blocks of switches are merged
 * key by key.
 */
export type UpdateSessionConfig = { [Key in keyof SessionBlocks]?: SessionBlocks[Key] | null } & {
  /** The search meta tools. */
  search?: SessionConfig['search'] | null;
  /** The meta tool that runs several tools in one call. */
  execute?: SessionConfig['execute'] | null;
  /** A later (or no) end needs `widen`. */
  expiresAt?: Date | string | null | undefined;
  /** Permits the session to reach more than before. Default: false, then it fails with `WIDENING_NOT_ALLOWED`. */
  widen?: boolean | undefined;
  /** Fail with `CONFIG_VERSION_CONFLICT` unless this is the stored version. */
  expectedConfigVersion?: number | undefined;
};

/** The config of a session as the server keeps it. */
export type StoredSessionConfig = Omit<SessionResponse['config'], 'workbench'> & {
  sandbox?: SandboxConfig | undefined;
};

/** Kinds of value that a key takes, and what it takes in words. */
type Shapes = Readonly<Record<string, readonly [kinds: string, accepted: string]>>;

const blockShapes = {
  toolkits: ['array object', 'an array of toolkit slugs, { enable } or { disable }'],
  tools: [
    'object',
    'an object of toolkit slugs, each with an array of tool slugs, { enable }, { disable } or { tags }',
  ],
  tags: [
    'array object',
    'an array of readOnlyHint, destructiveHint, idempotentHint, openWorldHint, or { enable, disable }',
  ],
  authConfigs: ['object', 'an object of toolkit slugs, each with an auth config id'],
  connectedAccounts: ['object', 'an object of toolkit slugs, each with a connected account id or an array of them'],
  manageConnections: ['boolean object', 'a boolean or { enable, callbackUrl, enableWaitForConnections }'],
  sandbox: ['boolean object', 'a boolean or { enable, enableProxyExecution, autoOffloadThreshold, sandboxSize }'],
  multiAccount: ['boolean object', 'a boolean or { enable, maxAccountsPerToolkit, requireExplicitSelection }'],
  preload: ['object', "{ tools: [...] } or { tools: 'all' }"],
} as const satisfies Shapes;

const instant = ['Date string', 'a Date or an ISO 8601 instant'] as const;

const createShapes = {
  ...blockShapes,
  sessionPreset: ['string', 'SessionPreset.DIRECT_TOOLS'],
  mcp: ['boolean', 'a boolean'],
  expiresAt: instant,
  ttl: ['number', 'a number of seconds'],
  experimental: ['object', '{ assistivePrompt, customTools, customToolkits }'],
} as const satisfies Shapes & Record<keyof CreateSessionConfig, unknown>;

const updateShapes = {
  ...blockShapes,
  search: ['object', '{ enable }'],
  execute: ['object', '{ enableMultiExecute }'],
  expiresAt: instant,
  widen: ['boolean', 'a boolean'],
  expectedConfigVersion: ['number', 'a number'],
} as const satisfies Shapes & Record<keyof UpdateSessionConfig, unknown>;

/**
 * The top level only: what is deeper is checked by the server, which names keys the same way.
 * @throws JackfieldError `INVALID_SESSION_CONFIG`
 */
function checkConfig(config: object, shapes: Shapes): void {
  for (const [key, value] of Object.entries(config)) {
    if (value === undefined || value === null) continue;
    const shape = Object.hasOwn(shapes, key) ? shapes[key] : undefined;
    if (shape === undefined) {
      throw invalid(
        `\`${key}\` is not a key of a session config.`,
        `Accepted keys: ${Object.keys(shapes).join(', ')}.`,
      );
    }
    const [kinds, accepted] = shape;
    const kind =
      value === null ? 'null' : Array.isArray(value) ? 'array' : value instanceof Date ? 'Date' : typeof value;
    if (!kinds.split(' ').includes(kind)) {
      throw invalid(`\`${key}\` must be ${accepted}, not ${show(value)}.`);
    }
  }
}

function show(value: unknown): string {
  return typeof value === 'bigint' ? `${value}n` : JSON.stringify(value);
}

function invalid(message: string, fix?: string): JackfieldError {
  return new JackfieldError('INVALID_SESSION_CONFIG', { message, fix });
}

type BlocksInput = { readonly [Key in keyof SessionBlocks]: SessionBlocks[Key] | null };
type WireBlocks = { [Key in keyof SessionConfig]: SessionConfig[Key] | null };

/** The same in the wire's form: lists become `enable`, switches objects, `sandbox` is named `workbench`. */
function toBlocks(config: BlocksInput): WireBlocks {
  return {
    toolkits: map(config.toolkits, toSlugFilter),
    tools: map(config.tools, (filters) => mapValues(filters, toToolFilter)),
    tags: map(config.tags, toTagFilter),
    authConfigs: map(config.authConfigs, (ids) => ({ ...ids })),
    connectedAccounts: map(config.connectedAccounts, (accounts) =>
      mapValues(accounts, (ids) => (typeof ids === 'string' ? [ids] : copyList(ids))),
    ),
    manageConnections: map(config.manageConnections, toSwitch<ManageConnectionsConfig>),
    workbench: map(config.sandbox, toSwitch<SandboxConfig>),
    multiAccount: map(config.multiAccount, toSwitch<MultiAccountConfig>),
    preload: map(config.preload, ({ tools, ...unknown }) => ({
      ...unknown,
      tools: typeof tools === 'string' ? tools : copyList(tools),
    })),
  };
}

function hasNoNull(blocks: WireBlocks): blocks is SessionConfig {
  return !Object.values(blocks).includes(null);
}

function map<T, Result>(value: T | null | undefined, change: (value: T) => Result): Result | null | undefined {
  if (value === null) return null;
  return value === undefined ? undefined : change(value);
}

function mapValues<T, Result>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function toSlugFilter(filter: SlugFilterInput): SlugFilter {
  return isList(filter) ? { enable: [...filter] } : filter;
}

function toTagFilter(filter: TagFilterInput): TagFilter {
  return isList(filter) ? { enable: [...filter] } : filter;
}

function toToolFilter(filter: ToolFilterInput): ToolFilter {
  return isJsonObject(filter) && 'tags' in filter
    ? { ...filter, tags: toTagFilter(filter.tags) }
    : toSlugFilter(filter);
}

/** What is no list at all is left for the server to name. */
export function copyList<Item>(items: readonly Item[]): Item[] {
  return isList(items) ? [...items] : items;
}

function isList<Item>(value: readonly Item[] | object): value is readonly Item[] {
  return Array.isArray(value);
}

function toSwitch<Block>(block: boolean | Block): Block | { enable: boolean } {
  return typeof block === 'boolean' ? { enable: block } : block;
}

/** Dates that cannot be read are left for the server to name. */
function toInstant(instant: Date | string): string {
  return typeof instant === 'string' || Number.isNaN(instant.getTime()) ? String(instant) : instant.toISOString();
}

/** @throws JackfieldError `INVALID_SESSION_CONFIG` that names the key and what it takes. */
export function toCreateBody(userId: string, config: CreateSessionConfig): CreateSessionBody {
  checkConfig(config, createShapes);
  const { sessionPreset, expiresAt, ttl, experimental } = config;
  if (sessionPreset !== undefined && sessionPreset !== SessionPreset.DIRECT_TOOLS) {
    throw invalid(`\`sessionPreset\` must be SessionPreset.DIRECT_TOOLS, not ${show(sessionPreset)}.`);
  }
  const { assistivePrompt, customTools, customToolkits, ...unknown } = experimental ?? {};
  const blocks = toBlocks(config);
  if (!hasNoNull(blocks)) throw invalid('`null` removes a block in `session.update()`; a new session has none yet.');
  if (sessionPreset !== undefined) {
    const off = { enable: false };
    blocks.search = off;
    blocks.execute = { enableMultiExecute: false };
    blocks.manageConnections ??= off;
    blocks.workbench ??= off;
    blocks.preload ??= { tools: 'all' };
  }
  return {
    userId,
    ...blocks,
    expiresAt: expiresAt && toInstant(expiresAt),
    ttl,
    experimental: experimental && {
      // Not known here: the server names it.
      ...unknown,
      assistivePromptConfig: assistivePrompt,
      ...toDefinitions({ customTools, customToolkits }),
    },
  };
}

/** @throws JackfieldError `INVALID_SESSION_CONFIG` that names the key and what it takes. */
export function toUpdateBody(patch: UpdateSessionConfig): UpdateSessionBody {
  checkConfig(patch, updateShapes);
  const { search, execute, widen, expectedConfigVersion, expiresAt } = patch;
  return {
    ...toBlocks(patch),
    search,
    execute,
    widen,
    expectedConfigVersion,
    expiresAt: expiresAt && toInstant(expiresAt),
  };
}

export function toStoredConfig({ workbench, ...config }: SessionResponse['config']): StoredSessionConfig {
  return { ...config, ...(workbench !== undefined && { sandbox: workbench }) };
}
