import type { SessionConfig, UpdateSessionBody } from '@jackfield/contract';

/**
 * The config after an update (wire contract, section 2.4): a block that is left out stays, one that is given replaces
 * the old one, `null` removes it. Blocks of switches are merged key by key, where `null` removes a key.
 */
export function mergeSessionConfig(config: SessionConfig, body: UpdateSessionBody): SessionConfig {
  return withoutUndefined({
    toolkits: replace(config.toolkits, body.toolkits),
    tools: replace(config.tools, body.tools),
    tags: replace(config.tags, body.tags),
    authConfigs: replace(config.authConfigs, body.authConfigs),
    connectedAccounts: replace(config.connectedAccounts, body.connectedAccounts),
    preload: replace(config.preload, body.preload),
    manageConnections: merge(config.manageConnections, body.manageConnections),
    workbench: merge(config.workbench, body.workbench),
    multiAccount: merge(config.multiAccount, body.multiAccount),
    search: merge(config.search, body.search),
    execute: merge(config.execute, body.execute),
  });
}

/** A config as it is stored: what the body of a new session says, and nothing else. */
export function pickSessionConfig(body: SessionConfig): SessionConfig {
  return mergeSessionConfig({}, body);
}

function replace<Block>(old: Block | undefined, next: Block | null | undefined): Block | undefined {
  return next === undefined ? old : (next ?? undefined);
}

function merge<Block extends object>(old: Block | undefined, next: Block | null | undefined): Block | undefined {
  if (next === undefined) return old;
  if (next === null) return undefined;
  return withoutUndefined({ ...old, ...withoutUndefined(next) }, null);
}

/** JSON has no `undefined`; of switches, `null` is the same as absent. */
function withoutUndefined<Value extends object>(value: Value, alsoWithout?: null): Value {
  return Object.fromEntries(
    Object.entries(value).filter(([, part]) => part !== undefined && (alsoWithout === undefined || part !== null)),
  ) as Value;
}
