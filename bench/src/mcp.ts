import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Jackfield, SessionPreset } from '@jackfield/core';
import { compare, type Timing } from './compare.ts';
import type { McpServerStart } from './mcp-messages.ts';
import { replayOverHttp } from './recording.ts';
import { atLeast, atMost, type Section, timing } from './report.ts';
import { thing } from './things-document.ts';

const secret = 'upstream-secret';
const apiKey = 'a-key-of-the-benchmarks';

/** Single calls one after the other; and so many a round, from connections that are never idle. */
const loads = [
  { connections: 1, calls: 1, options: { warmUp: 200, rounds: 1500 } },
  { connections: 16, calls: 600, options: { warmUp: 3, rounds: 15 } },
  { connections: 64, calls: 1200, options: { warmUp: 3, rounds: 15 } },
] as const;
const listOptions = { warmUp: 10, rounds: 60, collectGarbage: true };
const listedTools = 800;

/** What a session as an MCP server adds to a server of one's own that does the same. */
export async function measureMcp(): Promise<Section> {
  const upstream = await replayOverHttp();
  await upstream.send([
    {
      request: 'GET /things/7?verbose=true',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(JSON.stringify(thing)),
    },
  ]);
  const dataDir = await mkdtemp(join(tmpdir(), 'jackfield-bench-'));
  const stops: (() => void)[] = [upstream.stop];
  const serve = async (start: McpServerStart) => {
    const { url, stop } = await startServer(start);
    stops.push(stop);
    return url;
  };
  try {
    const baseURL = await serve({ kind: 'jackfield', upstream: upstream.baseURL, dataDir, apiKey });
    const jackfield = new Jackfield({ baseURL, apiKey });
    await jackfield.connectedAccounts.create({
      userId: 'bench',
      toolkit: 'things',
      credential: { mode: 'BEARER_TOKEN', token: secret },
    });
    const direct = { sessionPreset: SessionPreset.DIRECT_TOOLS, mcp: true } as const;
    const one = await jackfield.create('bench', { ...direct, toolkits: ['things'] });
    const many = await jackfield.create('bench', {
      ...direct,
      toolkits: ['github'],
      preload: { tools: await githubSlugs(jackfield) },
    });
    const list = modern('tools/list');
    const { result } = JSON.parse(await post(new Agent(), { ...many.mcp }, list));
    if (result.tools.length !== listedTools) throw new Error(`The session lists ${result.tools.length} tools.`);
    const bare = {
      url: await serve({ kind: 'bare', upstream: upstream.baseURL, secret, tools: result.tools }),
      headers: {},
    };

    const rows: string[][] = [];
    for (const [era, call] of [
      ['2026-07-28', modern('tools/call', { name: 'THINGS_GET_THING', arguments: { id: 7, verbose: true } })],
      ['2025-11-25', legacy('tools/call', { name: 'THINGS_GET_THING', arguments: { id: 7, verbose: true } })],
    ] as const) {
      for (const target of [one.mcp, bare]) {
        const answer = await post(new Agent(), target, call);
        if (!answer.includes('octo')) throw new Error(`A call was not answered: ${answer}`);
      }
      for (const { connections, calls, options } of loads) {
        const agent = new Agent({ keepAlive: true, maxSockets: connections });
        const load = (target: Target) => () => drive(connections, calls, () => post(agent, target, call));
        const timings = await compare({ session: () => load(one.mcp), bare: () => load(bare) }, options);
        agent.destroy();
        const session = perCall(timings.session, calls);
        const floor = perCall(timings.bare, calls);
        rows.push([
          `\`tools/call\`, MCP ${era}`,
          String(connections),
          timing(session),
          timing(floor),
          connections === 1
            ? atMost(session.median / floor.median, 1.5, ' x the time')
            : atLeast(floor.median / session.median, 0.7, ' x the throughput'),
        ]);
      }
    }
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const lists = await compare(
      {
        session: () => () => post(agent, many.mcp, list),
        bare: () => () => post(agent, bare, list),
      },
      listOptions,
    );
    agent.destroy();
    rows.push([
      `\`tools/list\` of ${listedTools} tools`,
      '1',
      timing(lists.session),
      timing(lists.bare),
      atMost(lists.session.median / lists.bare.median, 1.2, ' x the time'),
    ]);
    return {
      title: 'A session as an MCP server',
      note: `A call with a token of the session: token and session are read, the arguments checked, the user's account found and its credential decrypted, one request sent to an HTTP service, the result checked, the call recorded. Beside it the handler of \`@modelcontextprotocol/server\` 2 with nothing but the same request in it. Each in a process of its own. With one connection the time of a call; with more the time of a round of calls, divided by their number. Medians, the middle half in brackets.`,
      columns: ['', 'connections', 'session', 'SDK alone', 'held to'],
      rows,
    };
  } finally {
    for (const stop of stops) stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Call {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function modern(method: string, params: { readonly name?: string; readonly arguments?: object } = {}): Call {
  return {
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(params.name === undefined ? {} : { 'mcp-name': params.name }),
    },
  };
}

function legacy(method: string, params: object): Call {
  return {
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    headers: { 'mcp-protocol-version': '2025-11-25' },
  };
}

/** Makes so many calls, at each moment so many of them at once. */
async function drive(connections: number, calls: number, call: () => Promise<unknown>): Promise<void> {
  let left = calls;
  const work = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: connections }, work));
}

function post(agent: Agent, { url, headers }: Target, call: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(call.body),
          accept: 'application/json, text/event-stream',
          ...headers,
          ...call.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${url} answered ${response.statusCode}: ${text}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(call.body);
  });
}

function perCall({ median, lowerQuartile, upperQuartile, n }: Timing, calls: number): Timing {
  return { median: median / calls, lowerQuartile: lowerQuartile / calls, upperQuartile: upperQuartile / calls, n };
}

async function githubSlugs(jackfield: Jackfield): Promise<string[]> {
  const session = await jackfield.create('bench', {
    sessionPreset: SessionPreset.DIRECT_TOOLS,
    toolkits: ['github'],
  });
  const tools = await session.tools();
  return tools.slice(0, listedTools).map((tool) => tool.function.name);
}

async function startServer(start: McpServerStart): Promise<{ readonly url: string; stop(): void }> {
  const child = fork(new URL('mcp-server.ts', import.meta.url));
  child.send(start);
  return { url: await nextMessage(child), stop: () => child.kill() };
}

async function nextMessage(child: ChildProcess): Promise<string> {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('The MCP server ended.'))),
  ]);
  return String(message);
}
