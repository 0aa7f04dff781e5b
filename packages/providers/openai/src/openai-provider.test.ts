import { JackfieldError } from '@jackfield/core';
import { scriptedOpenAI } from '@jackfield-internal/conformance/openai';
import { describeProvider } from '@jackfield-internal/conformance/provider';
import { bookVisit, describedOutput, listPets, saveTree } from '@jackfield-internal/conformance/session-tools';
import { failed, succeeded, ToolRecorder } from '@jackfield-internal/conformance/tool-recorder';
import OpenAI from 'openai';
import type { ChatCompletion, ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources/chat/completions';
import { VERSION } from 'openai/version';
import { describe, expect, inject, test } from 'vitest';
import { OpenAIProvider } from './openai-provider.ts';
import { strict } from './strict.ts';

declare module 'vitest' {
  interface ProvidedContext {
    openaiMajor?: string;
  }
}

/** Another run has `openai` 6 in its place: see `vitest.openai-6.config.ts`. */
const major = inject('openaiMajor') ?? '7';

test(`this run has openai ${major}`, () => {
  expect(VERSION.split('.')[0]).toBe(major);
});

const model = 'gpt';
const client = (baseURL: string) => ({ baseURL, apiKey: 'scripted', maxRetries: 0 });

type Answer = (
  messages: ChatCompletionMessageParam[],
  tools: ChatCompletionTool[],
  signal: AbortSignal | undefined,
) => Promise<ChatCompletion>;

/** Each way to get a completion. */
const answers: Readonly<Record<string, (baseURL: string) => Answer>> = {
  create: (baseURL) => (messages, tools, signal) =>
    new OpenAI(client(baseURL)).chat.completions.create({ model, messages, tools }, { signal }),
  stream: (baseURL) => (messages, tools, signal) =>
    new OpenAI(client(baseURL)).chat.completions.stream({ model, messages, tools }, { signal }).finalChatCompletion(),
};

for (const [name, connect] of Object.entries(answers)) {
  const provider = new OpenAIProvider();
  describeProvider<ChatCompletionTool[]>({
    name: `openai ${VERSION}, chat completions, ${name}`,
    create: () => provider,
    passesMalformedArguments: true,
    async runLoop({ tools, steps, execute, signal }, see) {
      await using server = await scriptedOpenAI(steps);
      see(server.conversations);
      const answer = connect(server.baseURL);
      const session = { executor: () => execute };
      const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Go.' }];
      for (;;) {
        const completion = await answer(messages, tools, signal);
        const message = completion.choices[0]?.message;
        if (!message?.tool_calls) return message?.content ?? '';
        messages.push(message, ...(await provider.handleToolCalls(session, completion, { signal })));
      }
    },
  });
}

/** A completion as the API answers it. */
function completion(message: Partial<ChatCompletion.Choice['message']>): ChatCompletion {
  const whole = { role: 'assistant' as const, content: null, refusal: null, ...message };
  return {
    id: 'chatcmpl_1',
    object: 'chat.completion',
    created: 0,
    model,
    choices: [{ index: 0, finish_reason: 'stop', logprobs: null, message: whole }],
  };
}

function calling(...calls: readonly [name: string, json: string][]): ChatCompletion {
  const tool_calls = calls.map(([name, json], index) => ({
    id: `call_${index + 1}`,
    type: 'function' as const,
    function: { name, arguments: json },
  }));
  return completion({ tool_calls });
}

describe('OpenAIProvider', () => {
  function sessionOf(behaviours: ConstructorParameters<typeof ToolRecorder>[0]) {
    const recorder = new ToolRecorder(behaviours);
    return { calls: recorder.calls, session: { executor: () => recorder.execute } };
  }
  const parsed = (messages: readonly { content: unknown }[]) =>
    messages.map(({ content }) => JSON.parse(String(content)));

  test('a schema is handed over, not copied, and nothing is strict', () => {
    expect(new OpenAIProvider().wrapTool(bookVisit)).toEqual({
      type: 'function',
      function: { name: bookVisit.slug, description: bookVisit.description, parameters: bookVisit.inputParameters },
    });
  });

  test('a text and a refusal ask for nothing', async () => {
    const { session, calls } = sessionOf({});
    const provider = new OpenAIProvider();
    expect(await provider.handleToolCalls(session, completion({ content: 'Hello.' }))).toEqual([]);
    expect(await provider.handleToolCalls(session, completion({ refusal: 'No.' }))).toEqual([]);
    expect(await provider.handleToolCalls(session, { ...completion({}), choices: [] })).toEqual([]);
    expect(calls).toEqual([]);
  });

  test.each([
    ['{"id": 1', 'The arguments are not valid JSON: '],
    ['[1]', 'The arguments are not a JSON object. '],
    ['null', 'The arguments are not a JSON object. '],
    ['"id"', 'The arguments are not a JSON object. '],
  ])('arguments %s are answered with what is wrong', async (json, message) => {
    const { session, calls } = sessionOf({ [describedOutput.slug]: () => succeeded({}) });
    const [answer] = parsed(await new OpenAIProvider().handleToolCalls(session, calling([describedOutput.slug, json])));
    expect(answer.error).toContain(message);
    expect(answer.error).toContain(`Call ${describedOutput.slug} again with one JSON object.`);
    expect(calls).toEqual([]);
  });

  test('no arguments at all are an empty object', async () => {
    const { session, calls } = sessionOf({ [listPets.slug]: () => succeeded({ pets: [] }) });
    const messages = await new OpenAIProvider().handleToolCalls(session, calling([listPets.slug, ' ']));
    expect(parsed(messages)).toEqual([{ pets: [] }]);
    expect(calls.map(({ args }) => args)).toEqual([{}]);
  });

  test("calls of the caller's own tools are left alone", async () => {
    const { session, calls } = sessionOf({ [listPets.slug]: () => succeeded({}) });
    const messages = await new OpenAIProvider().handleToolCalls(
      session,
      calling(['get_time', '{}'], [listPets.slug, '{}']),
      { except: ['get_time'] },
    );
    expect(messages.map(({ tool_call_id }) => tool_call_id)).toEqual(['call_2']);
    expect(calls).toHaveLength(1);
  });

  test('modifiers go to the executor', async () => {
    const { execute } = new ToolRecorder({ [listPets.slug]: () => succeeded({}) });
    const given: unknown[] = [];
    const beforeExecute = ({ params }: { params: Record<string, unknown> }) => params;
    const session = {
      executor(modifiers?: object) {
        given.push(modifiers);
        return execute;
      },
    };
    await new OpenAIProvider().handleToolCalls(session, calling([listPets.slug, '{}']), { beforeExecute });
    expect(given).toEqual([{ beforeExecute }]);
  });

  test('an abort throws its reason and not the tool that noticed it', async () => {
    const controller = new AbortController();
    const { session } = sessionOf({
      [listPets.slug]: () => {
        controller.abort(new Error('The user left.'));
        throw new Error('socket closed');
      },
    });
    const handled = new OpenAIProvider().handleToolCalls(session, calling([listPets.slug, '{}']), {
      signal: controller.signal,
    });
    await expect(handled).rejects.toThrow('The user left.');
  });

  describe('strict', () => {
    const provider = new OpenAIProvider({ strict });

    test('the API accepts the tools, and what a model left out is left out', async () => {
      const { session, calls } = sessionOf({
        [saveTree.slug]: ({ tree }) => (tree === undefined ? failed('no tree') : succeeded({ saved: true })),
      });
      const tools = provider.wrapTools([saveTree, bookVisit, listPets]);
      expect(tools.map((tool) => tool.type === 'function' && (tool.function.strict ?? false))).toEqual([
        true,
        false,
        true,
      ]);
      const written = { tree: { value: 'a', children: [{ value: 'b', children: null }] }, nextPage: null };
      await using server = await scriptedOpenAI([{ toolCalls: [{ name: saveTree.slug, arguments: written }] }]);
      const answer = await new OpenAI(client(server.baseURL)).chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'Go.' }],
        tools,
      });
      expect(parsed(await provider.handleToolCalls(session, answer, { tools }))).toEqual([{ saved: true }]);
      expect(calls.map(({ args }) => args)).toEqual([{ tree: { value: 'a', children: [{ value: 'b' }] } }]);
    });

    test('a null for a tool that is not strict stays', async () => {
      const { session, calls } = sessionOf({ [bookVisit.slug]: () => succeeded({}) });
      const tools = provider.wrapTools([bookVisit]);
      await provider.handleToolCalls(session, calling([bookVisit.slug, '{"notes":null}']), { tools });
      expect(calls.map(({ args }) => args)).toEqual([{ notes: null }]);
    });

    test('calls cannot be run without the tools they are of', async () => {
      const { session } = sessionOf({});
      const handled = provider.handleToolCalls(session, calling([saveTree.slug, '{}']));
      const error: unknown = await handled.catch((thrown: unknown) => thrown);
      expect(JackfieldError.isInstance(error) && [error.code, error.fix]).toEqual([
        'INVALID_CONFIGURATION',
        'Pass the tools that the model was given: handleToolCalls(session, answer, { tools }).',
      ]);
    });
  });
});
