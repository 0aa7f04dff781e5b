import { expect, test } from 'vitest';
import { appNameOf, embeddingTexts, verbalise } from './tool-text.ts';

test.each([
  ['github', 'GitHub v3 REST API', 'GitHub'],
  ['google_dns', 'Google Cloud DNS API', 'Google Cloud DNS'],
  ['ebay_sell', 'Marketing API', 'ebay sell Marketing'],
  ['github_ae', "GitHub's official OpenAPI specification and what Octokit adds to it", 'github ae'],
  ['acme', 'API', 'acme'],
])('the app %s, titled %j, is called %j', (slug, name, app) => {
  expect(appNameOf({ slug, name })).toBe(app);
});

test.each([
  ['GET', '/repos/{owner}/{repo}/issues', 'list issues of repo'],
  ['GET', '/repos/{owner}/{repo}/issues/{number}', 'get a issue of repo'],
  ['POST', '/v1/customers', 'create a customer'],
  ['PATCH', '/api/companies/{id}', 'update a company'],
  ['DELETE', '/boards/{id}/memberships/{member}', 'delete a membership of board'],
  ['POST', '/projects/{gid}/sections/insert', 'insert of sections of project'],
  ['PUT', '/orgs/{org}/settings', 'update settings of org'],
  ['POST', '/chat.postMessage', 'post message of chat'],
  ['GET', '/{id}', ''],
])('%s %s is %j', (method, path, words) => {
  expect(verbalise(method, path)).toBe(words);
});

test('a tool without any text is embedded as what its request does', () => {
  const tool = { slug: 'T_X', name: 'GET /a/b', description: 'GET /a/b', tags: [], parameters: [] };
  expect(embeddingTexts({ ...tool, method: 'GET', path: '/boards/{id}/cards' }, 'Trello')).toEqual([
    ['Trello: GET /a/b', 1],
    ['list cards of board in Trello: GET a b', 1],
  ]);
  expect(embeddingTexts({ ...tool, name: 'addTwo', description: 'Adds <b>two</b>\nnumbers.' }, 'Sums')).toEqual([
    ['Sums: addTwo. Adds two numbers.', 1],
    ['add Two in Sums: add Two', 0.5],
  ]);
});
