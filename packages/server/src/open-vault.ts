import { checkEncryptionKey, createVault, type RotationProgress, rotateSecrets } from '@jackfield/engine';
import { encryptionKeys } from './encryption-keys.ts';
import { openStoreAt, type StoreSettings } from './open-store-at.ts';

export interface VaultSettings extends StoreSettings {
  /** As for a server: the new key first, then those before, separated by commas. Default: as for a server. */
  readonly encryptionKey?: string | undefined;
}

/** The secrets in a store; servers may use the same store at the same time. */
export interface OpenVault {
  /** Of the key that encrypts. */
  readonly keyId: string;
  /** How many keys there are to decrypt with. */
  readonly keys: number;
  /**
   * Encrypts everything under the first key.
   *
   * @throws JackfieldError `INTERNAL` for a secret that no key decrypts; `CONFLICT` while a server uses an older key first
   */
  rotate(onProgress?: (progress: RotationProgress) => void): Promise<RotationProgress>;
  close(): Promise<void>;
}

/**
 * Opens a store to manage what is encrypted in it.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` for a key that is missing or not that of the store, `UNAVAILABLE`
 */
export async function openVault(settings: VaultSettings): Promise<OpenVault> {
  const keys = await encryptionKeys(settings);
  const store = await openStoreAt(settings);
  try {
    const vault = createVault({ keys });
    await checkEncryptionKey(store.meta, vault);
    return {
      keyId: keys[0].id,
      keys: keys.length,
      rotate: (onProgress) => rotateSecrets(store, vault, onProgress),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
