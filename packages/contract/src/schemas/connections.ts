import { z } from 'zod';
import { authSchemeModes, connectionStatuses } from '../auth-schemes.ts';
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
});

export const linkResponse = z.strictObject({
  connected_account_id: z.string(),
  redirect_url: z.string(),
  link_token: z.string(),
  expires_at: timestamp,
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

export const createConnectedAccountBody = z.strictObject({
  user_id: userId,
  toolkit: toolkitSlug.optional(),
  auth_config_id: identifier.optional(),
  alias: alias.optional(),
  credential: z.discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('API_KEY'), api_key: secret }),
    z.strictObject({ mode: z.literal('BEARER_TOKEN'), token: secret }),
    z.strictObject({ mode: z.literal('BASIC'), username: z.string().max(8192), password: z.string().max(8192) }),
  ]),
});

export const deleteConnectedAccountResponse = z.strictObject({ success: z.literal(true) });

export const authConfig = z.strictObject({
  id: z.string(),
  name: z.string(),
  toolkit: z.strictObject({ slug: z.string(), logo: z.string() }),
  auth_scheme: authScheme,
  status: z.enum(['ENABLED', 'DISABLED']),
  is_default: z.boolean(),
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
        created_at: timestamp,
        user_id: z.string(),
        auth_config: z.strictObject({ id: z.string(), auth_scheme: authScheme }),
      })
      .nullable(),
  }),
);
