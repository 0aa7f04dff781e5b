import type { AuthScheme, Tool, Toolkit } from '../../toolkit.ts';
import { checkReservedSlug } from '../../toolkits/reserved-slug.ts';
import { type DefinedTool, invalidToolkit } from './define-tool.ts';

export interface ToolkitOptions {
  /** Lower-case letters, digits and underscores, starting with a letter: `notes`. */
  readonly slug: string;
  /** For people: `Notes`. */
  readonly name: string;
  readonly description: string;
  /** Default: `1.0.0`. */
  readonly version?: string | undefined;
  /** URL of a logo. */
  readonly logo?: string | undefined;
  /** The service behind the tools: `context.fetch` sends the credential to its origin, and to no other. */
  readonly baseUrl?: string | undefined;
  /** How an account is connected. Default: no accounts. */
  readonly auth?: readonly AuthScheme[] | undefined;
  readonly tools: readonly DefinedTool[];
}

/** What every framework and model API takes as the name of a tool. */
const longestSlug = 64;

/**
 * Makes a toolkit of functions that run in the process of the engine, for `createEngine`.
 *
 * @throws JackfieldError `INVALID_TOOLKIT` for slugs, URLs or auth schemes that break a rule
 */
export function defineToolkit(options: ToolkitOptions): Toolkit {
  const { slug, name, description, version = '1.0.0', logo, baseUrl, auth = [] } = options;
  if (!/^[a-z][a-z0-9_]*$/.test(slug)) {
    throw invalidToolkit(
      `${JSON.stringify(slug)} cannot be the slug of a toolkit.`,
      'Use lower-case letters, digits and underscores, a letter first.',
    );
  }
  checkReservedSlug(slug);
  if (name === '') throw invalidToolkit(`The toolkit ${slug} has no name.`, 'Give it one for people to read.');
  if (baseUrl !== undefined && !/^https?:$/.test(URL.canParse(baseUrl) ? new URL(baseUrl).protocol : '')) {
    throw invalidToolkit(`${JSON.stringify(baseUrl)} is not an http or https URL.`, 'Give the URL of the API.');
  }
  const ids = new Set(auth.map(({ id }) => id));
  if (ids.size < auth.length) {
    throw invalidToolkit(`Two auth schemes of the toolkit ${slug} have the same id.`, 'Give each its own.');
  }
  const tools = options.tools.map((tool) => toTool(slug, tool, auth));
  const slugs = new Set<string>();
  for (const tool of tools) {
    if (slugs.has(tool.slug)) {
      throw invalidToolkit(`The toolkit ${slug} has two tools ${tool.slug}.`, 'Give one of them another slug.');
    }
    slugs.add(tool.slug);
  }
  return {
    slug,
    name,
    description,
    version,
    ...(logo === undefined ? {} : { logo }),
    ...(baseUrl === undefined ? {} : { baseUrl: baseUrl.replace(/\/$/, '') }),
    authSchemes: [...auth],
    tools,
  };
}

function toTool(toolkit: string, tool: DefinedTool, auth: readonly AuthScheme[]): Tool {
  const prefix = `${toolkit.toUpperCase()}_`;
  const action = tool.slug.toUpperCase();
  const slug = action.startsWith(prefix) ? action : `${prefix}${action}`;
  if (slug.length > longestSlug) {
    throw invalidToolkit(
      `The tool ${slug} has a slug of ${slug.length} characters.`,
      `Shorten it: ${longestSlug} are allowed.`,
    );
  }
  const { account = auth.length === 0 ? 'none' : 'required' } = tool;
  if (account !== 'none' && auth.length === 0) {
    throw invalidToolkit(
      `The tool ${slug} uses an account, but the toolkit ${toolkit} says of no way to connect one.`,
      'Give the toolkit an auth scheme.',
    );
  }
  const schemes = auth.map(({ id }) => [id]);
  return {
    slug,
    name: tool.name,
    description: tool.description,
    tags: [...tool.tags],
    inputSchema: tool.inputSchema,
    ...(tool.outputSchema === undefined ? {} : { outputSchema: tool.outputSchema }),
    hints: tool.hints,
    security: account === 'none' ? [] : account === 'optional' ? [...schemes, []] : schemes,
    scopes: [],
    deprecated: false,
    binding: { kind: 'function', execute: tool.run },
  };
}
