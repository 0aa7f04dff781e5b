import { expect, test } from 'vitest';
import { petsUpstream, testEngine } from './create-engine.fixture.ts';

test('a session is created, connected through the form, lists its tools and runs one', async () => {
  const { toolkit, upstream } = await petsUpstream();
  const { operations, engine, context, store, project, log } = await testEngine({ toolkits: [toolkit] });

  const session = await operations['sessions.create'](
    { body: { userId: 'ada', toolkits: { enable: ['pets'] }, preload: { tools: ['PETS_CREATE_PET'] } } },
    context,
  );
  const params = { sessionId: session.sessionId };
  const { items } = await operations['sessions.tools']({ params, query: {} }, context);
  expect(items.map(({ slug }) => slug)).toEqual([
    'JACKFIELD_SEARCH_TOOLS',
    'JACKFIELD_GET_TOOL_SCHEMAS',
    'JACKFIELD_MULTI_EXECUTE_TOOL',
    'JACKFIELD_MANAGE_CONNECTIONS',
    'PETS_CREATE_PET',
  ]);

  const execute = (toolSlug: string, args: Record<string, unknown>) =>
    operations['sessions.execute']({ params, body: { toolSlug, arguments: args } }, context);
  const unconnected = await execute('PETS_CREATE_PET', { name: 'Rex', kind: 'dog' });
  expect(unconnected).toMatchObject({ successful: false, data: {}, failure: { code: 'CONNECTION_REQUIRED' } });
  expect(unconnected.error).toContain('JACKFIELD_MANAGE_CONNECTIONS');

  const link = await operations['sessions.link']({ params, body: { toolkit: 'pets' } }, context);
  expect(link.redirectUrl).toBe(`https://tools.example.com/connect/${link.linkToken}`);
  const form = await engine.connect.open(link.linkToken, undefined);
  expect(form).toMatchObject({ toolkit: { slug: 'pets' }, userId: 'ada', fields: [{ name: 'token', secret: true }] });
  await engine.connect.submit(link.linkToken, { token: 'secret-token-of-ada' }, 'browser-of-ada');

  const created = await execute('PETS_CREATE_PET', { name: 'Rex', kind: 'dog' });
  expect(created).toEqual({
    data: { id: '2', name: 'Rex', kind: 'dog' },
    error: null,
    successful: true,
    logId: expect.stringMatching(/^log_/),
  });
  expect(upstream.requests).toHaveLength(1);
  expect(upstream.requests[0]).toMatchObject({
    method: 'POST',
    url: '/pets',
    headers: { authorization: 'Bearer secret-token-of-ada', 'content-type': 'application/json' },
  });
  expect(await execute('PETS_LIST_PETS', {})).toMatchObject({ data: { items: [{ id: '1', name: 'Rex' }] } });

  await store.toolCalls.flush();
  const calls = await store.toolCalls.list({ projectId: project.id, sessionId: session.sessionId, limit: 10 });
  expect(calls.items.map(({ tool, outcome, errorCode }) => [tool, outcome, errorCode])).toEqual([
    ['PETS_LIST_PETS', 'succeeded', null],
    ['PETS_CREATE_PET', 'succeeded', null],
    ['PETS_CREATE_PET', 'refused', 'CONNECTION_REQUIRED'],
  ]);
  expect(log.join('\n')).not.toContain('secret-token');
  expect(log.join('\n')).not.toContain('Rex');
});
