import { z } from 'zod';
import { jsonObject } from './common.ts';

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
