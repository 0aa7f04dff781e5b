import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';

export interface Browsing {
  /** A browser that nobody used before: without cookies, and with the language and scripts that are asked for. */
  open(options?: BrowserOptions): Promise<BrowserContext>;
}

export interface BrowserOptions extends BrowserContextOptions {
  /** Errors that a page reports because the test makes it do so. Default: none. */
  readonly provoked?: RegExp;
}

/** Tests with the browser that they share; skipped where there is none. A page that reports an error fails the test. */
export function describeBrowser(name: string, define: (browsing: Browsing) => void): void {
  const shared = inject('browser');
  describe.skipIf('missing' in shared && !shared.isRequired)(name, () => {
    let browser: Browser | undefined;
    let contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    beforeAll(async () => {
      if ('missing' in shared) throw new Error(shared.missing);
      browser = await chromium.connect(shared.endpoint);
    });
    afterEach(async () => {
      await Promise.all(contexts.map((context) => context.close()));
      contexts = [];
      expect(complaints.splice(0)).toEqual([]);
    });
    afterAll(() => browser?.close());
    define({
      async open({ provoked, ...options } = {}) {
        if (browser === undefined) throw new Error('The browser is not open.');
        const context = await browser.newContext({ locale: 'en-US', ...options });
        context.setDefaultTimeout(10_000);
        context.on('weberror', (error) => complaints.push(String(error.error())));
        // What the policy of a page forbids is told there, too.
        context.on('console', (message) => {
          const text = message.text();
          const isExpected = /the server responded with a status of/.test(text) || provoked?.test(text);
          if (message.type() === 'error' && !isExpected) complaints.push(text);
        });
        contexts.push(context);
        return context;
      },
    });
  });
}
