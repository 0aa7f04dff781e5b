import { JackfieldError } from '@jackfield/contract';
import { secretTables } from '../stores/secret-store.ts';
import type { SecretTable, Store, StoredSecret } from '../stores/store.ts';
import { renewEncryptionKeyCheck } from './key-check.ts';
import type { Vault } from './vault.ts';

/** How far a rotation is. */
export interface RotationProgress {
  /** Secrets that are under the vault's first key for sure. */
  readonly checked: number;
  /** Of those, the ones that were encrypted anew. */
  readonly rotated: number;
  /** Secrets in all, when it began. */
  readonly total: number;
}

const pageSize = 100;
/** A server that uses an older key first goes on to write under it. */
const maxPasses = 5;

/**
 * Encrypts every secret of the store that is still under an older key under the vault's first one. Safe while servers
 * run that know both keys, and to be repeated, also after it was cut off; afterwards the older keys are no longer needed.
 * Answers that are kept for idempotency keys are not touched: they are forgotten after a day.
 *
 * @throws JackfieldError `INTERNAL` if a secret cannot be decrypted with any key: nothing is lost, and the older keys are
 *   still needed; `CONFLICT` if secrets are stored under an older key while this runs
 */
export async function rotateSecrets(
  store: Pick<Store, 'secrets' | 'oauthFlows' | 'meta'>,
  vault: Vault,
  onProgress: (progress: RotationProgress) => void = () => {},
): Promise<RotationProgress> {
  await store.oauthFlows.deleteExpired();
  const counts = await Promise.all(secretTables.map((table) => store.secrets.count(table)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  let rotated = 0;
  for (let pass = 1; ; pass++) {
    let checked = 0;
    let isSettled = true;
    for (const table of secretTables) {
      for await (const page of pages(store, table)) {
        const outcomes = await Promise.all(page.map((secret) => rotate(table, secret)));
        checked += page.length;
        rotated += outcomes.filter((outcome) => outcome === 'rotated').length;
        isSettled &&= outcomes.every((outcome) => outcome === 'current');
        onProgress({ checked, rotated, total: Math.max(total, checked) });
      }
    }
    // Until there is nothing left to do: what came meanwhile may be under an older key.
    if (isSettled) {
      await renewEncryptionKeyCheck(store.meta, vault);
      return { checked, rotated, total: checked };
    }
    if (pass === maxPasses) {
      throw new JackfieldError('CONFLICT', {
        message: `Secrets are still being stored under an older key, after ${rotated} were encrypted anew.`,
        fix: 'A server has an older key first. Start every server with the new key first, then rotate again.',
        retryable: true,
      });
    }
  }

  async function rotate(table: SecretTable, stored: StoredSecret): Promise<'current' | 'rotated' | 'changed'> {
    if (!vault.needsRotation(stored.secret)) return 'current';
    const { projectId, id, secret } = stored;
    const owner = { projectId, table, id };
    const renewed = await vault.encrypt(await vault.decrypt(secret, owner), owner);
    return (await store.secrets.replace(table, stored, renewed)) ? 'rotated' : 'changed';
  }
}

async function* pages(store: Pick<Store, 'secrets'>, table: SecretTable): AsyncGenerator<readonly StoredSecret[]> {
  for (let after: StoredSecret | undefined; ; ) {
    const page = await store.secrets.list(table, { after, limit: pageSize });
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    after = page.at(-1);
  }
}
