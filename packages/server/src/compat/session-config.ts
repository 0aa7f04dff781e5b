import { JackfieldError } from '@jackfield/contract';
import { isJsonObject, objectIn, pick, renamed, type WireObject } from './wire-object.ts';

const blockKeys: Readonly<Record<string, readonly string[]>> = {
  manage_connections: ['enable', 'callback_url', 'enable_wait_for_connections'],
  workbench: ['enable', 'enable_proxy_execution', 'auto_offload_threshold', 'sandbox_size'],
  multi_account: ['enable', 'max_accounts_per_toolkit', 'require_explicit_selection'],
  preload: ['tools'],
  search: ['enable'],
  execute: ['enable_multi_execute'],
};

/** Keys of a config that mean something here, beside those of {@link blockKeys}. */
const filters = ['toolkits', 'tools', 'tags', 'auth_configs', 'connected_accounts'];

/** The blocks of a session config that a client sent, as the contract has them. `null` stays. */
export function toNativeConfig(body: WireObject): WireObject {
  const config: Record<string, unknown> = pick(body, filters);
  if (config.toolkits !== undefined) config.toolkits = lowerCased(enabledList(config.toolkits));
  if (config.tags !== undefined) config.tags = enabledList(config.tags);
  if (isJsonObject(config.tools)) {
    config.tools = mapEntries(config.tools, (toolkit, filter) => [
      toolkit.toLowerCase(),
      isJsonObject(filter) && filter.tags !== undefined ? { tags: enabledList(filter.tags) } : enabledList(filter),
    ]);
  }
  for (const name of ['auth_configs', 'connected_accounts'] as const) {
    const block = config[name];
    if (isJsonObject(block)) config[name] = mapEntries(block, (toolkit, value) => [toolkit.toLowerCase(), value]);
  }
  for (const [name, keys] of Object.entries(blockKeys)) {
    const block = body[name];
    if (block !== undefined) config[name] = isJsonObject(block) ? pick(block, keys) : block;
  }
  return config;
}

/** Custom definitions of a request, without what else clients put beside them. */
export function customDefinitions(body: WireObject): { experimental?: WireObject } {
  const experimental = pick(objectIn(body, 'experimental'), ['custom_tools', 'custom_toolkits']);
  return Object.keys(experimental).length === 0 ? {} : { experimental };
}

/** @throws JackfieldError `INVALID_SESSION_CONFIG` for what would change what the session does and cannot be had here */
export function refuseUnavailable(body: WireObject): void {
  const { session_config_id: saved } = objectIn(body, 'experimental');
  if (saved === undefined || saved === null) return;
  throw new JackfieldError('INVALID_SESSION_CONFIG', {
    message: `experimental.session_config_id is ${JSON.stringify(saved)}, but there are no saved session configs here.`,
    fix: 'Send the config itself.',
  });
}

interface Warning {
  readonly code: string;
  readonly message: string;
}

const meaningful = new Set([
  ...filters,
  ...Object.keys(blockKeys),
  'user_id',
  'experimental',
  'expected_config_version',
]);

/** What a client asked for and does not get, where it can do without. */
export function warningsAboutConfig(body: WireObject): readonly Warning[] {
  const ignored = Object.keys(body).filter((key) => !meaningful.has(key) && body[key] !== false && body[key] !== null);
  return [
    ...ignored.map((key) => ({ code: 'IGNORED', message: `${key} is not known here and has no effect.` })),
    ...(objectIn(body, 'workbench').enable === true
      ? [{ code: 'WORKBENCH_NOT_AVAILABLE', message: 'There is no sandbox here: its tools are not listed.' }]
      : []),
  ];
}

/** A config as the contract has it, in the words that clients read: where one says `enable`, they read `enabled`. */
export function toClientConfig(config: WireObject): WireObject {
  const { toolkits, tools, tags, manage_connections, workbench, ...rest } = config;
  return {
    ...rest,
    ...(toolkits === undefined ? {} : { toolkits: past(toolkits) }),
    ...(tags === undefined ? {} : { tags: past(tags) }),
    ...(isJsonObject(tools)
      ? {
          tools: mapEntries(tools, (toolkit, filter) => [
            toolkit,
            isJsonObject(filter) && filter.tags !== undefined ? { tags: past(filter.tags) } : past(filter),
          ]),
        }
      : {}),
    ...(manage_connections === undefined
      ? {}
      : { manage_connections: renamed(manage_connections, { enable: 'enabled' }) }),
    ...(workbench === undefined
      ? {}
      : { workbench: renamed(workbench, { enable_proxy_execution: 'proxy_execution_enabled' }) }),
  };
}

function past(filter: unknown): WireObject {
  return renamed(filter, { enable: 'enabled', disable: 'disabled' });
}

/** Clients without types send a bare list. */
function enabledList(filter: unknown): unknown {
  return Array.isArray(filter) ? { enable: filter } : filter;
}

/** Slugs of toolkits are in lower case; clients are used to either. */
function lowerCased(filter: unknown): unknown {
  if (!isJsonObject(filter)) return filter;
  return mapEntries(filter, (name, slugs) => [
    name,
    Array.isArray(slugs) ? slugs.map((slug) => (typeof slug === 'string' ? slug.toLowerCase() : slug)) : slugs,
  ]);
}

function mapEntries(object: WireObject, map: (name: string, value: unknown) => [string, unknown]): WireObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => map(name, value)));
}
