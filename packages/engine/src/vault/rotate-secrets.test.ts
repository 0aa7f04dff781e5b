import { afterEach, beforeEach, expect, test } from 'vitest';
import { createId } from '../stores/create-id.ts';
import { openStore } from '../stores/open-store.ts';
import type { Store } from '../stores/store.ts';
import { type EncryptionKey, generateEncryptionKey } from './encryption-key.ts';
import { checkEncryptionKey } from './key-check.ts';
import { rotateSecrets } from './rotate-secrets.ts';
import { createVault, type Vault } from './vault.ts';

let store: Store;
let older: EncryptionKey;
let newer: EncryptionKey;
beforeEach(async () => {
  store = await openStore({ kind: 'sqlite', file: ':memory:' });
  [older, newer] = [await generateEncryptionKey(), await generateEncryptionKey()];
});
afterEach(() => store.close());

async function addSecrets(vault: Vault, projectName: string) {
  const { id: projectId } = await store.projects.ensure(projectName);
  const authConfigId = createId('ac');
  await store.authConfigs.create({
    id: authConfigId,
    projectId,
    toolkit: 'github',
    schemeId: 'bearer',
    mode: 'BEARER_TOKEN',
    name: 'GitHub',
    secret: await vault.encrypt('client secret', { projectId, table: 'auth_configs', id: authConfigId }),
  });
  const accountIds = [createId('ca'), createId('ca')];
  for (const [index, id] of accountIds.entries()) {
    await store.connectedAccounts.create({
      id,
      projectId,
      userId: 'user_1',
      toolkit: 'github',
      authConfigId,
      status: 'ACTIVE',
      credential: index === 0 ? await vault.encrypt(id, { projectId, table: 'connected_accounts', id }) : null,
    });
  }
  return { projectId, authConfigId, accountIds };
}

test('the first key to be used with a database is the one it wants', async () => {
  await checkEncryptionKey(store.meta, createVault({ keys: [older] }));
  await checkEncryptionKey(store.meta, createVault({ keys: [older] }));
  await checkEncryptionKey(store.meta, createVault({ keys: [newer, older] }));
  await expect(checkEncryptionKey(store.meta, createVault({ keys: [newer] }))).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    fix: expect.stringContaining('JACKFIELD_ENCRYPTION_KEY'),
  });
});

test('of servers that start at once with different keys one is refused', async () => {
  const results = await Promise.allSettled(
    [older, newer].map((key) => checkEncryptionKey(store.meta, createVault({ keys: [key] }))),
  );
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('rotation encrypts everything under the first key, and then the other is not needed', async () => {
  const before = createVault({ keys: [older] });
  await checkEncryptionKey(store.meta, before);
  const projects = [await addSecrets(before, 'one'), await addSecrets(before, 'two')];

  const during = createVault({ keys: [newer, older] });
  await checkEncryptionKey(store.meta, during);
  expect(await rotateSecrets(store, during)).toBe(4);
  expect(await rotateSecrets(store, during)).toBe(0);

  const after = createVault({ keys: [newer] });
  await checkEncryptionKey(store.meta, after);
  for (const { projectId, authConfigId, accountIds } of projects) {
    const [id = ''] = accountIds;
    const account = await store.connectedAccounts.get(projectId, id);
    const credential = account?.credential ?? new Uint8Array();
    expect(await after.decrypt(credential, { projectId, table: 'connected_accounts', id })).toBe(id);
    const authConfig = await store.authConfigs.get(projectId, authConfigId);
    const owner = { projectId, table: 'auth_configs', id: authConfigId } as const;
    expect(await after.decrypt(authConfig?.secret ?? new Uint8Array(), owner)).toBe('client secret');
  }
});

test('rotation does not undo a change that is made meanwhile', async () => {
  const before = createVault({ keys: [older] });
  const { projectId, accountIds } = await addSecrets(before, 'one');
  const [id = ''] = accountIds;
  const owner = { projectId, table: 'connected_accounts', id } as const;
  const vault = createVault({ keys: [newer, older] });
  let changes = 0;
  const rotated = await rotateSecrets(store, {
    ...vault,
    async decrypt(secret, secretOwner) {
      const text = await vault.decrypt(secret, secretOwner);
      if (secretOwner.id === id && changes++ === 0) {
        const credential = await before.encrypt('changed', owner);
        await store.connectedAccounts.update({ projectId, id, credential });
      }
      return text;
    },
  });
  expect(rotated).toBe(2);
  const account = await store.connectedAccounts.get(projectId, id);
  expect(await createVault({ keys: [newer] }).decrypt(account?.credential ?? new Uint8Array(), owner)).toBe('changed');
});

test('rotation without the older key changes nothing and says so', async () => {
  await addSecrets(createVault({ keys: [older] }), 'one');
  await expect(rotateSecrets(store, createVault({ keys: [newer] }))).rejects.toMatchObject({ code: 'INTERNAL' });
});
