import type {
  AuthConfig,
  AuthConfigListResponse,
  CreateAuthConfigBody,
  DeleteAuthConfigResponse,
  ListAuthConfigsQuery,
  UpdateAuthConfigBody,
} from './auth-configs.ts';
import type {
  ConnectedAccount,
  ConnectedAccountListResponse,
  CreateConnectedAccountBody,
  DeleteConnectedAccountResponse,
  LinkBody,
  LinkResponse,
  ListConnectedAccountsQuery,
  RefreshConnectedAccountResponse,
  UpdateConnectedAccountBody,
  UpdateConnectedAccountStatusBody,
  UpdateConnectedAccountStatusResponse,
} from './connected-accounts.ts';
import type { ServeCustomToolsBody, ServeCustomToolsResponse } from './custom-tools.ts';
import type { EventListResponse, ListEventsQuery } from './events.ts';
import type { CountedPage, PageQuery } from './pagination.ts';
import type { SearchBody, SearchResponse } from './search.ts';
import type {
  CreatedSessionToken,
  CreateSessionTokenBody,
  RevokeSessionTokenResponse,
  SessionTokenListResponse,
} from './session-tokens.ts';
import type {
  AttachSessionBody,
  ConfigVersion,
  CreateSessionBody,
  DeleteSessionResponse,
  ListSessionsQuery,
  SessionListResponse,
  SessionResponse,
  UpdateSessionBody,
} from './sessions.ts';
import type {
  CreateToolkitBody,
  DeleteToolkitResponse,
  ListSessionToolkitsQuery,
  ListToolkitsQuery,
  ListToolsQuery,
  SessionToolkitListResponse,
  ToolDetails,
  ToolkitDetails,
  ToolkitListResponse,
} from './toolkits.ts';
import type { ExecuteBody, ExecuteResponse, ProxyExecuteBody, ProxyExecuteResponse, ToolItem } from './tools.ts';
import type {
  CreatedWebhook,
  CreateWebhookBody,
  DeleteWebhookResponse,
  ListWebhooksQuery,
  TestWebhookResponse,
  UpdateWebhookBody,
  Webhook,
  WebhookListResponse,
} from './webhooks.ts';

interface AuthConfigParams {
  authConfigId: string;
}

interface ConnectedAccountParams {
  connectedAccountId: string;
}

/** Of a toolkit or a tool. */
interface SlugParams {
  slug: string;
}

interface SessionParams {
  sessionId: string;
}

interface WebhookParams {
  webhookId: string;
}

/** What each route takes and answers, in TypeScript's casing. */
export interface RouteTypes {
  'sessions.create': { body: CreateSessionBody; response: SessionResponse };
  'sessions.list': { query: ListSessionsQuery; response: SessionListResponse };
  'sessions.get': { params: SessionParams; response: SessionResponse };
  'sessions.attach': { params: SessionParams; body: AttachSessionBody; response: SessionResponse };
  'sessions.update': { params: SessionParams; body: UpdateSessionBody; response: SessionResponse };
  'sessions.delete': { params: SessionParams; response: DeleteSessionResponse };
  'sessions.configHistory': { params: SessionParams; query: PageQuery; response: CountedPage<ConfigVersion> };
  'sessions.tools': { params: SessionParams; query: PageQuery; response: CountedPage<ToolItem> };
  'sessions.toolkits': {
    params: SessionParams;
    query: ListSessionToolkitsQuery;
    response: SessionToolkitListResponse;
  };
  'sessions.link': { params: SessionParams; body: LinkBody; response: LinkResponse };
  'sessions.search': { params: SessionParams; body: SearchBody; response: SearchResponse };
  'sessions.execute': { params: SessionParams; body: ExecuteBody; response: ExecuteResponse };
  'sessions.proxyExecute': { params: SessionParams; body: ProxyExecuteBody; response: ProxyExecuteResponse };
  'sessions.serveCustomTools': {
    params: SessionParams;
    body: ServeCustomToolsBody;
    response: ServeCustomToolsResponse;
  };
  'sessions.tokens.create': { params: SessionParams; body: CreateSessionTokenBody; response: CreatedSessionToken };
  'sessions.tokens.list': { params: SessionParams; query: PageQuery; response: SessionTokenListResponse };
  'sessions.tokens.revoke': { params: SessionParams & { tokenId: string }; response: RevokeSessionTokenResponse };
  'connectedAccounts.list': { query: ListConnectedAccountsQuery; response: ConnectedAccountListResponse };
  'connectedAccounts.get': { params: ConnectedAccountParams; response: ConnectedAccount };
  'connectedAccounts.create': { body: CreateConnectedAccountBody; response: ConnectedAccount };
  'connectedAccounts.update': {
    params: ConnectedAccountParams;
    body: UpdateConnectedAccountBody;
    response: ConnectedAccount;
  };
  'connectedAccounts.updateStatus': {
    params: ConnectedAccountParams;
    body: UpdateConnectedAccountStatusBody;
    response: UpdateConnectedAccountStatusResponse;
  };
  'connectedAccounts.refresh': { params: ConnectedAccountParams; response: RefreshConnectedAccountResponse };
  'connectedAccounts.revoke': { params: ConnectedAccountParams; response: ConnectedAccount };
  'connectedAccounts.delete': { params: ConnectedAccountParams; response: DeleteConnectedAccountResponse };
  'authConfigs.list': { query: ListAuthConfigsQuery; response: AuthConfigListResponse };
  'authConfigs.create': { body: CreateAuthConfigBody; response: AuthConfig };
  'authConfigs.get': { params: AuthConfigParams; response: AuthConfig };
  'authConfigs.update': { params: AuthConfigParams; body: UpdateAuthConfigBody; response: AuthConfig };
  'authConfigs.enable': { params: AuthConfigParams; response: AuthConfig };
  'authConfigs.disable': { params: AuthConfigParams; response: AuthConfig };
  'authConfigs.delete': { params: AuthConfigParams; response: DeleteAuthConfigResponse };
  'toolkits.list': { query: ListToolkitsQuery; response: ToolkitListResponse };
  'toolkits.create': { body: CreateToolkitBody; response: ToolkitDetails };
  'toolkits.get': { params: SlugParams; response: ToolkitDetails };
  'toolkits.delete': { params: SlugParams; response: DeleteToolkitResponse };
  'tools.list': { query: ListToolsQuery; response: CountedPage<ToolItem> };
  'tools.get': { params: SlugParams; response: ToolDetails };
  'events.list': { query: ListEventsQuery; response: EventListResponse };
  'webhooks.create': { body: CreateWebhookBody; response: CreatedWebhook };
  'webhooks.list': { query: ListWebhooksQuery; response: WebhookListResponse };
  'webhooks.get': { params: WebhookParams; response: Webhook };
  'webhooks.update': { params: WebhookParams; body: UpdateWebhookBody; response: Webhook };
  'webhooks.rotateSecret': { params: WebhookParams; response: CreatedWebhook };
  'webhooks.test': { params: WebhookParams; response: TestWebhookResponse };
  'webhooks.delete': { params: WebhookParams; response: DeleteWebhookResponse };
}

export type RouteName = keyof RouteTypes;

/** What of a route's types a caller hands over. */
export type RouteInput<Name extends RouteName> = Omit<RouteTypes[Name], 'response'>;

export type RouteResponse<Name extends RouteName> = RouteTypes[Name]['response'];
