import { expect, test } from 'vitest';
import { generateEncryptionKey, parseEncryptionKeys } from './encryption-key.ts';

const bytes = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
const buffer = Buffer.from(bytes);

test.each([
  buffer.toString('base64'),
  buffer.toString('base64').replace(/=+$/, ''),
  buffer.toString('base64url'),
  buffer.toString('hex'),
  buffer.toString('hex').toUpperCase(),
  ` ${buffer.toString('base64')}\n`,
])('%j is a key', async (text) => {
  const [{ id, key }, ...others] = await parseEncryptionKeys(text, 'JACKFIELD_ENCRYPTION_KEY');
  expect(key).toEqual(bytes);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(others).toEqual([]);
});

test('several keys keep their order, and the id of a key is always the same', async () => {
  const { id, key } = await generateEncryptionKey();
  const keys = await parseEncryptionKeys(
    `${buffer.toString('hex')}, ${Buffer.from(key).toString('base64')}`,
    'JACKFIELD_ENCRYPTION_KEY',
  );
  expect(keys.map((parsed) => parsed.key)).toEqual([bytes, key]);
  expect(keys[1]?.id).toBe(id);
  expect(keys[0]?.id).not.toBe(id);
});

test.each([
  '',
  ' ',
  'secret-passphrase',
  buffer.subarray(1).toString('base64'),
  `${buffer.toString('base64')},`,
  `${buffer.toString('hex')}0`,
  '!'.repeat(44),
])('%j is refused, without being shown', async (text) => {
  const error: unknown = await parseEncryptionKeys(text, 'JACKFIELD_ENCRYPTION_KEY').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining('JACKFIELD_ENCRYPTION_KEY'),
    fix: expect.stringContaining('openssl rand -base64 32'),
  });
  if (text.length > 10) expect(JSON.stringify(error)).not.toContain(text.slice(0, 10));
});
