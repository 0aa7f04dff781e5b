import { z } from 'zod';
import { identifier, jsonObject } from './common.ts';

const customTool = {
  slug: z.string().min(1).max(60),
  name: z.string().min(1).max(200),
  description: z.string().min(1).max(10_000),
  input_schema: jsonObject,
  output_schema: jsonObject.optional(),
  preload: z.boolean().optional(),
};

export const customDefinitions = {
  custom_tools: z
    .array(z.strictObject({ ...customTool, extends_toolkit: z.string().min(1).max(64).optional() }))
    .max(200)
    .optional(),
  custom_toolkits: z
    .array(
      z.strictObject({
        slug: z.string().min(1).max(60),
        name: z.string().min(1).max(200),
        description: z.string().min(1).max(10_000),
        preload: z.boolean().optional(),
        tools: z.array(z.strictObject(customTool)).max(200),
      }),
    )
    .max(50)
    .optional(),
};

const customToolEcho = z.strictObject({
  slug: z.string(),
  original_slug: z.string(),
  extends_toolkit: z.string().optional(),
});

export const customEchoes = {
  custom_tools: z.array(customToolEcho).optional(),
  custom_toolkits: z.array(z.strictObject({ slug: z.string(), tools: z.array(customToolEcho) })).optional(),
};

export const serveCustomToolsBody = z.strictObject({
  worker_id: identifier,
  experimental: z.strictObject(customDefinitions).optional(),
  results: z
    .array(
      z.strictObject({
        call_id: identifier,
        data: jsonObject,
        error: z.string().max(20_000).nullable(),
      }),
    )
    .max(100)
    .optional(),
  running: z.array(identifier).max(100).optional(),
  capacity: z.int().min(0).max(100),
  leaves: z.boolean().optional(),
});

export const serveCustomToolsResponse = z.strictObject({
  calls: z.array(z.strictObject({ call_id: z.string(), tool_slug: z.string(), arguments: jsonObject })),
  cancelled: z.array(z.string()),
});
