import { expect, test } from 'vitest';
import { type ConnectPageSettings, readConnectPageSettings } from './connect-page-settings.ts';

const texts = (language: string, table: object): ConnectPageSettings => ({ texts: { [language]: table } });

test.each<[string, ConnectPageSettings]>([
  ['name', { name: ' ' }],
  ['name', { name: 'x'.repeat(61) }],
  ['colour', { color: 'red' }],
  ['colour', { color: '#12345' }],
  ['colour', { color: '#fff; background: url(//evil.example)' }],
  ['logo', { logo: 'http://cdn.example.com/logo.png' }],
  ['logo', { logo: './logo.png' }],
  ['logo', { logo: 'https://user:secret@cdn.example.com/logo.png' }],
  ['logo', { logo: 'javascript:alert(1)' }],
  ['logo', { logo: 'data:text/html,<script>' }],
  ['logo', { logo: `data:image/png;base64,${'A'.repeat(100_000)}` }],
  ['language tag', texts('no such language', {})],
  ['are no object', texts('fr', 'text' as unknown as object)],
  ['none that they have', texts('fr', { 'form.submitt': 'x' })],
  ['none that they have', texts('fr', { toString: 'x' })],
  ['not a text', texts('fr', { 'form.submit': '' })],
  ['not a text', texts('fr', { 'form.submit': 7 })],
  ['`{tolkit}`', texts('fr', { 'form.intro': 'Bonjour {tolkit}' })],
  ['`sideways`'.replaceAll('`', '"'), texts('fr', { direction: 'sideways' })],
])('a wrong %s is refused: %j', (what, settings) => {
  try {
    readConnectPageSettings(settings);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION', message: expect.stringContaining(what) });
    expect((error as { fix: string }).fix.length).toBeGreaterThan(10);
    expect((error as Error).message.length).toBeLessThan(400);
    return;
  }
  expect.unreachable();
});

test('what works is brought into its usual form', () => {
  expect(readConnectPageSettings({ name: ' Acme ', color: '#0AF', logo: 'https://a.example/ä.png' })).toMatchObject({
    name: 'Acme',
    color: '#00aaff',
    logo: 'https://a.example/%C3%A4.png',
  });
  const { name, logo } = readConnectPageSettings();
  expect([name, logo]).toEqual([undefined, undefined]);
});
