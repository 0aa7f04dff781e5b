import { type BehaviourTag, createTool } from '@jackfield/core';
import type { BehaviourHints, Tool, Toolkit } from '@jackfield/engine';
import { mcpToolkit } from '@jackfield/server';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { message, modern, send } from './send.ts';
import { serveOnLoopback } from './serve-on-loopback.ts';
import { startServer, testApiKey } from './start-server.ts';

/** A world of three toolkits of functions and one of an MCP server, which notes what is reached. */
async function createWorld() {
  const reached = new Set<string>();
  const upstream = await serveOnLoopback((request, response) => {
    reached.add(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json').end('{}');
  });
  const functions: Toolkit[] = ['ant', 'bee', 'cat'].map((slug) => ({
    slug,
    name: slug,
    description: slug,
    version: '1',
    authSchemes: [],
    baseUrl: `${upstream}/${slug}`,
    tools: hintSets.map((hints, index) => toolOf(slug, index, hints)),
  }));
  function toolOf(toolkit: string, index: number, hints: BehaviourHints): Tool {
    const slug = `${toolkit.toUpperCase()}_${index}`;
    return {
      slug,
      name: slug,
      description: `Does ${slug}.`,
      tags: [],
      inputSchema: { type: 'object', properties: {} },
      hints,
      security: [],
      scopes: [],
      deprecated: false,
      binding: { kind: 'function', execute: () => void reached.add(slug) },
    };
  }
  const app = createMcpExpressApp();
  app.post('/mcp', async (request, response) => {
    const server = new McpServer({ name: 'dog', version: '1.0.0' });
    for (const [index, annotations] of hintSets.entries()) {
      server.registerTool(String(index), { annotations }, () => {
        reached.add(`DOG_${index}`);
        return { content: [] };
      });
    }
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.on('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  });
  app.all('/mcp', (_request, response) => void response.status(405).end());
  const origin = await serveOnLoopback(app);
  const dog = mcpToolkit({ slug: 'dog', url: `${origin}/mcp`, auth: 'none', protocol: 'legacy' });
  const own = createTool('own', {
    name: 'Own',
    description: 'Runs in the program.',
    input: { type: 'object', properties: {} },
    execute: () => void reached.add('LOCAL_OWN'),
  });
  return { toolkits: [...functions, dog], own, reached };
}

const tags = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;
const hintSets: readonly BehaviourHints[] = [
  { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
];
const toolkitSlugs = ['ant', 'bee', 'cat', 'dog'] as const;
const slugsOf = (toolkit: string) => hintSets.map((_, index) => `${toolkit.toUpperCase()}_${index}`);
const allTools = toolkitSlugs.flatMap((toolkit) =>
  hintSets.map((hints, index) => ({ toolkit, hints, slug: `${toolkit.toUpperCase()}_${index}` })),
);

/** A custom tool, which no filter of a session speaks of. */
const custom = { toolkit: 'local', slug: 'LOCAL_OWN', hints: { readOnlyHint: false } } as const;

// What sessions and tokens may say.
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const slugFilter = (slugs: readonly string[]) =>
  fc.oneof(
    fc.subarray([...slugs]).map((enable) => ({ enable })),
    fc.subarray([...slugs]).map((disable) => ({ disable })),
  );
const tagFilter = fc.record({ enable: maybe(fc.subarray([...tags])), disable: maybe(fc.subarray([...tags])) });
const toolFilter = (toolkit: string) =>
  maybe(
    fc.oneof(
      slugFilter(slugsOf(toolkit)),
      tagFilter.map((filter) => ({ tags: filter })),
    ),
  );
const configs = fc.record({
  toolkits: maybe(slugFilter(toolkitSlugs)),
  tools: fc
    .record({ ant: toolFilter('ant'), bee: toolFilter('bee'), cat: toolFilter('cat'), dog: toolFilter('dog') })
    .map((filters) =>
      Object.fromEntries(
        Object.entries(filters).flatMap(([toolkit, filter]) =>
          filter === undefined ? [] : [[toolkit, filter] as const],
        ),
      ),
    ),
  tags: maybe(tagFilter),
  preload: fc.subarray(allTools.map(({ slug }) => slug)).map((tools) => ({ tools })),
});
const narrowings = fc.record(
  {
    tools: fc.subarray(allTools.map(({ slug }) => slug)),
    toolkits: fc.subarray([...toolkitSlugs]),
    readOnly: fc.boolean(),
  },
  { requiredKeys: [] },
);

type Config = typeof configs extends fc.Arbitrary<infer T> ? T : never;
type Narrowing = typeof narrowings extends fc.Arbitrary<infer T> ? T : never;
type TagFilter = {
  readonly enable?: readonly BehaviourTag[] | undefined;
  readonly disable?: readonly BehaviourTag[] | undefined;
};
type SlugFilter = { readonly enable: readonly string[] } | { readonly disable: readonly string[] };

// What they mean, told a second time and as plainly as can be.
const passesSlugs = (filter: SlugFilter | undefined, slug: string) =>
  filter === undefined || ('enable' in filter ? filter.enable.includes(slug) : !filter.disable.includes(slug));
const passesTags = ({ enable, disable = [] }: TagFilter, hints: BehaviourHints) =>
  (enable === undefined || enable.some((tag) => hints[tag])) && !disable.some((tag) => hints[tag]);

function sessionAllows(config: Config, { slug, toolkit, hints }: (typeof allTools)[number]): boolean {
  if (!passesSlugs(config.toolkits, toolkit)) return false;
  const own = config.tools[toolkit];
  if (own !== undefined) return 'tags' in own ? passesTags(own.tags, hints) : passesSlugs(own, slug);
  return passesTags(config.tags ?? {}, hints);
}

function tokenAllows(
  { tools, toolkits, readOnly }: Narrowing,
  tool: { readonly slug: string; readonly toolkit: string; readonly hints: Pick<BehaviourHints, 'readOnlyHint'> },
): boolean {
  return (
    tools?.includes(tool.slug) !== false &&
    (toolkits as readonly string[] | undefined)?.includes(tool.toolkit) !== false &&
    (readOnly !== true || tool.hints.readOnlyHint)
  );
}

test('no surface reaches a tool that the session or the token denies, and each reaches the others', {
  timeout: 240_000,
}, async () => {
  const { toolkits, own: ownTool, reached } = await createWorld();
  const { jackfield, server } = await startServer({ toolkits, allowPrivateNetwork: true });
  const slugs = [...allTools, custom].map(({ slug }) => slug);

  /** What all calls together reach. */
  async function reachedBy(call: (slug: string) => Promise<unknown>): Promise<string[]> {
    reached.clear();
    for (const slug of slugs) await call(slug).catch(() => undefined);
    return [...reached].sort();
  }

  await fc.assert(
    fc.asyncProperty(configs, configs, narrowings, async (first, second, narrowing) => {
      const session = await jackfield.create('ada', { ...first, experimental: { customTools: [ownTool] } });
      const serving = await session.serveCustomTools();
      const { token } = await session.tokens.create(narrowing);
      const url = `${server.url}/mcp/${session.sessionId}`;
      const own = `${server.url}/v1/tool_router/session/${session.sessionId}`;
      const byToken = { authorization: `Bearer ${token}` };
      const byKey = { 'x-api-key': testApiKey };
      const mcp = (headers: Record<string, string>) => (name: string) =>
        send(url, { body: message('tools/call', { name, arguments: {} }), headers });
      const mcpModern = (headers: Record<string, string>) => (name: string) => {
        const request = modern('tools/call', { name, arguments: {} }, name);
        return send(url, { body: request.body, headers: { ...headers, ...request.headers } });
      };
      const batch = { tools: slugs.map((tool_slug) => ({ tool_slug, arguments: {} })) };
      const batchName = 'JACKFIELD_MULTI_EXECUTE_TOOL';
      const once = (call: () => Promise<unknown>) => async (slug: string) => slug === slugs[0] && call();

      for (const config of [first, second]) {
        if (config === second) {
          await session.update({
            toolkits: config.toolkits ?? null,
            tools: config.tools,
            tags: config.tags ?? null,
            preload: config.preload,
            widen: true,
          });
        }
        const allowed = [...allTools.filter((tool) => sessionAllows(config, tool)), custom];
        const narrowed = allowed.filter((tool) => tokenAllows(narrowing, tool));
        const names = (tools: readonly { readonly slug: string }[]) => tools.map(({ slug }) => slug).sort();

        const executor = session.executor();
        expect(await reachedBy((slug) => session.execute(slug)), 'execute').toEqual(names(allowed));
        expect(await reachedBy((slug) => executor(slug, {})), 'framework tool').toEqual(names(allowed));
        expect(await reachedBy(once(() => executor(batchName, batch))), 'batch').toEqual(names(allowed));
        expect(await reachedBy(mcp(byKey)), 'MCP with the key').toEqual(names(allowed));
        expect(await reachedBy(mcpModern(byKey)), 'stateless MCP with the key').toEqual(names(allowed));
        expect(await reachedBy(mcp(byToken)), 'MCP with a token').toEqual(names(narrowed));
        expect(await reachedBy(mcpModern(byToken)), 'stateless MCP with a token').toEqual(names(narrowed));
        expect(
          await reachedBy(
            once(() =>
              send(url, { body: message('tools/call', { name: batchName, arguments: batch }), headers: byToken }),
            ),
          ),
          'batch over MCP with a token',
        ).toEqual(names(narrowed));
        expect(
          await reachedBy((tool_slug) => send(`${own}/execute`, { body: { tool_slug }, headers: byToken })),
          'execute with a token',
        ).toEqual(names(narrowed));

        const listed = await send(url, { body: message('tools/list'), headers: byToken });
        const listedNames = listed.body.result.tools.map(({ name }: { name: string }) => name);
        expect(listedNames.filter((name: string) => !name.startsWith('JACKFIELD_')).sort()).toEqual(
          names(narrowed.filter(({ slug }) => config.preload.tools.includes(slug))),
        );

        reached.clear();
        for (const toolkit of toolkitSlugs) {
          await session.proxyExecute({ toolkit, endpoint: '/thing', method: 'GET' }).catch(() => undefined);
          await send(`${own}/proxy_execute`, {
            body: { toolkit_slug: toolkit, endpoint: '/thing', method: 'POST' },
            headers: byToken,
          });
        }
        expect([...reached].sort(), 'proxy').toEqual(
          toolkitSlugs
            .filter((toolkit) => toolkit !== 'dog' && passesSlugs(config.toolkits, toolkit))
            .map((toolkit) => `GET /${toolkit}/thing`),
        );
      }
      await serving.close();
    }),
    { numRuns: 20 },
  );
});
