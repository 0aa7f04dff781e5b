import { generateApiKey, openKeys } from '@jackfield/server';
import { createLogger, type LoggerOptions, listen } from '@jackfield/server/node';
import { banner } from './banner.ts';
import { type CatalogOptions, chooseCatalog } from './catalog-option.ts';
import { type ConnectPageOptions, readConnectPages } from './connect-page-options.ts';
import { loadToolkits, type ToolkitOptions } from './load-toolkits.ts';
import { describeStore, isInMemory, type StoreOptions, type StorePlace, storePlace } from './store-options.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

export interface ServeOptions extends StoreOptions, ToolkitOptions, CatalogOptions, ConnectPageOptions {
  readonly port: number;
  readonly host: string;
  readonly allowPrivateNetwork?: true;
  readonly publicUrl?: string;
  readonly allowCallbackUrl?: readonly string[];
  readonly logLevel: NonNullable<LoggerOptions['level']>;
}

/**
 * Runs a server until SIGINT or SIGTERM. People read standard error; standard output has the log, one JSON object a
 * line.
 *
 * @throws JackfieldError as `listen` does, `INVALID_TOOLKIT` for a document that makes no toolkit, and `UNKNOWN_TOOLKIT`
 * for a slug that is not in the catalogue
 */
export async function serve(options: ServeOptions, terminal: Terminal): Promise<void> {
  const { port, host, publicUrl, allowPrivateNetwork = false } = options;
  const connectPages = await readConnectPages(options, terminal);
  const place = storePlace(options, terminal);
  const toolkits = await loadToolkits(options);
  const chosen = await chooseCatalog(options);
  const givenKey = terminal.env.JACKFIELD_API_KEY || undefined;
  // Nobody else can open a store in memory to make a key in it.
  const memoryKey = givenKey === undefined && isInMemory(place) ? generateApiKey() : undefined;
  const server = await listen({
    ...place,
    port,
    host,
    apiKey: givenKey ?? memoryKey,
    publicUrl,
    connectPages,
    allowPrivateNetwork,
    allowedCallbackUrls: options.allowCallbackUrl,
    toolkits: [...toolkits.map(({ toolkit }) => toolkit), ...(chosen === undefined ? [] : [chosen.catalog])],
    allowMcpCommands: options.allowMcpCommands,
    logger: createLogger({ level: options.logLevel, write: (line) => terminal.stdout.write(line) }),
  });
  try {
    const newKey = memoryKey ?? (givenKey === undefined ? await firstKey(place) : undefined);
    const facts = {
      version,
      url: server.url,
      toolkits,
      inCatalog: chosen?.toolkits,
      store: describeStore(place),
      newKey,
    };
    terminal.stderr.write(banner({ ...facts, warnings: warningsOf(options) }));
    await interruption(terminal);
  } finally {
    await server.close();
  }
}

/** A key for a store whose default project has none that works. */
async function firstKey(place: StorePlace): Promise<string | undefined> {
  const keys = await openKeys(place);
  try {
    const existing = await keys.list();
    if (existing.some(({ revokedAt }) => revokedAt === null)) return undefined;
    return (await keys.create({ name: 'first key' })).key;
  } finally {
    await keys.close();
  }
}

function warningsOf({ host, publicUrl, allowPrivateNetwork, allowMcpCommands, mcp = [] }: ServeOptions): string[] {
  const warnings: string[] = [];
  if (allowPrivateNetwork) {
    warnings.push('tools may call private networks and this machine (--allow-private-network)');
  }
  const programs = mcp.filter(({ location }) => location.startsWith('stdio:')).map(({ slug }) => slug);
  if (allowMcpCommands === true && programs.length > 0) {
    warnings.push(`MCP servers run as programs on this machine: ${programs.join(', ')} (--allow-mcp-commands)`);
  }
  if (!/^(127\.|localhost$|::1$)/.test(host) && publicUrl === undefined) {
    warnings.push(`links take their address from each request; behind a proxy, set --public-url`);
  }
  return warnings;
}

/** The second signal ends the process at once, as it would without us. */
function interruption(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      terminal.off('SIGINT', stop);
      terminal.off('SIGTERM', stop);
      resolve();
    };
    terminal.once('SIGINT', stop);
    terminal.once('SIGTERM', stop);
  });
}
