import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

test('writes one JSON object a line', () => {
  const lines: string[] = [];
  const logger = createLogger({ write: (line) => lines.push(line) });
  logger.info({ requestId: 'req_1' }, 'request');
  logger.debug({}, 'not at this level');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    requestId: 'req_1',
    msg: 'request',
  });
});

test('writes an error with its cause', () => {
  const lines: string[] = [];
  const err = new Error('outer', { cause: new Error('inner') });
  createLogger({ write: (line) => lines.push(line) }).error({ err }, 'failed');
  expect(lines[0]).toContain('outer');
  expect(lines[0]).toContain('inner');
});

test.each([
  { apiKey: 'hunter2' },
  { options: { encryptionKey: 'hunter2' } },
  { request: { headers: { authorization: 'hunter2' } } },
  { request: { headers: { 'x-api-key': 'hunter2' } } },
  { body: { credential: { token: 'hunter2' } } },
  { link: { redirectUrl: 'hunter2' } },
  { err: Object.assign(new Error('x'), { details: { password: 'hunter2' } }) },
])('cuts out what is secret: %j', (fields) => {
  const lines: string[] = [];
  createLogger({ write: (line) => lines.push(line) }).info(fields, 'x');
  expect(lines[0]).toContain('[redacted]');
  expect(lines[0]).not.toContain('hunter2');
});
