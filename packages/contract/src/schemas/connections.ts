import { z } from 'zod';
import { authSchemeModes, connectionStatuses, tokenEndpointAuthMethods } from '../auth-schemes.ts';
import {
  countedPage,
  cursorPage,
  httpUrl,
  identifier,
  pageQuery,
  queryBoolean,
  queryList,
  timestamp,
  userId,
} from './common.ts';

const authScheme = z.enum(authSchemeModes);
const connectionStatus = z.enum(connectionStatuses);
const alias = z.string().min(1).max(64);
const toolkitSlug = z.string().min(1).max(64);

export const linkBody = z.strictObject({
  toolkit: toolkitSlug,
  callback_url: httpUrl.optional(),
  alias: alias.optional(),
  account: identifier.optional(),
});

export const linkResponse = z.strictObject({
  connected_account_id: z.string(),
  redirect_url: z.string(),
  link_token: z.string(),
  expires_at: timestamp,
});

const identityText = z.string().optional();

export const accountIdentity = z.strictObject({
  id: identityText,
  email: identityText,
  login: identityText,
  name: identityText,
  workspace: identityText,
});

export const connectedAccount = z.strictObject({
  id: z.string(),
  user_id: z.string(),
  toolkit: z.strictObject({ slug: z.string() }),
  auth_config: z.strictObject({ id: z.string(), auth_scheme: authScheme, is_disabled: z.boolean() }),
  status: connectionStatus,
  status_reason: z.string().nullable(),
  is_disabled: z.boolean(),
  alias: z.string().nullable(),
  identity: accountIdentity.nullable(),
  scopes: z.strictObject({ asked: z.array(z.string()), granted: z.array(z.string()) }).nullable(),
  created_at: timestamp,
  updated_at: timestamp,
});

export const connectedAccountParams = z.strictObject({ connected_account_id: identifier });

export const listConnectedAccountsQuery = z.strictObject({
  user_ids: queryList.optional(),
  toolkit_slugs: queryList.optional(),
  statuses: queryList.pipe(z.array(connectionStatus)).optional(),
  auth_config_ids: queryList.optional(),
  ...pageQuery(100),
});

export const connectedAccountListResponse = cursorPage(connectedAccount);

const secret = z.string().min(1).max(8192);
const keyText = z.string().min(1).max(16_384);

export const createConnectedAccountBody = z.strictObject({
  user_id: userId,
  toolkit: toolkitSlug.optional(),
  auth_config_id: identifier.optional(),
  alias: alias.optional(),
  credential: z
    .discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal('API_KEY'), api_key: secret }),
      z.strictObject({ mode: z.literal('BEARER_TOKEN'), token: secret }),
      z.strictObject({ mode: z.literal('BASIC'), username: z.string().max(8192), password: z.string().max(8192) }),
      z.strictObject({
        mode: z.literal('AWS_SIGV4'),
        access_key_id: secret,
        secret_access_key: secret,
        session_token: secret.optional(),
        region: z
          .string()
          .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be the name of a region, such as us-east-1')
          .optional(),
      }),
      z.strictObject({
        mode: z.literal('OAUTH2'),
        access_token: secret,
        refresh_token: secret.optional(),
        expires_at: timestamp.optional(),
      }),
      z.strictObject({
        mode: z.literal('S2S_OAUTH2'),
        client_id: secret.optional(),
        client_secret: secret.optional(),
      }),
      z.strictObject({
        mode: z.literal('GOOGLE_SERVICE_ACCOUNT'),
        key: keyText.optional(),
        subject: z.string().min(1).max(320).optional(),
      }),
    ])
    .optional(),
  fields: z.record(z.string().max(200), z.string().max(16_384)).optional(),
});

export const updateConnectedAccountBody = z.strictObject({ alias: alias.nullable() });
export const updateConnectedAccountStatusBody = z.strictObject({ enabled: z.boolean() });
export const updateConnectedAccountStatusResponse = z.strictObject({ success: z.literal(true) });

export const refreshConnectedAccountResponse = z.strictObject({
  id: z.string(),
  status: connectionStatus,
  status_reason: z.string().nullable(),
  redirect_url: z.string().nullable(),
});

export const deleteConnectedAccountResponse = z.strictObject({ success: z.literal(true) });

const oauthSettings = {
  issuer: httpUrl.optional(),
  authorization_url: httpUrl.optional(),
  token_url: httpUrl.optional(),
  revocation_url: httpUrl.optional(),
  userinfo_url: httpUrl.optional(),
  registration_url: httpUrl.optional(),
  token_endpoint_auth_method: z.enum(tokenEndpointAuthMethods).optional(),
  authorization_params: z.record(z.string().min(1).max(100), z.string().max(2000)).optional(),
};

const scopes = z.array(z.string().min(1).max(500)).max(500);
const authConfigName = z.string().min(1).max(200);
const clientId = z.string().min(1).max(2048);

export const createAuthConfigBody = z.strictObject({
  toolkit: toolkitSlug,
  auth_scheme: authScheme.optional(),
  scheme_id: z.string().min(1).max(200).optional(),
  name: authConfigName.optional(),
  scopes: scopes.optional(),
  credentials: z
    .strictObject({
      client_id: clientId.optional(),
      client_secret: secret.optional(),
      private_key: keyText.optional(),
      service_account_key: keyText.optional(),
    })
    .optional(),
  oauth: z.strictObject(oauthSettings).optional(),
});

export const updateAuthConfigBody = z.strictObject({
  name: authConfigName.optional(),
  scopes: scopes.nullable().optional(),
  credentials: z
    .strictObject({
      client_id: clientId.nullable().optional(),
      client_secret: secret.nullable().optional(),
      private_key: keyText.nullable().optional(),
      service_account_key: keyText.nullable().optional(),
    })
    .optional(),
  oauth: z
    .strictObject({
      issuer: oauthSettings.issuer.nullable(),
      authorization_url: oauthSettings.authorization_url.nullable(),
      token_url: oauthSettings.token_url.nullable(),
      revocation_url: oauthSettings.revocation_url.nullable(),
      userinfo_url: oauthSettings.userinfo_url.nullable(),
      registration_url: oauthSettings.registration_url.nullable(),
      token_endpoint_auth_method: oauthSettings.token_endpoint_auth_method.nullable(),
      authorization_params: oauthSettings.authorization_params.nullable(),
    })
    .optional(),
});

export const deleteAuthConfigResponse = z.strictObject({ success: z.literal(true) });

export const connectionField = z.strictObject({
  name: z.string(),
  label: z.string(),
  hint: z.string().optional(),
  secret: z.boolean(),
  required: z.boolean(),
});

export const authConfig = z.strictObject({
  id: z.string(),
  name: z.string(),
  toolkit: z.strictObject({ slug: z.string(), logo: z.string() }),
  auth_scheme: authScheme,
  status: z.enum(['ENABLED', 'DISABLED']),
  is_default: z.boolean(),
  scopes: z.array(z.string()),
  client_id: z.string().nullable(),
  oauth: z.strictObject(oauthSettings).nullable(),
  redirect_uri: z.string().nullable(),
  fields: z.array(connectionField),
  created_at: timestamp,
  updated_at: timestamp,
});

export const authConfigParams = z.strictObject({ auth_config_id: identifier });
export const listAuthConfigsQuery = z.strictObject({ toolkit_slug: toolkitSlug.optional(), ...pageQuery(100) });
export const authConfigListResponse = cursorPage(authConfig);

export const listSessionToolkitsQuery = z.strictObject({
  toolkits: queryList.optional(),
  is_connected: queryBoolean.optional(),
  search: z.string().max(200).optional(),
  ...pageQuery(50),
});

export const sessionToolkitListResponse = countedPage(
  z.strictObject({
    slug: z.string(),
    name: z.string(),
    meta: z.strictObject({ logo: z.string(), description: z.string() }),
    is_no_auth: z.boolean(),
    enabled: z.boolean(),
    connected_account: z
      .strictObject({
        id: z.string(),
        status: connectionStatus,
        alias: z.string().nullable(),
        identity: accountIdentity.nullable(),
        created_at: timestamp,
        user_id: z.string(),
        auth_config: z.strictObject({ id: z.string(), auth_scheme: authScheme }),
      })
      .nullable(),
  }),
);
