import type { SessionConfig } from '@jackfield/contract';

/** The accounts of one toolkit that a user may have in a session with several, unless the config says otherwise. */
export const defaultMaxAccountsPerToolkit = 5;

/** The switches of a session config with their defaults filled in. */
export interface SessionSwitches {
  readonly manageConnections: boolean;
  readonly waitForConnections: boolean;
  readonly search: boolean;
  readonly multiExecute: boolean;
}

export function switchesOf(config: SessionConfig): SessionSwitches {
  const manageConnections = config.manageConnections?.enable ?? true;
  return {
    manageConnections,
    waitForConnections: manageConnections && config.manageConnections?.enableWaitForConnections === true,
    search: config.search?.enable ?? true,
    multiExecute: config.execute?.enableMultiExecute ?? true,
  };
}

/** The config as it takes effect, for the answer: defaults filled in, restrictions left out where there are none. */
export function effectiveConfig(config: SessionConfig): SessionConfig {
  return {
    ...config,
    manageConnections: { enable: true, enableWaitForConnections: false, ...config.manageConnections },
    workbench: { enable: false, ...config.workbench },
    multiAccount: { enable: false, ...config.multiAccount },
    preload: config.preload ?? { tools: [] },
    search: { enable: true, ...config.search },
    execute: { enableMultiExecute: true, ...config.execute },
  };
}
