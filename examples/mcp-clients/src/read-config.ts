import { readFile } from 'node:fs/promises';

/** How a client reaches a server, as its own configuration says it. */
export type Reach =
  | { readonly kind: 'http'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'command'; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };

interface Entry {
  readonly url?: string;
  readonly serverUrl?: string;
  readonly httpUrl?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

type Config = Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/**
 * Reads a configuration as its client does: with the address and the token where the file has a placeholder, an
 * environment variable or a question to the user.
 */
export async function readConfig(file: URL, url: string, token: string): Promise<Reach> {
  const text = (await readFile(file, 'utf8'))
    .replaceAll('https://tools.example.com/mcp/SESSION_ID', url)
    .replaceAll('SESSION_TOKEN', token)
    .replaceAll(/\$\{(?:env:|input:)?(?:JACKFIELD_MCP_TOKEN|jackfield-token)\}|\$JACKFIELD_MCP_TOKEN/g, token);
  if (file.pathname.endsWith('.toml')) return readToml(text, token);
  const config: Config = JSON.parse(text);
  const entry = (config.mcpServers ?? config.servers ?? config.context_servers)?.jackfield;
  if (entry?.args !== undefined) return { kind: 'command', args: entry.args, env: entry.env ?? {} };
  const address = entry?.url ?? entry?.serverUrl ?? entry?.httpUrl;
  if (address === undefined) throw new Error(`${file.pathname} has no address.`);
  return { kind: 'http', url: address, headers: entry?.headers ?? {} };
}

function readToml(text: string, token: string): Reach {
  const value = (key: string) => new RegExp(`^${key} = "(.*)"$`, 'm').exec(text)?.[1];
  const url = value('url');
  if (url === undefined || value('bearer_token_env_var') !== 'JACKFIELD_MCP_TOKEN') {
    throw new Error('The configuration of Codex has no address, or no token.');
  }
  return { kind: 'http', url, headers: { Authorization: `Bearer ${token}` } };
}
