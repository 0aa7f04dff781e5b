/** The tools of an MCP server in a session that may only read. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Jackfield, SessionPreset } from '@jackfield/core';
import { mcpToolkit } from '@jackfield/server';
import { listen } from '@jackfield/server/node';
import { VercelProvider } from '@jackfield/vercel';

const folder = await mkdtemp(join(tmpdir(), 'jackfield-notes-'));
await writeFile(join(folder, 'today.md'), 'Buy cat food.');

const program = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-filesystem/dist/index.js'));
const apiKey = 'a-key-of-this-example';
const server = await listen({
  dataDir: ':memory:',
  port: 0,
  apiKey,
  // The server runs as a program on this machine: that needs our word.
  allowMcpCommands: true,
  toolkits: [mcpToolkit({ slug: 'notes', command: process.execPath, args: [program, folder] })],
});

const jackfield = new Jackfield({ baseURL: server.url, apiKey, provider: new VercelProvider() });
const session = await jackfield.sessions.create('anna', {
  sessionPreset: SessionPreset.DIRECT_TOOLS,
  toolkits: ['notes'],
  tags: ['readOnlyHint'],
});
const tools = await session.tools();
console.log(`Tools for the agent: ${Object.keys(tools).join(', ')}`);
assert.ok('NOTES_READ_TEXT_FILE' in tools && !('NOTES_WRITE_FILE' in tools));

const { results } = await session.search({ queries: [{ useCase: 'read a text file' }] });
assert.ok(results[0]?.primaryToolSlugs.includes('NOTES_READ_TEXT_FILE'));

const path = join(folder, 'today.md');
const note = await session.execute('NOTES_READ_TEXT_FILE', { path });
console.log(`What the note says: ${note.data.content}`);
assert.equal(note.data.content, 'Buy cat food.');

await assert.rejects(session.execute('NOTES_WRITE_FILE', { path, content: '' }), { code: 'TOOL_NOT_ALLOWED' });
console.log('✓ The tools of an MCP server were found and called, and the one that writes was refused.');

await server.close();
await rm(folder, { recursive: true });
