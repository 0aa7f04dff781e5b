/**
 * The light half of the contract: types, routes, casing and errors. Loads no zod; the schemas stand in
 * `@jackfield/contract/schemas`.
 */
export type {
  AuthConfig,
  AuthConfigCredentials,
  AuthConfigListResponse,
  ConnectionField,
  CreateAuthConfigBody,
  DeleteAuthConfigResponse,
  ListAuthConfigsQuery,
  OAuthSettings,
  UpdateAuthConfigBody,
} from './auth-configs.ts';
export {
  type AuthSchemeMode,
  authSchemeModes,
  type ConnectionStatus,
  connectionStatuses,
  type TokenEndpointAuthMethod,
  tokenEndpointAuthMethods,
} from './auth-schemes.ts';
export { type Casing, type CasingDirection, compileCasing, type Recase, toCamelCase, toSnakeCase } from './casing.ts';
export type {
  AccountIdentity,
  ConnectedAccount,
  ConnectedAccountListResponse,
  CreateConnectedAccountBody,
  CredentialInput,
  DeleteConnectedAccountResponse,
  LinkBody,
  LinkResponse,
  ListConnectedAccountsQuery,
  RefreshConnectedAccountResponse,
  UpdateConnectedAccountBody,
  UpdateConnectedAccountStatusBody,
  UpdateConnectedAccountStatusResponse,
} from './connected-accounts.ts';
export type {
  CustomDefinitions,
  CustomToolCall,
  CustomToolDefinition,
  CustomToolEcho,
  CustomToolkitDefinition,
  CustomToolkitEcho,
  CustomToolkitToolDefinition,
  CustomToolResult,
  ServeCustomToolsBody,
  ServeCustomToolsResponse,
} from './custom-tools.ts';
export {
  type ErrorCode,
  errorCodes,
  JackfieldError,
  type JackfieldErrorOptions,
  type SerializedError,
} from './errors.ts';
export {
  type EventData,
  type EventFilter,
  type EventListResponse,
  type EventType,
  eventTypes,
  type JackfieldEvent,
  type ListEventsQuery,
} from './events.ts';
export type { JsonObject, JsonSchemaObject } from './json.ts';
export type { CountedPage, CursorPage, PageQuery } from './pagination.ts';
export type { RouteInput, RouteName, RouteResponse, RouteTypes } from './route-types.ts';
export { type Route, routes } from './routes.ts';
export type {
  ConnectedAccountSummary,
  FoundToolSchema,
  SearchBody,
  SearchExplanation,
  SearchQuery,
  SearchResponse,
  SearchResult,
  ToolkitConnectionStatus,
} from './search.ts';
export type {
  CreatedSessionToken,
  CreateSessionTokenBody,
  RevokeSessionTokenResponse,
  SessionToken,
  SessionTokenListResponse,
  TokenNarrowing,
} from './session-tokens.ts';
export type {
  AssistivePromptConfig,
  AttachSessionBody,
  BehaviourTag,
  ConfigVersion,
  CreateSessionBody,
  DeleteSessionResponse,
  ListSessionsQuery,
  ManageConnectionsConfig,
  MultiAccountConfig,
  PreloadConfig,
  SessionConfig,
  SessionListResponse,
  SessionMcp,
  SessionResponse,
  SessionStatus,
  SessionSummary,
  SessionWarning,
  SlugFilter,
  TagFilter,
  ToolFilter,
  UpdateSessionBody,
  WorkbenchConfig,
} from './sessions.ts';
export type {
  AddedToolkit,
  CreateToolkitBody,
  DeleteToolkitResponse,
  ListSessionToolkitsQuery,
  ListToolkitsQuery,
  ListToolsQuery,
  SessionToolkit,
  SessionToolkitListResponse,
  ToolDetails,
  ToolkitAuthScheme,
  ToolkitDetails,
  ToolkitItem,
  ToolkitListResponse,
} from './toolkits.ts';
export type {
  BinaryData,
  ExecuteBody,
  ExecuteResponse,
  ProxyExecuteBody,
  ProxyExecuteResponse,
  ProxyMethod,
  ProxyParameter,
  ToolAnnotations,
  ToolItem,
  ToolToolkit,
} from './tools.ts';
export type {
  CreatedWebhook,
  CreateWebhookBody,
  DeleteWebhookResponse,
  ListWebhooksQuery,
  TestWebhookResponse,
  UpdateWebhookBody,
  Webhook,
  WebhookDelivery,
  WebhookListResponse,
} from './webhooks.ts';
