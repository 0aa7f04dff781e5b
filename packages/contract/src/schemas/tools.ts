import { z } from 'zod';
import { authSchemeModes } from '../auth-schemes.ts';
import { errorCodes } from '../errors.ts';
import { countedPage, jsonObject, pageQuery, toolSlug, verbatim } from './common.ts';
import { customDefinitions } from './custom-tools.ts';

export const serializedError = z.strictObject({
  code: z.enum(Object.keys(errorCodes) as [keyof typeof errorCodes]),
  status: z.int(),
  message: z.string(),
  fix: z.string().optional(),
  details: jsonObject.optional(),
  retryable: z.boolean(),
  request_id: z.string().optional(),
});

const toolItem = z.strictObject({
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  input_parameters: jsonObject,
  output_parameters: jsonObject.optional(),
  tags: z.array(z.string()),
  toolkit: z.strictObject({ slug: z.string(), name: z.string(), logo: z.string().optional() }),
  version: z.string(),
  available_versions: z.array(z.string()),
  scopes: z.array(z.string()),
  no_auth: z.boolean(),
  is_deprecated: z.boolean(),
  annotations: verbatim(
    z.strictObject({
      readOnlyHint: z.boolean(),
      destructiveHint: z.boolean(),
      idempotentHint: z.boolean(),
      openWorldHint: z.boolean(),
    }),
  ),
});

export const toolParams = z.strictObject({ slug: toolSlug });
export const findToolsQuery = z.strictObject({
  search: z.string().min(1).max(1024).optional(),
  toolkit: z.string().min(1).max(64).optional(),
  ...pageQuery(500),
});
export const toolDetails = toolItem.extend({
  auth: z.array(z.array(z.strictObject({ id: z.string(), mode: z.enum(authSchemeModes) }))),
  example_arguments: jsonObject,
});

export const listToolsQuery = z.strictObject(pageQuery(500));
export const toolListResponse = countedPage(toolItem);

export const executeBody = z.strictObject({
  tool_slug: toolSlug,
  arguments: jsonObject.optional(),
  account: z.string().min(1).max(128).optional(),
  experimental: z.strictObject(customDefinitions).optional(),
  enable_auto_workbench_offload: z.boolean().optional(),
});

export const executeResponse = z.strictObject({
  data: jsonObject,
  error: z.string().nullable(),
  successful: z.boolean(),
  content: z.array(jsonObject).optional(),
  failure: serializedError.optional(),
  log_id: z.string(),
});

export const proxyExecuteBody = z.strictObject({
  toolkit_slug: z.string().min(1).max(64),
  endpoint: z.string().min(1).max(8192),
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD']),
  body: z.unknown().optional(),
  parameters: z
    .array(z.strictObject({ name: z.string().min(1).max(256), type: z.enum(['query', 'header']), value: z.string() }))
    .max(100)
    .optional(),
  account: z.string().min(1).max(128).optional(),
});

export const proxyExecuteResponse = z.strictObject({
  status: z.int(),
  data: z.unknown().optional(),
  headers: verbatim(z.record(z.string(), z.string())).optional(),
  binary_data: z.strictObject({ content_type: z.string(), size: z.int(), content: z.string() }).optional(),
});
