import { setTimeout as delay } from 'node:timers/promises';
import { Jackfield } from '@jackfield/core';
import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { startOAuthProvider } from '@jackfield-internal/fakes/oauth-provider';
import { afterEach, expect } from 'vitest';
import { oauthDocuments } from './oauth-documents.ts';
import { requirement } from './requirement.ts';
import { spawnServer } from './spawn-server.ts';
import { until } from './until.ts';
import { placePostgres, testApiKey } from './wire.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** Two server processes on one PostgreSQL, and a user who has signed in through the first. */
async function twoServers(tokenLifetime: number) {
  const oauth = await startOAuthProvider();
  const placed = await placePostgres();
  cleanUps.push(placed.remove, () => oauth.close());
  const start = async () => {
    const server = await spawnServer({
      ...placed.location,
      apiKey: testApiKey,
      documents: oauthDocuments(oauth),
      allowPrivateNetwork: ['127.0.0.1'],
    });
    cleanUps.push(async () => {
      server.process.kill('SIGKILL');
      await server.ended;
    });
    return { ...server, jackfield: new Jackfield({ baseURL: server.url, apiKey: testApiKey }) };
  };
  const [one, two] = await Promise.all([start(), start()]);
  oauth.setTokenLifetime(tokenLifetime);
  const credentials = oauth.addClient({ redirectUris: [one, two].map(({ url }) => `${url}/connect/callback`) });
  await one.jackfield.authConfigs.create({ toolkit: 'items', credentials });
  const session = await one.jackfield.sessions.create('ada', { toolkits: ['items'] });
  const request = await session.authorize('items');
  const signIn = async (link: string) => {
    const browser = openCookieBrowser();
    await browser.open(link);
    await browser.submit();
    await browser.signIn('ada');
  };
  await signIn(request.redirectUrl);
  const sessions = [session, await two.jackfield.sessions.use(session.sessionId)] as const;
  const refreshes = () => oauth.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token');
  return { oauth, one, two, sessions, accountId: request.id, refreshes, signIn };
}

requirement(
  'process.renewal',
  async () => {
    const { oauth, two, sessions, accountId, refreshes } = await twoServers(2);
    const expiry = Date.now() + 2_000;
    for (const round of [1, 2]) {
      // Both are warm: what is measured is the moment of expiry.
      await Promise.all(sessions.map((session) => session.execute('ITEMS_GET_ME')));
      if (round === 1) await delay(Math.max(0, expiry - Date.now()) + 100);
      else oauth.forgetAccessTokens();
      const before = refreshes().length;
      oauth.setTokenLifetime(3600);
      const results = await Promise.all(
        Array.from({ length: 200 }, (_, index) => sessions[index % 2 === 0 ? 0 : 1].execute('ITEMS_GET_ME')),
      );
      expect(results.flatMap(({ error }) => error ?? [])).toEqual([]);
      expect(refreshes().length - before).toBe(1);
    }
    // Nothing was burnt: the latest refresh token is still good.
    expect((await two.jackfield.connectedAccounts.refresh(accountId)).status).toBe('ACTIVE');
    expect(refreshes().map(({ status }) => status)).toEqual(refreshes().map(() => 200));
  },
  60_000,
);

requirement(
  'process.renewal-killed',
  async () => {
    // Before the service saw the request, and after it has used up the refresh token.
    for (const moment of ['hold-request', 'hold-answer'] as const) {
      const { oauth, one, two, sessions, accountId, refreshes, signIn } = await twoServers(3600);
      const [first, second] = sessions;
      await second.execute('ITEMS_GET_ME');
      oauth.forgetAccessTokens();
      oauth.setTokenEndpoint(moment);
      const before = oauth.tokenRequests.length;
      const lost = Promise.allSettled(Array.from({ length: 20 }, () => first.execute('ITEMS_GET_ME')));
      await until(() => {
        const request = oauth.tokenRequests[before];
        return request !== undefined && (moment === 'hold-request' || request.status === 200);
      });
      one.process.kill('SIGKILL');
      await one.ended;
      oauth.setTokenEndpoint('work');
      oauth.release();
      const results = await Promise.all(Array.from({ length: 20 }, () => second.execute('ITEMS_GET_ME')));
      expect((await lost).every(({ status }) => status === 'rejected')).toBe(true);
      const account = await two.jackfield.connectedAccounts.get(accountId);
      if (moment === 'hold-request') {
        expect(results.flatMap(({ error }) => error ?? [])).toEqual([]);
        expect(account.status).toBe('ACTIVE');
        expect(refreshes().filter(({ status }) => status === 200)).toHaveLength(1);
        continue;
      }
      // The new refresh token died with the process; the old one was taken for stolen. That is told, with the way out.
      expect(new Set(results.map(({ failure }) => failure?.code))).toEqual(new Set(['CONNECTION_EXPIRED']));
      expect(account).toMatchObject({ status: 'EXPIRED', statusReason: expect.stringContaining('invalid_grant') });
      const link = String(results[0]?.failure?.details?.redirectUrl);
      await signIn(link);
      expect((await two.jackfield.connectedAccounts.get(accountId)).status).toBe('ACTIVE');
      expect((await second.execute('ITEMS_GET_ME')).successful).toBe(true);
    }
  },
  120_000,
);
