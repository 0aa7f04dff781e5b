import { describeProvider } from '@jackfield-internal/conformance/provider';
import { describedOutput, listPets, sessionTool } from '@jackfield-internal/conformance/session-tools';
import { failed, succeeded, ToolRecorder } from '@jackfield-internal/conformance/tool-recorder';
import { scriptedVercelModel } from '@jackfield-internal/conformance/vercel';
import * as ai from 'ai';
import { asSchema, generateText, stepCountIs, streamText, ToolLoopAgent, type ToolSet } from 'ai';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, inject, test } from 'vitest';
import { VercelProvider } from './vercel-provider.ts';

declare module 'vitest' {
  interface ProvidedContext {
    aiMajor?: string;
  }
}

/** Another run of this file has `ai` 6 in its place: see `vitest.ai-6.config.ts`. */
const major = inject('aiMajor') ?? '7';
const stopWhen = stepCountIs(10);

test(`this run has ai ${major}`, () => {
  expect('isStepCount' in ai).toBe(major === '7');
});

describeProvider<ToolSet>({
  name: `ai ${major}, generateText`,
  create: () => new VercelProvider(),
  passesMalformedArguments: true,
  async runLoop({ tools, steps, signal }, see) {
    const { model, conversations } = scriptedVercelModel(steps);
    see(conversations);
    const options = { model, tools, prompt: 'Go.', stopWhen, ...(signal && { abortSignal: signal }) };
    return (await generateText(options)).text;
  },
});

describeProvider<ToolSet>({
  name: `ai ${major}, streamText`,
  create: () => new VercelProvider(),
  passesMalformedArguments: true,
  async runLoop({ tools, steps, signal }, see) {
    const { model, conversations } = scriptedVercelModel(steps);
    see(conversations);
    const errors: unknown[] = [];
    const result = streamText({
      model,
      tools,
      prompt: 'Go.',
      stopWhen,
      onError: ({ error }) => errors.push(error),
      ...(signal && { abortSignal: signal }),
    });
    for await (const part of result.fullStream) if (part.type === 'abort') throw signal?.reason;
    if (errors.length > 0) throw errors[0];
    return await result.text;
  },
});

describeProvider<ToolSet>({
  name: `ai ${major}, ToolLoopAgent`,
  create: () => new VercelProvider(),
  passesMalformedArguments: true,
  async runLoop({ tools, steps, signal }, see) {
    const { model, conversations } = scriptedVercelModel(steps);
    see(conversations);
    const agent = new ToolLoopAgent({ model, tools, stopWhen });
    return (await agent.generate({ prompt: 'Go.', ...(signal && { abortSignal: signal }) })).text;
  },
});

describe(`ai ${major}`, () => {
  test('a schema is handed over, not copied', async () => {
    const { execute } = new ToolRecorder({});
    const tool = new VercelProvider().wrapTool(listPets, execute);
    expect(await asSchema(tool.inputSchema).jsonSchema).toBe(listPets.inputParameters);
  });

  test('the output is the whole result, and says where it comes from', async () => {
    const { execute } = new ToolRecorder({ [listPets.slug]: () => succeeded({ pets: [1] }) });
    const { model } = scriptedVercelModel([{ toolCalls: [{ name: listPets.slug, arguments: {} }] }, { text: 'done' }]);
    const { steps } = await generateText({
      model,
      tools: new VercelProvider().wrapTools([listPets], execute),
      prompt: 'Go.',
      stopWhen,
    });
    expect(steps[0]?.toolResults).toMatchObject([
      { dynamic: true, output: { data: { pets: [1] }, error: null, successful: true, logId: 'log_1' } },
    ]);
    expect(steps[0]?.toolCalls).toMatchObject([{ toolMetadata: { toolkit: 'clinic' } }]);
  });

  test('the output schema describes the output', async () => {
    const { execute } = new ToolRecorder({});
    const other = sessionTool('CLINIC_OTHER', { type: 'object' }, { outputParameters: { type: 'object' } });
    const ajv = new Ajv2020();
    const [validate, validateOther] = await Promise.all(
      [describedOutput, other].map(async (tool) => {
        const { outputSchema } = new VercelProvider().wrapTool(tool, execute);
        return ajv.compile(JSON.parse(JSON.stringify(await asSchema(outputSchema).jsonSchema)));
      }),
    );
    expect(validate?.(succeeded({ parent: { name: 'Ada' } }))).toBe(true);
    expect(validate?.(succeeded({ parent: { name: 1 } }))).toBe(false);
    expect(validate?.(failed('Not found.'))).toBe(true);
    expect(validateOther?.({ data: {} })).toBe(false);
    expect(new VercelProvider().wrapTool(listPets, execute).outputSchema).toBeUndefined();
  });

  test('what the model is shown survives a store of messages', async () => {
    const { execute } = new ToolRecorder({});
    const tool = new VercelProvider().wrapTool(listPets, execute);
    const shown = (output: unknown) =>
      tool.toModelOutput?.({ toolCallId: 'call_1', input: {}, output: JSON.parse(JSON.stringify(output)) });
    expect(await shown(succeeded({ pets: [] }))).toEqual({ type: 'json', value: { pets: [] } });
    expect(await shown(failed('Not found.'))).toEqual({ type: 'error-text', value: 'Not found.' });
    expect(await shown(failed('Refused.', { status: 422 }))).toEqual({
      type: 'error-json',
      value: { error: 'Refused.', data: { status: 422 } },
    });
    expect(await shown({ from: 'another tool' })).toEqual({ type: 'json', value: { from: 'another tool' } });
  });

  test('an abort ends the loop with the reason given', async () => {
    const controller = new AbortController();
    const { execute } = new ToolRecorder({
      [listPets.slug]: (_args, options) => {
        controller.abort(new Error('The user left.'));
        options?.signal?.throwIfAborted();
        return succeeded({});
      },
    });
    const { model } = scriptedVercelModel([{ toolCalls: [{ name: listPets.slug, arguments: {} }] }, { text: 'done' }]);
    const tools = new VercelProvider().wrapTools([listPets], execute);
    const loop = generateText({ model, tools, prompt: 'Go.', stopWhen, abortSignal: controller.signal });
    await expect(loop).rejects.toThrow('The user left.');
  });

  test('a tool that needs approval waits for it', async () => {
    const recorder = new ToolRecorder({ [listPets.slug]: () => succeeded({}) });
    const erase = sessionTool(
      'CLINIC_ERASE',
      { type: 'object', properties: {} },
      { annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false } },
    );
    const provider = new VercelProvider({ needsApproval: (tool) => tool.annotations.destructiveHint });
    const { model } = scriptedVercelModel([
      {
        toolCalls: [
          { name: erase.slug, arguments: {} },
          { name: listPets.slug, arguments: {} },
        ],
      },
    ]);
    const tools = provider.wrapTools([erase, listPets], recorder.execute);
    const { content } = await generateText({ model, tools, prompt: 'Go.', stopWhen });
    expect(content.filter((part) => part.type === 'tool-approval-request')).toMatchObject([
      { toolCall: { toolName: erase.slug } },
    ]);
    expect(recorder.calls.map(({ slug }) => slug)).toEqual([listPets.slug]);
  });
});
