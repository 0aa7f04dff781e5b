import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SessionPreset } from '@jackfield/core';
import { mcpToolkit } from '@jackfield/server';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sdkClients } from './sdk-clients.ts';
import { startServer } from './start-server.ts';

const { resolve } = createRequire(import.meta.url);
const program = (name: string) => join(dirname(resolve(`@modelcontextprotocol/${name}/package.json`)), 'dist/index.js');
const config = { sessionPreset: SessionPreset.DIRECT_TOOLS, mcp: true } as const;

test('the official file system server, as a program', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jackfield-files-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'a.txt'), 'hello');
  const { jackfield, log } = await startServer({
    allowMcpCommands: true,
    toolkits: [mcpToolkit({ slug: 'fs', command: process.execPath, args: [program('server-filesystem'), folder] })],
  });
  const session = await jackfield.create('ada', { ...config, toolkits: ['fs'] });
  const tools = await session.tools();
  expect(tools.length).toBeGreaterThan(10);
  expect(tools.every(({ slug, noAuth }) => /^FS_[A-Z_]{1,61}$/.test(slug) && noAuth)).toBe(true);
  expect(tools.find(({ slug }) => slug === 'FS_READ_TEXT_FILE')).toMatchObject({
    name: 'Read Text File',
    inputParameters: { type: 'object', required: ['path'], properties: { head: { type: 'number' } } },
    outputParameters: { properties: { content: { type: 'string' } } },
    annotations: { readOnlyHint: true, destructiveHint: false },
  });
  const path = join(folder, 'a.txt');
  expect(await session.execute('FS_READ_TEXT_FILE', { path })).toMatchObject({
    successful: true,
    data: { content: 'hello' },
  });
  expect(await session.execute('FS_READ_TEXT_FILE', { path: '/etc/passwd' })).toMatchObject({
    successful: false,
    error: expect.stringContaining('Access denied'),
  });
  expect(await session.execute('FS_READ_TEXT_FILE', {})).toMatchObject({ failure: { code: 'INVALID_ARGUMENTS' } });
  const found = await session.search({ queries: [{ useCase: 'read a text file' }] });
  expect(found.results[0]?.primaryToolSlugs).toContain('FS_READ_TEXT_FILE');
  expect(log()).toContain('MCP servers run as programs');

  const readers = await jackfield.create('ada', { ...config, toolkits: ['fs'], tags: ['readOnlyHint'] });
  expect((await readers.tools()).map(({ slug }) => slug)).not.toContain('FS_WRITE_FILE');
  await expect(readers.execute('FS_WRITE_FILE', { path, content: '' })).rejects.toMatchObject({
    code: 'TOOL_NOT_ALLOWED',
  });
});

test('a program does not run unless that is allowed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jackfield-files-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const touch = `require('fs').writeFileSync(${JSON.stringify(join(folder, 'ran'))}, '')`;
  const { jackfield } = await startServer({
    toolkits: [mcpToolkit({ slug: 'fs', command: process.execPath, args: ['-e', touch] })],
  });
  const session = await jackfield.create('ada', { ...config, toolkits: ['fs'] });
  expect(session.warnings).toMatchObject([
    { code: 'TOOLKIT_UNAVAILABLE', message: expect.stringContaining('may not start any') },
  ]);
  expect(await session.tools()).toEqual([]);
  expect(await session.execute('FS_READ', {})).toMatchObject({
    failure: { code: 'UNAVAILABLE', message: expect.stringContaining('may not start any') },
  });
  await expect(rm(join(folder, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' });
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

async function startEverything(transport: 'streamableHttp' | 'sse'): Promise<string> {
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, [program('server-everything'), transport], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise<void>((listening, failed) => {
    child.stderr?.on('data', (text) => /on port/.test(String(text)) && listening());
    child.on('exit', () => failed(new Error('The server ended.')));
  });
  return `http://127.0.0.1:${port}/${transport === 'sse' ? 'sse' : 'mcp'}`;
}

describe.each(['streamableHttp', 'sse', 'stdio'] as const)('the official everything server over %s', (transport) => {
  async function start() {
    const place =
      transport === 'stdio'
        ? { command: process.execPath, args: [program('server-everything')] }
        : { url: await startEverything(transport) };
    const started = await startServer({
      allowPrivateNetwork: true,
      allowMcpCommands: true,
      // A connection that a client opened and did not use yet is no idle one for Node.
      gracePeriod: 200,
      toolkits: [mcpToolkit({ slug: 'every', ...place })],
    });
    return { ...started, session: await started.jackfield.create('ada', { ...config, toolkits: ['every'] }) };
  }

  test('hands on content of every kind, by execution and to MCP clients', { timeout: 30_000 }, async () => {
    const { session } = await start();
    expect((await session.tools()).length).toBeGreaterThan(8);
    const image = await session.execute('EVERY_GET_TINY_IMAGE', {});
    expect(image.data.content).toMatchObject([{ type: 'text' }, { type: 'image', mimeType: 'image/png' }, {}]);
    expect(await session.execute('EVERY_GET_STRUCTURED_CONTENT', { location: 'Chicago' })).toMatchObject({
      successful: true,
      data: { temperature: expect.any(Number), conditions: expect.any(String) },
    });
    for (const [, connect] of sdkClients) {
      const client = await connect(session.mcp);
      expect(await client.callTool('EVERY_GET_TINY_IMAGE')).toMatchObject({ content: image.data.content });
      expect(
        await client.callTool('EVERY_GET_RESOURCE_REFERENCE', { resourceType: 'Text', resourceId: 1 }),
      ).toMatchObject({
        content: [{ type: 'text' }, { type: 'resource', resource: { uri: expect.any(String) } }, { type: 'text' }],
      });
      expect(await client.callTool('EVERY_GET_RESOURCE_LINKS', { count: 1 })).toMatchObject({
        content: [{ type: 'text' }, { type: 'resource_link', uri: expect.any(String) }],
      });
      expect(await client.callTool('EVERY_GET_STRUCTURED_CONTENT', { location: 'Chicago' })).toMatchObject({
        structuredContent: { temperature: expect.any(Number) },
      });
    }
  });

  test('tells how far a tool is, and hears that a call was given up', { timeout: 30_000 }, async () => {
    const { session } = await start();
    const client = new Client({ name: 'tests', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(session.mcp.url), { requestInit: { headers: session.mcp.headers } }),
    );
    const seen: unknown[] = [];
    await client.callTool(
      { name: 'EVERY_TRIGGER_LONG_RUNNING_OPERATION', arguments: { duration: 0.3, steps: 3 } },
      { onprogress: ({ progress, total }) => seen.push([progress, total]) },
    );
    // The last may come with the result.
    expect(seen.slice(0, 2)).toEqual([
      [1, 3],
      [2, 3],
    ]);
    const giveUp = new AbortController();
    const long = client.callTool(
      { name: 'EVERY_TRIGGER_LONG_RUNNING_OPERATION', arguments: { duration: 20, steps: 2 } },
      { signal: giveUp.signal },
    );
    setTimeout(() => giveUp.abort(), 200);
    await expect(long).rejects.toThrow();
    // The connection goes on.
    expect(await session.execute('EVERY_ECHO', { message: 'hi' })).toMatchObject({ successful: true });
    await client.close();
  });
});

test.each([
  ['is not there', 'no-such-program-of-this-machine', [], /cannot be started \(ENOENT\)/],
  [
    'ends at once',
    process.execPath,
    ['-e', 'console.error("no licence"); process.exit(3)'],
    /ended before it spoke MCP/,
  ],
])('a program that %s takes nothing but its own tools with it', async (_, command, args, message) => {
  const { jackfield } = await startServer({
    allowMcpCommands: true,
    toolkits: [mcpToolkit({ slug: 'broken', command, args })],
  });
  const session = await jackfield.create('ada', { toolkits: ['broken'] });
  expect(session.warnings).toMatchObject([{ code: 'TOOLKIT_UNAVAILABLE', message: expect.stringMatching(message) }]);
  expect(await session.execute('BROKEN_X', {})).toMatchObject({
    successful: false,
    failure: { code: 'UNAVAILABLE', message: expect.stringMatching(message), fix: expect.stringContaining('command') },
  });
});
