import { expect, test } from 'vitest';
import { catalog } from './catalog.ts';

test('lists what there is without opening any of it, the most wanted first', async () => {
  const entries = await catalog().list();
  expect(entries.length).toBeGreaterThan(2_400);
  expect(new Set(entries.map(({ slug }) => slug)).size).toBe(entries.length);
  const guided = entries.filter(({ guide }) => guide !== undefined);
  expect(guided.length).toBeGreaterThanOrEqual(60);
  expect(entries.slice(0, guided.length)).toEqual(guided);
  expect(entries.find(({ slug }) => slug === 'github')).toMatchObject({
    name: 'GitHub',
    authModes: ['OAUTH2', 'BEARER_TOKEN'],
    noAuth: false,
    needsBaseUrl: false,
    guide: { preload: expect.arrayContaining(['GITHUB_ISSUES_CREATE']) },
  });
  for (const { name, description, version, toolCount } of entries) {
    expect(name).not.toBe('');
    expect(version).not.toBe('');
    expect(version).not.toBe('latest');
    expect(description.length).toBeLessThanOrEqual(200);
    expect(toolCount).toBeGreaterThan(0);
  }
});

test.each([
  'github',
  'gmail',
  'googlecalendar',
  'googledrive',
  'slack',
  'notion',
  'jira',
  'stripe',
  'spotify',
  'trello',
])('%s is known by the name that people use', (slug) => {
  const toolkit = catalog().load(slug);
  expect(toolkit.slug).toBe(slug);
  for (const tool of toolkit.tools.slice(0, 50)) {
    expect(tool.slug).toMatch(new RegExp(`^${slug.toUpperCase()}_[A-Z0-9_]+$`));
    expect(tool.slug.length).toBeLessThanOrEqual(64);
  }
});

test('what the list says of a toolkit is what is in it', async () => {
  const { list, load } = catalog();
  const entries = (await list()).filter((_, index) => index % 97 === 0);
  for (const { slug, name, version, toolCount, noAuth, logo } of entries) {
    const toolkit = load(slug);
    expect({ name: toolkit.name, version: toolkit.version, logo: toolkit.logo }).toEqual({ name, version, logo });
    expect(toolkit.tools.length).toBe(toolCount);
    expect(
      toolkit.tools.every(({ security }) => security.length === 0 || security.some(({ length }) => length === 0)),
    ).toBe(noAuth);
  }
});

test('a toolkit is read once, and has other versions', async () => {
  const { list, load, revision } = catalog();
  expect(load('adyen_checkout')).toBe(load('adyen_checkout'));
  const entry = (await list()).find(({ slug }) => slug === 'adyen_checkout');
  expect(entry).toMatchObject({ version: '71', olderVersions: ['70'] });
  expect(load('adyen_checkout', '70').version).toBe('70');
  expect(await revision()).toMatch(/^[0-9a-f]{16}$/);
});

test.each([
  ['no_such_toolkit', undefined],
  ['slack', 'no such version'],
  ['../../package', undefined],
  ['', undefined],
])('refuses %j in version %j', (slug, version) => {
  expect(() => catalog().load(slug, version)).toThrow(expect.objectContaining({ code: 'UNKNOWN_TOOLKIT' }));
});

test('an owner of the server gives its address', async () => {
  const mine = catalog({ baseUrls: { jira: 'https://acme.atlassian.net/' } });
  const [ours] = (await mine.list()).filter(({ slug }) => slug === 'jira');
  const [theirs] = (await catalog().list()).filter(({ slug }) => slug === 'jira');
  expect([ours?.needsBaseUrl, theirs?.needsBaseUrl]).toEqual([false, true]);
  expect((await catalog().list()).find(({ slug }) => slug === 'shop')?.needsBaseUrl).toBe(false);
  expect(mine.load('jira').baseUrl).toBe('https://acme.atlassian.net');
  expect(() => catalog({ baseUrls: { jira: 'acme.atlassian.net' } })).toThrow(
    expect.objectContaining({ code: 'INVALID_CONFIGURATION', message: expect.stringContaining('jira') }),
  );
});

test('can be less than everything', async () => {
  const { list, load } = catalog({ include: (slug) => slug.startsWith('google') });
  const slugs = (await list()).map(({ slug }) => slug);
  expect(slugs.length).toBeGreaterThan(100);
  expect(slugs.every((slug) => slug.startsWith('google'))).toBe(true);
  expect(() => load('slack')).toThrow(expect.objectContaining({ code: 'UNKNOWN_TOOLKIT' }));
});
