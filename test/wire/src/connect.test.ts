import { createServer } from 'node:http';
import { expect } from 'vitest';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

describeWire((wire) => {
  let users = 0;
  const authorize = async (options: { callbackUrl?: string; toolkit?: string } = {}) => {
    const userId = `connector-${users++}`;
    const { toolkit = 'petclinic', ...rest } = options;
    const session = await wire().jackfield.sessions.create(userId);
    return { userId, session, request: await session.authorize(toolkit, rest) };
  };
  const submit = (
    url: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    wire().browse(url, {
      method: 'POST',
      body: new URLSearchParams(fields),
      // What a browser sends for a form of a page with `Referrer-Policy: no-referrer`, always the same one.
      headers: {
        origin: 'null',
        'sec-fetch-site': 'same-origin',
        cookie: `jackfield_browser=${'b'.repeat(43)}`,
        ...headers,
      },
    });

  requirement('connect.form', async () => {
    const { userId, request } = await authorize();
    expect(request.redirectUrl.startsWith(`${wire().publicUrl}/connect/`)).toBe(true);
    const page = await wire().browse(request.redirectUrl);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const html = await page.text();
    expect(html).toContain(userId);
    expect(html).toContain('<form method="post"');
    expect(namesOf(html)).toEqual(['token']);
    expect(html).not.toMatch(/<script(?! nonce=)/);
    const basic = await authorize({ toolkit: 'keyed_basic' });
    expect(namesOf(await (await wire().browse(basic.request.redirectUrl)).text())).toEqual(['username', 'password']);
  });

  requirement('connect.flow', async () => {
    const { userId, session, request } = await authorize();
    const before = await wire().jackfield.connectedAccounts.get(request.id);
    expect(before.status).toBe('INITIATED');
    const waiting = request.waitForConnection(10_000);
    const sent = await submit(request.redirectUrl, { token: wire().petclinic.token(userId) });
    expect(sent.status).toBe(303);
    const done = new URL(sent.headers.get('location') ?? '', request.redirectUrl);
    expect(done.href.startsWith(wire().publicUrl)).toBe(true);
    expect(await (await wire().browse(done.href)).text()).toContain('connected');
    expect(await waiting).toMatchObject({ id: request.id, userId, status: 'ACTIVE' });
    expect((await session.execute('PETCLINIC_GET_CLINIC')).successful).toBe(true);
    expect(wire().petclinic.requests.at(-1)?.user).toBe(userId);
  });

  requirement('connect.callback', async () => {
    const app = createServer((_, outgoing) => outgoing.end('welcome back'));
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const address = app.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    try {
      const callbackUrl = `http://127.0.0.1:${port}/back?state=a%26b`;
      const { request } = await authorize({ callbackUrl });
      const page = await wire().browse(request.redirectUrl);
      // Browsers let the form lead only where the policy says.
      expect(page.headers.get('content-security-policy')).toContain(`form-action 'self' http://127.0.0.1:${port}`);
      const sent = await submit(request.redirectUrl, { token: 'some-token' });
      const location = new URL(sent.headers.get('location') ?? '');
      expect(location.origin + location.pathname).toBe(`http://127.0.0.1:${port}/back`);
      expect(Object.fromEntries(location.searchParams)).toEqual({
        state: 'a&b',
        status: 'success',
        connected_account_id: request.id,
      });
    } finally {
      app.close();
    }
    await expect(authorize({ callbackUrl: 'javascript:alert(1)' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  requirement('connect.once', async () => {
    const { request } = await authorize();
    const outcomes = await Promise.all(
      ['one', 'two', 'three'].map(async (token) => (await submit(request.redirectUrl, { token })).status),
    );
    expect(outcomes.toSorted()).toEqual([303, 410, 410]);
    const again = await wire().browse(request.redirectUrl);
    expect(again.status).toBe(410);
    expect(await again.text()).toContain('can no longer be used');
  });

  requirement('connect.unknown', async () => {
    for (const path of ['/connect/unknown', `/connect/${'x'.repeat(2000)}`, '/connect/%00', '/connect/%3Cscript%3E']) {
      const page = await wire().browse(`${wire().publicUrl}${path}`);
      expect([page.status, page.headers.get('content-type')], path).toEqual([410, 'text/html; charset=utf-8']);
      const html = await page.text();
      expect(html).toContain('Go back to the app');
      expect(html).not.toMatch(/<script(?! nonce=)/);
    }
  });

  requirement('connect.mistakes', async () => {
    const { request } = await authorize({ toolkit: 'keyed_basic' });
    const sent = await submit(request.redirectUrl, { username: 'ann"<b>', password: 'planted-in\nform' });
    expect(sent.status).toBe(400);
    const html = await sent.text();
    expect(html).toContain('role="alert"');
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain('value="ann&quot;&lt;b&gt;"');
    expect(html).not.toContain('planted-in');
    const empty = await submit(request.redirectUrl, { username: '', password: '' });
    expect(empty.status).toBe(400);
    const without = await submit(request.redirectUrl, {});
    expect(without.status).toBe(400);
    // The link is still good.
    expect((await submit(request.redirectUrl, { username: 'ann', password: 'right' })).status).toBe(303);
    expect(wire().log()).not.toContain('planted-in');
    expect(wire().log()).not.toContain(request.redirectUrl.split('/').at(-1));
  });

  requirement('connect.foreign-form', async () => {
    const { request } = await authorize();
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site', origin: 'https://other.example' },
    ]) {
      const sent = await submit(request.redirectUrl, { token: 'planted' }, headers);
      expect(sent.status).toBe(403);
    }
    const old = await wire().browse(request.redirectUrl, {
      method: 'POST',
      body: new URLSearchParams({ token: 'planted' }),
      headers: { origin: 'https://evil.example' },
    });
    expect(old.status).toBe(403);
    expect((await wire().jackfield.connectedAccounts.get(request.id)).status).toBe('INITIATED');
  });

  requirement('connect.headers', async () => {
    const { request } = await authorize();
    const pages = [
      await wire().browse(request.redirectUrl),
      await wire().browse(`${wire().publicUrl}/connect/unknown`),
      await wire().browse(`${wire().publicUrl}/connect/done`),
      await submit(request.redirectUrl, { token: '' }),
    ];
    const nonces = new Set<string>();
    for (const page of pages) {
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      const nonce = /style-src 'nonce-([\w+/=]{20,})'/.exec(policy)?.[1] ?? '';
      nonces.add(nonce);
      expect(await page.text()).toContain(`<style nonce="${nonce}">`);
      expect(Object.fromEntries(page.headers)).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'x-robots-tag': 'noindex',
        'x-content-type-options': 'nosniff',
      });
    }
    expect(nonces.size).toBe(pages.length);
  });

  requirement('connect.large', async () => {
    const { request } = await authorize();
    const sent = await submit(request.redirectUrl, { token: 'x'.repeat(70_000) });
    expect(sent.status).toBe(413);
    const json = await wire().browse(request.redirectUrl, {
      method: 'POST',
      body: '{"token":"x"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(json.status).toBe(415);
    expect((await submit(request.redirectUrl, { token: 'x'.repeat(60_000) })).status).toBeLessThan(500);
  });
});

/** Names of the fields of a form. */
function namesOf(html: string): string[] {
  return [...html.matchAll(/<input[^>]*?\sname="([^"]*)"/g)].map((match) => match[1] ?? '');
}
