import { JackfieldError } from '@jackfield/contract';
import { expect, test } from 'vitest';
import { type CallProgress, egressError } from './egress-error.ts';

const failed = (code: string | undefined) => Object.assign(new Error('details'), { code });
const call = (progress: CallProgress, idempotent: boolean) => ({
  host: 'api.example.com',
  progress,
  idempotent,
  timeoutMs: 1000,
  maxResponseBytes: 1000,
});

test.each([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('%s: the certificate is to blame, and trying again does not help', (code) => {
  expect(egressError(failed(code), call('connecting', true))).toMatchObject({
    code: 'UPSTREAM_UNREACHABLE',
    retryable: false,
    message: expect.stringContaining('certificate'),
    fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  });
});

test.each([
  ['ECONNRESET', 'connecting', false, true],
  ['ECONNRESET', 'sent', false, false],
  ['ECONNRESET', 'sent', true, true],
  ['ETIMEDOUT', 'connecting', false, true],
  ['ETIMEDOUT', 'sent', false, false],
  ['EHOSTUNREACH', 'connecting', false, true],
  [undefined, 'sent', false, false],
] as const)('%s while %s, idempotent %s: may be tried again %s', (code, progress, idempotent, retryable) => {
  const error = egressError(failed(code), call(progress, idempotent));
  expect(error).toMatchObject({
    code: code === 'ETIMEDOUT' ? 'TIMEOUT' : 'UPSTREAM_UNREACHABLE',
    retryable,
    message: expect.stringContaining('api.example.com'),
  });
  expect(JSON.stringify(error)).not.toContain('details');
});

test('of several attempts the first tells why', () => {
  const error = egressError(
    new AggregateError([failed('ECONNREFUSED'), failed('ENETUNREACH')]),
    call('connecting', true),
  );
  expect(error.message).toContain('refused');
});

test('our own errors pass', () => {
  const error = new JackfieldError('ABORTED', { message: 'given up' });
  expect(egressError(error, call('sent', true))).toBe(error);
});
