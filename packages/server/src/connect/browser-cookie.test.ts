import { expect, test } from 'vitest';
import { keepBrowser, newBrowser, readBrowser } from './browser-cookie.ts';

const secret = 'a'.repeat(43);
const headersWith = (cookie: string) => new Headers({ cookie });

test('each browser gets a secret of its own', () => {
  const secrets = new Set(Array.from({ length: 100 }, newBrowser));
  expect(secrets.size).toBe(100);
  for (const each of secrets) expect(each).toMatch(/^[\w-]{43}$/);
});

test('over TLS nobody else can set it', () => {
  const headers = new Headers();
  keepBrowser(headers, secret, 'https://tools.example.com/jackfield');
  expect(headers.get('set-cookie')).toBe(
    `__Host-jackfield_browser=${secret}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure`,
  );
  const read = (cookie: string) => readBrowser(headersWith(cookie), 'https://tools.example.com');
  expect(read(`a=b; __Host-jackfield_browser=${secret}; c=d`)).toBe(secret);
  expect(read(`jackfield_browser=${secret}`)).toBeUndefined();
});

test('on this machine it goes without', () => {
  const headers = new Headers();
  keepBrowser(headers, secret, 'http://localhost:7777');
  expect(headers.get('set-cookie')).toBe(`jackfield_browser=${secret}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax`);
  expect(readBrowser(headersWith(`jackfield_browser=${secret}`), 'http://localhost:7777')).toBe(secret);
});

test.each([
  '',
  'jackfield_browser=',
  'jackfield_browser=short',
  `jackfield_browser=${secret}!`,
  `xjackfield_browser=${secret}`,
])('%j is none of ours', (cookie) => {
  expect(readBrowser(headersWith(cookie), 'http://localhost:7777')).toBeUndefined();
});
