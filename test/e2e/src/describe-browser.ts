import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';

export interface Browsing {
  /** A browser that nobody used before: without cookies, and with the language and scripts that are asked for. */
  open(options?: BrowserContextOptions): Promise<BrowserContext>;
}

/** Tests with the browser that they share; skipped where there is none. A page that reports an error fails the test. */
export function describeBrowser(name: string, define: (browsing: Browsing) => void): void {
  const endpoint = inject('browserEndpoint');
  describe.skipIf(endpoint === undefined)(name, () => {
    let browser: Browser | undefined;
    let contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    beforeAll(async () => {
      browser = await chromium.connect(endpoint ?? '');
    });
    afterEach(async () => {
      await Promise.all(contexts.map((context) => context.close()));
      contexts = [];
      expect(complaints.splice(0)).toEqual([]);
    });
    afterAll(() => browser?.close());
    define({
      async open(options = {}) {
        if (browser === undefined) throw new Error('The browser is not open.');
        const context = await browser.newContext({ locale: 'en-US', ...options });
        context.setDefaultTimeout(10_000);
        context.on('weberror', (error) => complaints.push(String(error.error())));
        // What the policy of a page forbids is told there, too.
        context.on('console', (message) => {
          if (message.type() === 'error' && !/the server responded with a status of/.test(message.text())) {
            complaints.push(message.text());
          }
        });
        contexts.push(context);
        return context;
      },
    });
  });
}
