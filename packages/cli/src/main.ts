import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { KeysOptions } from './keys-command.ts';
import { printError } from './print-error.ts';
import type { ServeOptions } from './serve-command.ts';
import type { Terminal } from './terminal.ts';
import { addToolkitOption, checkToolkitUrl, type ToolkitOption } from './toolkit-option.ts';
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
        (text, before: readonly ToolkitOption[] | undefined) => addToolkitOption(text, before).map(checkToolkitUrl),
      ),
    )
    .option('--allow-private-network', 'let tools call addresses of private networks and of this machine')
    .option('--public-url <url>', 'address under which browsers and clients reach the server')
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
  return program;
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
