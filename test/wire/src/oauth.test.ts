import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { expect } from 'vitest';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

describeWire((wire) => {
  let users = 0;
  const newUser = () => `oauth-user-${users++}`;

  requirement('oauth.flow', async () => {
    const { jackfield, oauth, publicUrl } = wire();
    const redirectUri = `${publicUrl}/connect/callback`;
    const { clientId, clientSecret } = oauth.addClient({ redirectUris: [redirectUri] });
    const authConfig = await jackfield.authConfigs.create({
      toolkit: 'items',
      credentials: { clientId, clientSecret },
    });
    expect(authConfig).toMatchObject({ authScheme: 'OAUTH2', clientId, redirectUri, fields: [], isDefault: false });
    const userId = newUser();
    const session = await jackfield.sessions.create(userId, { toolkits: ['items'] });
    const request = await session.authorize('items');
    const waiting = request.waitForConnection(10_000);
    const browser = openCookieBrowser();
    expect((await browser.open(request.redirectUrl)).html).toContain(userId);
    await browser.submit();
    expect(browser.page.url).toMatch(new RegExp(`^${oauth.issuer}/interaction/`));
    const done = await browser.signIn('ada');
    expect(done.url).toBe(`${publicUrl}/connect/done`);
    expect(await waiting).toMatchObject({
      id: request.id,
      status: 'ACTIVE',
      scopes: { asked: ['items:read', 'items:write'], granted: ['items:read', 'items:write'] },
    });
    expect(await session.execute('ITEMS_GET_ME')).toMatchObject({ successful: true, data: { login: 'ada' } });
    expect(oauth.tokenRequests.at(-1)).toMatchObject({ grantType: 'authorization_code', clientId, status: 200 });
  });
});
