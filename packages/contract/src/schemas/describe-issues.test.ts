import { expect, test } from 'vitest';
import { describeIssues, nearest } from './describe-issues.ts';
import { createSessionBody } from './sessions.ts';

function messageOf(body: unknown, names: 'camelCase' | 'snake_case' = 'camelCase'): string {
  const result = createSessionBody.safeParse(body);
  expect(result.success).toBe(false);
  return describeIssues(result.error?.issues ?? [], {
    code: 'INVALID_SESSION_CONFIG',
    subject: 'session config',
    names,
    schema: createSessionBody,
  }).message;
}

test.each([
  [
    'names an unknown key, the near one and the accepted ones',
    { user_id: 'u', toolkit: { enable: [] } },
    /`toolkit` is not a known key\. Did you mean `toolkits`\? Accepted: userId, toolkits, tools, tags, authConfigs/,
  ],
  [
    'names an unknown nested key',
    { user_id: 'u', manage_connections: { enabel: true } },
    /`manageConnections\.enabel` is not a known key\. Did you mean `enable`\? Accepted: enable, callbackUrl, enableWaitForConnections/,
  ],
  ['says what is missing', {}, /`userId` is required \(string\)/],
  ['says which type', { user_id: 7 }, /`userId` must be a string/],
  [
    'lists the values of an enumeration',
    { user_id: 'u', tags: { enable: ['readOnly'] } },
    /`tags\.enable\[0\]` must be one of "readOnlyHint", "destructiveHint"/,
  ],
  [
    'follows the branch that was meant',
    { user_id: 'u', tools: { github: { enable: 'A' } } },
    /`tools\.github\.enable` must be an array/,
  ],
  [
    'gives limits',
    { user_id: 'u', multi_account: { max_accounts_per_toolkit: 11 } },
    /`multiAccount\.maxAccountsPerToolkit` must be at most 10/,
  ],
  ['speaks of items', { user_id: 'u', toolkits: { enable: Array(5001).fill('a') } }, /must have at most \d+ items/],
  ['asks for whole numbers', { user_id: 'u', ttl: 1.5 }, /`ttl` must be a whole number/],
  ['asks for something', { user_id: '' }, /`userId` must not be empty/],
  ['gives the format', { user_id: 'u', expires_at: 'tomorrow' }, /`expiresAt` must be a valid ISO 8601 instant/],
  [
    'gives the format of a URL',
    { user_id: 'u', manage_connections: { callback_url: 'javascript:alert(1)' } },
    /`manageConnections\.callbackUrl` must be a valid http or https URL/,
  ],
  ['refuses control characters', { user_id: 'a\nb' }, /`userId` must not contain control characters/],
  [
    'names a key as the client does',
    { user_id: 'u', workbench: { sandbox_size: 7 } },
    /`sandbox\.sandboxSize` must be a string/,
  ],
  ['names both forms of a union', { user_id: 'u', preload: { tools: 7 } }, /`preload\.tools` must be/],
])('%s', (_, body, expected) => {
  expect(messageOf(body)).toMatch(expected);
});

test('spells names as the caller does', () => {
  expect(messageOf({ user_id: 'u', manage_connections: { enabel: true } }, 'snake_case')).toContain(
    '`manage_connections.enabel`',
  );
});

test('finds slips, not guesses', () => {
  expect(nearest('githb', ['github', 'gitlab'])).toBe('github');
  expect(nearest('stripe', ['github', 'gitlab'])).toBeUndefined();
});
