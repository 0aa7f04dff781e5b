import { expect, test } from 'vitest';
import { keepResult, readResult } from './result-cookie.ts';

const here = 'http://localhost:7777';

function sent(result: Parameters<typeof keepResult>[1], address = here): string {
  const headers = new Headers();
  keepResult(headers, result, address);
  return headers.get('set-cookie') ?? '';
}

function read(cookie: string, address = here) {
  return readResult(new Headers({ cookie }), address);
}

test.each([
  { toolkit: 'Petclinic', account: undefined },
  { toolkit: 'Zoë’s <b>; "Äpp"', account: 'ada@example.com (Ünïcode; Inc.)' },
])('$toolkit comes back as it was', (result) => {
  const [pair = '', ...attributes] = sent(result).split('; ');
  expect(attributes).toEqual(['Path=/', 'Max-Age=600', 'HttpOnly', 'SameSite=Lax']);
  expect(pair).toMatch(/^jackfield_connected=[\w-]+$/);
  expect(read(`a=b; ${pair}`)).toEqual(result);
});

test('over TLS nobody else can set it', () => {
  const cookie = sent({ toolkit: 'Pets', account: undefined }, 'https://tools.example.com');
  expect(cookie).toMatch(/^__Host-jackfield_connected=.*; Secure$/);
  const [pair = ''] = cookie.split('; ');
  expect(read(pair, 'https://tools.example.com')).toEqual({ toolkit: 'Pets', account: undefined });
  expect(read(pair.slice('__Host-'.length), 'https://tools.example.com')).toBeUndefined();
});

test('names are cut before a cookie gets too large', () => {
  const cookie = sent({ toolkit: '😀'.repeat(5000), account: 'x'.repeat(5000) });
  expect(cookie.length).toBeLessThan(2000);
  expect(read(cookie.split('; ')[0] ?? '')?.account).toBe('x'.repeat(200));
});

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test.each([
  '',
  'jackfield_connected=',
  'jackfield_connected=nonsense',
  `jackfield_connected=${encoded(['Pets'])}`,
  `jackfield_connected=${encoded(['', 'ada'])}`,
  `jackfield_connected=${encoded(['Pets', { a: 1 }])}`,
  `jackfield_connected=${encoded({ length: 2 })}`,
])('%j is none of ours', (cookie) => {
  expect(read(cookie)).toBeUndefined();
});
