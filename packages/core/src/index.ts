/** What users of Jackfield construct. Needs nothing but `fetch`. */
export {
  type AccountIdentity,
  type AuthConfig,
  type AuthConfigCredentials,
  type AuthSchemeMode,
  type BehaviourTag,
  type ConnectedAccount,
  type ConnectedAccountSummary,
  type ConnectionField,
  type ConnectionStatus,
  type CreateAuthConfigBody,
  type CreateConnectedAccountBody,
  type CreatedSessionToken,
  type CreatedWebhook,
  type CreateToolkitBody,
  type CreateWebhookBody,
  type CredentialInput,
  type ErrorCode,
  type EventData,
  type EventFilter,
  type EventType,
  JackfieldError,
  type JackfieldErrorOptions,
  type JackfieldEvent,
  type JsonObject,
  type JsonSchemaObject,
  type ListAuthConfigsQuery,
  type ListConnectedAccountsQuery,
  type ListSessionsQuery,
  type ListSessionToolkitsQuery,
  type ListToolkitsQuery,
  type ListToolsQuery,
  type ManageConnectionsConfig,
  type MultiAccountConfig,
  type OAuthSettings,
  type PreloadConfig,
  type ProxyExecuteResponse,
  type RefreshConnectedAccountResponse,
  type SearchQuery,
  type SearchResponse,
  type SearchResult,
  type SerializedError,
  type SessionStatus,
  type SessionSummary,
  type SessionToken,
  type SessionToolkit,
  type SessionWarning,
  type SlugFilter,
  type TagFilter,
  type TestWebhookResponse,
  type ToolAnnotations,
  type ToolDetails,
  type ToolFilter,
  type ToolItem,
  type ToolkitDetails,
  type ToolkitItem,
  type UpdateAuthConfigBody,
  type UpdateConnectedAccountBody,
  type UpdateWebhookBody,
  type Webhook,
  type WebhookDelivery,
} from '@jackfield/contract';
export type { AuthConfigs } from './auth-configs.ts';
export type { ConnectedAccounts } from './connected-accounts.ts';
export type { ConnectionRequest, WaitOptions } from './connection-request.ts';
export {
  type CustomTool,
  type CustomToolContext,
  type CustomToolkit,
  type CustomToolkitOptions,
  type CustomToolOptions,
  type CustomToolOptionsOfJsonSchema,
  type CustomToolOptionsWithJsonSchema,
  createTool,
  createToolkit,
  type StandardSchemaWithJson,
} from './custom-tool.ts';
export type { SessionCustomTool, SessionCustomToolkit } from './custom-tool-set.ts';
export type { Events, SubscribeOptions } from './events.ts';
export { type FunctionTool, FunctionToolProvider } from './function-tool-provider.ts';
export { Jackfield, type JackfieldOptions, type ToolCollectionOf, type ToolOf } from './jackfield.ts';
export type { CallModifiers, ModifiedTool, Modifiers } from './modifiers.ts';
export type { Page } from './page.ts';
export type { ExecuteTool, Provider, SessionTool, ToolCallOptions, ToolResult } from './provider.ts';
export type { CustomToolServer, ServeCustomToolsOptions } from './serve-custom-tools.ts';
export type {
  AuthorizeOptions,
  EnsureConnectedOptions,
  ProxyExecuteParams,
  SearchParams,
  Session,
  SessionMcpServer,
  SessionWithoutMcp,
  ToolsOptions,
} from './session.ts';
export {
  type CreateSessionConfig,
  type ExperimentalConfig,
  type SandboxConfig,
  SessionPreset,
  type SlugFilterInput,
  type StoredSessionConfig,
  type TagFilterInput,
  type ToolFilterInput,
  type UpdateSessionConfig,
} from './session-config.ts';
export type { CreateTokenOptions, SessionTokens } from './session-tokens.ts';
export type { Sessions, UseSessionOptions } from './sessions.ts';
export type { ExecuteOptions, ExecuteResult } from './tool-runner.ts';
export type { Toolkits } from './toolkits.ts';
export type { CallOptions, Fetch } from './transport.ts';
export type { Webhooks } from './webhooks.ts';
