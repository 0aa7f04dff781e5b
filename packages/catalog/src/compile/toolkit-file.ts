import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const url = z.url({ protocol: /^https$/ });
const toolSlug = z.string().regex(/^[A-Z][A-Z0-9_]{2,63}$/);
const pointer = z.string().startsWith('/');

const oauth = z.strictObject({
  mode: z.literal('OAUTH2'),
  /** Id of the document's scheme that this describes, or of a new one. */
  scheme: z.string().min(1),
  authorizationUrl: url,
  tokenUrl: url,
  refreshUrl: url.optional(),
  revocationUrl: url.optional(),
  userinfoUrl: url.optional(),
  issuer: url.optional(),
  setupUrl: url,
  defaultScopes: z.array(z.string().min(1)),
  /** Those of the document stay; descriptions of more. */
  scopes: z.record(z.string(), z.string()).optional(),
  scopeSeparator: z.string().optional(),
  authorizationParameters: z.record(z.string(), z.string()).optional(),
});

const field = z.strictObject({
  name: z.enum(['api_key', 'token', 'username', 'password']),
  label: z.string().min(1),
  hint: z.string().min(1).optional(),
  url,
});

const apiKey = z.strictObject({
  mode: z.literal('API_KEY'),
  scheme: z.string().min(1),
  in: z.enum(['header', 'query', 'cookie']),
  name: z.string().min(1),
  prefix: z.string().optional(),
  fields: z.array(field).min(1),
});
const bearer = z.strictObject({
  mode: z.literal('BEARER_TOKEN'),
  scheme: z.string().min(1),
  fields: z.array(field).min(1),
});
const basic = z.strictObject({
  mode: z.literal('BASIC'),
  scheme: z.string().min(1),
  fields: z.array(field).min(1),
});

/** `toolkits/<slug>/toolkit.json`: what a service's document does not say, or says wrong. */
export const toolkitFileSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1),
  description: z.string().min(20).max(500),
  logo: url,
  website: url,
  documentation: url,
  /**
   * When the endpoints of OAuth were last compared, and with what: the service's own documentation, or programs of many
   * that use them. Absent: nobody has.
   */
  verified: z.strictObject({ endpoints: z.enum(['documentation', 'public code']), on: z.iso.date() }).optional(),
  /** In place of the document's servers. */
  baseUrl: url.optional(),
  /** The base URL is the user's own. */
  ownBaseUrl: z.strictObject({ example: url, hint: z.string().min(1) }).optional(),
  /** Needed together with every scheme of `auth`, such as a second key. */
  auth: z.array(z.discriminatedUnion('mode', [oauth, apiKey, bearer, basic])).min(1),
  /**
   * `any`: each scheme of `auth` is enough for every call, in place of what the document says. `document`: operations
   * say which schemes they need, by the ids of the document. `together`: all of them are needed for every call.
   */
  security: z.enum(['any', 'document', 'together']),
  identity: z
    .strictObject({
      tool: toolSlug,
      id: pointer.optional(),
      email: pointer.optional(),
      login: pointer.optional(),
      name: pointer.optional(),
      workspace: pointer.optional(),
    })
    .optional(),
  /** In place of what the document says of arguments of this name, in every tool that has one. */
  arguments: z
    .record(
      z.string(),
      z.strictObject({
        description: z.string().min(1).optional(),
        required: z.literal(true).optional(),
        /** The only value that works: it is sent by itself in a header or query, and asked for elsewhere. */
        value: z.string().optional(),
      }),
    )
    .optional(),
  /** Sent with every call, and no arguments: headers that choose the version of the API, for example. */
  constants: z
    .array(z.strictObject({ in: z.enum(['header', 'query']), name: z.string().min(1), value: z.string().min(1) }))
    .min(1)
    .optional(),
  /** In place of what the document says of single tools. */
  tools: z
    .record(
      toolSlug,
      z.strictObject({
        name: z.string().min(1).optional(),
        description: z.string().min(1).optional(),
        hints: z
          .strictObject({
            readOnlyHint: z.boolean().optional(),
            destructiveHint: z.boolean().optional(),
            idempotentHint: z.boolean().optional(),
            openWorldHint: z.boolean().optional(),
          })
          .optional(),
      }),
    )
    .optional(),
  preload: z.array(toolSlug).min(1).max(20),
  notes: z.string().min(1).optional(),
});

export type ToolkitFile = z.infer<typeof toolkitFileSchema>;

const folder = new URL('../../toolkits/', import.meta.url);

/** Slugs of the toolkits that have a file. */
export function listToolkitFiles(): readonly string[] {
  return globSync('*/toolkit.json', { cwd: fileURLToPath(folder) })
    .map((path) => path.slice(0, -'/toolkit.json'.length))
    .sort();
}

export function readToolkitFileText(slug: string): string | undefined {
  const file = new URL(`${slug}/toolkit.json`, folder);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** @throws ZodError for a file that is not as it should be */
export function parseToolkitFile(text: string): ToolkitFile {
  return toolkitFileSchema.parse(JSON.parse(text));
}
