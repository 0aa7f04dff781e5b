import { expect, test } from 'vitest';
import { httpTool, testEngine, testToolkit } from '../create-engine.fixture.ts';
import type { ToolkitCatalog } from './toolkit-catalog.ts';

function catalogAt(baseUrl: string): ToolkitCatalog {
  const jira = { ...testToolkit('jira', [httpTool('jira', 'GET_ISSUE', baseUrl, { name: 'Get an issue' })]), baseUrl };
  const { tools, ...rest } = jira;
  const summary = { ...rest, toolCount: tools.length, noAuth: false, authModes: ['BEARER_TOKEN' as const] };
  return { list: () => Promise.resolve([{ ...summary, needsBaseUrl: true }]), load: () => jira };
}

async function using(baseUrl: string) {
  const { operations, context } = await testEngine({ toolkits: [catalogAt(baseUrl)] });
  await operations['connectedAccounts.create'](
    { body: { userId: 'ada', toolkit: 'jira', credential: { mode: 'BEARER_TOKEN', token: 'a-secret-of-ada' } } },
    context,
  );
  const session = await operations['sessions.create'](
    { body: { userId: 'ada', toolkits: { enable: ['jira'] } } },
    context,
  );
  return { operations, context, session, params: { sessionId: session.sessionId } };
}

const missing = { code: 'INVALID_CONFIGURATION', fix: expect.stringContaining('--catalog-url jira=') };

test('nothing is sent to an address that only stands for the user’s own', async () => {
  const { operations, context, session, params } = await using('https://your-domain.example.com');
  expect(session.warnings).toMatchObject([{ code: 'BASE_URL_MISSING' }]);
  expect(
    await operations['sessions.execute']({ params, body: { toolSlug: 'JIRA_GET_ISSUE', arguments: {} } }, context),
  ).toMatchObject({ successful: false, failure: missing });
  expect(await operations['toolkits.get']({ params: { slug: 'jira' } }, context)).not.toHaveProperty('baseUrl');
  const body = { toolkitSlug: 'jira', endpoint: '/rest', method: 'GET' as const };
  await expect(operations['sessions.proxyExecute']({ params, body }, context)).rejects.toMatchObject(missing);
  await expect(operations['sessions.link']({ params, body: { toolkit: 'jira' } }, context)).rejects.toMatchObject(
    missing,
  );
  const { toolkitConnectionStatuses, nextStepsGuidance } = await operations['sessions.search'](
    { params, body: { queries: [{ useCase: 'get an issue' }] } },
    context,
  );
  expect(toolkitConnectionStatuses).toMatchObject([{ statusMessage: expect.stringMatching(/^Cannot be used\./) }]);
  expect(nextStepsGuidance.join()).not.toContain('MANAGE_CONNECTIONS');
});

test('a service of this machine is called where its document says', async () => {
  const { operations, context, session, params } = await using('http://localhost:1');
  expect(session.warnings).toBeUndefined();
  expect(
    await operations['sessions.execute']({ params, body: { toolSlug: 'JIRA_GET_ISSUE', arguments: {} } }, context),
  ).toMatchObject({ failure: { code: 'UPSTREAM_UNREACHABLE' } });
});
