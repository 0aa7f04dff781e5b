import { JackfieldError } from '@jackfield/contract';
import type { Page, Store } from '../stores/store.ts';
import { renewEncryptionKeyCheck } from './key-check.ts';
import type { SecretOwner, Vault } from './vault.ts';

const pageSize = 100;

interface StoredSecret {
  readonly secret: Uint8Array;
  readonly expectedVersion: number;
}

/**
 * Encrypts every secret of the store that is still under an older key under the vault's first one. Safe while servers
 * run that know both keys, and to be repeated; afterwards the older keys are no longer needed.
 *
 * @returns how many secrets were encrypted anew.
 * @throws JackfieldError `INTERNAL` if a secret cannot be decrypted with any key; nothing is lost, and the older keys
 * are still needed.
 */
export async function rotateSecrets(store: Store, vault: Vault): Promise<number> {
  let rotated = 0;
  for (const { id: projectId } of await store.projects.list()) {
    const accounts = store.connectedAccounts;
    for await (const { id } of all((cursor) => accounts.list({ projectId, cursor, limit: pageSize }))) {
      rotated += await rotate(
        { projectId, table: 'connected_accounts', id },
        async () => {
          const account = await accounts.get(projectId, id);
          return account?.credential && { secret: account.credential, expectedVersion: account.version };
        },
        (credential, expectedVersion) => accounts.update({ projectId, id, expectedVersion, credential }),
      );
    }
    const { authConfigs } = store;
    for await (const { id } of all((cursor) => authConfigs.list({ projectId, cursor, limit: pageSize }))) {
      rotated += await rotate(
        { projectId, table: 'auth_configs', id },
        async () => {
          const authConfig = await authConfigs.get(projectId, id);
          return authConfig?.secret && { secret: authConfig.secret, expectedVersion: authConfig.version };
        },
        (secret, expectedVersion) => authConfigs.update({ projectId, id, expectedVersion, secret }),
      );
    }
  }
  await renewEncryptionKeyCheck(store.meta, vault);
  return rotated;

  /** Encrypts one secret anew, unless it needs none; again if the row is changed meanwhile. */
  async function rotate(
    owner: SecretOwner,
    read: () => Promise<StoredSecret | null | undefined>,
    write: (secret: Uint8Array, expectedVersion: number) => Promise<unknown>,
  ): Promise<0 | 1> {
    for (;;) {
      const stored = await read();
      if (!stored || !vault.needsRotation(stored.secret)) return 0;
      try {
        await write(await vault.encrypt(await vault.decrypt(stored.secret, owner), owner), stored.expectedVersion);
        return 1;
      } catch (error) {
        const changed = JackfieldError.isInstance(error) && (error.status === 409 || error.status === 404);
        if (!changed) throw error;
      }
    }
  }
}

async function* all<Item>(list: (cursor: string | undefined) => Promise<Page<Item>>): AsyncGenerator<Item> {
  for (let cursor: string | undefined; ; ) {
    const page = await list(cursor);
    yield* page.items;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}
