import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createMCPClient } from '@ai-sdk/mcp';
import { SessionPreset } from '@jackfield/core';
import { scriptedVercelModel } from '@jackfield-internal/conformance/vercel';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { Agent, MCPServerStreamableHttp, Runner } from '@openai/agents';
import { assistantMessage, functionCall, ScriptedModel } from '@openai/agents/testing';
import { generateText, stepCountIs } from 'ai';
import { expect, onTestFinished, test } from 'vitest';
import { createDesk } from './desk-toolkit.ts';
import { startServer } from './start-server.ts';

const names = ['LIST_NOTES', 'ADD_NOTE', 'PHOTO', 'BREAK', 'LIE', 'COUNT', 'WAIT'].map((name) => `DESK_${name}`);

async function startDesk() {
  const desk = createDesk();
  const { jackfield } = await startServer({ toolkits: [desk.toolkit] });
  const { mcp } = await jackfield.create('ada', {
    sessionPreset: SessionPreset.DIRECT_TOOLS,
    toolkits: ['desk'],
    mcp: true,
  });
  return { desk, url: mcp.url, headers: { ...mcp.headers } };
}

test('@ai-sdk/mcp', async () => {
  const { desk, url, headers } = await startDesk();
  const client = await createMCPClient({ transport: { type: 'http', url, headers } });
  onTestFinished(() => client.close());
  const tools = await client.tools();
  expect(Object.keys(tools)).toEqual(names);
  const { model, conversations } = scriptedVercelModel([
    {
      toolCalls: [
        { name: 'DESK_ADD_NOTE', arguments: { text: 'milk' } },
        { name: 'DESK_BREAK', arguments: {} },
      ],
    },
    { text: 'Done.' },
  ]);
  const { text } = await generateText({ model, tools, prompt: 'Note milk.', stopWhen: stepCountIs(3) });
  expect(text).toBe('Done.');
  expect(desk.notes).toEqual(['milk']);
  expect(JSON.stringify(conversations.at(-1))).toContain('The desk has only three legs');
});

test('@langchain/mcp-adapters', async () => {
  const { desk, url, headers } = await startDesk();
  const client = new MultiServerMCPClient({ mcpServers: { desk: { transport: 'http', url, headers } } });
  onTestFinished(() => client.close());
  const tools = await client.getTools();
  expect(tools.map(({ name }) => name)).toEqual(names);
  const call = async (name: string, args: Record<string, unknown> = {}) =>
    JSON.stringify(
      await tools.find((tool) => tool.name === name)?.invoke({ type: 'tool_call', id: 'call_1', name, args }),
    );
  expect(await call('DESK_ADD_NOTE', { text: 'milk' })).toMatch(/count[\\":]+1/);
  expect(desk.notes).toEqual(['milk']);
  expect(await call('DESK_PHOTO')).toContain('iVBORw0KGgo=');
  await expect(call('DESK_BREAK')).rejects.toThrow('three legs');
});

test('@openai/agents', async () => {
  const { desk, url, headers } = await startDesk();
  const server = new MCPServerStreamableHttp({ url, requestInit: { headers } });
  await server.connect();
  onTestFinished(() => server.close());
  expect((await server.listTools()).map(({ name }) => name)).toEqual(names);
  const model = new ScriptedModel([
    [functionCall('DESK_ADD_NOTE', { text: 'milk' }, { callId: 'call_1' })],
    [functionCall('DESK_BREAK', {}, { callId: 'call_2' })],
    [assistantMessage('Done.')],
  ]);
  const agent = new Agent({ name: 'Clerk', model, mcpServers: [server] });
  const { finalOutput } = await new Runner({ tracingDisabled: true }).run(agent, 'Note milk.');
  expect(finalOutput).toBe('Done.');
  expect(desk.notes).toEqual(['milk']);
  expect(JSON.stringify(model.calls.at(-1)?.request.input)).toContain('The desk has only three legs');
});

test('the command line of MCP Inspector', { timeout: 60_000 }, async () => {
  const { desk, url, headers } = await startDesk();
  const run = promisify(execFile);
  const inspector = join(
    dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json')),
    'clients/launcher/build/index.js',
  );
  const inspect = async (...args: string[]) => {
    const header = `Authorization: ${headers.Authorization}`;
    const { stdout } = await run(process.execPath, [
      inspector,
      '--cli',
      url,
      '--transport',
      'http',
      '--header',
      header,
      ...args,
    ]);
    return JSON.parse(stdout);
  };
  // With `--strict` it fails for a schema that clients would trip over.
  const { tools } = await inspect('--method', 'tools/list', '--strict');
  expect(tools.map(({ name }: { name: string }) => name)).toEqual(names);
  const called = await inspect('--method', 'tools/call', '--tool-name', 'DESK_ADD_NOTE', '--tool-arg', 'text=milk');
  expect(called).toMatchObject({ structuredContent: { count: 1 } });
  expect(desk.notes).toEqual(['milk']);
});
