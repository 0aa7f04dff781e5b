import { z } from 'zod';
import { authSchemeModes } from '../auth-schemes.ts';
import { countedPage, httpUrl, jsonObject, pageQuery, timestamp } from './common.ts';
import { connectionField } from './connections.ts';

const origin = z.enum(['project', 'server']);
const authScheme = z.enum(authSchemeModes);

const toolkitItem = z.strictObject({
  slug: z.string(),
  name: z.string(),
  version: z.string(),
  meta: z.strictObject({ logo: z.string(), description: z.string(), tools_count: z.int() }),
  no_auth: z.boolean(),
  auth_schemes: z.array(authScheme),
  origin,
});

export const toolkitDetails = toolkitItem.extend({
  base_url: z.string().optional(),
  auth_scheme_details: z.array(z.strictObject({ id: z.string(), mode: authScheme, fields: z.array(connectionField) })),
  added: z
    .strictObject({
      url: z.string().optional(),
      hash: z.string(),
      created_at: timestamp,
      updated_at: timestamp,
      lost: z.array(z.strictObject({ method: z.string(), path: z.string(), reason: z.string() })),
      unresolved_references: z.array(z.string()),
    })
    .optional(),
});

export const toolkitParams = z.strictObject({ slug: z.string().min(1).max(64) });

export const listToolkitsQuery = z.strictObject({
  search: z.string().min(1).max(200).optional(),
  origin: origin.optional(),
  ...pageQuery(500),
});

export const toolkitListResponse = countedPage(toolkitItem);

export const createToolkitBody = z.strictObject({
  slug: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be lower-case letters, digits and underscores, starting with a letter')
    .optional(),
  name: z.string().trim().min(1).max(200).optional(),
  document: z.union([z.string().min(1), jsonObject]).optional(),
  url: httpUrl.optional(),
  base_url: httpUrl.optional(),
  replace: z.boolean().optional(),
});

export const deleteToolkitResponse = z.strictObject({ success: z.literal(true), deleted_accounts: z.int() });
