import { z } from 'zod';
import { jsonObject, verbatim } from './common.ts';
import { accountIdentity } from './connections.ts';
import { customDefinitions } from './custom-tools.ts';

export const searchBody = z.strictObject({
  queries: z
    .array(z.strictObject({ use_case: z.string().min(1).max(2000), known_fields: z.string().max(2000).optional() }))
    .min(1)
    .max(10),
  toolkits: z.array(z.string().min(1).max(64)).max(200).optional(),
  limit: z.int().min(1).max(50).optional(),
  explain: z.boolean().optional(),
  model: z.string().max(200).optional(),
  experimental: z.strictObject(customDefinitions).optional(),
});

export const searchResponse = z.strictObject({
  success: z.boolean(),
  error: z.string().nullable(),
  results: z.array(
    z.strictObject({
      index: z.int().min(1),
      use_case: z.string(),
      primary_tool_slugs: z.array(z.string()),
      related_tool_slugs: z.array(z.string()),
      toolkits: z.array(z.string()),
      error: z.string().nullable().optional(),
      explanation: z
        .array(
          z.strictObject({
            tool_slug: z.string(),
            score: z.number(),
            parts: verbatim(z.record(z.string(), z.number())),
          }),
        )
        .optional(),
    }),
  ),
  tool_schemas: z.record(
    z.string(),
    z.strictObject({
      tool_slug: z.string(),
      toolkit: z.string(),
      description: z.string().optional(),
      has_full_schema: z.boolean().optional(),
      input_schema: jsonObject.optional(),
      output_schema: jsonObject.optional(),
      schema_ref: z.strictObject({ tool: z.string(), args: jsonObject }).optional(),
    }),
  ),
  toolkit_connection_statuses: z.array(
    z.strictObject({
      toolkit: z.string(),
      description: z.string(),
      has_active_connection: z.boolean(),
      status_message: z.string(),
      accounts: z.array(
        z.strictObject({ id: z.string(), alias: z.string().nullable(), identity: accountIdentity.nullable() }),
      ),
    }),
  ),
  next_steps_guidance: z.array(z.string()),
  session: z.strictObject({ id: z.string(), generate_id: z.boolean(), instructions: z.string() }),
  time_info: z.strictObject({
    current_time_utc: z.string(),
    current_time_utc_epoch_seconds: z.int(),
    message: z.string(),
  }),
});
