import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { JackfieldError } from '@jackfield/contract';
import type { EncryptionKey } from './encryption-key.ts';

/** The row that a secret belongs to. A secret that was moved to another row cannot be decrypted there. */
export interface SecretOwner {
  readonly projectId: string;
  readonly table:
    | 'connected_accounts'
    | 'auth_configs'
    | 'oauth_flows'
    | 'idempotency_records'
    | 'webhooks'
    | 'file_urls'
    | 'meta';
  readonly id: string;
}

/** Encrypts what the store keeps, with AES-256-GCM; the only place that decrypts. */
export interface Vault {
  encrypt(text: string, owner: SecretOwner): Promise<Uint8Array>;
  /**
   * @throws JackfieldError `INTERNAL`, not retryable, if the key is not one of ours, or the secret was damaged or
   * belongs to another row.
   */
  decrypt(secret: Uint8Array, owner: SecretOwner): Promise<string>;
  /** Whether it was encrypted under another key than the first. */
  needsRotation(secret: Uint8Array): boolean;
  /**
   * Of the same text always the same as long as the first key is, and of no help in guessing the text without it:
   * HMAC-SHA-256 in base64url.
   */
  fingerprint(text: string): string;
}

export interface VaultOptions {
  /** The first encrypts, all decrypt. */
  readonly keys: readonly [EncryptionKey, ...EncryptionKey[]];
}

/**
 * What an encrypted secret looks like: one byte with this number, one byte with the length of the key's id, the id in
 * ASCII, 12 bytes of nonce, then the ciphertext with its 16-byte tag.
 */
const envelopeVersion = 1;
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface Envelope {
  readonly keyId: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Node's own cipher, which needs microseconds: a job of WebCrypto's would keep each tool call waiting for a thread. */
export function createVault({ keys }: VaultOptions): Vault {
  const [current] = keys;
  // Made once: of bytes, each cipher makes a key anew, which takes longer than a secret.
  const secretKeys = new Map(keys.map(({ id, key }) => [id, createSecretKey(key)]));
  const currentKey = createSecretKey(current.key);

  return {
    async encrypt(text, owner) {
      // Random: NIST SP 800-38D section 8.3 allows 2^32 of them per key.
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, currentKey, nonce, { authTagLength: tagBytes });
      cipher.setAAD(additionalData(current.id, owner));
      const parts = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return writeEnvelope({ keyId: current.id, nonce, ciphertext: Buffer.concat(parts) });
    },

    async decrypt(secret, owner) {
      const envelope = readEnvelope(secret);
      if (envelope === undefined)
        throw undecipherable(owner, 'is damaged, or was encrypted by a newer version of Jackfield');
      const { keyId, nonce, ciphertext } = envelope;
      const key = secretKeys.get(keyId);
      if (key === undefined) throw undecipherable(owner, `was encrypted under another key, whose id is ${keyId}`);
      try {
        const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
        decipher.setAAD(additionalData(keyId, owner));
        decipher.setAuthTag(ciphertext.subarray(-tagBytes));
        const text = Buffer.concat([decipher.update(ciphertext.subarray(0, -tagBytes)), decipher.final()]);
        return utf8.decode(text);
      } catch {
        throw undecipherable(owner, 'was damaged, or belongs to another row');
      }
    },

    needsRotation: (secret) => readEnvelope(secret)?.keyId !== current.id,

    fingerprint: (text) => createHmac('sha256', currentKey).update(text).digest('base64url'),
  };
}

function writeEnvelope({ keyId, nonce, ciphertext }: Envelope): Uint8Array {
  const id = new TextEncoder().encode(keyId);
  return Uint8Array.from([envelopeVersion, id.length, ...id, ...nonce, ...ciphertext]);
}

function readEnvelope(secret: Uint8Array): Envelope | undefined {
  const [version, idLength = 0] = secret;
  const nonceStart = 2 + idLength;
  const ciphertextStart = nonceStart + nonceBytes;
  if (version !== envelopeVersion || secret.length < ciphertextStart + tagBytes) return undefined;
  const keyId = Buffer.from(secret.subarray(2, nonceStart)).toString('latin1');
  if (!/^[\w-]+$/.test(keyId)) return undefined;
  return {
    keyId,
    nonce: secret.subarray(nonceStart, ciphertextStart),
    ciphertext: secret.subarray(ciphertextStart),
  };
}

function additionalData(keyId: string, { projectId, table, id }: SecretOwner): Uint8Array {
  return new TextEncoder().encode(JSON.stringify([envelopeVersion, keyId, projectId, table, id]));
}

function undecipherable({ table, id }: SecretOwner, why: string): JackfieldError {
  return new JackfieldError('INTERNAL', {
    message: `The secret of ${id} in ${table} ${why}.`,
    fix: 'Start the server with the encryption key that was in use when it was stored, or connect the account again.',
    retryable: false,
  });
}
