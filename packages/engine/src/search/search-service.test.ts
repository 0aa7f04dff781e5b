import type { SearchBody, SessionConfig } from '@jackfield/contract';
import { expect, test } from 'vitest';
import { httpTool, petsToolkit, testEngine, testToolkit } from '../create-engine.fixture.ts';
import type { Toolkit } from '../toolkit.ts';

const url = 'https://api.example.com';
const issue = {
  type: 'object',
  properties: { title: { type: 'string' }, body: { type: 'string', description: 'x'.repeat(400) } },
} as const;
const github = testToolkit('github', [
  httpTool('github', 'ISSUES_CREATE', url, { method: 'POST', name: 'Create an issue', inputSchema: issue }),
  httpTool('github', 'ISSUES_LIST', url, { name: 'List repository issues' }),
  httpTool('github', 'ISSUES_ADD_LABELS', url, { method: 'POST', name: 'Add labels to an issue' }),
  httpTool('github', 'ACTIVITY_STAR_REPO', url, { method: 'POST', name: 'Star a repository' }),
]);
const slack = testToolkit('slack', [
  httpTool('slack', 'CHAT_POST_MESSAGE', url, {
    method: 'POST',
    name: 'Send a message',
    description: 'Posts to a channel.',
  }),
  httpTool('slack', 'CONVERSATIONS_LIST', url, { name: 'List channels' }),
]);
const open = testToolkit('weather', [
  httpTool('weather', 'GET_FORECAST', url, { name: 'Get a forecast', security: [] }),
]);

async function searching(
  config: SessionConfig = {},
  toolkits: readonly Toolkit[] = [github, slack, open, petsToolkit(url)],
  limits = {},
) {
  const setup = await testEngine({ toolkits, limits, now: () => new Date('2030-01-01T00:00:00.500Z') });
  const { operations, context } = setup;
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada', ...config } }, context);
  const search = (body: Partial<SearchBody> & Pick<SearchBody, 'queries'>) =>
    operations['sessions.search']({ params: { sessionId }, body }, context);
  return {
    ...setup,
    sessionId,
    search,
    best: async (useCase: string) => (await search({ queries: [{ useCase }] })).results[0]?.primaryToolSlugs[0],
  };
}

test.each([
  ['github create issue', 'GITHUB_ISSUES_CREATE'],
  ['open a new issue', 'GITHUB_ISSUES_CREATE'],
  ['star repos', 'GITHUB_ACTIVITY_STAR_REPO'],
  ['slack send a message to a channel', 'SLACK_CHAT_POST_MESSAGE'],
  ['put labels on issues', 'GITHUB_ISSUES_ADD_LABELS'],
  ['remove pets', 'PETS_DELETE_PET'],
  ['GITHUB_ISSUES_LIST', 'GITHUB_ISSUES_LIST'],
  ['list channels', 'SLACK_CONVERSATIONS_LIST'],
])('%j finds %s', async (query, slug) => {
  const { best } = await searching();
  expect(await best(query)).toBe(slug);
});

test('among many small toolkits each is found, and what a session does not allow is not', async () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    testToolkit(`shop${index}`, [
      httpTool(`shop${index}`, 'LIST_ORDERS', url, { name: `List the orders of shop ${index}` }),
      httpTool(`shop${index}`, 'CREATE_ORDER', url, { method: 'POST', name: `Create an order in shop ${index}` }),
    ]),
  );
  const all = await searching({}, [...many, github]);
  expect(await all.best('create an order in shop 37')).toBe('SHOP37_CREATE_ORDER');
  expect(await all.best('SHOP8_LIST_ORDERS')).toBe('SHOP8_LIST_ORDERS');
  expect(await all.best('star a repository')).toBe('GITHUB_ACTIVITY_STAR_REPO');

  const narrowed = await searching(
    { toolkits: { disable: ['shop37'] }, tools: { shop8: { disable: ['SHOP8_LIST_ORDERS'] } } },
    [...many, github],
  );
  const { results } = await narrowed.search({
    queries: [{ useCase: 'create an order in shop 37' }, { useCase: 'SHOP8_LIST_ORDERS' }],
    limit: 50,
  });
  const found = results.flatMap(({ primaryToolSlugs, relatedToolSlugs }) => [...primaryToolSlugs, ...relatedToolSlugs]);
  expect(found.length).toBeGreaterThan(10);
  expect(found.filter((slug) => slug.startsWith('SHOP37_') || slug === 'SHOP8_LIST_ORDERS')).toEqual([]);
});

test('every allowed tool is found first by its slug and by its title', async () => {
  const { best } = await searching();
  for (const { tools } of [github, slack, open]) {
    for (const { slug, name } of tools) {
      expect(await best(slug)).toBe(slug);
      expect(await best(name.toUpperCase())).toBe(slug);
    }
  }
});

test('only what the session allows is found', async () => {
  const { search, best } = await searching({
    tools: { github: { disable: ['GITHUB_ISSUES_CREATE'] } },
    toolkits: { disable: ['slack'] },
  });
  const { results, toolSchemas } = await search({
    queries: [{ useCase: 'github create issue' }, { useCase: 'slack send message' }],
  });
  expect(JSON.stringify({ results, toolSchemas })).not.toMatch(/GITHUB_ISSUES_CREATE|SLACK_/);
  expect(await best('GITHUB_ISSUES_CREATE')).not.toBe('GITHUB_ISSUES_CREATE');
});

test('the answer says what is connected and what to do next', async () => {
  const { search, operations, context } = await searching();
  const queries = [{ useCase: 'github create issue' }, { useCase: 'weather forecast' }];
  const before = await search({ queries });
  expect(before).toMatchObject({
    success: true,
    error: null,
    results: [
      { index: 1, useCase: 'github create issue', toolkits: expect.arrayContaining(['github']) },
      { index: 2, useCase: 'weather forecast' },
    ],
    timeInfo: { currentTimeUtc: '2030-01-01T00:00:00.500Z', currentTimeUtcEpochSeconds: 1_893_456_000 },
  });
  const status = (answer: typeof before, slug: string) =>
    answer.toolkitConnectionStatuses.find(({ toolkit }) => toolkit === slug);
  expect(status(before, 'github')).toMatchObject({
    hasActiveConnection: false,
    statusMessage: expect.stringContaining('JACKFIELD_MANAGE_CONNECTIONS'),
  });
  expect(status(before, 'weather')).toMatchObject({ statusMessage: 'Weather needs no connection.' });
  expect(before.nextStepsGuidance.join()).toMatch(/MANAGE_CONNECTIONS.*GET_TOOL_SCHEMAS.*MULTI_EXECUTE_TOOL/s);

  await operations['connectedAccounts.create'](
    { body: { userId: 'ada', toolkit: 'github', credential: { mode: 'BEARER_TOKEN', token: 'a-secret-token' } } },
    context,
  );
  expect(status(await search({ queries }), 'github')).toMatchObject({ hasActiveConnection: true });
});

test('the answer names no tool that the session does not have', async () => {
  const { search } = await searching({
    search: { enable: false },
    execute: { enableMultiExecute: false },
    manageConnections: { enable: false },
  });
  expect(JSON.stringify(await search({ queries: [{ useCase: 'github create issue' }] }))).not.toContain('JACKFIELD');
});

test('schemas come as far as they fit; for the others the answer says how to get them', async () => {
  const { search } = await searching({}, [github], { maxSearchSchemaBytes: 300 });
  const { toolSchemas } = await search({ queries: [{ useCase: 'create issue' }, { useCase: 'star a repository' }] });
  expect(toolSchemas.GITHUB_ISSUES_CREATE).toEqual({
    toolSlug: 'GITHUB_ISSUES_CREATE',
    toolkit: 'github',
    description: 'To issues create.',
    hasFullSchema: false,
    schemaRef: { tool: 'JACKFIELD_GET_TOOL_SCHEMAS', args: { tool_slugs: ['GITHUB_ISSUES_CREATE'] } },
  });
  expect(toolSchemas.GITHUB_ACTIVITY_STAR_REPO).toMatchObject({
    hasFullSchema: true,
    inputSchema: { type: 'object' },
  });
});

test('toolkits, limit and explanation are minded', async () => {
  const { search } = await searching();
  const { results } = await search({
    queries: [{ useCase: 'list things' }],
    toolkits: ['slack'],
    limit: 1,
    explain: true,
  });
  expect(results[0]).toMatchObject({
    primaryToolSlugs: ['SLACK_CONVERSATIONS_LIST'],
    relatedToolSlugs: [],
    explanation: [
      { toolSlug: 'SLACK_CONVERSATIONS_LIST', parts: { words: expect.any(Number), names: expect.any(Number) } },
    ],
  });
  const [explanation] = results[0]?.explanation ?? [];
  const sum = Object.values(explanation?.parts ?? {}).reduce((total, part) => total + part, 0);
  expect(sum).toBeCloseTo(explanation?.score ?? 0, 1);
  await expect(search({ queries: [{ useCase: 'x' }], toolkits: ['slak'] })).rejects.toMatchObject({
    code: 'UNKNOWN_TOOLKIT',
    message: expect.stringContaining('"slack"'),
  });
  const queries = [{ useCase: 'github create issue' }];
  expect((await search({ queries, toolkits: [] })).results).toEqual((await search({ queries })).results);
});

test('toolkits that the session does not have are said to be that', async () => {
  const { search } = await searching({ toolkits: { enable: ['github'] } });
  const queries = [{ useCase: 'send a message' }];
  expect(await search({ queries, toolkits: ['slack'] })).toMatchObject({
    results: [
      { primaryToolSlugs: [], error: expect.stringMatching(/^This session has no tools of slack\. It has: github\./) },
    ],
    nextStepsGuidance: [expect.stringContaining('Search without `toolkits`')],
  });
  await expect(search({ queries, toolkits: ['slak'] })).rejects.toMatchObject({
    code: 'UNKNOWN_TOOLKIT',
    fix: 'The toolkits of this session: github.',
  });
});

test('custom tools are found', async () => {
  const { search } = await searching();
  const { results, toolSchemas } = await search({
    queries: [{ useCase: 'look up the cost centre of an employee' }],
    experimental: {
      customTools: [
        {
          slug: 'cost_centre',
          name: 'Get cost centre',
          description: 'The cost centre of an employee.',
          inputSchema: { type: 'object', properties: {} },
        },
      ],
    },
  });
  expect(results[0]?.primaryToolSlugs[0]).toBe('LOCAL_COST_CENTRE');
  expect(toolSchemas.LOCAL_COST_CENTRE).toMatchObject({ toolkit: 'local', hasFullSchema: true });
});

test('a query without a word finds nothing, also by what it means', async () => {
  const vector = Float32Array.from({ length: 96 }, (_, index) => (index === 0 ? 1 : 0));
  const embedder = { id: 'alike', dimensions: 96, embed: async (texts: readonly string[]) => texts.map(() => vector) };
  const { operations, context } = await testEngine({ toolkits: [github], search: { embedder } });
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const { results } = await operations['sessions.search'](
    { params: { sessionId }, body: { queries: ['   ', '🚀🚀', 'лошадь'].map((useCase) => ({ useCase })) } },
    context,
  );
  expect(results.map(({ error }) => error?.includes('No tool matches') ?? false)).toEqual([true, true, false]);
});

test('a query that nothing matches says so', async () => {
  const { search } = await searching();
  expect(await search({ queries: [{ useCase: 'zzz' }, { useCase: '???' }] })).toMatchObject({
    success: true,
    results: [{ primaryToolSlugs: [], error: expect.stringContaining('No tool matches') }, { primaryToolSlugs: [] }],
    nextStepsGuidance: [expect.stringContaining('Search again')],
  });
});
