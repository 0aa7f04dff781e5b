import { type ErrorCode, JackfieldError } from '@jackfield/contract';
import { expect, test } from 'vitest';
import { connectNotice } from './connect-notice.ts';

const noticeOf = (code: ErrorCode, details?: Readonly<Record<string, unknown>>, canRepeat = true) =>
  connectNotice(new JackfieldError(code, { message: 'No.', details }), 'req_1', canRepeat);

test.each([
  ['used', 'used'],
  ['expired', 'expired'],
  ['unknown', 'unknown'],
  ['constructor', 'unknown'],
  [undefined, 'unknown'],
])('a link that is over because it is %s is %s', (reason, notice) => {
  expect(noticeOf('LINK_EXPIRED', { reason })).toEqual({ kind: 'notice', notice });
});

test('what a person can do nothing about has a number to hand on', () => {
  expect(noticeOf('INTERNAL')).toEqual({ kind: 'notice', notice: 'error', number: 'req_1' });
  expect(noticeOf('AUTHORIZATION_FAILED')).toEqual({ kind: 'notice', notice: 'misconfigured', number: 'req_1' });
  expect(noticeOf('LINK_OTHER_BROWSER')).toEqual({ kind: 'notice', notice: 'otherBrowser' });
  expect(noticeOf('REQUEST_TOO_LARGE')).toEqual({ kind: 'notice', notice: 'tooLarge' });
});

test('a service that does not answer can be tried again where that does the same again', () => {
  expect(noticeOf('TIMEOUT').notice).toBe('unavailable');
  expect(noticeOf('UPSTREAM_UNREACHABLE', {}, false).notice).toBe('error');
});
