import { afterEach, beforeEach, expect, test } from 'vitest';
import { createId } from '../stores/create-id.ts';
import { openStore } from '../stores/open-store.ts';
import { secretTables } from '../stores/secret-store.ts';
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
  const webhookId = createId('wh');
  await store.webhooks.create({
    id: webhookId,
    projectId,
    url: 'https://app.example.com/hook',
    types: null,
    description: '',
    secret: await vault.encrypt('webhook secret', { projectId, table: 'webhooks', id: webhookId }),
  });
  const [connectedAccountId = ''] = accountIds;
  const expiresAt = new Date(Date.now() + 60_000);
  const linkTokenHash = `link of ${projectName}`;
  await store.connectLinks.create({
    tokenHash: linkTokenHash,
    projectId,
    connectedAccountId,
    callbackUrl: null,
    expiresAt,
  });
  const stateHash = `state of ${projectName}`;
  await store.oauthFlows.create({
    stateHash,
    projectId,
    connectedAccountId,
    linkTokenHash,
    browserHash: 'browser',
    redirectUri: 'https://app.example.com/connect/callback',
    issuer: null,
    clientId: 'client',
    scopes: [],
    secret: await vault.encrypt('verifier', { projectId, table: 'oauth_flows', id: stateHash }),
    expiresAt,
  });
  return { projectId, accountIds };
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

/** Everything that is stored encrypted, as text, by table and id. */
async function readSecrets(vault: Vault): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const table of secretTables) {
    for (const { projectId, id, secret } of await store.secrets.list(table, { limit: 1000 })) {
      texts[`${table} ${projectId} ${id}`] = await vault.decrypt(secret, { projectId, table, id });
    }
  }
  return texts;
}

test('rotation encrypts everything under the first key, and then the other is not needed', async () => {
  const before = createVault({ keys: [older] });
  await checkEncryptionKey(store.meta, before);
  const projects = [await addSecrets(before, 'one'), await addSecrets(before, 'two')];
  const texts = await readSecrets(before);
  expect(Object.keys(texts)).toHaveLength(8);

  const during = createVault({ keys: [newer, older] });
  await checkEncryptionKey(store.meta, during);
  const told: unknown[] = [];
  const done = await rotateSecrets(store, during, (progress) => told.push(progress));
  expect(done).toEqual({ checked: 8, rotated: 8, total: 8 });
  expect(told[0]).toEqual({ checked: 2, rotated: 2, total: 8 });
  expect(await rotateSecrets(store, during)).toEqual({ checked: 8, rotated: 0, total: 8 });

  const after = createVault({ keys: [newer] });
  await checkEncryptionKey(store.meta, after);
  expect(await readSecrets(after)).toEqual(texts);
  // It is no change that anybody else would have to know of.
  for (const { projectId, accountIds } of projects) {
    expect(await store.connectedAccounts.get(projectId, accountIds[0] ?? '')).toMatchObject({ version: 1 });
  }
});

test('rotation that was cut off goes on with what is left', async () => {
  const before = createVault({ keys: [older] });
  await addSecrets(before, 'one');
  await addSecrets(before, 'two');
  const vault = createVault({ keys: [newer, older] });
  let left = 3;
  const cut = rotateSecrets(store, {
    ...vault,
    async encrypt(text, owner) {
      if (left-- === 0) throw new Error('killed');
      return vault.encrypt(text, owner);
    },
  });
  await expect(cut).rejects.toThrow('killed');
  const { rotated } = await rotateSecrets(store, vault);
  expect(rotated).toBeGreaterThan(0);
  expect(rotated).toBeLessThan(8);
  await readSecrets(createVault({ keys: [newer] }));
});

test('rotation does not undo a change that is made meanwhile', async () => {
  const before = createVault({ keys: [older] });
  const { projectId, accountIds } = await addSecrets(before, 'one');
  const [id = ''] = accountIds;
  const owner = { projectId, table: 'connected_accounts', id } as const;
  const vault = createVault({ keys: [newer, older] });
  let changes = 0;
  const { rotated } = await rotateSecrets(store, {
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
  expect(rotated).toBe(4);
  const account = await store.connectedAccounts.get(projectId, id);
  expect(await createVault({ keys: [newer] }).decrypt(account?.credential ?? new Uint8Array(), owner)).toBe('changed');
});

test('rotation says so when a server goes on to store under an older key', async () => {
  const before = createVault({ keys: [older] });
  const { projectId, accountIds } = await addSecrets(before, 'one');
  const [id = ''] = accountIds;
  const owner = { projectId, table: 'connected_accounts', id } as const;
  const vault = createVault({ keys: [newer, older] });
  const rotation = rotateSecrets(store, {
    ...vault,
    async decrypt(secret, secretOwner) {
      const text = await vault.decrypt(secret, secretOwner);
      const credential = await before.encrypt('again', owner);
      await store.connectedAccounts.update({ projectId, id, credential });
      return text;
    },
  });
  await expect(rotation).rejects.toMatchObject({ code: 'CONFLICT', fix: expect.stringContaining('new key first') });
});

test('rotation without the older key changes nothing and says so', async () => {
  await addSecrets(createVault({ keys: [older] }), 'one');
  await expect(rotateSecrets(store, createVault({ keys: [newer] }))).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(Object.keys(await readSecrets(createVault({ keys: [older] })))).toHaveLength(4);
});
