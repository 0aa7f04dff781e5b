import { SessionPreset } from '@jackfield/core';
import { describe, expect, test } from 'vitest';
import { createDesk } from './desk-toolkit.ts';
import { sdkClients } from './sdk-clients.ts';
import { startServer } from './start-server.ts';
import { until } from './until.ts';

const direct = { sessionPreset: SessionPreset.DIRECT_TOOLS, toolkits: ['desk'], mcp: true } as const;

describe.each(sdkClients)('%s', (_, connect) => {
  test('lists what session.tools() lists', async () => {
    const { jackfield } = await startServer({ toolkits: [createDesk().toolkit] });
    const searching = { toolkits: ['desk'], preload: { tools: ['DESK_ADD_NOTE'] }, mcp: true } as const;
    for (const config of [direct, searching]) {
      const session = await jackfield.create('ada', { ...config, experimental: { assistivePrompt: {} } });
      const client = await connect(session.mcp);
      const items = await session.tools();
      expect(items.length).toBeGreaterThan(2);
      expect(await client.listTools()).toEqual(
        items.map((item) => ({
          name: item.slug,
          title: item.name,
          description: item.description,
          inputSchema: item.inputParameters,
          ...(item.outputParameters === undefined ? {} : { outputSchema: item.outputParameters }),
          annotations: { title: item.name, ...item.annotations },
          _meta: { 'jackfield/toolkit': item.toolkit.slug },
        })),
      );
      expect(client.instructions()).toBe(session.assistivePrompt);
    }
  });

  test('calls tools', async () => {
    const desk = createDesk();
    const { jackfield } = await startServer({ toolkits: [desk.toolkit] });
    const { mcp } = await jackfield.create('ada', direct);
    const client = await connect(mcp);
    // From here on the SDKs check results against output schemas.
    await client.listTools();

    expect(await client.callTool('DESK_ADD_NOTE', { text: 'milk' })).toMatchObject({
      structuredContent: { count: 1 },
      content: [{ type: 'text', text: '{"count":1}' }],
    });
    expect(desk.notes).toEqual(['milk']);
    expect(await client.callTool('DESK_PHOTO')).toMatchObject({
      content: [{ type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' }],
    });
    expect(await client.callTool('DESK_ADD_NOTE', { txt: 'milk' })).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: expect.stringMatching(/`text` is required.*you gave `txt`/) }],
    });
    expect(await client.callTool('DESK_BREAK')).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: expect.stringContaining('The desk has only three legs') }],
      _meta: { 'jackfield/log-id': expect.stringMatching(/^log_/) },
    });
    expect(await client.callTool('DESK_LIE')).toMatchObject({
      isError: true,
      content: [
        { type: 'text', text: expect.stringMatching(/successful; do not repeat.*\/count must be integer/) },
        { type: 'text', text: '{"count":"three","extra":null}' },
      ],
    });
  });

  test('gets what is not allowed as a result that a model reads', async () => {
    const { jackfield } = await startServer({ toolkits: [createDesk().toolkit] });
    const { mcp } = await jackfield.create('ada', { ...direct, tools: { desk: ['DESK_LIST_NOTES'] } });
    const client = await connect(mcp);
    expect((await client.listTools()).map(({ name }) => name)).toEqual(['DESK_LIST_NOTES']);
    expect(await client.callTool('DESK_ADD_NOTE', { text: 'x' })).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: expect.stringContaining('does not allow DESK_ADD_NOTE') }],
    });
    expect(await client.callTool('DESK_LIST_NOTE')).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: expect.stringContaining('DESK_LIST_NOTES') }],
    });
  });

  test('hears that a slow tool is running, and how far one is that says so', async () => {
    const { jackfield } = await startServer({ toolkits: [createDesk().toolkit], mcp: { progressIntervalMs: 400 } });
    const { mcp } = await jackfield.create('ada', direct);
    const client = await connect(mcp);
    const heard: unknown[] = [];
    const onprogress = (progress: unknown) => heard.push(progress);
    await client.callTool('DESK_WAIT', { id: 'a', ms: 1_900 }, { onprogress });
    expect(heard).toContainEqual({ progress: 1, message: 'Running for 1 s' });
    heard.length = 0;
    await client.callTool('DESK_COUNT', { to: 3 }, { onprogress });
    expect(heard).toEqual([1, 2, 3].map((progress) => ({ progress, total: 3, message: `Counted to ${progress}` })));
  });

  test('can give a call up, which ends the tool', async () => {
    const desk = createDesk();
    const { jackfield } = await startServer({ toolkits: [desk.toolkit] });
    const { mcp } = await jackfield.create('ada', direct);
    const client = await connect(mcp);
    const controller = new AbortController();
    const call = client.callTool('DESK_WAIT', { id: 'a', ms: 20_000 }, { signal: controller.signal });
    await until(() => desk.waiting.has('a'));
    controller.abort();
    await expect(call).rejects.toThrow();
    await until(() => !desk.waiting.has('a'));
    expect(await client.callTool('DESK_LIST_NOTES')).toMatchObject({ structuredContent: { notes: [] } });
  });

  test('hears that the list has changed', async () => {
    const { jackfield } = await startServer({ toolkits: [createDesk().toolkit], mcp: { toolListPollMs: 50 } });
    const session = await jackfield.create('ada', direct);
    const client = await connect(session.mcp);
    let changes = 0;
    await client.onToolsChanged(() => {
      changes += 1;
    });
    expect(await client.listTools()).toHaveLength(7);
    await session.update({ tools: { desk: ['DESK_LIST_NOTES'] } });
    await until(() => changes > 0);
    expect(await client.listTools()).toHaveLength(1);
  });
});
