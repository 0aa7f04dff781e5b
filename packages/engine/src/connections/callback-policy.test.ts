import { expect, test } from 'vitest';
import { CallbackPolicy } from './callback-policy.ts';

const policy = new CallbackPolicy(['https://app.example.com', 'https://other.example.com/app']);
const publicUrl = 'https://tools.example.com/jackfield';

test.each([
  'https://app.example.com',
  'https://app.example.com/anywhere?x=y',
  'https://APP.example.com/',
  'https://other.example.com/app',
  'https://other.example.com/app/',
  'https://other.example.com/app/x?y',
  'https://tools.example.com/done',
  'http://localhost:3000/done',
  'http://127.0.0.1/done',
  'http://[::1]:5173/done',
  'http://app.localhost/done',
])('%s is allowed', (url) => {
  expect(() => policy.check(url, publicUrl)).not.toThrow();
});

test.each([
  'https://evil.example.com',
  'http://app.example.com/',
  'https://app.example.com:444/',
  'https://app.example.com.evil.example/',
  'https://app.example.com@evil.example/',
  'https://user@app.example.com/',
  'https://evil.example/#https://app.example.com',
  'https://app.example.com/#fragment',
  'https://other.example.com/application',
  'https://other.example.com/app/%2e%2e/x',
  'https://other.example.com/',
  'http://localhost.evil.example/',
  'http://127.0.0.1.evil.example/',
  'javascript:alert(1)//https://app.example.com',
  'data:text/html,x',
  '//app.example.com',
  '/done',
])('%s is not', (url) => {
  expect(() => policy.check(url, publicUrl)).toThrowError(expect.objectContaining({ code: 'CALLBACK_NOT_ALLOWED' }));
});

test.each(['app.example.com', '*', 'https://*.example.com/?x', 'https://u:p@example.com', 'ftp://example.com'])(
  '%s cannot be in the list',
  (url) => {
    expect(() => new CallbackPolicy([url])).toThrowError(expect.objectContaining({ code: 'INVALID_CONFIGURATION' }));
  },
);
