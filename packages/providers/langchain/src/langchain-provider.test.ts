import { scriptedChatModel } from '@jackfield-internal/conformance/langchain';
import { describeProvider } from '@jackfield-internal/conformance/provider';
import { describedOutput, listPets } from '@jackfield-internal/conformance/session-tools';
import { failed, succeeded, ToolRecorder } from '@jackfield-internal/conformance/tool-recorder';
import { type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { DynamicStructuredTool } from '@langchain/core/tools';
import { createAgent, createMiddleware } from 'langchain';
import { describe, expect, test } from 'vitest';
import { LangChainProvider } from './langchain-provider.ts';

describeProvider<DynamicStructuredTool[]>({
  name: 'langchain 1, createAgent',
  create: () => new LangChainProvider(),
  passesMalformedArguments: false,
  async runLoop({ tools, steps, signal }, see) {
    const model = scriptedChatModel(steps);
    see(model.conversations);
    const { messages } = await createAgent({ model, tools }).invoke(
      { messages: [new HumanMessage('Go.')] },
      signal && { signal },
    );
    return messages.at(-1)?.text ?? '';
  },
});

describeProvider<DynamicStructuredTool[]>({
  name: 'langchain 1, createAgent as a stream, with middleware around tools',
  create: () => new LangChainProvider(),
  passesMalformedArguments: false,
  async runLoop({ tools, steps, signal }, see) {
    const model = scriptedChatModel(steps);
    see(model.conversations);
    const middleware = [createMiddleware({ name: 'Watch', wrapToolCall: (request, handler) => handler(request) })];
    const stream = await createAgent({ model, tools, middleware }).stream(
      { messages: [new HumanMessage('Go.')] },
      { streamMode: 'values', ...(signal && { signal }) },
    );
    let last: BaseMessage | undefined;
    for await (const { messages } of stream) last = messages.at(-1);
    return last?.text ?? '';
  },
});

describe('langchain 1', () => {
  function wrapped(...behaviours: ConstructorParameters<typeof ToolRecorder>) {
    const recorder = new ToolRecorder(...behaviours);
    return { recorder, tool: new LangChainProvider().wrapTool(describedOutput, recorder.execute) };
  }
  const call = { type: 'tool_call' as const, id: 'call_1', name: describedOutput.slug, args: { id: 1 } };

  test("a loop of one's own, with bindTools", async () => {
    const { execute } = new ToolRecorder({ [listPets.slug]: () => succeeded({ pets: ['Tama'] }) });
    const [tool] = new LangChainProvider().wrapTools([listPets], execute);
    const model = scriptedChatModel([
      { toolCalls: [{ name: listPets.slug, arguments: {} }] },
      ({ results }) => ({ text: results[0]?.text ?? '' }),
    ]).bindTools(tool === undefined ? [] : [tool]);
    const messages: BaseMessage[] = [new HumanMessage('Go.')];
    const answer = await model.invoke(messages);
    messages.push(answer);
    for (const toolCall of answer.tool_calls ?? []) {
      messages.push(await tool?.invoke({ ...toolCall, type: 'tool_call' }));
    }
    expect((await model.invoke(messages)).text).toBe('{"pets":["Tama"]}');
  });

  test('a result is a tool message with the whole result as its artifact', async () => {
    const result = succeeded({ name: 'Tama' });
    const message: unknown = await wrapped({ [describedOutput.slug]: () => result }).tool.invoke(call);
    expect(message).toBeInstanceOf(ToolMessage);
    expect(message).toMatchObject({
      status: 'success',
      content: '{"name":"Tama"}',
      artifact: result,
      tool_call_id: 'call_1',
      name: describedOutput.slug,
    });
  });

  test('a failure is a tool message of status error with the whole result as its artifact', async () => {
    const result = failed('Not found.');
    const message: unknown = await wrapped({ [describedOutput.slug]: () => result }).tool.invoke(call);
    expect(message).toBeInstanceOf(ToolMessage);
    expect(message).toMatchObject({
      status: 'error',
      content: 'Not found.',
      artifact: result,
      tool_call_id: 'call_1',
      name: describedOutput.slug,
    });
  });

  test('called without a tool call, a tool answers with its text', async () => {
    expect(await wrapped({ [describedOutput.slug]: () => succeeded({ id: 1 }) }).tool.invoke({ id: 1 })).toBe(
      '{"id":1}',
    );
    expect(await wrapped({ [describedOutput.slug]: () => failed('Not found.') }).tool.invoke({ id: 1 })).toBe(
      'Not found.',
    );
  });

  test('the schema is that of the session, still frozen and without a mark after a call', async () => {
    const { tool } = wrapped({ [describedOutput.slug]: () => succeeded({}) });
    await tool.invoke(call);
    expect(tool.schema).toBe(describedOutput.inputParameters);
    expect(Reflect.ownKeys(tool.schema)).toEqual(['type', 'properties', 'required']);
  });

  test('LangChain on its own would write into a shared schema', async () => {
    const schema = { type: 'object' as const, properties: {} };
    const tool: DynamicStructuredTool = new DynamicStructuredTool({
      name: 'plain',
      description: '',
      schema,
      func: async () => 'done',
    });
    await tool.invoke({ type: 'tool_call', id: 'call_1', name: 'plain', args: {} });
    expect(Reflect.ownKeys(schema)).not.toEqual(['type', 'properties']);
  });

  test('callbacks see the run of the tool', async () => {
    const events: unknown[] = [];
    const { tool } = wrapped({ [describedOutput.slug]: () => succeeded({ id: 1 }) });
    await tool.invoke(call, {
      callbacks: [
        {
          handleToolStart: (_tool, input, _runId, _parent, _tags, _metadata, runName) => {
            events.push(['start', JSON.parse(input), runName]);
          },
          handleToolEnd: (output: unknown) => {
            events.push(['end', ToolMessage.isInstance(output)]);
          },
        },
      ],
    });
    expect(events).toEqual([
      ['start', { id: 1 }, describedOutput.slug],
      ['end', true],
    ]);
  });

  test('an abort throws its reason', async () => {
    const controller = new AbortController();
    const { tool } = wrapped({
      [describedOutput.slug]: (_args, options) => {
        controller.abort(new Error('The user left.'));
        options?.signal?.throwIfAborted();
        return succeeded({});
      },
    });
    await expect(tool.invoke(call, { signal: controller.signal })).rejects.toThrow('The user left.');
  });
});
