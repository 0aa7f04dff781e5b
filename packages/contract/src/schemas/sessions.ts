import { z } from 'zod';
import { countedPage, cursorPage, httpUrl, identifier, pageQuery, slug, timestamp, userId } from './common.ts';
import { customDefinitions, customEchoes } from './custom-tools.ts';

const slugs = z.array(slug).max(5000);
const slugFilter = [z.strictObject({ enable: slugs }), z.strictObject({ disable: slugs })] as const;

const behaviourTags = z
  .array(z.enum(['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint']))
  .max(4)
  .optional();
const tagFilter = z.strictObject({ enable: behaviourTags, disable: behaviourTags });

const blocks = {
  toolkits: z.union(slugFilter),
  tools: z.record(slug, z.union([...slugFilter, z.strictObject({ tags: tagFilter })])),
  tags: tagFilter,
  auth_configs: z.record(slug, identifier),
  connected_accounts: z.record(slug, z.array(identifier).max(50)),
  manage_connections: z.strictObject({
    enable: z.boolean().optional(),
    callback_url: httpUrl.nullable().optional(),
    enable_wait_for_connections: z.boolean().optional(),
  }),
  workbench: z.strictObject({
    enable: z.boolean().optional(),
    enable_proxy_execution: z.boolean().optional(),
    auto_offload_threshold: z.int().min(0).optional(),
    sandbox_size: z.string().min(1).max(64).optional(),
  }),
  multi_account: z.strictObject({
    enable: z.boolean().optional(),
    max_accounts_per_toolkit: z.int().min(2).max(10).nullable().optional(),
    require_explicit_selection: z.boolean().optional(),
  }),
  preload: z.strictObject({ tools: z.union([z.literal('all'), slugs]) }),
  search: z.strictObject({ enable: z.boolean().optional() }),
  execute: z.strictObject({ enable_multi_execute: z.boolean().optional() }),
};

const config = {
  toolkits: blocks.toolkits.optional(),
  tools: blocks.tools.optional(),
  tags: blocks.tags.optional(),
  auth_configs: blocks.auth_configs.optional(),
  connected_accounts: blocks.connected_accounts.optional(),
  manage_connections: blocks.manage_connections.optional(),
  workbench: blocks.workbench.optional(),
  multi_account: blocks.multi_account.optional(),
  preload: blocks.preload.optional(),
  search: blocks.search.optional(),
  execute: blocks.execute.optional(),
};

export const sessionParams = z.strictObject({ session_id: identifier });

export const createSessionBody = z.strictObject({
  user_id: userId,
  ...config,
  expires_at: timestamp.optional(),
  ttl: z.int().min(1).max(315_360_000).optional(),
  experimental: z
    .strictObject({
      ...customDefinitions,
      assistive_prompt_config: z.strictObject({ user_timezone: z.string().min(1).max(64).optional() }).optional(),
    })
    .optional(),
});

export const updateSessionBody = z.strictObject({
  toolkits: blocks.toolkits.nullable().optional(),
  tools: blocks.tools.nullable().optional(),
  tags: blocks.tags.nullable().optional(),
  auth_configs: blocks.auth_configs.nullable().optional(),
  connected_accounts: blocks.connected_accounts.nullable().optional(),
  manage_connections: blocks.manage_connections.nullable().optional(),
  workbench: blocks.workbench.nullable().optional(),
  multi_account: blocks.multi_account.nullable().optional(),
  preload: blocks.preload.nullable().optional(),
  search: blocks.search.nullable().optional(),
  execute: blocks.execute.nullable().optional(),
  expected_config_version: z.int().min(1).optional(),
  widen: z.boolean().optional(),
  expires_at: timestamp.nullable().optional(),
});

export const attachSessionBody = z.strictObject({ experimental: z.strictObject(customDefinitions).optional() });

export const sessionResponse = z.strictObject({
  session_id: z.string(),
  mcp: z.strictObject({ type: z.literal('http'), url: z.string() }).optional(),
  config: z.strictObject({ user_id: z.string(), ...config }),
  config_version: z.int(),
  tool_router_tools: z.array(z.string()),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })).optional(),
  created_at: timestamp,
  updated_at: timestamp,
  expires_at: timestamp.nullable(),
  experimental: z.strictObject({ assistive_prompt: z.string().optional(), ...customEchoes }).optional(),
});

const sessionStatus = z.enum(['active', 'expired']);

export const listSessionsQuery = z.strictObject({
  user_id: userId.optional(),
  status: sessionStatus.optional(),
  ...pageQuery(100),
});

export const sessionListResponse = cursorPage(
  z.strictObject({
    session_id: z.string(),
    user_id: z.string(),
    status: sessionStatus,
    config_version: z.int(),
    created_at: timestamp,
    updated_at: timestamp,
    expires_at: timestamp.nullable(),
  }),
);

export const deleteSessionResponse = z.strictObject({ session_id: z.string(), deleted: z.literal(true) });

export const configHistoryQuery = z.strictObject(pageQuery(100));

export const configHistoryResponse = countedPage(
  z.strictObject({
    version: z.int(),
    created_at: timestamp,
    is_current: z.boolean(),
    config: z.strictObject(config),
  }),
);
