import { JackfieldError } from '@jackfield/contract';
import { describe, expect, test } from 'vitest';
import { generateEncryptionKey } from './encryption-key.ts';
import { createVault, type SecretOwner } from './vault.ts';

const owner: SecretOwner = { projectId: 'prj_1', table: 'connected_accounts', id: 'ca_1' };
const secret = JSON.stringify({ mode: 'BEARER_TOKEN', token: 'sécret 🦊 \u0000' });
const undecipherable = { code: 'INTERNAL', retryable: false };

test('a secret comes back for its owner, and looks different each time', async () => {
  const vault = createVault({ keys: [await generateEncryptionKey()] });
  const [first, second] = [await vault.encrypt(secret, owner), await vault.encrypt(secret, owner)];
  expect(await vault.decrypt(first, owner)).toBe(secret);
  expect(first).not.toEqual(second);
  expect(Buffer.from(first).toString('latin1')).not.toContain('BEARER_TOKEN');
  expect(await vault.decrypt(await vault.encrypt('', owner), owner)).toBe('');
});

test.each<SecretOwner>([
  { ...owner, projectId: 'prj_2' },
  { ...owner, table: 'auth_configs' },
  { ...owner, id: 'ca_2' },
  // What would be the same if the parts were only put together.
  { ...owner, projectId: 'prj_1/connected_accounts', id: 'ca_1' },
])('a secret cannot be moved to %j', async (other) => {
  const vault = createVault({ keys: [await generateEncryptionKey()] });
  const encrypted = await vault.encrypt(secret, owner);
  await expect(vault.decrypt(encrypted, other)).rejects.toMatchObject(undecipherable);
});

test('no byte of a secret can be changed, left out or added', async () => {
  const vault = createVault({ keys: [await generateEncryptionKey()] });
  const encrypted = await vault.encrypt('x', owner);
  const damaged = [
    ...Array.from(encrypted, (_, index) => encrypted.map((byte, at) => (at === index ? byte ^ 1 : byte))),
    ...Array.from(encrypted, (_, length) => encrypted.subarray(0, length)),
    Uint8Array.from([...encrypted, 0]),
    Uint8Array.from([2, ...encrypted.subarray(1)]),
  ];
  for (const bytes of damaged) await expect(vault.decrypt(bytes, owner)).rejects.toMatchObject(undecipherable);
});

test('what is stored is what AES-GCM of WebCrypto makes', async () => {
  const { id, key } = await generateEncryptionKey();
  const vault = createVault({ keys: [{ id, key }] });
  const webKey = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
  const additionalData = new TextEncoder().encode(JSON.stringify([1, id, owner.projectId, owner.table, owner.id]));
  const head = Uint8Array.from([1, id.length, ...new TextEncoder().encode(id)]);

  const stored = Uint8Array.from(await vault.encrypt(secret, owner));
  const [nonce, ciphertext] = [stored.slice(head.length, head.length + 12), stored.slice(head.length + 12)];
  expect(stored.slice(0, head.length)).toEqual(head);
  const decrypted = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData }, webKey, ciphertext);
  expect(new TextDecoder().decode(decrypted)).toBe(secret);

  const iv = crypto.getRandomValues(new Uint8Array(12));
  const encrypted = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData },
    webKey,
    new TextEncoder().encode(secret),
  );
  expect(await vault.decrypt(Uint8Array.from([...head, ...iv, ...new Uint8Array(encrypted)]), owner)).toBe(secret);
});

test('an error shows neither the key nor the secret', async () => {
  const key = await generateEncryptionKey();
  const vault = createVault({ keys: [key] });
  const encrypted = await vault.encrypt(secret, owner);
  encrypted[encrypted.length - 1] = (encrypted.at(-1) ?? 0) ^ 1;
  const error: unknown = await vault.decrypt(encrypted, owner).catch((thrown: unknown) => thrown);
  const shown = JackfieldError.isInstance(error)
    ? `${JSON.stringify(error)} ${error.stack} ${String(error.cause)}`
    : '';
  expect(shown).toContain('ca_1');
  for (const hidden of ['sécret', Buffer.from(key.key).toString('base64'), Buffer.from(encrypted).toString('base64')]) {
    expect(shown).not.toContain(hidden);
  }
});

describe('with several keys', () => {
  test('the first encrypts and all decrypt', async () => {
    const [older, newer] = [await generateEncryptionKey(), await generateEncryptionKey()];
    const before = createVault({ keys: [older] });
    const during = createVault({ keys: [newer, older] });
    const after = createVault({ keys: [newer] });
    const [old, anew] = [await before.encrypt(secret, owner), await during.encrypt(secret, owner)];

    expect(await during.decrypt(old, owner)).toBe(secret);
    expect([during.needsRotation(old), during.needsRotation(anew)]).toEqual([true, false]);
    expect(await after.decrypt(anew, owner)).toBe(secret);
    await expect(after.decrypt(old, owner)).rejects.toMatchObject({
      ...undecipherable,
      message: expect.stringContaining(older.id),
    });
    await expect(before.decrypt(anew, owner)).rejects.toMatchObject(undecipherable);
  });
});
