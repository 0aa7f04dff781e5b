import type { Casing } from './casing.ts';
import type { RouteName } from './route-types.ts';

/** The light half of a route: what a client needs to call it. The schemas stand in `@jackfield/contract/schemas`. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the mount (`/v1`), parameters in braces. */
  readonly path: string;
  /** Where the body's keys are the user's own. Checked against the schema by a test. */
  readonly bodyCasing?: Casing;
  readonly responseCasing?: Casing;
}

const session = '/tool_router/session';

const customCasing = [
  'experimental.custom_tools.*.input_schema',
  'experimental.custom_tools.*.output_schema',
  'experimental.custom_toolkits.*.tools.*.input_schema',
  'experimental.custom_toolkits.*.tools.*.output_schema',
] as const;
const account = '/connected_accounts/{connected_account_id}';
const authConfig = '/auth_configs/{auth_config_id}';
const webhook = '/webhooks/{webhook_id}';
const oauthCasing = ['oauth.authorization_params{}'] as const;
const configCasing = ['tools{}', 'auth_configs{}', 'connected_accounts{}'] as const;
const sessionCasing = ['config.tools{}', 'config.auth_configs{}', 'config.connected_accounts{}'] as const;

/** Every route, once. */
export const routes: { readonly [Name in RouteName]: Route } = {
  'sessions.create': {
    method: 'POST',
    path: session,
    bodyCasing: [...configCasing, ...customCasing],
    responseCasing: sessionCasing,
  },
  'sessions.list': { method: 'GET', path: session },
  'sessions.get': { method: 'GET', path: `${session}/{session_id}`, responseCasing: sessionCasing },
  'sessions.attach': {
    method: 'POST',
    path: `${session}/{session_id}/attach`,
    bodyCasing: customCasing,
    responseCasing: sessionCasing,
  },
  'sessions.update': {
    method: 'PATCH',
    path: `${session}/{session_id}`,
    bodyCasing: configCasing,
    responseCasing: sessionCasing,
  },
  'sessions.delete': { method: 'DELETE', path: `${session}/{session_id}` },
  'sessions.configHistory': {
    method: 'GET',
    path: `${session}/{session_id}/config_history`,
    responseCasing: ['items.*.config.tools{}', 'items.*.config.auth_configs{}', 'items.*.config.connected_accounts{}'],
  },
  'sessions.tools': {
    method: 'GET',
    path: `${session}/{session_id}/tools`,
    responseCasing: ['items.*.input_parameters', 'items.*.output_parameters', 'items.*.annotations'],
  },
  'sessions.toolkits': { method: 'GET', path: `${session}/{session_id}/toolkits` },
  'sessions.link': { method: 'POST', path: `${session}/{session_id}/link` },
  'sessions.search': {
    method: 'POST',
    path: `${session}/{session_id}/search`,
    bodyCasing: customCasing,
    responseCasing: [
      'results.*.explanation.*.parts',
      'tool_schemas{}',
      'tool_schemas.*.input_schema',
      'tool_schemas.*.output_schema',
      'tool_schemas.*.schema_ref.args',
    ],
  },
  'sessions.execute': {
    method: 'POST',
    path: `${session}/{session_id}/execute`,
    bodyCasing: ['arguments', ...customCasing],
    responseCasing: ['content.*', 'data', 'failure.details'],
  },
  'sessions.proxyExecute': {
    method: 'POST',
    path: `${session}/{session_id}/proxy_execute`,
    bodyCasing: ['body'],
    responseCasing: ['data', 'headers'],
  },
  'sessions.serveCustomTools': {
    method: 'POST',
    path: `${session}/{session_id}/custom_tools/serve`,
    bodyCasing: [...customCasing, 'results.*.data'],
    responseCasing: ['calls.*.arguments'],
  },
  'sessions.tokens.create': { method: 'POST', path: `${session}/{session_id}/tokens` },
  'sessions.tokens.list': { method: 'GET', path: `${session}/{session_id}/tokens` },
  'sessions.tokens.revoke': { method: 'DELETE', path: `${session}/{session_id}/tokens/{token_id}` },
  'connectedAccounts.list': { method: 'GET', path: '/connected_accounts' },
  'connectedAccounts.get': { method: 'GET', path: account },
  'connectedAccounts.create': { method: 'POST', path: '/connected_accounts', bodyCasing: ['fields{}'] },
  'connectedAccounts.update': { method: 'PATCH', path: account },
  'connectedAccounts.updateStatus': { method: 'PATCH', path: `${account}/status` },
  'connectedAccounts.refresh': { method: 'POST', path: `${account}/refresh` },
  'connectedAccounts.revoke': { method: 'POST', path: `${account}/revoke` },
  'connectedAccounts.delete': { method: 'DELETE', path: account },
  'authConfigs.list': {
    method: 'GET',
    path: '/auth_configs',
    responseCasing: ['items.*.oauth.authorization_params{}'],
  },
  'authConfigs.create': {
    method: 'POST',
    path: '/auth_configs',
    bodyCasing: oauthCasing,
    responseCasing: oauthCasing,
  },
  'authConfigs.get': { method: 'GET', path: authConfig, responseCasing: oauthCasing },
  'authConfigs.update': { method: 'PATCH', path: authConfig, bodyCasing: oauthCasing, responseCasing: oauthCasing },
  'authConfigs.enable': { method: 'PATCH', path: `${authConfig}/ENABLED`, responseCasing: oauthCasing },
  'authConfigs.disable': { method: 'PATCH', path: `${authConfig}/DISABLED`, responseCasing: oauthCasing },
  'authConfigs.delete': { method: 'DELETE', path: authConfig },
  'toolkits.list': { method: 'GET', path: '/toolkits' },
  'toolkits.create': { method: 'POST', path: '/toolkits', bodyCasing: ['document'] },
  'toolkits.get': { method: 'GET', path: '/toolkits/{slug}' },
  'toolkits.delete': { method: 'DELETE', path: '/toolkits/{slug}' },
  'tools.list': {
    method: 'GET',
    path: '/tools',
    responseCasing: ['items.*.input_parameters', 'items.*.output_parameters', 'items.*.annotations'],
  },
  'tools.get': {
    method: 'GET',
    path: '/tools/{slug}',
    responseCasing: ['input_parameters', 'output_parameters', 'annotations', 'example_arguments'],
  },
  'events.list': { method: 'GET', path: '/events' },
  'webhooks.create': { method: 'POST', path: '/webhooks' },
  'webhooks.list': { method: 'GET', path: '/webhooks' },
  'webhooks.get': { method: 'GET', path: webhook },
  'webhooks.update': { method: 'PATCH', path: webhook },
  'webhooks.rotateSecret': { method: 'POST', path: `${webhook}/rotate_secret` },
  'webhooks.test': { method: 'POST', path: `${webhook}/test` },
  'webhooks.delete': { method: 'DELETE', path: webhook },
};
