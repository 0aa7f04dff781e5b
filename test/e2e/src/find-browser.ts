import { accessSync, constants } from 'node:fs';

const usualPath = '/usr/bin/chromium';

export type FoundBrowser = { readonly path: string } | MissingBrowser;

export interface MissingBrowser {
  /** What to do about it. */
  readonly missing: string;
  /** Whether tests must not do without it: CHROMIUM_PATH, CI=true or JACKFIELD_REQUIRE_BROWSER=1 say so. */
  readonly isRequired: boolean;
}

/** Where Chromium is: at CHROMIUM_PATH, or where Debian puts it. */
export function findBrowser(): FoundBrowser {
  const { CHROMIUM_PATH: chosen, CI, JACKFIELD_REQUIRE_BROWSER: required } = process.env;
  const path = chosen || usualPath;
  if (isExecutable(path)) return { path };
  return {
    missing: `There is no Chromium at ${path}: set CHROMIUM_PATH to one.`,
    isRequired: Boolean(chosen) || CI === 'true' || required === '1',
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
