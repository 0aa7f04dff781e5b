import assert from 'node:assert/strict';
import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import type { Check } from '../check.ts';
import { rejection } from '../expectations.ts';
import type { World } from '../world.ts';

const callbackUrl = 'http://localhost:9/done?a=b';

/** An auth config of the club, with a client that is registered there, made as clients make it. */
async function clubConfig({ composio, front, oauth }: World): Promise<string> {
  const { clientId, clientSecret } = oauth.addClient({ redirectUris: [`${front.url}/connect/callback`] });
  const made = await composio().authConfigs.create('club', {
    type: 'use_custom_auth',
    authScheme: 'OAUTH2',
    credentials: { client_id: clientId, client_secret: clientSecret, scopes: 'items:read' },
    name: 'The club',
  });
  assert.partialDeepStrictEqual(made, { toolkit: 'club', authScheme: 'OAUTH2', isComposioManaged: false });
  return String(made.id);
}

/** Goes where a link leads, signs in there and decides; stops where the program would be. */
async function signIn(redirectUrl: string | null, decision: 'approve' | 'deny'): Promise<URL> {
  const browser = openCookieBrowser({ stopsAt: ({ port }) => port === '9' });
  await browser.open(String(redirectUrl));
  await browser.submit();
  await browser.signIn('ada', { decision });
  return new URL(browser.page.url);
}

/** Section 8: accounts that a user signs in for, and how they end. */
export const signInChecks: readonly Check[] = [
  {
    sections: '8',
    name: 'signing in: from an OAuth client of the project to an ACTIVE account, and EXPIRED when the service ends it',
    async run(world) {
      const { composio, newUser, oauth } = world;
      const authConfigId = await clubConfig(world);
      const userId = newUser();
      const session = await composio().create(userId, { toolkits: ['club'], authConfigs: { club: authConfigId } });
      const request = await session.authorize('club', { callbackUrl });
      const back = await signIn(request.redirectUrl, 'approve');
      assert.equal(`${back.origin}${back.pathname}`, 'http://localhost:9/done');
      assert.equal(back.searchParams.get('status'), 'success');
      assert.partialDeepStrictEqual(await request.waitForConnection(5_000), {
        id: request.id,
        status: 'ACTIVE',
        authConfig: { id: authConfigId, authScheme: 'OAUTH2' },
      });
      assert.partialDeepStrictEqual(await session.execute('CLUB_WHO_AM_I'), { error: null });
      const { connectedAccounts } = composio();
      assert.doesNotMatch(JSON.stringify(await connectedAccounts.get(request.id)), /access_token|refresh_token/);

      oauth.forgetGrants();
      assert.partialDeepStrictEqual(await connectedAccounts.refresh(request.id), { id: request.id, status: 'EXPIRED' });
      assert.partialDeepStrictEqual(await connectedAccounts.get(request.id), { status: 'EXPIRED' });
      const waiting = connectedAccounts.waitForConnection(request.id, 5_000);
      const expired = /status: EXPIRED, reason: \S/;
      await rejection(waiting, { name: 'ConnectionRequestFailedError', says: expired });
      const { error } = await session.execute('CLUB_WHO_AM_I');
      assert.match(String(error), /connect/i);
    },
  },
  {
    sections: '8',
    name: 'signing in: who refuses comes back with status=failed, and the account is FAILED',
    async run(world) {
      const { composio, newUser } = world;
      const request = await composio().connectedAccounts.link(newUser(), await clubConfig(world), { callbackUrl });
      assert.equal((await composio().connectedAccounts.get(request.id)).status, 'INITIATED');
      const waiting = rejection(request.waitForConnection(15_000), {
        name: 'ConnectionRequestFailedError',
        says: /status: FAILED, reason: \S/,
      });
      const back = await signIn(request.redirectUrl, 'deny');
      assert.equal(`${back.origin}${back.pathname}`, 'http://localhost:9/done');
      assert.equal(back.searchParams.get('status'), 'failed');
      assert.equal(back.searchParams.get('a'), 'b');
      await waiting;
      assert.partialDeepStrictEqual(await composio().connectedAccounts.get(request.id), { status: 'FAILED' });
    },
  },
  {
    sections: '8',
    name: 'signing in: an account that is revoked, an OAuth client that is missing, and one that takes its user along',
    async run(world) {
      const { composio, newUser, send } = world;
      const authConfigId = await clubConfig(world);
      const { connectedAccounts } = composio();
      const request = await connectedAccounts.link(newUser(), authConfigId, { callbackUrl });
      await signIn(request.redirectUrl, 'approve');
      await request.waitForConnection(5_000);
      const revoked = connectedAccounts.revoke
        ? await connectedAccounts.revoke(request.id)
        : (await send('POST', `/api/v3.1/connected_accounts/${request.id}/revoke`, {})).body;
      const account = revoked.connectedAccount ?? revoked.connected_account;
      assert.deepEqual(account, { id: request.id, status: 'REVOKED' });
      assert.equal(Object(revoked.revokedTokens ?? revoked.revoked_tokens).length, 1);
      const says = /status: REVOKED, reason: \S/;
      await rejection(connectedAccounts.waitForConnection(request.id, 5_000), { says });
      const { authConfigs, toolkits } = composio();
      for (const { id } of (await authConfigs.list({ toolkit: 'club' })).items) await authConfigs.delete(String(id));
      await rejection(connectedAccounts.get(request.id), { status: 404 });
      const lent = toolkits.authorize(newUser(), 'club');
      await rejection(lent, { name: 'ComposioAuthConfigNotFoundError' });
    },
  },
];
