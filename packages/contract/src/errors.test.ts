import { expect, test } from 'vitest';
import { JackfieldError } from './errors.ts';

test('takes status and retryability from the code unless told otherwise', () => {
  const error = new JackfieldError('TIMEOUT', { message: 'No answer from api.github.com within 30 s.' });
  expect(error).toMatchObject({ name: 'JackfieldError', code: 'TIMEOUT', status: 504, retryable: true });
  expect(new JackfieldError('TIMEOUT', { message: 'x', status: 408, retryable: false })).toMatchObject({
    status: 408,
    retryable: false,
  });
});

test('is told from other errors across copies of the package', async () => {
  const copy: typeof import('./errors.ts') = await import(/* @vite-ignore */ `./errors.ts?copy=${Date.now()}`);
  const error = new copy.JackfieldError('NOT_FOUND', { message: 'x' });
  expect(error).not.toBeInstanceOf(JackfieldError);
  expect(JackfieldError.isInstance(error)).toBe(true);
  expect(JackfieldError.isInstance(new Error('x'))).toBe(false);
  expect(JackfieldError.isInstance(null)).toBe(false);
});

test('serialises what is safe to send', () => {
  const error = new JackfieldError('UNKNOWN_TOOL', {
    message: 'x',
    fix: 'y',
    details: { tool: 'A' },
    cause: new Error('secret'),
  });
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    code: 'UNKNOWN_TOOL',
    status: 400,
    message: 'x',
    fix: 'y',
    details: { tool: 'A' },
    retryable: false,
  });
});
