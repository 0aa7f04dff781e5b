import type { ApiKey } from '@jackfield/engine';
import { type CreatedApiKey, createApiKey, listApiKeys, type NewApiKeyOptions, revokeApiKey } from './api-keys.ts';
import { openStoreAt, type StoreSettings } from './open-store-at.ts';

/** The API keys in a store; a server may use the same store at the same time. */
export interface OpenKeys {
  create(options: NewApiKeyOptions): Promise<CreatedApiKey>;
  /** All of a project, revoked ones too, newest first. */
  list(project?: string): Promise<readonly ApiKey[]>;
  /** Whether there was such a key that was active. */
  revoke(keyId: string, project?: string): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens a store to manage its API keys.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION`, `UNAVAILABLE`
 */
export async function openKeys(settings: StoreSettings): Promise<OpenKeys> {
  const store = await openStoreAt(settings);
  return {
    create: (options) => createApiKey(store, options),
    list: (project) => listApiKeys(store, project),
    revoke: (keyId, project) => revokeApiKey(store, keyId, project),
    close: () => store.close(),
  };
}
