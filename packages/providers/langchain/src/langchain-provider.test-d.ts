import { Jackfield, type Provider } from '@jackfield/core';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { DynamicStructuredTool, StructuredToolInterface } from '@langchain/core/tools';
import { createAgent } from 'langchain';
import { expectTypeOf } from 'vitest';
import { LangChainProvider } from './langchain-provider.ts';

declare const model: BaseChatModel;

export async function sessionTools(): Promise<void> {
  const jackfield = new Jackfield({ provider: new LangChainProvider() });
  const session = await jackfield.sessions.create('user_1');
  const tools = await session.tools();
  expectTypeOf(tools).toEqualTypeOf<DynamicStructuredTool[]>();
  expectTypeOf(tools).toExtend<StructuredToolInterface[]>();
  model.bindTools?.(tools);
  createAgent({ model, tools });
}

expectTypeOf(new LangChainProvider()).toExtend<Provider<DynamicStructuredTool[], DynamicStructuredTool>>();

// @ts-expect-error the provider has no options
new LangChainProvider({});
