import { Jackfield, type Provider, type Session, type SessionWithoutMcp } from '@jackfield/core';
import OpenAI from 'openai';
import type {
  ChatCompletionMessageParam,
  ChatCompletionTool,
  ChatCompletionToolMessageParam,
} from 'openai/resources/chat/completions';
import type { FunctionTool, ResponseInputItem } from 'openai/resources/responses/responses';
import { expectTypeOf } from 'vitest';
import type { ToolExecutor } from './answer-call.ts';
import { OpenAIProvider } from './openai-provider.ts';
import { OpenAIResponsesProvider } from './openai-responses-provider.ts';
import { strict } from './strict.ts';

const client = new OpenAI();

export async function chatCompletions(signal: AbortSignal): Promise<void> {
  const provider = new OpenAIProvider({ strict });
  const session = await new Jackfield({ provider }).sessions.create('user_1');
  const tools = await session.tools();
  expectTypeOf(tools).toEqualTypeOf<ChatCompletionTool[]>();
  const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Go.' }];
  const completion = await client.chat.completions.create({ model: 'gpt', messages, tools });
  const answers = await provider.handleToolCalls(session, completion, {
    tools,
    signal,
    beforeExecute: ({ toolSlug, params }) => ({ ...params, slug: toolSlug.toLowerCase() }),
  });
  expectTypeOf(answers).toEqualTypeOf<ChatCompletionToolMessageParam[]>();
  messages.push(...answers);
  // @ts-expect-error a modifier of lists, which calls do not know
  await provider.handleToolCalls(session, completion, { modifySchema: () => {} });
  // @ts-expect-error a response of the other API
  await provider.handleToolCalls(session, { output: [] });
}

export async function responses(): Promise<void> {
  const provider = new OpenAIResponsesProvider();
  const session = await new Jackfield({ provider }).sessions.create('user_1', { mcp: true });
  const tools = await session.tools();
  expectTypeOf(tools).toEqualTypeOf<FunctionTool[]>();
  const response = await client.responses.create({ model: 'gpt', input: 'Go.', tools });
  const input = await provider.handleToolCalls(session, response);
  expectTypeOf(input).toEqualTypeOf<ResponseInputItem.FunctionCallOutput[]>();
  await client.responses.create({ model: 'gpt', input, previous_response_id: response.id });
}

expectTypeOf(new OpenAIProvider()).toExtend<Provider<ChatCompletionTool[], ChatCompletionTool>>();
expectTypeOf(new OpenAIResponsesProvider()).toExtend<Provider<FunctionTool[], FunctionTool>>();
expectTypeOf<Session<unknown>>().toExtend<ToolExecutor>();
expectTypeOf<SessionWithoutMcp<unknown>>().toExtend<ToolExecutor>();

// @ts-expect-error an option of the wrong type
new OpenAIProvider({ strict: true });
