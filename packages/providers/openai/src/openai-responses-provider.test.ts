import { scriptedOpenAI } from '@jackfield-internal/conformance/openai';
import { describeProvider } from '@jackfield-internal/conformance/provider';
import { bookVisit, listPets, saveTree } from '@jackfield-internal/conformance/session-tools';
import { succeeded, ToolRecorder } from '@jackfield-internal/conformance/tool-recorder';
import OpenAI from 'openai';
import type { FunctionTool, Response, ResponseInputItem } from 'openai/resources/responses/responses';
import { VERSION } from 'openai/version';
import { describe, expect, test } from 'vitest';
import { OpenAIResponsesProvider } from './openai-responses-provider.ts';
import { strict } from './strict.ts';

const model = 'gpt';
const client = (baseURL: string) => ({ baseURL, apiKey: 'scripted', maxRetries: 0 });

type Answer = (
  request: { input: ResponseInputItem[]; tools: FunctionTool[]; previous_response_id: string | null },
  signal: AbortSignal | undefined,
) => Promise<Pick<Response, 'id' | 'output' | 'output_text'>>;

/** Each way to get a response. */
const answers: Readonly<Record<string, (baseURL: string) => Answer>> = {
  create: (baseURL) => (request, signal) =>
    new OpenAI(client(baseURL)).responses.create({ model, ...request }, { signal }),
  stream: (baseURL) => (request, signal) =>
    new OpenAI(client(baseURL)).responses.stream({ model, ...request }, { signal }).finalResponse(),
};

for (const [name, connect] of Object.entries(answers)) {
  for (const keeps of ['the client', 'the API']) {
    const provider = new OpenAIResponsesProvider();
    describeProvider<FunctionTool[]>({
      name: `openai ${VERSION}, responses, ${name}, history kept by ${keeps}`,
      create: () => provider,
      passesMalformedArguments: true,
      async runLoop({ tools, steps, execute, signal }, see) {
        await using server = await scriptedOpenAI(steps);
        see(server.conversations);
        const answer = connect(server.baseURL);
        const session = { executor: () => execute };
        let input: ResponseInputItem[] = [{ role: 'user', content: 'Go.' }];
        let previous_response_id: string | null = null;
        for (;;) {
          const response = await answer({ input, tools, previous_response_id }, signal);
          const outputs = await provider.handleToolCalls(session, response, { signal });
          if (outputs.length === 0) return response.output_text;
          if (keeps === 'the API') {
            previous_response_id = response.id;
            input = outputs;
          } else {
            const calls = response.output.filter((item) => item.type === 'function_call');
            input = [...input, ...calls, ...outputs];
          }
        }
      },
    });
  }
}

describe('OpenAIResponsesProvider', () => {
  test('a schema is handed over, not copied, and strict mode is said to be off', () => {
    expect(new OpenAIResponsesProvider().wrapTool(bookVisit)).toEqual({
      type: 'function',
      name: bookVisit.slug,
      description: bookVisit.description,
      parameters: bookVisit.inputParameters,
      // The API's own default is on.
      strict: false,
    });
  });

  test('a text and a refusal ask for nothing', async () => {
    const { execute, calls } = new ToolRecorder({});
    const output = [
      {
        id: 'msg_1',
        type: 'message' as const,
        role: 'assistant' as const,
        status: 'completed' as const,
        content: [{ type: 'refusal' as const, refusal: 'No.' }],
      },
    ];
    const session = { executor: () => execute };
    expect(await new OpenAIResponsesProvider().handleToolCalls(session, { output })).toEqual([]);
    expect(calls).toEqual([]);
  });

  test('in strict mode the API accepts the tools, and what a model left out is left out', async () => {
    const provider = new OpenAIResponsesProvider({ strict });
    const { execute, calls } = new ToolRecorder({ [saveTree.slug]: () => succeeded({ saved: true }) });
    const tools = provider.wrapTools([saveTree, bookVisit, listPets]);
    expect(tools.map(({ strict }) => strict)).toEqual([true, false, true]);
    const written = { tree: { value: 'a', children: null }, nextPage: null };
    await using server = await scriptedOpenAI([{ toolCalls: [{ name: saveTree.slug, arguments: written }] }]);
    const response = await new OpenAI(client(server.baseURL)).responses.create({ model, input: 'Go.', tools });
    expect(await provider.handleToolCalls({ executor: () => execute }, response, { tools })).toEqual([
      { type: 'function_call_output', call_id: 'call_1_1', output: '{"saved":true}' },
    ]);
    expect(calls.map(({ args }) => args)).toEqual([{ tree: { value: 'a' } }]);
  });
});
