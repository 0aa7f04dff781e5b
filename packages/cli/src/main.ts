import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { ImportOptions } from './import-command.ts';
import type { KeysOptions } from './keys-command.ts';
import { printError } from './print-error.ts';
import type { ServeOptions } from './serve-command.ts';
import type { Terminal } from './terminal.ts';
import { addToolkitOption, checkToolkitUrl, type ToolkitOption } from './toolkit-option.ts';
import type { AddOptions, ListOptions, SearchOptions, ToolkitsOptions } from './toolkits-command.ts';
import type { VaultOptions } from './vault-command.ts';
import { version } from './version.ts';

/**
 * Runs one command to its end.
 *
 * @param args - What follows the name of the command.
 * @returns The exit code: 0, 1 for a failure, 2 for a command line that cannot be understood.
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = createProgram(terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has said what is wrong; help and version end this way too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return printError(error, terminal, args.includes('--debug'));
  }
}

/** The command line's definition: what `--help` shows, and what the reference in the documentation is held against. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('jackfield')
    .description('Open tool sessions for AI agents.')
    .version(version)
    .showHelpAfterError('Run with --help to see what is possible.')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .exitOverride();

  const data = new Option('--data <folder>', 'folder to keep everything in (default: .jackfield)');
  const databaseUrl = new Option(
    '--database-url <url>',
    'PostgreSQL database to keep everything in, instead of a folder (default: that of JACKFIELD_DATABASE_URL, if set)',
  ).conflicts('data');

  program
    .command('serve')
    .summary('run a server')
    .description(
      'Runs a server until it is interrupted. Clients need an API key: that of JACKFIELD_API_KEY, or one of `jackfield keys`; a first one is made and shown when there is none.',
    )
    .addOption(new Option('--port <number>', 'port to listen on; 0 takes a free one').default(7777).argParser(readPort))
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(data)
    .addOption(databaseUrl)
    .addOption(
      new Option('--toolkit <slug=file>', 'OpenAPI document to make tools of; may be repeated').argParser(
        (text, before: readonly ToolkitOption[] | undefined) => addToolkitOption(text, before),
      ),
    )
    .addOption(
      new Option('--toolkit-url <slug=url>', 'the same, from a URL; may be repeated').argParser(
        (text, before: readonly ToolkitOption[] | undefined) =>
          addToolkitOption(text, before, 'petclinic=https://api.example.com/openapi.json').map(checkToolkitUrl),
      ),
    )
    .addOption(
      new Option(
        '--catalog <slugs>',
        'toolkits of the catalogue to have, separated by commas (default: all)',
      ).argParser(readSlugs),
    )
    .option('--no-catalog', 'have no toolkits of the catalogue')
    .addOption(
      new Option(
        '--catalog-url <slug=url>',
        'where a service of the catalogue runs that has an address of your own; may be repeated',
      ).argParser((text, before: readonly ToolkitOption[] | undefined) =>
        addToolkitOption(text, before, 'jira=https://acme.atlassian.net').map(checkToolkitUrl),
      ),
    )
    .addOption(
      new Option(
        '--mcp <slug=place>',
        'MCP server to take tools from: a URL, sse:<url>, or stdio:<command>; may be repeated',
      ).argParser((text, before: readonly ToolkitOption[] | undefined) =>
        addToolkitOption(text, before, 'linear=https://mcp.linear.app/mcp'),
      ),
    )
    .option('--allow-mcp-commands', 'let MCP servers that are programs run on this machine')
    .option('--allow-private-network', 'let tools call addresses of private networks and of this machine')
    .option('--public-url <url>', 'address under which browsers and clients reach the server')
    .addOption(
      new Option(
        '--allow-callback-url <url>',
        'origin or URL that browsers may be sent back to after connecting; may be repeated',
      ).argParser((url, before: readonly string[] | undefined) => [...(before ?? []), url]),
    )
    .option('--brand-name <text>', 'what the connect pages call the app that asks for access')
    .option('--brand-color <color>', 'colour of the buttons there: #rgb or #rrggbb')
    .option('--brand-logo <image>', 'logo there: an https URL, or a file of at most 70 KB')
    .option('--connect-texts <file>', 'JSON file with texts in place of those of the connect pages')
    .addOption(
      new Option('--log-level <level>', 'least important lines to log')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .option('--debug', 'show the stack of an error')
    .action(async (options: ServeOptions) => (await import('./serve-command.ts')).serve(options, terminal));

  const keys = program
    .command('keys')
    .summary('make, list and revoke API keys')
    .description('Makes, lists and revokes API keys.');
  // Loaded when needed: help and mistakes are answered without a server.
  const loadKeys = () => import('./keys-command.ts');
  const keysCommand = (name: string, summary: string) =>
    keys
      .command(name)
      .summary(summary)
      .addOption(data)
      .addOption(databaseUrl)
      .option('--project <name>', 'project that the key opens', 'default')
      .option('--json', 'print JSON')
      .option('--debug', 'show the stack of an error');
  keysCommand('create', 'make a key and print it once')
    .description('Makes a key and prints it: the only time that it can be seen.')
    .requiredOption('--name <text>', 'what the key is for')
    .action(async (options: KeysOptions & { readonly name: string }) =>
      (await loadKeys()).createKey(options, terminal),
    );
  keysCommand('list', 'list keys, without the keys themselves')
    .description('Lists keys, revoked ones too, newest first. Never the keys themselves.')
    .action(async (options: KeysOptions) => (await loadKeys()).listKeys(options, terminal));
  keysCommand('revoke', 'end a key at once')
    .description('Ends a key at once, on every server that shares the store.')
    .argument('<id>', 'id of the key, as listed')
    .action(async (id: string, options: KeysOptions) => (await loadKeys()).revokeKey(id, options, terminal));
  addToolkitsCommand(program, [data, databaseUrl], terminal);
  const importing = program
    .command('import')
    .summary('report what of a Composio program maps to what')
    .description(
      'Reads session configs (JSON) and sources of programs, and reports which of their toolkits, tools and config keys there are here, and under which names. Changes nothing.',
    )
    .argument('<paths...>', 'files and folders')
    .addOption(
      new Option('--url <url>', 'server to compare with (default: that of JACKFIELD_BASE_URL, if set)').conflicts([
        'data',
        'databaseUrl',
      ]),
    );
  for (const option of [data, databaseUrl]) importing.addOption(option);
  importing
    .option('--project <name>', 'project, where it is not the key that says it', 'default')
    .option('--json', 'print JSON')
    .option('--debug', 'show the stack of an error')
    .action(async (paths: string[], options: ImportOptions) =>
      (await import('./import-command.ts')).importPaths(paths, options, terminal),
    );
  program
    .command('vault')
    .summary('encrypt stored credentials under a new key')
    .description('Manages the key that credentials are stored under.')
    .command('rotate')
    .summary('encrypt everything under the first key')
    .description(
      'Encrypts every stored secret under the first key of JACKFIELD_ENCRYPTION_KEY, or of the key file in the data folder, while servers go on. Can be cut off and run again.',
    )
    .addOption(data)
    .addOption(databaseUrl)
    .option('--json', 'print JSON')
    .option('--debug', 'show the stack of an error')
    .action(async (options: VaultOptions) => (await import('./vault-command.ts')).rotateVault(options, terminal));
  return program;
}

function addToolkitsCommand(program: Command, storeOptions: readonly Option[], terminal: Terminal): void {
  const toolkits = program
    .command('toolkits')
    .summary('add, list, search, inspect and remove toolkits')
    .description(
      'Toolkits of a project: at the server of --url or JACKFIELD_BASE_URL with the key of JACKFIELD_API_KEY, or else on the data folder or database that a server uses.',
    );
  const load = () => import('./toolkits-command.ts');
  const toolkitsCommand = (name: string, summary: string) => {
    const command = toolkits
      .command(name)
      .summary(summary)
      .addOption(
        new Option('--url <url>', 'server to speak to (default: that of JACKFIELD_BASE_URL, if set)').conflicts([
          'data',
          'databaseUrl',
        ]),
      );
    for (const option of storeOptions) command.addOption(option);
    return command
      .option('--project <name>', 'project, where it is not the key that says it', 'default')
      .option('--json', 'print JSON')
      .option('--debug', 'show the stack of an error');
  };
  const limit = (standard: number) =>
    new Option('--limit <number>', 'how many to show at most').default(standard).argParser(readLimit);
  toolkitsCommand('add', 'make a toolkit of an OpenAPI document')
    .description(
      'Makes a toolkit of an OpenAPI 3.0 or 3.1 document, JSON or YAML. Every session that allows it has it at once.',
    )
    .argument('<location>', 'file, or URL that the server fetches')
    .option('--slug <slug>', "what to call it (default: made from the document's title)")
    .option('--name <text>', "name for people (default: the document's title)")
    .option('--base-url <url>', 'where the API is, in place of the servers that the document names')
    .option('--replace', 'put it in the place of the one with the same slug')
    .option('--allow-private-network', 'fetch from private networks and this machine, when there is no server between')
    .action(async (location: string, options: AddOptions) => (await load()).addToolkit(location, options, terminal));
  toolkitsCommand('list', 'list toolkits, those of the project first')
    .description('Lists the toolkits that sessions of the project can use, those that it added first.')
    .option('--own', 'only those that the project added')
    .addOption(limit(50))
    .action(async (options: ListOptions) => (await load()).listToolkits(options, terminal));
  toolkitsCommand('search', 'find tools by what they do')
    .description('Finds tools by what they do, best first.')
    .argument('<words...>', 'one short action: create an invoice')
    .option('--toolkit <slug>', 'only tools of this one')
    .addOption(limit(10))
    .action(async (words: string[], options: SearchOptions) => (await load()).searchTools(words, options, terminal));
  toolkitsCommand('inspect', 'show a tool: schema, account, example call')
    .description("Shows a tool: its schema, the account it needs, an example call. A toolkit's slug shows the toolkit.")
    .argument('<slug>', 'slug of the tool, upper case, or of a toolkit, lower case')
    .action(async (slug: string, options: ToolkitsOptions) => (await load()).inspectTool(slug, options, terminal));
  toolkitsCommand('remove', 'remove a toolkit, and the accounts connected to it')
    .description('Removes a toolkit that the project added, and the accounts that were connected to it.')
    .argument('<slug>', 'slug of the toolkit')
    .action(async (slug: string, options: ToolkitsOptions) => (await load()).removeToolkit(slug, options, terminal));
}

function readSlugs(text: string): readonly string[] {
  const slugs = text.split(',').map((slug) => slug.trim());
  if (slugs.every((slug) => /^[a-z][a-z0-9_]*$/.test(slug))) return slugs;
  throw new InvalidArgumentError('Slugs are of lower-case letters, digits and underscores: github,slack.');
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 500) return limit;
  throw new InvalidArgumentError('A limit is a number from 1 to 500.');
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
