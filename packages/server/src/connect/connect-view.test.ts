import type { ConnectForm } from '@jackfield/engine';
import { describe, expect, test } from 'vitest';
import { formView, noticeView } from './connect-view.ts';

const now = new Date('2030-01-01T00:00:00Z');
const form: ConnectForm = {
  kind: 'form' as const,
  toolkit: { slug: 'petclinic', name: 'Petclinic' },
  userId: 'user_123',
  fields: [
    { name: 'username', label: 'User name', hint: 'Your e-mail address.', secret: false, required: true },
    { name: 'password', label: 'Password', secret: true, required: true },
    { name: 'region', label: 'Region', secret: false, required: false },
  ],
  expiresAt: new Date('2030-01-01T00:10:00Z'),
};

async function render(changes: Partial<ConnectForm> = {}, mistakes?: Parameters<typeof formView>[1]): Promise<string> {
  return String(await formView({ ...form, ...changes }, mistakes, now, 'nonce-1'));
}

/** The tag that has an id. */
function tag(html: string, id: string): string {
  return html.match(/<[^>]+>/g)?.find((text) => text.includes(`id="${id}"`)) ?? '';
}

describe('formView', () => {
  test('names the toolkit, the user and how long the link works', async () => {
    const html = await render();
    expect(html).toContain('<h1>Connect Petclinic</h1>');
    expect(html).toContain('user_123');
    expect(html).toContain('10 more minutes');
    expect(await render({ expiresAt: new Date('2030-01-01T00:00:20Z') })).toContain('one more minute');
  });

  test('labels every field and ties its hint to it', async () => {
    const html = await render();
    for (const name of ['username', 'password', 'region']) {
      expect(html).toContain(`<label for="field-${name}"`);
      expect(tag(html, `field-${name}`)).toContain(`name="${name}"`);
    }
    expect(tag(html, 'field-username')).toContain('aria-describedby="field-username-hint"');
    expect(tag(html, 'field-username')).toMatch(/\brequired\b/);
    expect(tag(html, 'field-region')).not.toMatch(/\brequired\b/);
    expect(tag(html, 'field-password')).toContain('type="password"');
  });

  test('shows mistakes at the top and at the field, and keeps what is not secret', async () => {
    const html = await render(
      {},
      { byField: new Map([['password', 'is wrong']]), others: ['Try later'], entered: new Map([['username', 'ann']]) },
    );
    expect(html).toContain('role="alert"');
    expect(html).toContain('<a href="#field-password">Password</a>: is wrong');
    expect(html).toContain('<li>Try later</li>');
    expect(tag(html, 'field-password')).toContain('aria-invalid="true"');
    expect(tag(html, 'field-password')).toContain('aria-describedby="field-password-wrong"');
    expect(tag(html, 'field-password')).not.toContain('value=');
    expect(tag(html, 'field-username')).toContain('value="ann"');
    expect(tag(html, 'field-username')).not.toContain('aria-invalid');
  });

  test('escapes everything that comes from elsewhere', async () => {
    const evil = `"><script>alert('x')</script>&`;
    const html = await render(
      {
        toolkit: { slug: 'evil', name: evil },
        userId: evil,
        fields: [{ name: evil, label: evil, hint: evil, secret: false, required: true }],
      },
      { byField: new Map([[evil, evil]]), others: [evil], entered: new Map([[evil, evil]]) },
    );
    expect(html).not.toContain('<script');
    expect(html).not.toContain("alert('");
    expect(html.match(/<style/g)).toHaveLength(1);
  });

  test('needs no script and loads nothing', async () => {
    const html = await render();
    expect(html).not.toMatch(/<script|<link|<img|\ssrc=|\son\w+=/);
    expect(html).toContain('<style nonce="nonce-1">');
  });
});

test('noticeView escapes, too', async () => {
  const html = String(await noticeView({ title: '<b>', text: '<i>', fix: '<u>', number: '<s>' }, 'n'));
  expect(html).toContain('&lt;b&gt;');
  expect(html).not.toMatch(/<[bius]>/);
});
