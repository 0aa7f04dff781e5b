import { expect, test } from 'vitest';
import { challengeOf } from './challenge-error.ts';

test.each([
  [401, undefined, { status: 401, scopes: [] }],
  [401, 'Bearer', { status: 401, scopes: [] }],
  [
    401,
    'Bearer resource_metadata="https://a.example/.well-known/oauth-protected-resource/mcp", scope="read  write"',
    {
      status: 401,
      scopes: ['read', 'write'],
      resourceMetadataUrl: 'https://a.example/.well-known/oauth-protected-resource/mcp',
    },
  ],
  [
    403,
    'Bearer error="insufficient_scope", scope=write',
    { status: 403, error: 'insufficient_scope', scopes: ['write'] },
  ],
  [401, 'Basic realm="x", Bearer error=invalid_token', { status: 401, error: 'invalid_token', scopes: [] }],
  [401, 'Bearer error_description="a \\"quoted\\" scope=x", error="e"', { status: 401, error: 'e', scopes: [] }],
] as const)('%i with %j', (status, header, challenge) => {
  expect(challengeOf(status, header)).toEqual({ error: undefined, resourceMetadataUrl: undefined, ...challenge });
});

test.each([
  [200, undefined],
  [403, undefined],
  [403, 'Bearer error="access_denied"'],
  [404, 'Bearer error="insufficient_scope"'],
])('%i with %j asks for nothing', (status, header) => {
  expect(challengeOf(status, header)).toBeUndefined();
});
