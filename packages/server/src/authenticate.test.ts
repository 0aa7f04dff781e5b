import { describe, expect, test } from 'vitest';
import { hashApiKey } from './api-keys.ts';
import { createAuthenticator } from './authenticate.ts';

const createdAt = new Date(0);
const stored = { id: 'key_1', projectId: 'prj_stored', name: 'test', hint: 'ored', createdAt, revokedAt: null };

const authenticate = createAuthenticator({
  staticKeys: [
    { hash: hashApiKey('first'), projectId: 'prj_1', keyId: 'one' },
    { hash: hashApiKey('second'), projectId: 'prj_2', keyId: 'two' },
  ],
  apiKeys: { findByHash: async (hash) => (hash === hashApiKey('stored') ? stored : undefined) },
});

function send(headers: Record<string, string>) {
  return authenticate(new Request('http://localhost/', { headers }));
}

describe('authenticate', () => {
  test.each([
    ['x-api-key', { 'x-api-key': 'second' }, { projectId: 'prj_2', keyId: 'two' }],
    ['Authorization: Bearer', { authorization: 'Bearer first' }, { projectId: 'prj_1', keyId: 'one' }],
    ['the scheme in any case', { authorization: 'bEARER  first ' }, { projectId: 'prj_1', keyId: 'one' }],
    ['a key of the store', { 'x-api-key': 'stored' }, { projectId: 'prj_stored', keyId: 'key_1' }],
    [
      'x-api-key before Authorization',
      { 'x-api-key': 'first', authorization: 'Bearer second' },
      { projectId: 'prj_1', keyId: 'one' },
    ],
    [
      'an empty x-api-key as none',
      { 'x-api-key': '', authorization: 'Bearer second' },
      { projectId: 'prj_2', keyId: 'two' },
    ],
  ])('knows %s', async (_, headers, principal) => {
    expect(await send(headers)).toEqual(principal);
  });

  test.each([
    ['no key', {}, 'carries no API key'],
    ['another scheme', { authorization: 'Basic Zmlyc3Q6' }, 'carries no API key'],
    ['an unknown key', { 'x-api-key': 'third' }, 'not known, or was revoked'],
    ['the hash in place of the key', { 'x-api-key': hashApiKey('first') }, 'not known, or was revoked'],
    ['a key with more behind it', { 'x-api-key': 'first2' }, 'not known, or was revoked'],
  ])('refuses %s', async (_, headers, message) => {
    await expect(send(headers)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      status: 401,
      message: expect.stringContaining(message),
      fix: expect.stringContaining('x-api-key'),
    });
  });
});
