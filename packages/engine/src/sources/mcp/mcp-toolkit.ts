import type { AuthScheme, McpCommandUpstream, McpHttpUpstream, Toolkit } from '../../toolkit.ts';
import { checkReservedSlug } from '../../toolkits/reserved-slug.ts';
import { invalidToolkit } from '../code/define-tool.ts';

interface McpToolkitCommon {
  /** Lower-case letters, digits and underscores, starting with a letter: `linear`. */
  readonly slug: string;
  /** For people. Default: the slug, capitalised. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Default: `1.0.0`. */
  readonly version?: string | undefined;
  /** URL of a logo. */
  readonly logo?: string | undefined;
  /**
   * How long a list of the server's tools is good, in seconds, unless the server says that it has changed. Default: 300.
   */
  readonly listTtl?: number | undefined;
  /**
   * Whether what the server says of the behaviour of its tools (`readOnlyHint` and so on) is believed; otherwise each
   * counts as one that may destroy something. Default: true.
   */
  readonly trustAnnotations?: boolean | undefined;
  /**
   * What a tool gets that asks the user to fill in a form: `none`, as nobody can be asked, or the `defaults` of the form
   * where it has them for all that it requires. Default: `none`.
   */
  readonly elicitation?: 'none' | 'defaults' | undefined;
  /**
   * Revisions of MCP that are spoken: all (`auto`), or those before 2026-07-28 (`legacy`), which saves a question with
   * each connection to a server of that time. Default: `auto`.
   */
  readonly protocol?: 'auto' | 'legacy' | undefined;
}

export interface McpUrlToolkitOptions extends McpToolkitCommon {
  readonly url: string;
  /** Default: Streamable HTTP, and the older transport (SSE) for a server that knows only that. */
  readonly transport?: 'streamable-http' | 'sse' | undefined;
  /**
   * What each user connects:
   * - `oauth`: an account, by signing in as the MCP authorization specification has it;
   * - `bearer`: a token that they paste;
   * - `{ header, prefix }`: a key that they paste, sent in that header;
   * - `none`: nothing; the server is the same for all users.
   *
   * Default: `none` with {@link headers}; otherwise found out: `oauth` for a server that asks for a sign-in, and `none` for
   * one that answers without.
   */
  readonly auth?: 'oauth' | 'bearer' | 'none' | { readonly header: string; readonly prefix?: string } | undefined;
  /** Sent with every request, whoever the user is. Keep secrets in the environment, and put them in here from there. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Scopes to ask for. Default: what the server asks for, else all that it knows. */
  readonly scopes?: readonly string[] | undefined;
  /**
   * URL of an OAuth client metadata document of your own, which names `<public URL>/connect/callback` among its redirect
   * URIs. Default: a document that this server serves.
   */
  readonly clientMetadataUrl?: string | undefined;
  readonly command?: undefined;
}

export interface McpCommandToolkitOptions extends McpToolkitCommon {
  /**
   * A program that speaks MCP on its standard input and output. It runs on the machine of the server, one for all users,
   * and only where the server is told that it may: `listen({ allowMcpCommands: true })`.
   */
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  /** Beside HOME, PATH and the like, which every program gets; nothing else of the server's environment is handed on. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  readonly url?: undefined;
}

export type McpToolkitOptions = McpUrlToolkitOptions | McpCommandToolkitOptions;

/**
 * Makes a toolkit of an MCP server. Nothing is called until a session needs the tools: those are then what the server
 * lists, for the account of the session's user where it has accounts.
 *
 * @throws JackfieldError `INVALID_TOOLKIT` for a slug or URL that breaks a rule
 */
export function mcpToolkit(options: McpToolkitOptions): Toolkit {
  const { slug, name = capitalised(slug), description, version = '1.0.0', logo } = options;
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(slug)) {
    throw invalidToolkit(
      `${JSON.stringify(slug)} cannot be the slug of a toolkit.`,
      'Use at most 48 lower-case letters, digits and underscores, a letter first.',
    );
  }
  checkReservedSlug(slug);
  const { listTtl = 300 } = options;
  if (!(listTtl > 0)) throw invalidToolkit(`The listTtl of ${slug} is not above 0.`, 'Give seconds.');
  const common = {
    protocol: options.protocol ?? 'auto',
    listTtlMs: listTtl * 1000,
    trustsAnnotations: options.trustAnnotations ?? true,
    elicitation: options.elicitation ?? 'none',
  };
  const upstream: McpHttpUpstream | McpCommandUpstream =
    options.url === undefined
      ? {
          kind: 'command',
          command: options.command,
          args: options.args ?? [],
          env: options.env ?? {},
          ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
          ...common,
        }
      : { ...httpUpstream(options), ...common };
  return {
    slug,
    name,
    description: description ?? `Tools of the MCP server ${name}.`,
    version,
    ...(logo === undefined ? {} : { logo }),
    authSchemes: options.url === undefined ? [] : authSchemes(options, upstream),
    tools: [],
    upstream,
  };
}

function httpUpstream({
  slug,
  url,
  transport = 'auto' as const,
  headers = {},
  auth,
}: Omit<McpUrlToolkitOptions, 'transport'> & { transport?: McpHttpUpstream['transport'] | undefined }): Omit<
  McpHttpUpstream,
  'protocol' | 'listTtlMs' | 'trustsAnnotations' | 'elicitation'
> {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') {
    throw invalidToolkit(
      `The URL of the toolkit ${slug} is not an http or https URL without user and password.`,
      'Give the URL of the MCP server; secrets go into `headers` or into what users connect.',
    );
  }
  // RFC 8707 section 2
  parsed.hash = '';
  const account = auth === 'none' || (auth === undefined && Object.keys(headers).length > 0) ? 'none' : 'required';
  return {
    kind: 'http',
    url: parsed.href,
    transport,
    headers,
    account: auth === undefined && account !== 'none' ? 'unknown' : account,
  };
}

function authSchemes(
  { auth, scopes, clientMetadataUrl }: McpUrlToolkitOptions,
  upstream: McpHttpUpstream | McpCommandUpstream,
): readonly AuthScheme[] {
  if (upstream.kind === 'command' || upstream.account === 'none') return [];
  if (auth === 'bearer') return [{ id: 'bearer', mode: 'BEARER_TOKEN' }];
  if (typeof auth === 'object') {
    const { header: name, prefix } = auth;
    return [{ id: 'key', mode: 'API_KEY', in: 'header', name, ...(prefix === undefined ? {} : { prefix }) }];
  }
  return [
    {
      id: 'oauth',
      mode: 'OAUTH2',
      resource: upstream.url,
      scopes: {},
      ...(scopes === undefined ? {} : { defaultScopes: scopes }),
      ...(clientMetadataUrl === undefined ? {} : { clientMetadataUrl }),
    },
  ];
}

function capitalised(slug: string): string {
  const words = slug.split('_').join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
