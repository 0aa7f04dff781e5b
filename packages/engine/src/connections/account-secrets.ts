import type { StoredConnectedAccount } from '../stores/store.ts';
import type { SecretOwner, Vault } from '../vault/vault.ts';
import type { StoredCredential } from './stored-credential.ts';

type AccountKey = Pick<StoredConnectedAccount, 'projectId' | 'id'>;

/** One credential for each auth scheme (by id) that an account was connected under. */
export type StoredCredentials = Readonly<Record<string, StoredCredential>>;

export function encryptCredentials(
  vault: Vault,
  account: AccountKey,
  credentials: StoredCredentials,
): Promise<Uint8Array> {
  return vault.encrypt(JSON.stringify(credentials), ownerOf(account));
}

/** For one call: nothing keeps what it returns. */
export async function decryptCredentials(
  vault: Vault,
  account: AccountKey & Pick<StoredConnectedAccount, 'credential'>,
): Promise<StoredCredentials> {
  if (account.credential === null) return {};
  return JSON.parse(await vault.decrypt(account.credential, ownerOf(account)));
}

function ownerOf({ projectId, id }: AccountKey): SecretOwner {
  return { projectId, table: 'connected_accounts', id };
}
