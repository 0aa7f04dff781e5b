import { Jackfield, SessionPreset, type SessionTool } from '@jackfield/core';
import { mcpToolkit } from '@jackfield/server';
import { listen } from '@jackfield/server/node';
import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { ItemProvider } from './item-provider.ts';

const apiKey = 'a-key-of-the-conformance-suite';

/** What the suite tells a client (`SDK_INTEGRATION.md` of the suite). */
export interface ConformanceTask {
  readonly url: string;
  readonly scenario: string;
  readonly revision: string;
  readonly context: {
    /** Of a client that is known to the server already. */
    readonly client_id?: string;
    readonly client_secret?: string;
    readonly issuer?: string;
    /** Default: every tool once. */
    readonly toolCalls?: readonly { readonly name: string; readonly arguments: Record<string, unknown> }[];
  };
}

/**
 * The client that the official suite tests: a server of ours with the suite's server as its only toolkit, and a user who
 * connects an account of it when asked to, and calls every tool.
 */
export async function actAsClient({ url, scenario, revision, context }: ConformanceTask): Promise<void> {
  const server = await listen({
    dataDir: ':memory:',
    port: 0,
    apiKey,
    allowPrivateNetwork: true,
    toolkits: [
      mcpToolkit({
        slug: 'suite',
        url,
        clientMetadataUrl: 'https://conformance-test.local/client-metadata.json',
        // Before 2026-07-28 some scenarios take what comes first for a handshake.
        protocol: revision === '2026-07-28' ? 'auto' : 'legacy',
        elicitation: /^elicitation-|^sep-2322-/.test(scenario) ? 'defaults' : 'none',
      }),
    ],
  });
  try {
    const jackfield = new Jackfield({ apiKey, baseURL: server.url, provider: new ItemProvider() });
    const { client_id: clientId, client_secret: clientSecret, issuer } = context;
    if (clientId !== undefined) {
      const credentials = { clientId, clientSecret };
      await jackfield.authConfigs.create({ toolkit: 'suite', authScheme: 'OAUTH2', credentials, oauth: { issuer } });
    }
    const session = await jackfield.create('ada', {
      sessionPreset: SessionPreset.DIRECT_TOOLS,
      toolkits: ['suite'],
      manageConnections: { enable: true },
    });
    let tools = await toolsOf(session);
    // Twice, where the connection does not last.
    for (let signIns = 0; signIns < 2 && tools.length === 0 && scenario.startsWith('auth/'); signIns += 1) {
      await connect((await session.authorize('suite')).redirectUrl);
      tools = await toolsOf(session);
    }
    for (const call of context.toolCalls ?? []) {
      await session.execute(`SUITE_${call.name.toUpperCase()}`, call.arguments);
    }
    for (const tool of context.toolCalls === undefined ? tools : []) {
      const result = await session.execute(tool.slug, argumentsOf(tool, tools));
      const link = result.failure?.details?.redirectUrl;
      if (typeof link !== 'string') continue;
      await connect(link);
      await session.execute(tool.slug, argumentsOf(tool, tools));
    }
  } finally {
    await server.close();
  }
}

async function toolsOf(user: { tools(): Promise<readonly SessionTool[]> }): Promise<readonly SessionTool[]> {
  return (await user.tools()).filter(({ toolkit }) => toolkit.slug === 'suite');
}

/** A person who agrees to everything. */
async function connect(link: string | null | undefined): Promise<void> {
  const browser = openCookieBrowser();
  await browser.open(link ?? '');
  const { html, status } = await browser.submit();
  if (status !== 200) throw new Error(`Not connected: ${html.replace(/^.*<\/style>/s, '')}`);
}

function argumentsOf({ inputParameters }: SessionTool, tools: readonly SessionTool[]): Record<string, unknown> {
  const { properties = {}, required = [] } = inputParameters as {
    properties?: Record<string, { type?: string }>;
    required?: string[];
  };
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, { type }]): [string, unknown][] => {
      if (type === 'number' || type === 'integer') return [[name, 1]];
      // The tool that is told what the client saw of another.
      if (name === 'schema') return [[name, tools.find((tool) => tool.inputParameters.$schema)?.inputParameters]];
      return type === 'string' && required.includes(name) ? [[name, 'text']] : [];
    }),
  );
}
