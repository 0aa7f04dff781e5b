/**
 * What happens when a tool is called: sessions, connections, execution, search, and what they stand on.
 */
export { createEngine, type EngineOptions, type SearchOptions } from './create-engine.ts';
// Egress
export type { PrivateNetworkAccess } from './egress/address-policy.ts';
export {
  createEgress,
  type Egress,
  type EgressOptions,
  type EgressRequest,
  type EgressResponse,
  type EgressStream,
  type ResolvedAddress,
} from './egress/egress.ts';
export type {
  CallContext,
  ConnectFailure,
  ConnectFailureKind,
  ConnectField,
  ConnectFieldIssue,
  ConnectFlow,
  ConnectForm,
  ConnectResult,
  ConnectSignIn,
  ConnectStep,
  ConnectSuccess,
  Engine,
  Logger,
  Operations,
  SignInCallback,
} from './engine.ts';
// Execution
export type { CancellableCall } from './execution/cancellations.ts';
export { answerOf, failureText } from './execution/execute-response.ts';
export { buildHttpRequest, type HttpRequest, type ToolArguments } from './execution/http-request.ts';
export { defaultLimits, type EngineLimits } from './execution/limits.ts';
export type { StructuredOutput } from './execution/output-fitter.ts';
// Files
export type { FileContent, FileList, FilePlace, Files, FileTicket } from './files/file-service.ts';
// Search
export type { Embedder } from './search/vectors.ts';
// Sources of toolkits
export {
  type DefinedTool,
  defineTool,
  type ToolOptions,
  type ToolOptionsOfJsonSchema,
  type ToolSchema,
} from './sources/code/define-tool.ts';
export { defineToolkit, type ToolkitOptions } from './sources/code/define-toolkit.ts';
export {
  type McpCommandToolkitOptions,
  type McpToolkitOptions,
  type McpUrlToolkitOptions,
  mcpToolkit,
} from './sources/mcp/mcp-toolkit.ts';
export {
  type ConvertedOpenApi,
  type ConvertOpenApiOptions,
  convertOpenApi,
  type LoadedOpenApi,
  type LostOperation,
  loadOpenApi,
  type OpenApiDocument,
  type OpenApiLocation,
  type OpenApiOperation,
  type OpenApiReport,
  type OpenApiSourceOptions,
  openApiSource,
} from './sources/openapi/index.ts';
export type {
  FetchDocument,
  FetchedDocument,
  LoadToolkitOptions,
  ToolkitSource,
} from './sources/toolkit-source.ts';
// Stores
export { createId, type IdPrefix } from './stores/create-id.ts';
export { openStore, type StoreLocation } from './stores/open-store.ts';
export type {
  AccountLease,
  AccountScopes,
  ApiKey,
  ApiKeyStore,
  AuthConfigFilter,
  AuthConfigStore,
  AuthConfigUpdate,
  CancellableCallName,
  CancellationStore,
  ClaimedDelivery,
  ConnectedAccountFilter,
  ConnectedAccountStatus,
  ConnectedAccountStore,
  ConnectedAccountUpdate,
  ConnectLink,
  ConnectLinkStore,
  DeliveryAttempt,
  DeliveryStatus,
  DeliveryStore,
  EventAccount,
  EventStore,
  EventsAfter,
  IdempotencyCompletion,
  IdempotencyKey,
  IdempotencyRecord,
  IdempotencyStart,
  IdempotencyState,
  IdempotencyStore,
  JsonObject,
  LearnedTool,
  MetaStore,
  NewApiKey,
  NewAuthConfig,
  NewConnectedAccount,
  NewConnectLink,
  NewOAuthFlow,
  NewSession,
  NewSessionToken,
  NewWebhook,
  OAuthFlow,
  OAuthFlowStore,
  Page,
  PageRequest,
  Project,
  ProjectStore,
  SearchedQuery,
  SearchMemoryStore,
  SecretStore,
  SecretTable,
  SessionConfigVersion,
  SessionFilter,
  SessionStore,
  SessionTokenFilter,
  SessionTokenStore,
  SessionUpdate,
  Store,
  StoredAuthConfig,
  StoredConnectedAccount,
  StoredDelivery,
  StoredEvent,
  StoredSecret,
  StoredSession,
  StoredSessionToken,
  StoredToolList,
  StoredWebhook,
  StoreOptions,
  ToolCall,
  ToolCallFilter,
  ToolCallStore,
  ToolListStore,
  WebhookStore,
  WebhookUpdate,
} from './stores/store.ts';
// Tokens of sessions
export { generateSessionToken, hashSessionToken, isSessionToken } from './tokens/session-token.ts';
// Toolkit format
export type {
  ApiKeyAuthScheme,
  AuthField,
  AuthScheme,
  BasicAuthScheme,
  BearerAuthScheme,
  BehaviourHints,
  Binding,
  Credential,
  FunctionBinding,
  FunctionToolContext,
  HttpBinding,
  HttpBody,
  HttpBodyEncoding,
  HttpConstant,
  HttpParameter,
  IdentityOperation,
  JsonSchema,
  McpBinding,
  McpCommandUpstream,
  McpHttpUpstream,
  McpUpstream,
  NoAuthScheme,
  OAuth2AuthScheme,
  OAuthGrant,
  ObjectJsonSchema,
  Tool,
  Toolkit,
  ToolProgress,
  UnsupportedAuthScheme,
} from './toolkit.ts';
// Toolkits
export type { CatalogSearchIndex, ToolkitCatalog, ToolkitSummary } from './toolkits/toolkit-catalog.ts';
export type { ToolkitProvision } from './toolkits/toolkit-registry.ts';
// Vault
export { type EncryptionKey, generateEncryptionKey, parseEncryptionKeys } from './vault/encryption-key.ts';
export { checkEncryptionKey } from './vault/key-check.ts';
export { loadOrCreateKeyFile } from './vault/key-file.ts';
export { type RotationProgress, rotateSecrets } from './vault/rotate-secrets.ts';
export { createVault, type SecretOwner, type Vault, type VaultOptions } from './vault/vault.ts';
