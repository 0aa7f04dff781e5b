import { describe, expect, test } from 'vitest';
import type { ConnectContent, ConnectFormContent, ConnectSignInContent } from './connect-content.ts';
import { createConnectPages, type RenderOptions } from './connect-pages.ts';
import { connectTexts } from './connect-texts.ts';

const now = new Date('2030-01-01T00:00:00Z');
const start = {
  toolkit: { slug: 'petclinic', name: 'Petclinic' },
  userId: 'user_123',
  expiresAt: new Date('2030-01-01T00:10:00Z'),
};
const form: ConnectFormContent = {
  ...start,
  kind: 'form',
  fields: [
    { name: 'username', label: 'User name', hint: 'Your e-mail address.', secret: false, required: true },
    { name: 'password', label: 'Password', secret: true, required: true },
    { name: 'key', label: 'Key file (JSON)', secret: true, required: true, multiline: true },
    { name: 'region', label: 'Region', secret: false, required: false },
  ],
};
const signIn: ConnectSignInContent = {
  ...start,
  kind: 'sign-in',
  authorizationOrigin: 'https://login.petclinic.example:8443',
  scopes: ['openid', 'pets:write', 'raw.scope'],
  scopeDescriptions: { 'pets:write': 'Change your pets', openid: 'OpenID' },
};

const pages = createConnectPages();

function render(content: ConnectContent, options: Partial<RenderOptions> = {}, from = pages) {
  return from.render(content, { acceptLanguage: undefined, nonce: 'nonce-1', scriptUrl: './page.js', now, ...options });
}

/** The tag that has an id. */
function tag(html: string, id: string): string {
  return html.match(/<[^>]+>/g)?.find((text) => text.includes(`id="${id}"`)) ?? '';
}

describe('the form', () => {
  test('names the toolkit, the user and how long the link works', () => {
    const { html } = render(form);
    expect(html).toContain('<title>Connect Petclinic</title>');
    expect(html).toContain('user_123');
    expect(html).toContain('another 10 minutes');
    expect(render({ ...form, expiresAt: new Date('2030-01-01T00:00:20Z') }).html).toContain('another 1 minute.');
  });

  test('labels every field and ties its hint to it', () => {
    const { html } = render(form);
    for (const name of ['username', 'password', 'key', 'region']) {
      expect(html).toContain(`<label for="field-${name}"`);
      expect(tag(html, `field-${name}`)).toContain(`name="${name}"`);
      expect(tag(html, `field-${name}`)).toContain('autocomplete="off"');
    }
    expect(tag(html, 'field-username')).toContain('aria-describedby="field-username-hint"');
    expect(tag(html, 'field-username')).toMatch(/\brequired\b/);
    expect(tag(html, 'field-region')).not.toMatch(/\brequired\b/);
    expect(tag(html, 'field-password')).toContain('type="password"');
    expect(tag(html, 'field-key')).toMatch(/^<textarea/);
  });

  test('makes the addresses in a hint links, and nothing else', () => {
    const hint = 'See [the docs](https://a.example/docs) or https://b.example/keys. Not [this](javascript:alert(1)).';
    const { html } = render({ ...form, fields: [{ name: 'a', label: 'A', hint, secret: true, required: true }] });
    expect([...html.matchAll(/<a href="([^"]+)"[^>]*rel="noopener noreferrer"/g)].map(([, url]) => url)).toEqual([
      'https://a.example/docs',
      'https://b.example/keys',
    ]);
    expect(html).not.toMatch(/href="javascript/);
  });

  test('unfolds a hint that is longer than a hint should be', () => {
    const hint = 'Word '.repeat(100);
    const { html } = render({ ...form, fields: [{ name: 'a', label: 'A', hint, secret: true, required: true }] });
    expect(html).toContain('<details>');
    expect(tag(html, 'field-a')).not.toContain('aria-describedby');
  });

  test('shows mistakes at the top and at the field, and keeps what is not secret', () => {
    const mistakes = {
      issues: [
        { path: 'password', message: 'is required', reason: 'required' },
        { path: 'region', message: 'has moved', reason: 'not a reason that is known' },
        { path: '', message: 'Try <later>' },
      ],
      entered: { username: 'ann', password: 'planted', key: 'planted' },
    };
    const { html } = render({ ...form, mistakes });
    expect(html).toContain('<title>Not connected yet – Connect Petclinic</title>');
    expect(html).toContain('role="alert"');
    expect(html).toContain('<a href="#field-password"><bdi>Password</bdi></a>: This is needed.');
    expect(html).toContain('<bdi lang="en">Try &lt;later&gt;</bdi>');
    expect(html).toContain('<bdi lang="en">has moved</bdi>');
    expect(tag(html, 'field-password')).toContain('aria-invalid="true"');
    expect(tag(html, 'field-password')).toContain('aria-describedby="field-password-wrong"');
    expect(tag(html, 'field-username')).toContain('value="ann"');
    expect(tag(html, 'field-username')).not.toContain('aria-invalid');
    expect(html).not.toContain('planted');
  });

  test('says so when there is nothing to fill in, and which account is connected again', () => {
    const account = { alias: 'work', identity: { email: 'ada@example.com', workspace: 'Acme' } };
    const { html } = render({ ...form, fields: [], account });
    expect(html).toContain('nothing to fill in');
    expect(html).toContain('ada@example.com (Acme)');
    expect(html).toContain('<title>Connect Petclinic again</title>');
    expect(render({ ...form, account: { ...account, identity: null } }).html).toContain('<bdi>work</bdi>');
  });
});

describe('the way to sign in', () => {
  test('names the host, where the browser goes afterwards, and the scopes in words', () => {
    const { html } = render({ ...signIn, callbackUrl: 'https://app.example.com/settings?tab=1' });
    expect(html).toContain('<bdi>login.petclinic.example:8443</bdi>');
    expect(html).toContain('<bdi>app.example.com</bdi>');
    expect(html).toContain('<bdi>Know which account is yours</bdi>');
    expect(html).toContain('<bdi>Change your pets</bdi>');
    expect(html).toContain('<bdi>raw.scope</bdi>');
    expect(html).not.toContain('<details>');
  });

  test('folds away what is too much, and says so where there are no scopes', () => {
    const { html } = render({ ...signIn, scopes: Array.from({ length: 20 }, (_, index) => `scope-${index}`) });
    expect(html.match(/<li>/g)).toHaveLength(20);
    expect(html).toContain('<summary><bdi>14</bdi> more</summary>');
    expect(render({ ...signIn, scopes: [] }).html).toContain('tells you what you allow');
  });
});

describe('every page', () => {
  const failures = [
    'denied',
    'other_browser',
    'issuer_mismatch',
    'refused',
    'invalid_response',
    'unavailable',
  ] as const;
  const all: ConnectContent[] = [
    form,
    signIn,
    { kind: 'done' },
    { kind: 'done', result: { toolkit: 'Petclinic', account: 'ada' } },
    ...[...failures, 'misconfigured' as const, 'other_account' as const].map((failure) => ({
      kind: 'failed' as const,
      failure,
      toolkit: 'Petclinic',
      message: 'No.',
    })),
    ...(
      [
        'expired',
        'used',
        'unknown',
        'otherBrowser',
        'foreignForm',
        'tooLarge',
        'unavailable',
        'misconfigured',
        'error',
      ] as const
    ).map((notice) => ({ kind: 'notice' as const, notice, number: 'req_1' })),
  ];

  test.each(Object.keys(connectTexts))('has all of its texts filled in, in %s', (language) => {
    const named = createConnectPages({ name: 'Acme' });
    for (const content of all) {
      for (const from of [pages, named]) {
        const { html, language: chosen } = render(content, { acceptLanguage: language }, from);
        expect(chosen).toBe(language);
        expect(html).toContain(`<html lang="${language}" dir="ltr">`);
        expect(html.replace(/data-template="[^"]*"/, '').match(/\{\w+\}|undefined|\[object/g)).toBeNull();
        expect(html.match(/<h1/g)).toHaveLength(1);
      }
    }
  });

  test('permits what it needs, and nothing else', () => {
    for (const content of all) {
      const { html, policy } = render(content);
      expect(policy).toContain("default-src 'none'; style-src 'nonce-nonce-1'");
      expect(policy).not.toMatch(/unsafe|\*|img-src/);
      expect(html.match(/<style nonce="nonce-1">/g)).toHaveLength(1);
      expect(html).not.toMatch(/<script(?! nonce="nonce-1" src=)|<link|\son\w+=|\sstyle=/);
      expect(policy.includes('script-src')).toBe(html.includes('<script'));
    }
    expect(render(form).policy).toContain("form-action 'none'");
    expect(render(form, { formAction: ['https://a.example'] }).policy).toContain(
      "form-action 'self' https://a.example",
    );
  });

  test('escapes everything that comes from elsewhere', () => {
    const evil = `"'><script>alert('x')</script></title>&{toolkit}`;
    const named = createConnectPages({ name: evil.slice(0, 60) });
    const toolkit = { slug: 'evil', name: evil, logo: evil };
    const contents: ConnectContent[] = [
      {
        ...form,
        toolkit,
        userId: evil,
        account: { alias: evil, identity: { login: evil } },
        fields: [{ name: evil, label: evil, hint: evil, secret: false, required: true }],
        mistakes: { issues: [{ path: evil, message: evil, reason: evil }], entered: { [evil]: evil } },
      },
      { ...signIn, toolkit, userId: evil, scopes: [evil, 'a'], scopeDescriptions: { a: evil } },
      { kind: 'done', result: { toolkit: evil, account: evil } },
      { kind: 'failed', failure: 'denied', toolkit: evil, message: evil },
      { kind: 'notice', notice: 'error', number: evil },
    ];
    for (const content of contents) {
      const { html } = render(content, {}, named);
      expect(html).not.toMatch(/<script(?! nonce)/);
      expect(html).not.toContain("alert('");
      expect(html.match(/<\/title>/g)).toHaveLength(1);
    }
  });
});

describe('a brand', () => {
  const logo = 'https://cdn.example.com/logo;a,b.svg';
  const branded = createConnectPages({ name: ' Acme ', color: '#F0c', logo });

  test('is on every page', () => {
    for (const content of [form, signIn, { kind: 'done' }, { kind: 'notice', notice: 'used' }] as ConnectContent[]) {
      const { html, policy } = render(content, {}, branded);
      expect(html).toContain('Acme');
      expect(html).toContain('--accent: #ff00cc;');
      expect(html).toContain(`<img src="${logo}" alt=""`);
      expect(policy).toContain('img-src https://cdn.example.com;');
    }
    const toolkit = { ...form.toolkit, logo: 'https://img.example.org/p.png' };
    expect(render({ ...form, toolkit }, {}, branded).policy).toContain(
      'img-src https://cdn.example.com https://img.example.org;',
    );
    const data = createConnectPages({ logo: 'data:image/png;base64,iVBORw0KGgo=' });
    expect(render(form, {}, data).policy).toContain('img-src data:;');
  });

  test('has texts of its own', () => {
    const own = createConnectPages({
      texts: {
        en: { 'start.title': 'Allow {toolkit}' },
        'fr-fr': { 'form.submit': 'Connecter' },
        ar: { direction: 'rtl' },
      },
    });
    expect(render(form, {}, own).html).toContain('Allow <bdi>Petclinic</bdi>');
    const french = render(form, { acceptLanguage: 'fr-FR, en;q=0.5' }, own);
    expect([french.language, french.html.includes('Connecter')]).toEqual(['fr-FR', true]);
    // What is missing is in English.
    expect(french.html).toContain('stored encrypted');
    expect(render(form, { acceptLanguage: 'ar' }, own).html).toContain('<html lang="ar" dir="rtl">');
  });
});

test('the script is one expression that needs nothing from outside', () => {
  expect(() => new Function(pages.script)).not.toThrow();
  expect(pages.script).not.toMatch(/\bimport\b|__vite|__name/);
});
