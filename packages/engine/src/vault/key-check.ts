import { JackfieldError } from '@jackfield/contract';
import type { MetaStore } from '../stores/store.ts';
import type { SecretOwner, Vault } from './vault.ts';

const metaKey = 'encryption_key_check';
const owner: SecretOwner = { projectId: '', table: 'meta', id: metaKey };
const text = 'jackfield';

/**
 * Makes sure that the vault has the key that the database's secrets are encrypted under: the first server to use a
 * database leaves a known text encrypted in it, which every later one must be able to read. To be called at start.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` if the key is another one.
 */
export async function checkEncryptionKey(meta: MetaStore, vault: Vault): Promise<void> {
  const stored = await meta.ensure(metaKey, await encryptedCheck(vault));
  const decrypted = await vault.decrypt(Buffer.from(stored, 'base64'), owner).catch((error: unknown) => {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: 'The encryption key is not the one that the secrets in this database are encrypted under.',
      fix: 'Start with the key that was used before: in JACKFIELD_ENCRYPTION_KEY, or in the key file of the data folder. To replace it, set JACKFIELD_ENCRYPTION_KEY to the new key, a comma, and the old key.',
      cause: error,
    });
  });
  if (decrypted !== text) throw new TypeError('The encrypted check holds another text.');
}

/** Once nothing is encrypted under an older key: lets later servers start with the vault's first key alone. */
export async function renewEncryptionKeyCheck(meta: MetaStore, vault: Vault): Promise<void> {
  const stored = await meta.get(metaKey);
  if (stored !== undefined && vault.needsRotation(Buffer.from(stored, 'base64'))) {
    await meta.replace(metaKey, stored, await encryptedCheck(vault));
  }
}

async function encryptedCheck(vault: Vault): Promise<string> {
  return Buffer.from(await vault.encrypt(text, owner)).toString('base64');
}
