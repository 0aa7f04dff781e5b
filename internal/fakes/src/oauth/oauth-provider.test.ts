import { createHash, randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { openCookieBrowser } from './cookie-browser.ts';
import { startOAuthProvider } from './start-oauth-provider.ts';

const redirectUri = 'http://127.0.0.1:1/back';

async function signedIn() {
  const provider = await startOAuthProvider();
  onTestFinished(() => provider.close());
  const { clientId, clientSecret } = provider.addClient({ redirectUris: [redirectUri] });
  const verifier = randomBytes(32).toString('base64url');
  const authorize = (more: Readonly<Record<string, string>> = {}) => {
    const url = new URL(`${provider.issuer}/auth`);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const parameters = {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid items:read items:write',
      state: 'abc',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) if (value !== '') url.searchParams.set(name, value);
    return url.href;
  };
  const browser = openCookieBrowser({ stopsAt: ({ href }) => href.startsWith(redirectUri) });
  const token = async (parameters: Readonly<Record<string, string>>) => {
    const response = await fetch(`${provider.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams(parameters),
    });
    // biome-ignore lint/suspicious/noExplicitAny: a token response.
    return { status: response.status, body: (await response.json()) as any };
  };
  const exchange = (code: string) =>
    token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier });
  return { provider, browser, authorize, token, exchange };
}

test('a person signs in, and the API knows them by their token', async () => {
  const { provider, browser, authorize, exchange } = await signedIn();
  await browser.open(authorize());
  const back = new URL((await browser.signIn('ada')).url);
  expect(Object.fromEntries(back.searchParams)).toMatchObject({ state: 'abc', iss: provider.issuer });
  const { body } = await exchange(back.searchParams.get('code') ?? '');
  const api = (token: string) => fetch(`${provider.apiUrl}/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(await (await api(body.access_token)).json()).toMatchObject({ login: 'ada' });
  expect((await api('another')).status).toBe(401);
  expect(provider.apiRequests.map(({ user }) => user)).toEqual(['ada', undefined]);
});

test('a refresh token that is used twice ends everything that came of it', async () => {
  const { provider, browser, authorize, token, exchange } = await signedIn();
  await browser.open(authorize());
  const back = new URL((await browser.signIn('ada')).url);
  const first = (await exchange(back.searchParams.get('code') ?? '')).body;
  const refresh = (refreshToken: string) => token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const second = (await refresh(first.refresh_token)).body;
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect((await refresh(first.refresh_token)).body.error).toBe('invalid_grant');
  expect((await refresh(second.refresh_token)).body.error).toBe('invalid_grant');
  expect(provider.tokenRequests.map(({ grantType, status }) => [grantType, status])).toEqual([
    ['authorization_code', 200],
    ['refresh_token', 200],
    ['refresh_token', 400],
    ['refresh_token', 400],
  ]);
});

test('nothing goes without PKCE, and a person can say no', async () => {
  const { browser, authorize } = await signedIn();
  await browser.open(authorize({ code_challenge: '', code_challenge_method: '' }));
  expect(new URL(browser.page.url).searchParams.get('error')).toBe('invalid_request');
  await browser.open(authorize());
  await browser.signIn('ada', { decision: 'deny' });
  expect(new URL(browser.page.url).searchParams.get('error')).toBe('access_denied');
});
