import { expect, test } from 'vitest';
import { testToolkit } from '../create-engine.fixture.ts';
import type { StoredAuthConfig } from '../stores/store.ts';
import type { OAuth2AuthScheme, Toolkit } from '../toolkit.ts';
import { connectionFields } from './connection-fields.ts';
import { oauthConfigOf, scopesFor } from './oauth/oauth-config.ts';

function authConfig(mode: string, settings: StoredAuthConfig['settings'] = {}): StoredAuthConfig {
  const now = new Date(0);
  return {
    ...{ id: 'ac_1', projectId: 'prj_1', toolkit: 'pets', schemeId: 'main', mode, name: 'Pets', isDefault: true },
    ...{ enabled: true, settings, secret: null, version: 1, createdAt: now, updatedAt: now },
  };
}

const oauth: OAuth2AuthScheme = {
  id: 'main',
  mode: 'OAUTH2',
  authorizationUrl: 'https://pets.example.com/authorize',
  tokenUrl: 'https://pets.example.com/token',
  scopes: { read: 'Read', write: 'Write', admin: 'Everything' },
};

function toolkit(scheme: Toolkit['authSchemes'][number]): Toolkit {
  return { ...testToolkit('pets', []), authSchemes: [scheme] };
}

const configOf = (scheme: OAuth2AuthScheme, settings: StoredAuthConfig['settings'] = {}) => {
  const config = oauthConfigOf(authConfig('OAUTH2', { clientId: 'c', ...settings }), toolkit(scheme));
  if (config === undefined) throw new Error('There is an OAuth config.');
  return config;
};

test('a toolkit says what to ask for; an auth config may choose otherwise', () => {
  const narrow = { ...oauth, defaultScopes: ['read'], scopeSeparator: ',', authorizationParams: { access: 'offline' } };
  expect(scopesFor(configOf(oauth), undefined)).toEqual(['read', 'write', 'admin']);
  expect(scopesFor(configOf(narrow), undefined)).toEqual(['read']);
  expect(scopesFor(configOf({ ...oauth, defaultScopes: [] }), undefined)).toEqual([]);
  expect(scopesFor(configOf(narrow, { scopes: ['admin'] }), undefined)).toEqual(['admin']);
  expect(configOf(narrow).scopeSeparator).toBe(',');
  expect(configOf(oauth).scopeSeparator).toBe(' ');
  expect(configOf(oauth).endpoints).not.toHaveProperty('authorizationParams');
  expect(configOf(narrow).endpoints.authorizationParams).toEqual({ access: 'offline' });
  const own = configOf(narrow, { oauth: { authorizationParams: { access: 'online', prompt: 'login' } } });
  expect(own.endpoints.authorizationParams).toEqual({ access: 'online', prompt: 'login' });
});

test('a form asks in the words of the service', () => {
  const hint = 'Under Settings, API.';
  const keyed = { id: 'main', mode: 'API_KEY' as const, in: 'header' as const, name: 'X-Key' };
  const fields = [{ name: 'api_key' as const, label: 'Secret key', hint }];
  expect(connectionFields(authConfig('API_KEY'), toolkit({ ...keyed, fields }))).toEqual([
    { name: 'api_key', label: 'Secret key', hint, secret: true, required: true },
  ]);
  expect(connectionFields(authConfig('API_KEY'), toolkit({ ...keyed, description: 'A key.' }))).toEqual([
    { name: 'api_key', label: 'API key', hint: 'A key.', secret: true, required: true },
  ]);
  const basic = {
    ...{ id: 'main', mode: 'BASIC' as const },
    fields: [{ name: 'username' as const, label: 'Account SID' }],
  };
  expect(connectionFields(authConfig('BASIC'), toolkit(basic))).toMatchObject([
    { name: 'username', label: 'Account SID', secret: false },
    { name: 'password', label: 'Password', secret: true },
  ]);
});
