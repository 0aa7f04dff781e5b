import { JackfieldError } from '@jackfield/contract';

export interface EncryptionKey {
  /** Stored beside what it encrypted; made from the key, and of no help in guessing it. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array<ArrayBuffer>;
}

const keyBytes = 32;

/** A new random key. */
export async function generateEncryptionKey(): Promise<EncryptionKey> {
  return withId(crypto.getRandomValues(new Uint8Array(keyBytes)));
}

/**
 * The keys in the value of `JACKFIELD_ENCRYPTION_KEY`: 32 bytes in base64 or hex; several, separated by commas, while
 * one replaces another, the new one first.
 *
 * @param source what to call the value in errors: the name of the variable, or of the file that it comes from.
 * @throws JackfieldError `INVALID_CONFIGURATION`; it does not show the value.
 */
export async function parseEncryptionKeys(text: string, source: string): Promise<[EncryptionKey, ...EncryptionKey[]]> {
  const [first = '', ...others] = text.split(',').map((part) => part.trim());
  return [await parseKey(first, source), ...(await Promise.all(others.map((part) => parseKey(part, source))))];
}

async function parseKey(text: string, source: string): Promise<EncryptionKey> {
  const key = Uint8Array.from(decode(text));
  if (key.length !== keyBytes) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `${source} holds ${text === '' ? 'an empty key' : `a key of ${text.length} characters that is not ${keyBytes} bytes in base64 or hex`}.`,
      fix: 'Make a key with `openssl rand -base64 32`, and keep it: without it what was encrypted is lost.',
    });
  }
  return withId(key);
}

function decode(text: string): Uint8Array {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[\w+/-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : new Uint8Array();
}

async function withId(key: Uint8Array<ArrayBuffer>): Promise<EncryptionKey> {
  const label = new TextEncoder().encode('jackfield encryption key id');
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from([...label, ...key]));
  return { id: Buffer.from(digest).toString('hex').slice(0, 16), key };
}
