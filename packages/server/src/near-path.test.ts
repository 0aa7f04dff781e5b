import { expect, test } from 'vitest';
import { nearPath } from './near-path.ts';

const templates = [
  '/v1/tool_router/session',
  '/v1/tool_router/session/{session_id}',
  '/v1/tool_router/session/{session_id}/tools',
  '/v1/connected_accounts/{connected_account_id}',
  '/healthz',
];

test.each([
  ['/v1/tool_router/sessions', '/v1/tool_router/session'],
  ['/v1/tool_router/session/ses_1/tool', '/v1/tool_router/session/ses_1/tools'],
  ['/v1/connected_account/ca_1', '/v1/connected_accounts/ca_1'],
  ['/tool_router/session/ses_1/tools', '/v1/tool_router/session/ses_1/tools'],
  ['/health', '/healthz'],
  ['/nothing/like/it', undefined],
  ['/', undefined],
])('%s was meant to be %s', (path, near) => {
  expect(nearPath(path, templates)).toBe(near);
});
