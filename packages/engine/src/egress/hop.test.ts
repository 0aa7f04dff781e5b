import { expect, test } from 'vitest';
import { type Hop, type RedirectRules, redirected } from './hop.ts';

const post: Hop = {
  url: new URL('https://api.example.com/a/b?c=d'),
  method: 'POST',
  headers: { authorization: 'Bearer x', 'x-api-key': 'y', 'content-type': 'application/json', accept: '*/*' },
  body: '{}',
};
const rules: RedirectRules = {
  isAllowedHost: (url) => url.host === 'api.example.com' || url.host === 'eu.example.com',
  credentialHeaders: new Set(['authorization', 'x-api-key']),
};
const withCredentials = { authorization: 'Bearer x', 'x-api-key': 'y', accept: '*/*' };

test.each([
  [301, 'POST', 'GET'],
  [302, 'POST', 'GET'],
  [303, 'POST', 'GET'],
  [307, 'POST', 'POST'],
  [308, 'POST', 'POST'],
  [301, 'PUT', 'PUT'],
  [302, 'DELETE', 'DELETE'],
  [303, 'PUT', 'GET'],
  [303, 'HEAD', 'HEAD'],
  [301, 'GET', 'GET'],
  [302, 'HEAD', 'HEAD'],
  [308, 'GET', 'GET'],
])('%i for a %s request asks for %s', (status, method, expected) => {
  const next = redirected({ ...post, method }, status, '../x?y', rules);
  expect(next?.url.href).toBe('https://api.example.com/x?y');
  expect(next?.method).toBe(expected);
  if (expected === method) {
    expect(next).toMatchObject({ headers: post.headers, body: post.body });
  } else {
    expect(next).toEqual({ url: next?.url, method: 'GET', headers: withCredentials, body: null });
  }
});

test.each([200, 201, 300, 304, 305, 306, 404])('%i is not a redirect', (status) => {
  expect(redirected(post, status, '/x', rules)).toBeUndefined();
});

test('a redirect without a location is an answer like others', () => {
  expect(redirected(post, 302, undefined, rules)).toBeUndefined();
});

test.each(['https://eu.example.com/x', 'http://api.example.com/x', 'https://api.example.com:8443/x'])(
  'credentials do not follow to %s',
  (location) => {
    const allowAll = { ...rules, isAllowedHost: () => true };
    expect(redirected(post, 308, location, allowAll)).toMatchObject({
      method: 'POST',
      headers: { accept: '*/*', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(redirected(post, 308, location, allowAll)?.headers).not.toHaveProperty('authorization');
    expect(redirected(post, 308, location, allowAll)?.headers).not.toHaveProperty('x-api-key');
  },
);

test('a host that is not allowed is asked by GET only, without credentials', () => {
  expect(() => redirected(post, 307, 'https://elsewhere.example/x', rules)).toThrow(
    expect.objectContaining({ code: 'EGRESS_DENIED' }),
  );
  expect(redirected(post, 302, 'https://elsewhere.example/x', rules)).toEqual({
    url: new URL('https://elsewhere.example/x'),
    method: 'GET',
    headers: { accept: '*/*' },
    body: null,
  });
});

test.each([
  ['file:///etc/passwd', 'EGRESS_DENIED'],
  ['ftp://api.example.com/x', 'EGRESS_DENIED'],
  ['https://user:password@api.example.com/x', 'EGRESS_DENIED'],
  ['http://[', 'UPSTREAM_INVALID_RESPONSE'],
])('a redirect to %s fails with %s', (location, code) => {
  expect(() => redirected(post, 302, location, rules)).toThrow(expect.objectContaining({ code }));
});
