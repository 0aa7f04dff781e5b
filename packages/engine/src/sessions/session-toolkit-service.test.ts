import { expect, test } from 'vitest';
import { httpTool, petsToolkit, testEngine, testToolkit } from '../create-engine.fixture.ts';

const url = 'https://api.example.com';

test('toolkits say whether the user is connected', async () => {
  const open = testToolkit('open', [httpTool('open', 'CALL', url, { security: [] })]);
  const cats = testToolkit('cats', [httpTool('cats', 'LIST', url)]);
  const { operations, context } = await testEngine({ toolkits: [petsToolkit(url), cats, open] });
  const credential = { mode: 'BEARER_TOKEN', token: 'a-secret-token' } as const;
  const account = await operations['connectedAccounts.create'](
    { body: { userId: 'ada', toolkit: 'pets', credential } },
    context,
  );
  await operations['connectedAccounts.create']({ body: { userId: 'bob', toolkit: 'cats', credential } }, context);
  const { sessionId } = await operations['sessions.create'](
    { body: { userId: 'ada', toolkits: { disable: ['open'] } } },
    context,
  );
  const list = (query = {}) => operations['sessions.toolkits']({ params: { sessionId }, query }, context);

  expect(await list()).toEqual({
    items: [
      {
        slug: 'pets',
        name: 'Pets',
        meta: { logo: '', description: 'The pets application.' },
        isNoAuth: false,
        enabled: true,
        connectedAccount: {
          id: account.id,
          status: 'ACTIVE',
          createdAt: account.createdAt,
          userId: 'ada',
          alias: null,
          identity: null,
          authConfig: { id: account.authConfig.id, authScheme: 'BEARER_TOKEN' },
        },
      },
      expect.objectContaining({ slug: 'cats', enabled: true, connectedAccount: null }),
    ],
    nextCursor: null,
    totalItems: 2,
    totalPages: 1,
    currentPage: 1,
  });
  expect((await list({ isConnected: true })).items.map(({ slug }) => slug)).toEqual(['pets']);
  expect((await list({ isConnected: false })).items.map(({ slug }) => slug)).toEqual(['cats']);
  expect((await list({ search: 'CAT' })).items.map(({ slug }) => slug)).toEqual(['cats']);
  expect((await list({ toolkits: ['open'] })).items).toMatchObject([{ slug: 'open', enabled: false, isNoAuth: true }]);
  await expect(list({ toolkits: ['pet'] })).rejects.toMatchObject({ code: 'UNKNOWN_TOOLKIT' });
  const page = await list({ limit: 1 });
  expect(await list({ limit: 1, cursor: page.nextCursor })).toMatchObject({
    items: [{ slug: 'cats' }],
    currentPage: 2,
  });
});
