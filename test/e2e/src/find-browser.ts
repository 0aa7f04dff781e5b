import { accessSync, constants } from 'node:fs';

const usualPath = '/usr/bin/chromium';

/**
 * Where Chromium is: at CHROMIUM_PATH, or where Debian puts it.
 *
 * @returns Undefined when there is none and tests may do without it.
 * @throws Error when there is none and CHROMIUM_PATH, CI or JACKFIELD_REQUIRE_BROWSER says that there should be.
 */
export function findBrowser(): string | undefined {
  const { CHROMIUM_PATH: chosen, CI, JACKFIELD_REQUIRE_BROWSER: required } = process.env;
  const path = chosen || usualPath;
  if (isExecutable(path)) return path;
  const message = `There is no Chromium at ${path}: set CHROMIUM_PATH to one.`;
  if (chosen || CI === 'true' || required === '1') throw new Error(message);
  process.stderr.write(`\n${message} The tests of the pages in a browser are SKIPPED.\n\n`);
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
