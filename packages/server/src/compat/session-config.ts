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
  const { session_config_id: saved, permissions } = objectIn(body, 'experimental');
  if (saved !== undefined && saved !== null) {
    throw new JackfieldError('INVALID_SESSION_CONFIG', {
      message: `experimental.session_config_id is ${JSON.stringify(saved)}, but there are no saved session configs here.`,
      fix: 'Send the config itself.',
    });
  }
  if (permissions !== undefined && permissions !== null && !allowsAll(permissions)) {
    throw new JackfieldError('INVALID_SESSION_CONFIG', {
      message: 'experimental.permissions would have some calls asked about or denied, which does not happen here.',
      fix: 'Leave out what must not run with `tools` and `tags`, and let the program ask before it runs the rest.',
    });
  }
}

function allowsAll(permissions: unknown): boolean {
  if (!isJsonObject(permissions)) return false;
  const { default: usual, overrides } = permissions;
  return [usual, ...Object.values(isJsonObject(overrides) ? overrides : {})].every((each) => each === 'always_allow');
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

/** Parts of `experimental` that are read, or refused before. */
const experimentalKeys = [
  'assistive_prompt_config',
  'custom_tools',
  'custom_toolkits',
  'permissions',
  'session_config_id',
];

/** What a client asked for and does not get, where it can do without. */
export function warningsAboutConfig(body: WireObject): readonly Warning[] {
  const ignored = [
    ...asked(body).filter((key) => !meaningful.has(key)),
    ...Object.entries({ ...blockKeys, experimental: experimentalKeys }).flatMap(([block, known]) =>
      asked(objectIn(body, block))
        .filter((key) => !known.includes(key))
        .map((key) => `${block}.${key}`),
    ),
  ];
  return [
    ...ignored.map((key) => ({ code: 'IGNORED', message: `${key} is not known here and has no effect.` })),
    ...(objectIn(body, 'workbench').enable === true
      ? [{ code: 'WORKBENCH_NOT_AVAILABLE', message: 'There is no sandbox here: its tools are not listed.' }]
      : []),
  ];
}

/** Names of what is there and not switched off. */
function asked(block: WireObject): readonly string[] {
  return Object.keys(block).filter((key) => {
    const value = block[key];
    const isOff = value === false || value === null || (isJsonObject(value) && value.enable === false);
    return !isOff;
  });
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
