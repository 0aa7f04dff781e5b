import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { findBrowser, type MissingBrowser } from './find-browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser that all tests share can be reached. */
    browser: { readonly endpoint: string } | MissingBrowser;
  }
}

/** One Chromium for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = findBrowser();
  if ('missing' in found) {
    project.provide('browser', found);
    if (!found.isRequired) {
      process.stderr.write(`\n${found.missing} The tests of the pages in a browser are SKIPPED.\n\n`);
    }
    return async () => undefined;
  }
  const server = await chromium.launchServer({
    executablePath: found.path,
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  project.provide('browser', { endpoint: server.wsEndpoint() });
  return () => server.close();
}
