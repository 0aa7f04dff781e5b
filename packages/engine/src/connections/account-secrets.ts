import type { StoredConnectedAccount } from '../stores/store.ts';
import type { SecretOwner, Vault } from '../vault/vault.ts';
import type { AccountCredentials } from './account-credentials.ts';

type AccountIdentity = Pick<StoredConnectedAccount, 'projectId' | 'id'>;

export function encryptCredentials(
  vault: Vault,
  account: AccountIdentity,
  credentials: AccountCredentials,
): Promise<Uint8Array> {
  return vault.encrypt(JSON.stringify(credentials), ownerOf(account));
}

/** For one call: nothing keeps what it returns. */
export async function decryptCredentials(
  vault: Vault,
  account: AccountIdentity & Pick<StoredConnectedAccount, 'credential'>,
): Promise<AccountCredentials> {
  if (account.credential === null) return {};
  return JSON.parse(await vault.decrypt(account.credential, ownerOf(account)));
}

function ownerOf({ projectId, id }: AccountIdentity): SecretOwner {
  return { projectId, table: 'connected_accounts', id };
}
