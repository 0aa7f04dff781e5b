import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a command as from a shell of its own: what pnpm and vitest put into the environment is left out.
 *
 * @returns What it wrote to standard output.
 * @throws Error with everything that it said.
 */
export async function command(
  cwd: string,
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(?!config_(registry|cache|cafile|userconfig)$)|NODE_(ENV|OPTIONS|PATH)$|VITEST|INIT_CWD)/i.test(name),
  );
  try {
    const options = { cwd, env: { ...Object.fromEntries(inherited), ...env }, maxBuffer: 64 * 1024 * 1024 };
    return (await run(file, args, options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${[file, ...args].join(' ')} failed in ${cwd}\n${stdout}\n${stderr}`, { cause: error });
  }
}
