import { expect, test } from 'vitest';
import { identityLabel, identityOfClaims, mergeIdentities } from './account-identity.ts';

test('claims tell whom they are about, under the names that services use', () => {
  expect(
    identityOfClaims({
      sub: 'x1',
      email: 'ada@example.com',
      name: 'Ada',
      preferred_username: 'ada',
      hd: 'acme.example',
    }),
  ).toEqual({
    id: 'x1',
    email: 'ada@example.com',
    login: 'ada',
    name: 'Ada',
    workspace: 'acme.example',
  });
  expect(identityOfClaims({ id: 42, login: 'octocat', name: null, email: '' })).toEqual({ id: '42', login: 'octocat' });
  expect(identityOfClaims({ aud: 'x', name: { first: 'Ada' } })).toEqual({});
});

test('what they say is kept short and on one line', () => {
  const { name, login } = identityOfClaims({ name: `a\r\nb${'x'.repeat(1_000)}`, login: '\u0000' });
  expect(name).toMatch(/^a bx+$/);
  expect(name?.length).toBeLessThanOrEqual(200);
  expect(login).toBeUndefined();
});

test('the first source that knows something is believed', () => {
  expect(mergeIdentities({ id: '1' }, { id: '2', email: 'a@b' }, { email: 'c@d', name: 'X' })).toEqual({
    id: '1',
    email: 'a@b',
    name: 'X',
  });
  expect(mergeIdentities({}, {})).toBeNull();
});

test('people know each other by the email first', () => {
  expect(identityLabel({ id: '1', email: 'ada@example.com', login: 'ada' })).toBe('ada@example.com');
  expect(identityLabel({ id: '1', login: 'ada', workspace: 'Acme' })).toBe('ada (Acme)');
  expect(identityLabel({ workspace: 'Acme' })).toBe('Acme');
  expect(identityLabel({})).toBeUndefined();
  expect(identityLabel(null)).toBeUndefined();
});
