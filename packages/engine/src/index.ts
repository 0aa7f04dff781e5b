// Egress
export type { PrivateNetworkAccess } from './egress/address-policy.ts';
export {
  createEgress,
  type Egress,
  type EgressOptions,
  type EgressRequest,
  type EgressResponse,
  type ResolvedAddress,
} from './egress/egress.ts';
export type {
  CallContext,
  ConnectField,
  ConnectFlow,
  ConnectForm,
  ConnectResult,
  Engine,
  Logger,
  Operations,
} from './engine.ts';
// Stores
export { createId, type IdPrefix } from './stores/create-id.ts';
export { openStore, type StoreLocation } from './stores/open-store.ts';
export type {
  ApiKey,
  ApiKeyStore,
  AuthConfigFilter,
  AuthConfigStore,
  AuthConfigUpdate,
  ConnectedAccountFilter,
  ConnectedAccountStatus,
  ConnectedAccountStore,
  ConnectedAccountUpdate,
  ConnectLink,
  ConnectLinkStore,
  IdempotencyCompletion,
  IdempotencyKey,
  IdempotencyRecord,
  IdempotencyStart,
  IdempotencyState,
  IdempotencyStore,
  JsonObject,
  MetaStore,
  NewApiKey,
  NewAuthConfig,
  NewConnectedAccount,
  NewConnectLink,
  NewSession,
  Page,
  PageRequest,
  Project,
  ProjectStore,
  SessionConfigVersion,
  SessionFilter,
  SessionStore,
  SessionUpdate,
  Store,
  StoredAuthConfig,
  StoredConnectedAccount,
  StoredSession,
  StoreOptions,
  ToolCall,
  ToolCallFilter,
  ToolCallStore,
} from './stores/store.ts';

// Vault
export { type EncryptionKey, generateEncryptionKey, parseEncryptionKeys } from './vault/encryption-key.ts';
export { checkEncryptionKey } from './vault/key-check.ts';
export { loadOrCreateKeyFile } from './vault/key-file.ts';
export { rotateSecrets } from './vault/rotate-secrets.ts';
export { createVault, type SecretOwner, type Vault, type VaultOptions } from './vault/vault.ts';
