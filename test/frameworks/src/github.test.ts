import { catalog } from '@jackfield/catalog';
import { Jackfield, SessionPreset } from '@jackfield/core';
import { LangChainProvider } from '@jackfield/langchain';
import { OpenAIProvider, OpenAIResponsesProvider, strict } from '@jackfield/openai';
import { type EmbeddedFetch, embedded } from '@jackfield/server/embedded';
import { VercelProvider } from '@jackfield/vercel';
import { scriptedChatModel } from '@jackfield-internal/conformance/langchain';
import { checkTools } from '@jackfield-internal/conformance/openai-rules';
import { scriptedVercelModel } from '@jackfield-internal/conformance/vercel';
import { HumanMessage } from '@langchain/core/messages';
import { generateText } from 'ai';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { beyondStrictLimits } from './strict-limits.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Every tool of GitHub at once, and no others. */
const everything = {
  toolkits: ['github'],
  sessionPreset: SessionPreset.DIRECT_TOOLS,
} as const;

/** More than OpenAI takes of a function's description. */
const longestDescription = 1_024;

let fetch: EmbeddedFetch;
beforeAll(() => {
  fetch = embedded({ dataDir: ':memory:', toolkits: [catalog({ include: (slug) => slug === 'github' })] });
});
afterAll(() => fetch.close());

const toolCount = 1_100;

test('every schema compiles, and every description is within its budget', async () => {
  const session = await new Jackfield({ fetch }).sessions.create('ada', everything);
  const tools = await session.tools();
  expect(tools.length).toBeGreaterThan(toolCount);
  const ajv = new Ajv2020({ strict: false, validateSchema: true, logger: false });
  addFormats.default(ajv);
  for (const { function: tool } of tools) {
    expect(tool.description.length, tool.name).toBeLessThanOrEqual(longestDescription);
    expect(tool.description).not.toBe('');
    expect(() => ajv.compile(tool.parameters), tool.name).not.toThrow();
  }
  checkTools(
    tools.map(({ function: { name, description, parameters } }) => ({
      name,
      description,
      schema: parameters,
      strict: false,
    })),
  );
});

test('the AI SDK gives its model all of them', async () => {
  const session = await new Jackfield({ fetch, provider: new VercelProvider() }).sessions.create('ada', everything);
  const tools = await session.tools();
  const { model, conversations } = scriptedVercelModel([
    { toolCalls: [{ name: 'GITHUB_REPOS_GET', arguments: { owner: 1 } }] },
    ({ results }) => ({ text: results[0]?.text ?? '' }),
  ]);
  const { text } = await generateText({ model, tools, prompt: 'Go.', stopWhen: ({ steps }) => steps.length === 2 });
  const [first] = conversations;
  expect(first?.tools.map(({ name }) => name)).toEqual(Object.keys(tools));
  expect(first?.tools.length).toBeGreaterThan(toolCount);
  checkTools(first?.tools ?? []);
  // The call went through the gate, which says what to mend.
  expect(text).toContain('owner');
});

test('LangChain binds all of them', async () => {
  const session = await new Jackfield({ fetch, provider: new LangChainProvider() }).sessions.create('ada', everything);
  const tools = await session.tools();
  const model = scriptedChatModel([{ toolCalls: [{ name: 'GITHUB_REPOS_GET', arguments: { owner: 1 } }] }]);
  const answer = await model.bindTools(tools).invoke([new HumanMessage('Go.')]);
  const [shown] = model.conversations;
  expect(shown?.tools.length).toBeGreaterThan(toolCount);
  checkTools(shown?.tools ?? []);
  const [call] = 'tool_calls' in answer && Array.isArray(answer.tool_calls) ? answer.tool_calls : [];
  const called = tools.find(({ name }) => name === 'GITHUB_REPOS_GET');
  expect(String((await called?.invoke({ ...call, type: 'tool_call' }))?.content)).toContain('owner');
});

test.each([
  ['chat completions', new OpenAIProvider({ strict })],
  ['responses', new OpenAIResponsesProvider({ strict })],
])('OpenAI, %s: what is strict keeps to the rules, and nearly all of it is', async (_name, provider) => {
  const jackfield = new Jackfield<OpenAIProvider | OpenAIResponsesProvider>({ fetch, provider });
  const session = await jackfield.sessions.create('ada', everything);
  const tools = (await session.tools()).map((tool) => ('function' in tool ? tool.function : tool));
  const functions = tools.flatMap((tool) => ('parameters' in tool ? [tool] : []));
  expect(functions.length).toBeGreaterThan(toolCount);
  const isStrict = functions.filter((tool) => tool.strict === true);
  checkTools(
    functions.map(({ name, description = '', parameters, strict }) => ({
      name,
      description: description ?? '',
      schema: parameters,
      strict: strict ?? false,
    })),
  );
  for (const { name, parameters } of isStrict)
    expect({ name, beyond: beyondStrictLimits(parameters) }).toEqual({ name, beyond: [] });
  // The README says how many.
  expect([functions.length, isStrict.length]).toEqual([1_223, 1_142]);
});
