import { JackfieldError } from '@jackfield/contract';
import { type EncryptionKey, generateEncryptionKey, loadOrCreateKeyFile, parseEncryptionKeys } from '@jackfield/engine';
import { dataDirOf, inMemory, type StoreSettings } from './open-store-at.ts';

/**
 * The keys that the settings, the environment or the data folder give, the one that encrypts first.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION`
 */
export async function encryptionKeys(
  settings: StoreSettings & { readonly encryptionKey?: string | undefined },
): Promise<[EncryptionKey, ...EncryptionKey[]]> {
  if (settings.encryptionKey !== undefined) return parseEncryptionKeys(settings.encryptionKey, '`encryptionKey`');
  const { JACKFIELD_ENCRYPTION_KEY: fromEnvironment } = process.env;
  if (fromEnvironment !== undefined) return parseEncryptionKeys(fromEnvironment, 'JACKFIELD_ENCRYPTION_KEY');
  const dataDir = dataDirOf(settings);
  if (dataDir === undefined) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: 'There is no encryption key for the credentials that the database will hold.',
      fix: 'Make one with `openssl rand -base64 32`, keep it safe, and set JACKFIELD_ENCRYPTION_KEY to it on every server of this database.',
    });
  }
  return dataDir === inMemory ? [await generateEncryptionKey()] : loadOrCreateKeyFile(dataDir);
}
