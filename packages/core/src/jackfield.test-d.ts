import { expectTypeOf, test } from 'vitest';
import type { FunctionTool } from './function-tool-provider.ts';
import { Jackfield } from './jackfield.ts';
import type { ExecuteTool, Provider, SessionTool } from './provider.ts';
import type { Session, SessionMcpServer, SessionWithoutMcp } from './session.ts';
import { SessionPreset } from './session-config.ts';

interface FakeTool {
  call(): void;
}

class RecordProvider implements Provider<Record<string, FakeTool>, FakeTool> {
  readonly name = 'record';
  readonly extra = 1;
  wrapTool(): FakeTool {
    return { call() {} };
  }
  wrapTools(tools: readonly SessionTool[], _execute: ExecuteTool): Record<string, FakeTool> {
    return Object.fromEntries(tools.map(({ slug }) => [slug, this.wrapTool()]));
  }
}

const jackfield = new Jackfield({ provider: new RecordProvider() });

test('tools() resolves to what the provider makes', async () => {
  expectTypeOf(jackfield).toEqualTypeOf<Jackfield<RecordProvider>>();
  const created = await jackfield.sessions.create('user_1');
  expectTypeOf(await created.tools()).toEqualTypeOf<Record<string, FakeTool>>();
  const used = await jackfield.use('ses_1', { mcp: true });
  expectTypeOf(await used.tools()).toEqualTypeOf<Record<string, FakeTool>>();
  const short = await jackfield.create('user_1');
  expectTypeOf(await short.tools()).toEqualTypeOf<Record<string, FakeTool>>();
});

test('without a provider, to function tools', async () => {
  const plain = new Jackfield({ apiKey: 'key' });
  expectTypeOf(plain).toEqualTypeOf<Jackfield>();
  expectTypeOf(await (await plain.create('user_1')).tools()).toEqualTypeOf<FunctionTool[]>();
  expectTypeOf(await (await new Jackfield().create('user_1')).tools()).toEqualTypeOf<FunctionTool[]>();
});

test('the provider keeps its own type', () => {
  expectTypeOf(jackfield.provider.extra).toEqualTypeOf<number>();
});

test('what is no provider is refused', () => {
  // @ts-expect-error it wraps nothing
  new Jackfield({ provider: { name: 'nothing' } });
  // @ts-expect-error the key is spelt apiKey
  new Jackfield({ apikey: 'key' });
});

test('mcp is there only when asked for', async () => {
  const { sessions } = jackfield;
  const session = await sessions.create('user_1', { mcp: true, toolkits: ['github'] });
  expectTypeOf(session.mcp).toEqualTypeOf<SessionMcpServer>();
  expectTypeOf((await sessions.use('ses_1', { mcp: true })).mcp).toEqualTypeOf<SessionMcpServer>();
  const created = await sessions.create('user_1', { toolkits: ['github'] });
  // @ts-expect-error mcp was not asked for
  created.mcp;
  const refused = await sessions.create('user_1', { mcp: false });
  // @ts-expect-error mcp was not asked for
  refused.mcp;
  const used = await sessions.use('ses_1');
  // @ts-expect-error mcp was not asked for
  used.mcp;
  const short = await jackfield.create('user_1');
  // @ts-expect-error mcp was not asked for
  short.mcp;
  expectTypeOf((await jackfield.create('user_1', { mcp: true })).mcp).toEqualTypeOf<SessionMcpServer>();
  expectTypeOf(session).toExtend<typeof created>();
});

test('a function can take a session of one framework, or of any', () => {
  type Made = Awaited<ReturnType<Jackfield<RecordProvider>['sessions']['create']>>;
  expectTypeOf<Made>().toExtend<SessionWithoutMcp<Record<string, FakeTool>>>();
  expectTypeOf<Made>().toExtend<SessionWithoutMcp>();
  expectTypeOf<Session<FunctionTool[]>>().toExtend<SessionWithoutMcp>();
  expectTypeOf<Made>().not.toExtend<SessionWithoutMcp<FunctionTool[]>>();
});

test('a config takes its keys in all their forms', () => {
  const toolkits = ['github'] as const;
  const { create } = jackfield;
  create('user_1', { toolkits });
  create('user_1', { toolkits: { disable: ['github'] } });
  create('user_1', { tools: { github: ['A'], slack: { enable: ['B'] }, crm: { tags: ['readOnlyHint'] } } });
  create('user_1', { tags: { disable: ['destructiveHint'] }, manageConnections: { callbackUrl: 'https://app.test' } });
  create('user_1', { connectedAccounts: { github: 'ca_1', slack: ['ca_2'] }, authConfigs: { github: 'ac_1' } });
  create('user_1', { sessionPreset: SessionPreset.DIRECT_TOOLS, preload: { tools: 'all' }, sandbox: false });
  create('user_1', { multiAccount: true, expiresAt: new Date(), experimental: { assistivePrompt: {} } });
});

test('wrong keys and values of a config do not compile', async () => {
  const { create, sessions } = jackfield;
  // @ts-expect-error the key is toolkits
  create('user_1', { toolkit: ['github'] });
  // @ts-expect-error keys are in camelCase
  create('user_1', { auth_configs: {} });
  // @ts-expect-error it is named sandbox
  create('user_1', { workbench: true });
  // @ts-expect-error also with mcp
  create('user_1', { mcp: true, toolkit: ['github'] });
  // @ts-expect-error a list
  create('user_1', { toolkits: 'github' });
  // @ts-expect-error by toolkit
  create('user_1', { tools: ['GITHUB_STAR'] });
  // @ts-expect-error no such behaviour
  create('user_1', { tags: ['readOnly'] });
  // @ts-expect-error no such switch
  create('user_1', { manageConnections: { enabled: true } });
  // @ts-expect-error within tools
  create('user_1', { preload: 'all' });
  // @ts-expect-error seconds
  create('user_1', { ttl: '60' });
  // @ts-expect-error no such preset
  create('user_1', { sessionPreset: 'everything' });
  // @ts-expect-error null is for updates
  create('user_1', { toolkits: null });
  // @ts-expect-error the user comes first
  sessions.create({ toolkits: ['github'] });
  const session = await create('user_1');
  session.update({ toolkits: null, widen: true });
  // @ts-expect-error not after the fact
  session.update({ mcp: true });
  // @ts-expect-error the key is customTools
  sessions.use('ses_1', { tools: [] });
});

test('a search is for one thing or several', async () => {
  const session = await jackfield.create('user_1');
  session.search({ query: 'star a repository', limit: 3 });
  session.search({ queries: ['star a repository', { useCase: 'send mail', knownFields: 'to' }] });
  // @ts-expect-error not both
  session.search({ query: 'a', queries: ['b'] });
  // @ts-expect-error one of them
  session.search({ limit: 3 });
});

test('lists know their items', async () => {
  for await (const session of await jackfield.sessions.list({ status: 'active' })) {
    expectTypeOf(session.sessionId).toEqualTypeOf<string>();
  }
  // @ts-expect-error no such status
  jackfield.sessions.list({ status: 'deleted' });
});
