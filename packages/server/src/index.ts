/**
 * The Jackfield server as a function of `Request`. `@jackfield/server/node` listens with it,
 * `@jackfield/server/embedded` calls it in process.
 */
export type { ConnectPageSettings, ConnectTextKey, ConnectTexts } from '@jackfield/dashboard';
export {
  type ApiKey,
  type DefinedTool,
  defineTool,
  defineToolkit,
  type Logger,
  type McpCommandToolkitOptions,
  type McpToolkitOptions,
  type McpUrlToolkitOptions,
  mcpToolkit,
  type OpenApiDocument,
  type OpenApiLocation,
  type OpenApiReport,
  type OpenApiSourceOptions,
  openApiSource,
  type PrivateNetworkAccess,
  type RotationProgress,
  type Toolkit,
  type ToolkitOptions,
  type ToolkitSource,
  type ToolOptions,
} from '@jackfield/engine';
export {
  type ApiKeyHome,
  type CreatedApiKey,
  createApiKey,
  defaultProject,
  generateApiKey,
  hashApiKey,
  listApiKeys,
  type NewApiKeyOptions,
  revokeApiKey,
} from './api-keys.ts';
export {
  type Authenticate,
  type AuthenticatorOptions,
  createAuthenticator,
  type Principal,
  type StaticApiKey,
} from './authenticate.ts';
export { type CompatMountOptions, compatMount } from './compat/compat-mount.ts';
export {
  type App,
  type AppOptions,
  createApp,
  type Dialect,
  type Mount,
  nativeMount,
} from './create-app.ts';
export type { McpOptions } from './mcp/mcp-options.ts';
export type { BoundRequest, BoundRoute, MountedRoute } from './mounted-route.ts';
export { type OpenKeys, openKeys } from './open-keys.ts';
export type { StoreSettings } from './open-store-at.ts';
export { type OpenVault, openVault, type VaultSettings } from './open-vault.ts';
