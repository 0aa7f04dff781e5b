import { describe, expect, it } from 'vitest';
import { type SlugSource, toolSlugs } from './tool-slug.ts';

function slugOf(operationId: string | undefined, path = '/x', method = 'GET', toolkit = 'github'): string | undefined {
  return toolSlugs(toolkit, [{ operationId, method, path }])[0];
}

describe('the action', () => {
  it.each([
    ['repos/list-for-org', 'GITHUB_REPOS_LIST_FOR_ORG'],
    ['github.repos.get', 'GITHUB_REPOS_GET'],
    ['GitHubReposGet', 'GITHUB_REPOS_GET'],
    ['github', 'GITHUB_GITHUB'],
    ['getHTTPResponse', 'GITHUB_GET_HTTP_RESPONSE'],
    ['listIPs', 'GITHUB_LIST_IPS'],
    ['listURLsForUser', 'GITHUB_LIST_URLS_FOR_USER'],
    ['createOAuthApp', 'GITHUB_CREATE_OAUTH_APP'],
    ['createS3Bucket2', 'GITHUB_CREATE_S3_BUCKET2'],
    ['retrieveABlock', 'GITHUB_RETRIEVE_A_BLOCK'],
    ['Users_List Users', 'GITHUB_USERS_LIST_USERS'],
    ['größeÄndern', 'GITHUB_GROSSE_ANDERN'],
  ])('of %s is in %s', (operationId, slug) => {
    expect(slugOf(operationId)).toBe(slug);
  });

  it.each([
    ['GET', '/users', 'GITHUB_GET_USERS'],
    ['GET', '/users/{user_id}', 'GITHUB_GET_USERS_BY_USER_ID'],
    ['DELETE', '/v1/a-b/{x}.json', 'GITHUB_DELETE_V1_A_B_X_JSON'],
    ['GET', '/', 'GITHUB_GET'],
  ])('of %s %s without an id is in %s', (method, path, slug) => {
    expect(slugOf(undefined, path, method)).toBe(slug);
    expect(slugOf('列出用户', path, method)).toBe(slug);
  });

  it('is written without the name of a toolkit of several words', () => {
    expect(slugOf('googleMailSend', '/', 'POST', 'google_mail')).toBe('GOOGLE_MAIL_SEND');
  });
});

describe('a slug', () => {
  it('that would be too long keeps both ends, and a hash of the whole', () => {
    const long = 'actions/list-selected-repositories-enabled-github-actions-organization-for-the-authenticated-user';
    const slug = slugOf(long);
    expect(slug).toMatch(/^GITHUB_ACTIONS_LIST_.*_USER_[A-Z0-9]{6}$/);
    expect(slug?.length).toBeLessThanOrEqual(64);
    expect(slugOf(long.replace('enabled', 'disabled'))).not.toBe(slug);
    expect(slugOf(long, '/elsewhere')).toBe(slug);
  });

  it('fits also when a single word does not', () => {
    expect(slugOf('a'.repeat(200))).toMatch(/^GITHUB_A{50}_[A-Z0-9]{6}$/);
    expect(slugOf('list', '/x', 'GET', 'a'.repeat(40))?.length).toBe(45);
  });

  const operations: readonly SlugSource[] = [
    { operationId: 'getUser', method: 'GET', path: '/users/{id}' },
    { operationId: 'get_user', method: 'GET', path: '/user' },
    { operationId: 'getUser', method: 'POST', path: '/user' },
    { operationId: 'listUsers', method: 'GET', path: '/users' },
    { operationId: undefined, method: 'GET', path: '/things' },
  ];

  it('is unique: operations that come out alike are told apart by method and path', () => {
    const slugs = toolSlugs('x', operations);
    expect(new Set(slugs).size).toBe(operations.length);
    expect(slugs.slice(0, 3)).toStrictEqual(
      slugs.slice(0, 3).map(() => expect.stringMatching(/^X_GET_USER_[A-Z0-9]{6}$/)),
    );
    expect(slugs.slice(3)).toStrictEqual(['X_LIST_USERS', 'X_GET_THINGS']);
  });

  it('depends neither on the order of operations nor on others', () => {
    const slugs = toolSlugs('x', operations);
    expect(toolSlugs('x', operations.toReversed())).toStrictEqual(slugs.toReversed());
    const more = [{ operationId: 'another', method: 'PUT', path: '/another' }, ...operations];
    expect(toolSlugs('x', more).slice(1)).toStrictEqual(slugs);
  });

  it('is unique even for the same method and path', () => {
    const same = Array.from({ length: 3 }, () => ({ operationId: 'a', method: 'GET', path: '/a' }));
    expect(new Set(toolSlugs('x', same)).size).toBe(3);
  });
});
