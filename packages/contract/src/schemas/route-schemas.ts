import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { RouteName, RouteTypes } from '../route-types.ts';
import * as connections from './connections.ts';
import * as customTools from './custom-tools.ts';
import * as events from './events.ts';
import * as search from './search.ts';
import * as tokens from './session-tokens.ts';
import * as sessions from './sessions.ts';
import * as toolkits from './toolkits.ts';
import * as tools from './tools.ts';
import * as webhooks from './webhooks.ts';

/** The full half of a route: how its parts are checked, and what the API document says of it. Wire casing. */
export interface RouteSchema {
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  /** Status of success. */
  readonly status: 200 | 201;
  /** Codes of its own, beside those that any route can answer. */
  readonly errors: readonly ErrorCode[];
  /** Takes the header `idempotency-key`: a second call with the same key is answered as the first was. */
  readonly takesIdempotencyKey?: true;
}

type HasPart<Name extends RouteName, Part extends string> = Part extends keyof RouteTypes[Name] ? Part : never;

type RouteSchemas = {
  readonly [Name in RouteName]: RouteSchema & {
    readonly [Part in HasPart<Name, 'params'> | HasPart<Name, 'query'> | HasPart<Name, 'body'>]: z.ZodType;
  };
};

/** Codes that any route can answer. */
export const commonErrors = [
  'INVALID_REQUEST',
  'UNAUTHENTICATED',
  'REQUEST_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'RATE_LIMITED',
  'INTERNAL',
  'UNAVAILABLE',
] as const satisfies readonly ErrorCode[];

const ofSession = ['SESSION_NOT_FOUND', 'SESSION_EXPIRED'] as const;

export const routeSchemas = {
  'sessions.create': {
    summary: 'Create a session for one end user',
    body: sessions.createSessionBody,
    response: sessions.sessionResponse,
    status: 201,
    errors: [
      'INVALID_SESSION_CONFIG',
      'UNKNOWN_TOOLKIT',
      'UNKNOWN_TOOL',
      'INVALID_CUSTOM_TOOL',
      'CALLBACK_NOT_ALLOWED',
      'CONFLICT',
    ],
    takesIdempotencyKey: true,
  },
  'sessions.list': {
    summary: 'List sessions, newest first',
    query: sessions.listSessionsQuery,
    response: sessions.sessionListResponse,
    status: 200,
    errors: ['INVALID_CURSOR'],
  },
  'sessions.get': {
    summary: 'Get a session',
    params: sessions.sessionParams,
    response: sessions.sessionResponse,
    status: 200,
    errors: ofSession,
  },
  'sessions.attach': {
    summary: 'Get a session together with custom tools that live in the caller',
    params: sessions.sessionParams,
    body: sessions.attachSessionBody,
    response: sessions.sessionResponse,
    status: 200,
    errors: [...ofSession, 'INVALID_CUSTOM_TOOL', 'UNKNOWN_TOOLKIT'],
  },
  'sessions.update': {
    summary: 'Change what a session allows',
    params: sessions.sessionParams,
    body: sessions.updateSessionBody,
    response: sessions.sessionResponse,
    status: 200,
    errors: [
      ...ofSession,
      'INVALID_SESSION_CONFIG',
      'UNKNOWN_TOOLKIT',
      'UNKNOWN_TOOL',
      'CALLBACK_NOT_ALLOWED',
      'CONFIG_VERSION_CONFLICT',
      'WIDENING_NOT_ALLOWED',
      'CONFLICT',
    ],
    takesIdempotencyKey: true,
  },
  'sessions.delete': {
    summary: 'Delete a session',
    params: sessions.sessionParams,
    response: sessions.deleteSessionResponse,
    status: 200,
    errors: ['SESSION_NOT_FOUND'],
  },
  'sessions.configHistory': {
    summary: 'List the configs that a session has had, newest first',
    params: sessions.sessionParams,
    query: sessions.configHistoryQuery,
    response: sessions.configHistoryResponse,
    status: 200,
    errors: [...ofSession, 'INVALID_CURSOR'],
  },
  'sessions.tools': {
    summary: 'List the tools to hand to an agent: meta tools and preloaded tools',
    params: sessions.sessionParams,
    query: tools.listToolsQuery,
    response: tools.toolListResponse,
    status: 200,
    errors: [...ofSession, 'INVALID_CURSOR'],
  },
  'sessions.toolkits': {
    summary: 'List the toolkits of a session and whether the user is connected',
    params: sessions.sessionParams,
    query: connections.listSessionToolkitsQuery,
    response: connections.sessionToolkitListResponse,
    status: 200,
    errors: [...ofSession, 'UNKNOWN_TOOLKIT', 'INVALID_CURSOR'],
  },
  'sessions.link': {
    summary: 'Start to connect an account and get the page where the user does it',
    params: sessions.sessionParams,
    body: connections.linkBody,
    response: connections.linkResponse,
    status: 201,
    errors: [
      ...ofSession,
      'UNKNOWN_TOOLKIT',
      'TOOL_NOT_ALLOWED',
      'UNSUPPORTED_AUTH_SCHEME',
      'CALLBACK_NOT_ALLOWED',
      'CONNECTED_ACCOUNT_NOT_FOUND',
      'CONNECTION_NOT_ACTIVE',
      'AUTHORIZATION_FAILED',
      'CONFLICT',
      'INVALID_CONFIGURATION',
    ],
    takesIdempotencyKey: true,
  },
  'sessions.search': {
    summary: 'Find tools that do something',
    params: sessions.sessionParams,
    body: search.searchBody,
    response: search.searchResponse,
    status: 200,
    errors: [...ofSession, 'UNKNOWN_TOOLKIT', 'INVALID_CUSTOM_TOOL'],
  },
  'sessions.execute': {
    summary: 'Run a tool',
    params: sessions.sessionParams,
    body: tools.executeBody,
    response: tools.executeResponse,
    status: 200,
    errors: [...ofSession, 'UNKNOWN_TOOL', 'TOOL_NOT_ALLOWED', 'CONFLICT'],
    takesIdempotencyKey: true,
  },
  'sessions.proxyExecute': {
    summary: "Send a request to a toolkit's API with the user's credential",
    params: sessions.sessionParams,
    body: tools.proxyExecuteBody,
    response: tools.proxyExecuteResponse,
    status: 200,
    errors: [
      ...ofSession,
      'UNKNOWN_TOOLKIT',
      'TOOL_NOT_ALLOWED',
      'CONNECTION_REQUIRED',
      'CONNECTION_AMBIGUOUS',
      'CONNECTION_NOT_ACTIVE',
      'CONNECTION_EXPIRED',
      'CONNECTED_ACCOUNT_NOT_FOUND',
      'AUTHORIZATION_FAILED',
      'EGRESS_DENIED',
      'UPSTREAM_UNREACHABLE',
      'UPSTREAM_RESPONSE_TOO_LARGE',
      'TIMEOUT',
      'CONFLICT',
    ],
    takesIdempotencyKey: true,
  },
  'sessions.serveCustomTools': {
    summary: 'Run the custom tools of a session: report what is done, and wait for calls',
    params: sessions.sessionParams,
    body: customTools.serveCustomToolsBody,
    response: customTools.serveCustomToolsResponse,
    status: 200,
    errors: [...ofSession, 'INVALID_CUSTOM_TOOL', 'UNKNOWN_TOOLKIT'],
  },
  'sessions.tokens.create': {
    summary: 'Make a credential for this session alone',
    params: sessions.sessionParams,
    body: tokens.createSessionTokenBody,
    response: tokens.createdSessionToken,
    status: 201,
    errors: [...ofSession, 'UNKNOWN_TOOLKIT', 'UNKNOWN_TOOL', 'CONFLICT'],
    takesIdempotencyKey: true,
  },
  'sessions.tokens.list': {
    summary: "List a session's tokens, newest first",
    params: sessions.sessionParams,
    query: tokens.listSessionTokensQuery,
    response: tokens.sessionTokenListResponse,
    status: 200,
    errors: ['SESSION_NOT_FOUND', 'INVALID_CURSOR'],
  },
  'sessions.tokens.revoke': {
    summary: 'End a token at once',
    params: tokens.sessionTokenParams,
    response: tokens.revokeSessionTokenResponse,
    status: 200,
    errors: ['SESSION_NOT_FOUND', 'NOT_FOUND'],
  },
  'connectedAccounts.list': {
    summary: 'List connected accounts, newest first',
    query: connections.listConnectedAccountsQuery,
    response: connections.connectedAccountListResponse,
    status: 200,
    errors: ['INVALID_CURSOR'],
  },
  'connectedAccounts.get': {
    summary: 'Get a connected account',
    params: connections.connectedAccountParams,
    response: connections.connectedAccount,
    status: 200,
    errors: ['CONNECTED_ACCOUNT_NOT_FOUND'],
  },
  'connectedAccounts.create': {
    summary: 'Connect an account whose credential is at hand',
    body: connections.createConnectedAccountBody,
    response: connections.connectedAccount,
    status: 201,
    errors: ['UNKNOWN_TOOLKIT', 'UNSUPPORTED_AUTH_SCHEME', 'CONFLICT', 'NOT_FOUND', 'AUTHORIZATION_FAILED'],
    takesIdempotencyKey: true,
  },
  'connectedAccounts.update': {
    summary: 'Name a connected account',
    params: connections.connectedAccountParams,
    body: connections.updateConnectedAccountBody,
    response: connections.connectedAccount,
    status: 200,
    errors: ['CONNECTED_ACCOUNT_NOT_FOUND', 'CONFLICT'],
  },
  'connectedAccounts.updateStatus': {
    summary: 'Enable or disable a connected account',
    params: connections.connectedAccountParams,
    body: connections.updateConnectedAccountStatusBody,
    response: connections.updateConnectedAccountStatusResponse,
    status: 200,
    errors: ['CONNECTED_ACCOUNT_NOT_FOUND'],
  },
  'connectedAccounts.refresh': {
    summary: 'Renew the credential of a connected account, or get the page where its user does',
    params: connections.connectedAccountParams,
    response: connections.refreshConnectedAccountResponse,
    status: 200,
    errors: ['CONNECTED_ACCOUNT_NOT_FOUND', 'AUTHORIZATION_FAILED', 'CONFLICT', 'UPSTREAM_UNREACHABLE'],
  },
  'connectedAccounts.revoke': {
    summary: 'Withdraw the credential of a connected account at the service, and forget it',
    params: connections.connectedAccountParams,
    response: connections.connectedAccount,
    status: 200,
    errors: ['CONNECTED_ACCOUNT_NOT_FOUND', 'AUTHORIZATION_FAILED', 'CONFLICT', 'UPSTREAM_UNREACHABLE'],
  },
  'connectedAccounts.delete': {
    summary: 'Delete a connected account and its credential',
    params: connections.connectedAccountParams,
    response: connections.deleteConnectedAccountResponse,
    status: 200,
    errors: ['CONNECTED_ACCOUNT_NOT_FOUND'],
  },
  'authConfigs.list': {
    summary: 'List auth configs, newest first',
    query: connections.listAuthConfigsQuery,
    response: connections.authConfigListResponse,
    status: 200,
    errors: ['INVALID_CURSOR', 'UNKNOWN_TOOLKIT'],
  },
  'authConfigs.create': {
    summary: 'Say how the project authenticates with a toolkit',
    body: connections.createAuthConfigBody,
    response: connections.authConfig,
    status: 201,
    errors: ['UNKNOWN_TOOLKIT', 'UNSUPPORTED_AUTH_SCHEME', 'CONFLICT'],
    takesIdempotencyKey: true,
  },
  'authConfigs.get': {
    summary: 'Get an auth config',
    params: connections.authConfigParams,
    response: connections.authConfig,
    status: 200,
    errors: ['NOT_FOUND'],
  },
  'authConfigs.update': {
    summary: 'Change an auth config',
    params: connections.authConfigParams,
    body: connections.updateAuthConfigBody,
    response: connections.authConfig,
    status: 200,
    errors: ['NOT_FOUND', 'CONFLICT', 'UNSUPPORTED_AUTH_SCHEME'],
  },
  'authConfigs.enable': {
    summary: 'Let accounts be connected and used under an auth config again',
    params: connections.authConfigParams,
    response: connections.authConfig,
    status: 200,
    errors: ['NOT_FOUND'],
  },
  'authConfigs.disable': {
    summary: 'Let no account be connected or used under an auth config',
    params: connections.authConfigParams,
    response: connections.authConfig,
    status: 200,
    errors: ['NOT_FOUND'],
  },
  'authConfigs.delete': {
    summary: 'Delete an auth config and the accounts that were connected under it',
    params: connections.authConfigParams,
    response: connections.deleteAuthConfigResponse,
    status: 200,
    errors: ['NOT_FOUND'],
  },
  'toolkits.list': {
    summary: 'List the toolkits that sessions of the project can use',
    query: toolkits.listToolkitsQuery,
    response: toolkits.toolkitListResponse,
    status: 200,
    errors: ['INVALID_CURSOR'],
  },
  'toolkits.create': {
    summary: 'Add a toolkit to the project, made from an OpenAPI document',
    body: toolkits.createToolkitBody,
    response: toolkits.toolkitDetails,
    status: 201,
    errors: [
      'INVALID_TOOLKIT',
      'CONFLICT',
      'EGRESS_DENIED',
      'UPSTREAM_UNREACHABLE',
      'UPSTREAM_ERROR',
      'UPSTREAM_RESPONSE_TOO_LARGE',
      'TIMEOUT',
    ],
    takesIdempotencyKey: true,
  },
  'toolkits.get': {
    summary: 'Get a toolkit, and how accounts of it are connected',
    params: toolkits.toolkitParams,
    response: toolkits.toolkitDetails,
    status: 200,
    errors: ['UNKNOWN_TOOLKIT'],
  },
  'toolkits.delete': {
    summary: 'Remove a toolkit that the project added, and the accounts that were connected to it',
    params: toolkits.toolkitParams,
    response: toolkits.deleteToolkitResponse,
    status: 200,
    errors: ['NOT_FOUND'],
  },
  'tools.list': {
    summary: 'Find tools by what they do, or list those of a toolkit',
    query: tools.findToolsQuery,
    response: tools.toolListResponse,
    status: 200,
    errors: ['UNKNOWN_TOOLKIT', 'INVALID_CURSOR'],
  },
  'tools.get': {
    summary: 'Get a tool, how it is authenticated, and an example of its arguments',
    params: tools.toolParams,
    response: tools.toolDetails,
    status: 200,
    errors: ['UNKNOWN_TOOL'],
  },
  'events.list': {
    summary: 'List what became of connected accounts, oldest first, or wait for it',
    query: events.listEventsQuery,
    response: events.eventListResponse,
    status: 200,
    errors: ['NOT_FOUND'],
  },
  'webhooks.create': {
    summary: 'Have events sent to a URL',
    body: webhooks.createWebhookBody,
    response: webhooks.createdWebhook,
    status: 201,
    errors: ['CONFLICT'],
    takesIdempotencyKey: true,
  },
  'webhooks.list': {
    summary: 'List webhooks, newest first',
    query: webhooks.listWebhooksQuery,
    response: webhooks.webhookListResponse,
    status: 200,
    errors: ['INVALID_CURSOR'],
  },
  'webhooks.get': {
    summary: 'Get a webhook, and what was sent to it last',
    params: webhooks.webhookParams,
    response: webhooks.webhook,
    status: 200,
    errors: ['NOT_FOUND'],
  },
  'webhooks.update': {
    summary: 'Change, enable or disable a webhook',
    params: webhooks.webhookParams,
    body: webhooks.updateWebhookBody,
    response: webhooks.webhook,
    status: 200,
    errors: ['NOT_FOUND'],
  },
  'webhooks.rotateSecret': {
    summary: 'Make a new secret for a webhook; both sign for a day',
    params: webhooks.webhookParams,
    response: webhooks.createdWebhook,
    status: 200,
    errors: ['NOT_FOUND', 'CONFLICT'],
  },
  'webhooks.test': {
    summary: 'Send a test message to a webhook now',
    params: webhooks.webhookParams,
    response: webhooks.testWebhookResponse,
    status: 200,
    errors: ['NOT_FOUND'],
  },
  'webhooks.delete': {
    summary: 'Delete a webhook, and what was still to be sent to it',
    params: webhooks.webhookParams,
    response: webhooks.deleteWebhookResponse,
    status: 200,
    errors: ['NOT_FOUND'],
  },
} as const satisfies RouteSchemas;
