import { expect, test } from 'vitest';
import { checkEndpoint } from './check-endpoint.ts';

test.each([
  'https://accounts.example.com/token',
  'http://localhost:4444/token',
  'http://127.0.0.1/token',
  'http://[::1]:80/token',
  'http://10.1.2.3/token',
  'http://keycloak:8080/realms/x',
  'http://login.localhost/token',
])('%s', (url) => {
  expect(() => checkEndpoint(url, 'tokenUrl')).not.toThrow();
});

test.each([
  'http://accounts.example.com/token',
  'http://8.8.8.8/token',
  'https://user@example.com/',
  'https://example.com/#x',
  'ftp://example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'token',
  '',
])('not %s', (url) => {
  expect(() => checkEndpoint(url, 'tokenUrl')).toThrowError(
    expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringContaining('tokenUrl') }),
  );
});
